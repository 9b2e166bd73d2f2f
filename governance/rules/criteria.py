"""The criteria of the gates: code, sentence, who can supply what is missing, and predicate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from accounts.rules.roles import Role
from governance.rules import closure
from governance.rules.facts import MeasureFacts
from measures.rules.lines import Nature, Recurrence

# Not a part of the measure's page but the page of its closing.
CLOSING = "closing"
# From this level on an open escalation bars the closing (domain-rules §6, condition 1).
BARRING_ESCALATION = 2


# Who decides an escalation of these levels (domain-rules §12); below them a lead does.
ABOVE_LEADS = {3: Role.STEERING, 4: Role.EXECUTIVE}
SHORT = (closure.Outcome.SHORTFALL, closure.Outcome.STEERING_DECIDES)


class Moment(IntEnum):
    """When a criterion is judged first: what only a later act brings cannot be asked before.

    The submission brings what the request says. The confirmation is the controller's, of the
    figures; what answers to it comes before the decision.
    """

    REQUEST = 1
    SUBMISSION = 2
    CONFIRMATION = 3
    DECISION = 4


@dataclass(frozen=True, slots=True)
class Unmet:
    """A criterion that is not met: what is wrong, who can supply it, where on the measure page."""

    code: str
    sentence: str
    supplied_by: Role
    anchor: str

    def __str__(self) -> str:
        return f"{self.sentence} ({self.supplied_by})"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; `lacking` names the things missing, and nothing missing means met.

    `sentence` may hold {lacking}; `wanted` says it as an aim, for the gate table. `supplier` names
    another role than `supplied_by` where it depends on what is missing.
    """

    code: str
    wanted: str
    sentence: str
    supplied_by: Role
    anchor: str
    lacking: Callable[[MeasureFacts], Sequence[str]]
    moment: Moment = Moment.REQUEST
    supplier: Callable[[MeasureFacts], Role] | None = None

    def is_met(self, facts: MeasureFacts) -> bool:
        """Return whether nothing is missing."""
        return not self.lacking(facts)

    def judge(self, facts: MeasureFacts) -> Unmet | None:
        """Return what is unmet in words; None when met."""
        lacking = self.lacking(facts)
        if not lacking:
            return None
        sentence = self.sentence.format(lacking="; ".join(lacking))
        by = self.supplied_by if self.supplier is None else self.supplier(facts)
        return Unmet(self.code, sentence, by, self.anchor)


def _without(thing: object, name: str) -> Sequence[str]:
    return () if thing is not None else (name,)


def _lines_without_plan(facts: MeasureFacts) -> Sequence[str]:
    if not facts.lines:
        return ("no effect line yet",)
    lacking = []
    for line in facts.lines:
        if not line.has_plan:
            lacking.append(f"{line.name} (no month planned)")
        elif line.recurrence is not Recurrence.ONE_OFF and line.full_effect_month is None:
            lacking.append(f"{line.name} (no full-effect month)")
    return lacking


def _lines_without_baseline(facts: MeasureFacts) -> Sequence[str]:
    return [
        f"{line.name} (no evidence)" if line.has_baseline else f"{line.name} (no figure)"
        for line in facts.lines
        if line.nature is Nature.BENEFIT and not (line.has_baseline and line.baseline_evidence)
    ]


def _milestones_unplanned(facts: MeasureFacts) -> Sequence[str]:
    if not facts.milestones:
        return ("no milestone yet",)
    return [each.name for each in facts.milestones if each.due_on is None or each.owner_id is None]


def _milestones_undone(facts: MeasureFacts) -> Sequence[str]:
    return [
        f"{each.name} (no evidence)" if each.is_done else f"{each.name} (open)"
        for each in facts.milestones
        if each.is_mandatory and not (each.is_done and each.evidence)
    ]


def _milestones_open(facts: MeasureFacts) -> Sequence[str]:
    return [each.name for each in facts.milestones if each.is_mandatory and not each.is_done]


