"""The sparkline: a line in a table cell, drawn on the server, so that tables need no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

WIDTH = 96
HEIGHT = 24
FEWEST = 2  # one point is no line
INSET = 2  # half a stroke and a little air, so that the highest point is not cut


@dataclass(frozen=True, slots=True)
class Sparkline:
    """What templates/components/sparkline.html draws: points in the view box, and a sentence."""

    view_box: str
    points: str
    plan_points: str
    description: str


def sparkline(
    values: Sequence[Decimal | None], plan: Sequence[Decimal | None] = (), unit: str = ""
) -> Sparkline | None:
    """Draw values by month, over the plan where given; None where fewer than two are known."""
    given = [value for value in values if value is not None]
    if len(given) < FEWEST:
        return None
    known = [*given, *(value for value in plan if value is not None)]
    low, high = min(known), max(known)
    description = _("from %(first)s to %(last)s %(unit)s") % {
        "first": f"{given[0]:,f}",
        "last": f"{given[-1]:,f}",
        "unit": unit,
    }
    return Sparkline(
        view_box=f"0 0 {WIDTH} {HEIGHT}",
        points=_points(values, low, high),
        plan_points=_points(plan, low, high),
        description=description.strip(),
    )


def _points(values: Sequence[Decimal | None], low: Decimal, high: Decimal) -> str:
    step = Decimal(WIDTH - 2 * INSET) / max(1, len(values) - 1)
    return " ".join(
        f"{INSET + step * index:.1f},{_height(value, low, high):.1f}"
        for index, value in enumerate(values)
        if value is not None
    )


def _height(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    if low == high:
        return Decimal(HEIGHT) / 2
    return INSET + (HEIGHT - 2 * INSET) * (high - value) / (high - low)
