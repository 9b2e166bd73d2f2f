"""The words of the dashboards: levels, horizons, figures and groups as people name them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hierarchy.rules.levels import Level
from measures.rules.lines import GroupKey, Nature
from measures.words import EFFECT_NAMES, NATURE_NAMES, RECURRENCE_NAMES
from reporting.rules.figures import Horizon, Measured

LEVEL_NAMES: Mapping[Level, Promise] = {
    Level.ORGANIZATION: gettext_lazy("Organization"),
    Level.PORTFOLIO: gettext_lazy("Portfolio"),
    Level.PROGRAM: gettext_lazy("Program"),
    Level.PROJECT: gettext_lazy("Project"),
    Level.PACKAGE: gettext_lazy("Package"),
    Level.MEASURE: gettext_lazy("Measure"),
}
BELOW_NAMES: Mapping[Level, Promise] = {
    Level.ORGANIZATION: gettext_lazy("Portfolios"),
    Level.PORTFOLIO: gettext_lazy("Programs"),
    Level.PROGRAM: gettext_lazy("Projects"),
    Level.PROJECT: gettext_lazy("Packages"),
    Level.PACKAGE: gettext_lazy("Measures"),
}
"""What stands directly below a level."""

HORIZON_NAMES: Mapping[Horizon, Promise] = {
    Horizon.FISCAL_YEAR: gettext_lazy("This fiscal year"),
    Horizon.RUN_RATE: gettext_lazy("Run-rate"),
    Horizon.LIFE: gettext_lazy("Life"),
}
RATE_NOTES: Mapping[tuple[str, Horizon], Promise] = {
    ("confirmed", Horizon.RUN_RATE): gettext_lazy(
        "twelve months at the level of the months approved so far"
    ),
}
"""What a run-rate counts, where it may stand far from the figure of the year beside it."""

MEASURED_NAMES: Mapping[Measured, Promise] = {
    Measured.PLAN: gettext_lazy("Plan"),
    Measured.OUTLOOK: gettext_lazy("Outlook"),
    Measured.CONFIRMED: gettext_lazy("Confirmed"),
    Measured.ORIGINAL: gettext_lazy("Original commitment"),
    Measured.PIPELINE: gettext_lazy("Pipeline"),
    Measured.CLAIMED: gettext_lazy("Waits for approval"),
    Measured.UNCLAIMED: gettext_lazy("Due, not claimed"),
}


def group_name(key: GroupKey) -> str:
    """Return a group as people name it: "Hard · Benefit, recurring · EUR"."""
    nature = str(NATURE_NAMES[key.nature])
    if key.nature is not Nature.ONE_TIME:  # there the nature says how long it lasts
        nature = _("%(nature)s, %(recurrence)s") % {
            "nature": nature,
            "recurrence": RECURRENCE_NAMES[key.recurrence],
        }
    return f"{EFFECT_NAMES[key.effect_type]} · {nature} · {key.currency or key.unit.code}"