def _escalation(facts: MeasureFacts) -> Sequence[str]:
    level = facts.highest_escalation
    return (f"level {level}",) if level is not None and level >= BARRING_ESCALATION else ()


def escalation_decider(facts: MeasureFacts) -> Role:
    """Return who decides the highest open escalation: a lead, above that committee or executive."""
    return ABOVE_LEADS.get(facts.highest_escalation or 0, Role.LEAD)


def _months_unproven(facts: MeasureFacts) -> Sequence[str]:
    if not facts.lines:
        return ("no effect line",)
    return closure.judge(facts.lines, facts.numbers).missing


def _outcome_in(facts: MeasureFacts, *outcomes: closure.Outcome) -> bool:
    return closure.judge(facts.lines, facts.numbers).outcome in outcomes


def _value_absent(facts: MeasureFacts) -> Sequence[str]:
    return ("value",) if _outcome_in(facts, closure.Outcome.CANCEL_ONLY) else ()


def _without_evidence(facts: MeasureFacts) -> Sequence[str]:
    found = (closure.evidence_missing(line, facts.numbers) for line in facts.lines)
    return [each for each in found if each is not None]


def _without_budget_statement(facts: MeasureFacts) -> Sequence[str]:
    found = (closure.budget_missing(line) for line in facts.lines)
    return [each for each in found if each is not None]


def _steering_undecided(facts: MeasureFacts) -> Sequence[str]:
    if not _outcome_in(facts, closure.Outcome.STEERING_DECIDES):
        return ()
    given = 0 if facts.confirmation is None else facts.confirmation.steering_approvals
    wanted = facts.numbers.steering_approvals
    return () if given >= wanted else (f"{given} of {wanted}",)


def _not_countersigned(facts: MeasureFacts) -> Sequence[str]:
    if not _outcome_in(facts, *SHORT):
        return ()
    signed = () if facts.confirmation is None else facts.confirmation.countersigned_by
    return () if facts.sponsor_id in signed else ("the signature of the sponsor",)


def _shortfall_unexplained(facts: MeasureFacts) -> Sequence[str]:
    if not _outcome_in(facts, *SHORT):
        return ()
    confirmation = facts.confirmation
    is_explained = confirmation is not None and confirmation.shortfall_reason.strip()
    return () if is_explained else ("reason",)


def _unconfirmed(facts: MeasureFacts) -> Sequence[str]:
    confirmation = facts.confirmation
    if confirmation is None or confirmation.confirmed_by != facts.controller_id:
        return ("the confirmation of the controller",)
    if confirmation.figures_digest != facts.figures_digest:
        return ("a confirmation of the figures as they are now",)
    return ()


