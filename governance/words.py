"""The words of governance for people: moves, reasons, votes, states and outcomes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Role
from governance.rules.closure import Outcome
from governance.rules.holds import Move, ReasonCode
from governance.rules.proofs import BudgetChange
from governance.rules.votes import Choice, RequestState

ROLE_NAMES: dict[Role, Promise] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.EXECUTIVE: _("Executive"),
    Role.LEAD: _("Lead"),
    Role.SPONSOR: _("Sponsor"),
    Role.CONTROLLER: _("Controller"),
    Role.OWNER: _("Owner"),
    Role.STEERING: _("Steering committee"),
}
REASON_NAMES: dict[ReasonCode, Promise] = {
    ReasonCode.BUDGET: _("Budget"),
    ReasonCode.DEPENDENCY: _("Dependency"),
    ReasonCode.PRIORITY: _("Priority"),
    ReasonCode.VALUE: _("Value"),
    ReasonCode.EXTERNAL: _("External"),
    ReasonCode.QUALITY: _("Quality"),
}
MOVE_NAMES: dict[Move, Promise] = {
    Move.HOLD: _("Put on hold"),
    Move.RESUME: _("Resume"),
    Move.EXTEND: _("Extend the hold"),
    Move.RESTORE: _("Take the cancellation back"),
    Move.CANCEL: _("Cancel the measure"),
    Move.REJECT: _("Reject the proposal"),
}
MOVES_MADE: dict[Move, Promise] = {
    Move.HOLD: _("Put on hold"),
    Move.RESUME: _("Resumed"),
    Move.EXTEND: _("Hold extended"),
    Move.RESTORE: _("Cancellation taken back"),
    Move.CANCEL: _("Cancelled"),
    Move.REJECT: _("Proposal rejected"),
}
CHOICE_NAMES: dict[Choice, Promise] = {
    Choice.APPROVE: _("Advance"),
    Choice.RETURN: _("Return with conditions"),
}
CHOICES_MADE: dict[Choice, Promise] = {
    Choice.APPROVE: _("advance"),
    Choice.RETURN: _("return"),
}
STATE_NAMES: dict[RequestState, Promise] = {
    RequestState.OPEN: _("Open"),
    RequestState.ADVANCED: _("Advanced"),
    RequestState.RETURNED: _("Returned with conditions"),
    RequestState.WITHDRAWN: _("Withdrawn"),
    RequestState.VOID: _("Void"),
}
# A request that was decided by what became of its measure.
SETTLED_NAMES: dict[str, Promise] = {
    Move.HOLD.value: _("Decided: on hold"),
    Move.CANCEL.value: _("Decided: cancelled"),
    Move.REJECT.value: _("Decided: rejected"),
}
CLOSURE_OUTCOMES: dict[Outcome, Promise] = {
    Outcome.ACHIEVED: _("Achieved: the planned value is proven."),
    Outcome.SHORTFALL: _(
        "Shortfall: less than planned is proven. It can be closed with its reason, "
        "once the sponsor has countersigned it."
    ),
    Outcome.STEERING_DECIDES: _(
        "Less than half of the planned value is proven: it can be closed only if the sponsor "
        "countersigns it and the steering committee approves."
    ),
    Outcome.CANCEL_ONLY: _(
        "Nothing of the planned value is proven: the measure can only be cancelled."
    ),
}
BUDGET_NAMES: dict[BudgetChange, Promise] = {
    BudgetChange.REDUCED: _("Budget reduced"),
    BudgetChange.RAISED: _("Budget raised"),
    BudgetChange.UNCHANGED: _("Budget not changed"),
}
CLOSED_AS: dict[str, Promise] = {
    "achieved": _("Achieved"),
    "shortfall": _("Closed with a shortfall"),
}
CONFLICT_KINDS: dict[str, Promise] = {
    "people": _("people of a measure"),
    "seats": _("seats"),
    "deputies": _("deputies"),
    "votes": _("votes"),
    "claims": _("decided claims"),
    "holds": _("holds and cancellations"),
    "closures": _("closings"),
    "signatures": _("signatures under shortfalls"),
    "roll_backs": _("roll-backs"),
}
# The rules by which steering escalates, as it names them; a test holds both equal.
ESCALATION_RULES: dict[str, Promise] = {
    "T1": _("Milestone late"),
    "T2": _("Potential red"),
    "T4": _("Update stale"),
    "T9": _("Gate overdue"),
    "T10": _("Hold ends"),
    "T13": _("Ledger differs"),
    "T17": _("Value does not last"),
}
FINDINGS: dict[str, Promise] = {
    "": _("to be checked"),
    "confirmed": _("the value lasts"),
    "failed": _("part of the value is lost"),
}
LEAKAGE_CAUSES: dict[str, Promise] = {
    "size": _("smaller than planned"),
    "sustainment": _("does not last"),
}
