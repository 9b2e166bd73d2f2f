"""What a page of a past day says beside its figures: what is known of the same year now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reporting.queries.dashboard import Dashboard
from reporting.rules.figures import Column, Horizon
from reporting.views.scene import Writer

SHOWN: Sequence[tuple[str, Promise]] = (
    ("target", _("Target")),
    ("plan", _("Plan")),
    ("outlook", _("Outlook")),
    ("confirmed", _("Confirmed")),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of the fiscal year as it was known then and as it is known now, in words."""

    label: Promise
    then: str
    now: str
    change: str


def comparison(then: Dashboard, now: Dashboard, write: Writer) -> list[Compared]:
    """Return target, plan, outlook and confirmed of the year of then, known then and known now."""
    before, after = _year(then), _year(now)
    return [_compared(label, name, before, after, write) for name, label in SHOWN]


def _year(figures: Dashboard) -> Column:
    return next(each for each in figures.columns if each.horizon is Horizon.FISCAL_YEAR)


def _compared(label: Promise, name: str, before: Column, after: Column, write: Writer) -> Compared:
    then, now = getattr(before, name), getattr(after, name)
    change = None if then is None or now is None else now - then
    return Compared(label, write.money(then), write.money(now), write.money(change, signed=True))