HAS_OWNER = Criterion(
    code="owner",
    wanted="exactly one owner is named",
    sentence="The measure has no owner.",
    supplied_by=Role.LEAD,
    anchor="head",
    lacking=lambda facts: _without(facts.owner_id, "owner"),
)
HAS_SPONSOR = Criterion(
    code="sponsor",
    wanted="a sponsor is named, not the owner",
    sentence="The measure has no sponsor.",
    supplied_by=Role.LEAD,
    anchor="head",
    lacking=lambda facts: _without(facts.sponsor_id, "sponsor"),
)
HAS_SIZE = Criterion(
    code="size",
    wanted="a rough run-rate size is given",
    sentence="The measure has no rough size.",
    supplied_by=Role.OWNER,
    anchor="head",
    lacking=lambda facts: _without(facts.size, "size"),
)
HAS_KIND = Criterion(
    code="kind",
    wanted="the kind of effect is chosen",
    sentence="The kind of effect is not chosen.",
    supplied_by=Role.OWNER,
    anchor="head",
    lacking=lambda facts: _without(facts.kind, "kind"),
)
HAS_CONTROLLER = Criterion(
    code="controller",
    wanted="a controller is named, neither owner nor sponsor",
    sentence="The measure has no controller.",
    supplied_by=Role.LEAD,
    anchor="head",
    lacking=lambda facts: _without(facts.controller_id, "controller"),
)
HAS_PLAN = Criterion(
    code="plan",
    wanted="every effect line is planned by month and names its full-effect month",
    sentence="Not planned by month: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="value",
    lacking=_lines_without_plan,
)
HAS_BASELINE = Criterion(
    code="baseline",
    wanted="every benefit line has a baseline figure with evidence",
    sentence="Baseline missing: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="value",
    lacking=_lines_without_baseline,
)
HAS_MILESTONES = Criterion(
    code="milestones",
    wanted="there are milestones, each with a date and an owner",
    sentence="Milestones without date or owner: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="milestones",
    lacking=_milestones_unplanned,
)
MILESTONES_DONE = Criterion(
    code="milestones_done",
    wanted="all mandatory milestones are done, with evidence",
    sentence="Mandatory milestones not done with evidence: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="milestones",
    lacking=_milestones_undone,
)
NO_OPEN_MILESTONE = Criterion(
    code="no_open_milestone",
    wanted="no mandatory milestone is open",
    sentence="Mandatory milestones still open: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="milestones",
    lacking=_milestones_open,
)
NO_ESCALATION = Criterion(
    code="no_open_escalation",
    wanted="no escalation of level 2 or higher is open",
    sentence="An escalation is open at {lacking}: its decider must decide it first.",
    supplied_by=Role.LEAD,
    anchor="decisions",
    lacking=_escalation,
    supplier=escalation_decider,
)
MONTHS_PROVEN = Criterion(
    code="months_proven",
    wanted=(
        "the latest closed months at full effect of every line are approved; "
        "a one-off is declared final"
    ),
    sentence="Not proven yet: {lacking}.",
    supplied_by=Role.CONTROLLER,
    anchor="value",
    lacking=_months_unproven,
)
SOME_VALUE = Criterion(
    code="some_value",
    wanted="some of the planned value is proven",
    sentence="Nothing of the planned value is proven: the only way out is to cancel.",
    supplied_by=Role.SPONSOR,
    anchor="gate",
    lacking=_value_absent,
)
EVIDENCE_FITS = Criterion(
    code="evidence_fits",
    wanted="every line is proven by a file of the kind its method demands",
    sentence="Evidence missing: {lacking}.",
    supplied_by=Role.OWNER,
    anchor=CLOSING,
    lacking=_without_evidence,
)
BUDGET_STATED = Criterion(
    code="budget_stated",
    wanted="of every hard effect it is said whether its budget line was changed, or why not",
    sentence="Nobody has said what became of the budget of: {lacking}.",
    supplied_by=Role.OWNER,
    anchor=CLOSING,
    lacking=_without_budget_statement,
)
COUNTERSIGNED = Criterion(
    code="countersigned",
    wanted="a shortfall is countersigned by the sponsor",
    sentence="The shortfall still needs {lacking}.",
    supplied_by=Role.SPONSOR,
    anchor=CLOSING,
    lacking=_not_countersigned,
    moment=Moment.DECISION,
)
STEERING_DECIDED = Criterion(
    code="steering_decided",
    wanted="below half of the planned value the steering committee has approved the closing",
    sentence=(
        "Less than half of the planned value is proven: "
        "the steering committee has given {lacking} approvals."
    ),
    supplied_by=Role.STEERING,
    anchor=CLOSING,
    lacking=_steering_undecided,
    moment=Moment.DECISION,
)
SHORTFALL_EXPLAINED = Criterion(
    code="shortfall_explained",
    wanted="a shortfall is confirmed with its reason",
    sentence="The value falls short of the plan and no reason is given.",
    supplied_by=Role.CONTROLLER,
    anchor=CLOSING,
    lacking=_shortfall_unexplained,
    moment=Moment.CONFIRMATION,
)
FIGURES_CONFIRMED = Criterion(
    code="figures_confirmed",
    wanted="the controller has confirmed exactly the figures approved now",
    sentence="Missing: {lacking}.",
    supplied_by=Role.CONTROLLER,
    anchor=CLOSING,
    lacking=_unconfirmed,
    moment=Moment.CONFIRMATION,
)
