"""The words of steering as pages say them, ready for translation."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
