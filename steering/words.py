"""The words of steering as pages say them, ready for translation."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.rules.forced import Answer, ForcedState
from steering.rules.escalation import EscalationState
from steering.rules.levels import Decision
from steering.rules.triggers import Severity

Words = str | Promise

OUTCOMES: dict[Decision, Words] = {
    Decision.ADJUST: _("Adjust: plan the way back"),
    Decision.REALLOCATE: _("Reallocate: move people or money here"),
    Decision.HOLD: _("Put the measure on hold"),
    Decision.CANCEL: _("Cancel the measure"),
    Decision.ACCEPT: _("Accept the deviation for a time"),
}
DECIDED: dict[Decision, Words] = {
    Decision.ADJUST: _("Adjusted"),
    Decision.REALLOCATE: _("Reallocated"),
    Decision.HOLD: _("Put on hold"),
    Decision.CANCEL: _("Cancelled"),
    Decision.ACCEPT: _("Accepted"),
}
SEVERITIES: dict[Severity, Words] = {
    Severity.CRITICAL: _("Critical"),
    Severity.RED: _("Red"),
    Severity.AMBER: _("Amber"),
}
STATES: dict[EscalationState, Words] = {
    EscalationState.OPEN: _("Waits for a decision"),
    EscalationState.DECIDED: _("Decided"),
    EscalationState.ENDED: _("Ended with the measure"),
}
ANSWERS: dict[Answer, Words] = {
    Answer.REPLAN: _("Plan it anew and have it decided again"),
    Answer.HOLD: _("Put the measure on hold"),
    Answer.CANCEL: _("Cancel the measure"),
}
ANSWERED: dict[Answer, Words] = {
    Answer.REPLAN: _("To be planned anew"),
    Answer.HOLD: _("Put on hold"),
    Answer.CANCEL: _("Cancelled"),
}
FORCED_STATES: dict[ForcedState, Words] = {
    ForcedState.OPEN: _("Waits for a decision"),
    ForcedState.REPLANNING: _("To be planned anew"),
    ForcedState.DECIDED: _("Decided"),
    ForcedState.LAPSED: _("Nobody decided in time: Assay set the hold"),
    ForcedState.REPORTED: _("Reported in the shadow period"),
    ForcedState.ENDED: _("Ended with the measure"),
}
