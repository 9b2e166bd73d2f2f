"""The words for tables, columns and the codes in them, as a reader of the ledger meets them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import models
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from governance.queries import references
from governance.queries.changes import ChangeRow
from governance.words import (
    BUDGET_NAMES,
    CHOICE_NAMES,
    CLOSED_AS,
    ESCALATION_RULES,
    FINDINGS,
    LEAKAGE_CAUSES,
    MOVES_MADE,
    REASON_NAMES,
    ROLE_NAMES,
    STATE_NAMES,
)
from measures.models.calendar import CloseState
from measures.queries import stages
from measures.words import (
    CALENDAR_KIND_NAMES,
    EFFECT_NAMES,
    EVIDENCE_KIND_NAMES,
    HORIZON_NAMES,
    LIFECYCLE_NAMES,
    NATURE_NAMES,
    PERIOD_STAGE_NAMES,
    RECURRENCE_NAMES,
    SECRET_NAMES,
    SERIES_NAMES,
    WEEKDAY_NAMES,
    YEAR_END_NAMES,
)

Words = Mapping[str, str | Promise]

TABLES: Words = {
    "accounts_apitoken": _("API token"),
    "accounts_member": _("Member"),
    "accounts_numbersetting": _("Number of the rules"),
    "accounts_profile": _("Organization"),
    "governance_closurecertificate": _("Certificate"),
    "governance_closureconfirmation": _("Confirmation of the closure"),
    "governance_decision": _("Decision"),
    "governance_forcedanswer": _("Answer to a forced decision"),
    "governance_forceddecision": _("Forced decision"),
    "governance_shadowperiod": _("Shadow period"),
    "governance_gaterequest": _("Request"),
    "governance_leakage": _("Leakage"),
    "governance_rephasing": _("Delayed phasing"),
    "governance_restoration": _("Taking back of a cancellation"),
    "governance_ripple": _("Notice of a hold or cancellation"),
    "governance_rollback": _("Roll-back"),
    "governance_rollbackconfirmation": _("Confirmation of the roll-back"),
    "governance_premise": _("Premise"),
    "governance_premisevoid": _("Premise declared void"),
    "governance_scheme": _("Gate scheme"),
    "governance_schemeproposal": _("Proposed gate scheme"),
    "governance_lifecycledecision": _("Decision on the lifecycle"),
    "governance_linestatement": _("Statement on a line"),
    "governance_reopening": _("Proposal to reopen"),
    "governance_reopeningconfirmation": _("Reopening"),
    "governance_shortfallapproval": _("Signature under a shortfall"),
    "governance_stagepassage": _("Passage of a gate"),
    "governance_sustainmentcheck": _("Check that the value lasts"),
    "governance_sustainmentfinding": _("Finding of a check"),
    "governance_takeover": _("Take-over"),
    "governance_takeoverconfirmation": _("Confirmation of the take-over"),
    "governance_vote": _("Vote"),
    "hierarchy_deputyship": _("Deputyship"),
    "hierarchy_invitation": _("Invitation"),
    "hierarchy_invitedseat": _("Seat of an invitation"),
    "hierarchy_node": _("Place in the tree"),
    "hierarchy_seat": _("Seat"),
    "intake_importrun": _("Import"),
    "measures_actualclaim": _("Claim"),
    "measures_comment": _("Comment"),
    "measures_commitment": _("Commitment"),
    "measures_confidentiality": _("Confidentiality"),
    "measures_calendarpattern": _("Calendar"),
    "measures_dependency": _("Dependency"),
    "measures_booking": _("Booking"),
    "measures_budgetamount": _("Budgeted amount"),
    "measures_budgetbatch": _("Budget file"),
    "measures_budgetline": _("Budget line"),
    "measures_envelope": _("Spending envelope"),
    "measures_evidence": _("Evidence"),
    "measures_holiday": _("Holiday"),
    "measures_line": _("Line"),
    "measures_linedriver": _("Price and volume"),
    "measures_measure": _("Measure"),
    "measures_milestone": _("Milestone"),
    "measures_namedreader": _("Reader"),
    "measures_nodetarget": _("Target"),
    "measures_overspend": _("Overspend"),
    "measures_overlap": _("Overlap"),
    "measures_rate": _("Rate"),
    "measures_periodclose": _("Period"),
    "measures_risk": _("Risk"),
    "measures_seriesversion": _("Figures"),
    "steering_escalation": _("Escalation"),
    "steering_escalationdecision": _("Decision on an escalation"),
}
# Rows of these are told apart by what they are called.
TOLD_BY_NAME = frozenset(
    {
        "accounts_apitoken", "accounts_numbersetting", "measures_dependency", "measures_evidence",
        "measures_holiday", "measures_line", "measures_milestone", "measures_risk",
    }
)  # fmt: skip
# Columns whose own name is not what the pages call them; of one table where others mean another.
COLUMNS: Words = {
    "accepted_at": _("Accepted"),
    "actual_end": _("Done on"),
    "archived_on": _("Archived on"),
    "baseline_evidence": _("Evidence of the baseline"),
    "cut_over_on": _("Cut-over"),
    "decided_by": _("Decided by"),
    "decided_on": _("Decided on"),
    "decision_reason": _("Reason of the decision"),
    "document": _("Gate scheme"),
    "due_on": _("Due"),
    "effective_from": _("In force from"),
    "effective_on": _("In force from"),
    "effect_type": _("Kind of effect"),
    "ends_on": _("Ends on"),
    "forecast_before": _("Forecast before"),
    "forecast_end": _("Expected end"),
    "facts": _("What was found"),
    "fiscal_start_month": _("First month of the fiscal year"),
    "from_year": _("From fiscal year"),
    "full_effect_on": _("Full effect from"),
    "is_blocking": _("Blocking"),
    "is_critical": _("Critical"),
    "is_final": _("Final"),
    "is_level": _("Level"),
    "is_mandatory": _("Mandatory"),
    "is_seasonal": _("Seasonal"),
    "last_weekday": _("A year of weeks ends on a"),
    "left_on": _("Left on"),
    "measures_commitment.document": _("What was committed to"),
    "measures_evidence.size": _("Size in bytes"),
    "nature": _("What it is"),
    "needs": _("Waits for"),
    "note": _("Note"),
    "parent": _("Placed under"),
    "plan_end": _("Planned end"),
    "public": _("Address of its page"),
    "recurrence": _("How long"),
    "removed_on": _("Removed on"),
    "size": _("Rough run-rate"),
    "size_unit": _("Unit of the run-rate"),
    "starts_on": _("Starts on"),
    "sunk_cost": _("Sunk cost"),
    "year_end": _("Which weekday ends the year"),
    "value_at_stake": _("Value at stake"),
    "valid_from": _("From"),
    "valid_to": _("Until before"),
}
# Columns that hold a stage, which each organization calls by names of its own.
STAGES = frozenset({"from_stage", "gate", "stage", "to_stage"})
# What the codes of a column are called; by the column alone where all tables mean the same.
CODES: Mapping[str, Words] = {
    "act": {each.value: name for each, name in MOVES_MADE.items()},
    "choice": {each.value: name for each, name in CHOICE_NAMES.items()},
    "decider_role": {each.value: name for each, name in ROLE_NAMES.items()},
    "effect_type": {each.value: name for each, name in EFFECT_NAMES.items()},
    "fiscal_start_month": {str(number): name for number, name in MONTHS.items()},
    "budget": {each.value: name for each, name in BUDGET_NAMES.items()},
    "cause": LEAKAGE_CAUSES,
    "governance_closureconfirmation.outcome": CLOSED_AS,
    "governance_sustainmentfinding.outcome": FINDINGS,
    "governance_gaterequest.state": {each.value: name for each, name in STATE_NAMES.items()},
    "horizon": {each.value: name for each, name in HORIZON_NAMES.items()},
    "lifecycle": {each.value: name for each, name in LIFECYCLE_NAMES.items()},
    "measures_calendarpattern.kind": CALENDAR_KIND_NAMES,
    "measures_calendarpattern.last_weekday": {
        str(number): name for number, name in WEEKDAY_NAMES.items()
    },
    "measures_calendarpattern.year_end": YEAR_END_NAMES,
    "measures_periodclose.state": {
        **{each.value: name for each, name in PERIOD_STAGE_NAMES.items()},
        CloseState.REOPENED: _("open again"),
    },
    "measures_evidence.kind": {each.value: name for each, name in EVIDENCE_KIND_NAMES.items()},
    "measures_confidentiality.kind": {each.value: name for each, name in SECRET_NAMES.items()},
    "nature": {each.value: name for each, name in NATURE_NAMES.items()},
    "reason_code": {each.value: name for each, name in REASON_NAMES.items()},
    "recurrence": {each.value: name for each, name in RECURRENCE_NAMES.items()},
    "role": {each.value: name for each, name in ROLE_NAMES.items()},
    "steering_escalation.rule": ESCALATION_RULES,
    "series": {each.value: name for each, name in SERIES_NAMES.items()},
}


def table(change: ChangeRow) -> str:
    """Return what the row of a change is called: "Milestone “Contract signed”"."""
    name = str(TABLES.get(change.table) or _verbose(change.table))
    if change.thing and change.table in TOLD_BY_NAME:
        return gettext("%(kind)s “%(name)s”") % {"kind": name, "name": change.thing}
    return name


def column(change: ChangeRow) -> str:
    """Return what the field of a change is called: "Planned end"."""
    known = COLUMNS.get(f"{change.table}.{change.field}") or COLUMNS.get(change.field)
    return str(known) if known else capfirst(change.field.removeprefix("is_").replace("_", " "))


def value(change: ChangeRow, text: str) -> str:
    """Return a stored value, as text, in the words that pages use for it."""
    codes = CODES.get(f"{change.table}.{change.field}") or CODES.get(change.field)
    if codes and text in codes:
        return str(codes[text])
    if change.field in STAGES and text.isdecimal():
        return stages.names().of(int(text))
    if text in {"True", "False"}:
        return gettext("yes") if text == "True" else gettext("no")
    return _in_kind(references.field_of(change.table, change.field), text)


def _in_kind(field: "models.Field[object, object] | None", text: str) -> str:
    """Return a value as the kind of its field is written."""
    try:
        if isinstance(field, models.DateTimeField):
            moment = timezone.localtime(datetime.fromisoformat(text))
            return date_format(moment, pgettext("date format of a moment", "j M Y, H:i"))
        if isinstance(field, models.DateField):
            return date_format(date.fromisoformat(text), pgettext("date format of a day", "j M Y"))
    except ValueError:
        return text
    return capfirst(text.replace("_", " ")) if field is not None and field.choices else text


def _verbose(table_name: str) -> str:
    model = references.models_by_table().get(table_name)
    return capfirst(table_name if model is None else str(model._meta.verbose_name))
