"""What a page of a past day says beside its figures: what is known of the same year now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from measures.words import COLOURS
from reporting.queries.dashboard import Dashboard, NodeLight
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
    """One thing of the node as it was known then and as it is known now, in words."""

    label: Promise
    then: str
    now: str
    change: str = ""


def comparison(then: Dashboard, now: Dashboard, write: Writer) -> list[Compared]:
    """Return the figures of the year of then, both lights and the measures, then and now."""
    before, after = _year(then), _year(now)
    shares = (then.confirmed_share, now.confirmed_share)
    return [
        *(_compared(label, name, before, after, write) for name, label in SHOWN),
        Compared(_("Implementation"), _light(then.implementation), _light(now.implementation)),
        Compared(_("Potential"), _light(then.potential), _light(now.potential)),
        Compared(_("Measures"), str(then.measures), str(now.measures)),
        Compared(_("Confirmed share"), *map(write.share, shares)),
    ]


def _light(light: NodeLight) -> str:
    return str(COLOURS["" if light.colour == "none" else light.colour])


def _year(figures: Dashboard) -> Column:
    return next(each for each in figures.columns if each.horizon is Horizon.FISCAL_YEAR)


def _compared(label: Promise, name: str, before: Column, after: Column, write: Writer) -> Compared:
    then, now = getattr(before, name), getattr(after, name)
    change = None if then is None or now is None else now - then
    return Compared(label, write.money(then), write.money(now), write.money(change, signed=True))
