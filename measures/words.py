"""The words of measures for people: stages, lifecycles, kinds of effect, of line, of evidence."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Role
from measures.models.confidential import SecretKind
from measures.models.evidence import EvidenceKind
from measures.models.target import Horizon
from measures.rules.calendar import PeriodStage
from measures.rules.lines import EffectType, Nature, Recurrence, Series
from measures.rules.patterns import CalendarKind, YearEnd
from measures.rules.stage import Lifecycle, Stage

STAGE_NAMES: dict[Stage, Promise] = {
    Stage.DEFINED: _("Defined"),
    Stage.IDENTIFIED: _("Identified"),
    Stage.DETAILED: _("Detailed"),
    Stage.DECIDED: _("Decided"),
    Stage.IMPLEMENTED: _("Implemented"),
    Stage.CLOSED: _("Closed"),
}
LIFECYCLE_NAMES: dict[Lifecycle, Promise] = {
    Lifecycle.ACTIVE: _("Active"),
    Lifecycle.ON_HOLD: _("On hold"),
    Lifecycle.CANCELLED: _("Cancelled"),
    Lifecycle.CLOSED: _("Closed"),
}
EFFECT_NAMES: dict[EffectType, Promise] = {
    EffectType.HARD: _("Hard"),
    EffectType.AVOIDANCE: _("Cost avoidance"),
    EffectType.CASH: _("Cash or working capital"),
    EffectType.QUALITATIVE: _("Qualitative"),
    EffectType.MANDATORY: _("Mandatory or enabler"),
}
NATURE_NAMES: dict[Nature, Promise] = {
    Nature.BENEFIT: _("Benefit"),
    Nature.RUNNING: _("Running cost"),
    Nature.ONE_TIME: _("One-time cost"),
}
RECURRENCE_NAMES: dict[Recurrence, Promise] = {
    Recurrence.RECURRING: _("recurring"),
    Recurrence.ONE_OFF: _("one-off"),
    Recurrence.TEMPORARY: _("temporary"),
}
SERIES_NAMES: dict[Series, Promise] = {
    Series.BASELINE: _("Baseline"),
    Series.PLAN: _("Plan"),
    Series.FORECAST: _("Forecast"),
    Series.ACTUAL: _("Approved actual"),
    Series.CORRECTION: _("Corrections"),
}
EVIDENCE_KIND_NAMES: dict[EvidenceKind, Promise] = {
    EvidenceKind.BASELINE: _("Baseline"),
    EvidenceKind.LEDGER_EXTRACT: _("Ledger extract"),
    EvidenceKind.INVOICE_SET: _("Invoices"),
    EvidenceKind.CONTRACT_VOLUME: _("Contract and volume"),
    EvidenceKind.HEADCOUNT_LIST: _("Headcount list"),
    EvidenceKind.BUDGET_CUT: _("Budget cut"),
    EvidenceKind.COMPLETION: _("Completion of a milestone"),
    EvidenceKind.HAND_OVER: _("Hand-over to the line"),
    EvidenceKind.OTHER: _("Other"),
}
SECRET_NAMES: dict[SecretKind, Promise] = {
    SecretKind.HEADCOUNT: _("Headcount"),
    SecretKind.ACQUISITION: _("Acquisition"),
    SecretKind.OTHER: _("Other"),
}
SEAT_NAMES: dict[Role, Promise] = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.EXECUTIVE: _("executive"),
    Role.LEAD: _("lead"),
    Role.SPONSOR: _("sponsor"),
    Role.CONTROLLER: _("controller"),
    Role.OWNER: _("owner"),
    Role.STEERING: _("steering committee"),
}
HORIZON_NAMES: dict[Horizon, Promise] = {
    Horizon.FISCAL_YEAR: _("In the fiscal year"),
    Horizon.RUN_RATE: _("Run-rate"),
}
CALENDAR_KIND_NAMES: dict[str, Promise] = {
    CalendarKind.MONTHS.value: _("Calendar months"),
    CalendarKind.WEEKS_445.value: _("Weeks, 4-4-5 a quarter"),
    CalendarKind.WEEKS_454.value: _("Weeks, 4-5-4 a quarter"),
    CalendarKind.WEEKS_544.value: _("Weeks, 5-4-4 a quarter"),
}
YEAR_END_NAMES: dict[str, Promise] = {
    YearEnd.LAST.value: _("The last one of the fiscal year's last month"),
    YearEnd.NEAREST.value: _("The one nearest to the end of that month"),
}
WEEKDAY_NAMES: dict[int, Promise] = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
PERIOD_STAGE_NAMES: dict[PeriodStage, Promise] = {
    PeriodStage.OPEN: _("open"),
    PeriodStage.CLAIMING: _("claiming"),
    PeriodStage.APPROVING: _("approving"),
    PeriodStage.LOCKED: _("locked"),
}
PERIOD_STAGE_TONES: dict[PeriodStage, str] = {
    PeriodStage.OPEN: "accent",
    PeriodStage.CLAIMING: "warn",
    PeriodStage.APPROVING: "warn",
    PeriodStage.LOCKED: "plain",
}

COLOURS: dict[str, Promise] = {
    "": _("None"),
    "grey": _("Grey, not judged"),
    "green": _("Green"),
    "amber": _("Amber"),
    "red": _("Red"),
}
