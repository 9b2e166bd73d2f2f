"""The cumulative curve: plan, outlook and approved actual by month, today and closed months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from django.utils.translation import gettext as _
from plotly import graph_objects

from reporting.charts.palette import Chart, Colour, Ink, drawn, literal, plain

MOST_TICKS = 5  # more month names do not fit upright on a narrow screen
STEPS = (1, 2, 3, 6, 12, 24, 36, 60)  # months between two of them: people count in these
NEAR = Decimal("0.06")  # two line ends closer than this part of the height share their place


@dataclass(frozen=True, slots=True)
class CurveMonth:
    """One month: its last day, its label, and what was added in it (units, not yet summed)."""

    ends_on: date
    label: str
    plan: Decimal | None
    outlook: Decimal | None
    approved: Decimal | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """What the curve shows; `divisor` is the scale of the page (1,000,000 for millions).

    With `is_past` the page is of a past day, which is `today`.
    """

    months: tuple[CurveMonth, ...]
    today: date
    unit: str
    divisor: Decimal = Decimal(1)
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    values: list[Decimal | None]
    colour: Colour
    dash: str
    width: float


@dataclass(frozen=True, slots=True)
class _End:
    line: _Line
    index: int
    height: Decimal


def chart(curve: Curve) -> Chart:
    """Draw the curve; the line of approved actuals ends with the last month that has one."""
    plan = _running([month.plan for month in curve.months])
    outlook = _running([month.outlook for month in curve.months])
    approved = _running([month.approved for month in curve.months])
    lines = (
        _Line(_("Plan"), plan, Colour.PLAN, "dash", 2.0),
        _Line(_("Outlook"), outlook, Colour.OUTLOOK, "solid", 2.5),
        _Line(_("Approved actual"), approved, Colour.CONFIRMED, "solid", 4.0),
    )
    traces = [_trace(curve, line) for line in lines]
    layout: dict[str, object] = {
        "hovermode": "x unified",
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "xaxis": _month_axis(curve.months),
        "yaxis": {
            "title": {"text": literal(curve.unit)},
            "rangemode": "tozero",
            "nticks": 6,
            "separatethousands": True,
        },
        "shapes": _shapes(curve),
        "annotations": [*_labels(curve, lines), *_today_label(curve)],
    }
    return Chart(
        title=_("Cumulative effect"),
        unit=_("by month, in %(unit)s") % {"unit": curve.unit},
        description=_("Cumulative plan, outlook and approved actual by month."),
        figure=plain(traces, layout),
        columns=(_("Month"), _("Plan"), _("Outlook"), _("Approved actual")),
        rows=tuple(
            (month.label, _written(p, curve), _written(o, curve), _written(a, curve))
            for month, p, o, a in zip(curve.months, plan, outlook, approved, strict=True)
        ),
    )


def _trace(curve: Curve, line: _Line) -> graph_objects.Scatter:
    return graph_objects.Scatter(
        name=line.name,
        x=[month.ends_on.isoformat() for month in curve.months],
        y=[drawn(value, curve.divisor) for value in line.values],
        mode="lines",
        line={"color": line.colour.value, "dash": line.dash, "width": line.width},
        hovertemplate=f"{line.name} %{{y:,.2f}} {literal(curve.unit)}<extra></extra>",
    )


def _running(values: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Sum up to each month; None before the first and after the last month that has a value."""
    given = [index for index, value in enumerate(values) if value is not None]
    if not given:
        return [None] * len(values)
    sums = accumulate(value or Decimal(0) for value in values)
    return [total if given[0] <= index <= given[-1] else None for index, total in enumerate(sums)]


def _written(value: Decimal | None, curve: Curve) -> Decimal | None:
    return None if value is None else (value / curve.divisor).quantize(Decimal("0.01"))


def _month_axis(months: Sequence[CurveMonth]) -> dict[str, object]:
    fewest = -(-len(months) // MOST_TICKS)
    step = next((each for each in STEPS if each >= fewest), fewest)
    shown = months[::step]
    return {
        "type": "date",
        "tickvals": [month.ends_on.isoformat() for month in shown],
        "ticktext": [month.label for month in shown],
        "showgrid": False,
        "ticks": "outside",
        "tickangle": 0,
    }


def _shapes(curve: Curve) -> list[dict[str, object]]:
    shapes: list[dict[str, object]] = []
    closed = [month.ends_on for month in curve.months if month.is_closed]
    if closed:
        shapes.append(
            {
                "type": "rect",
                "yref": "paper",
                "x0": curve.months[0].ends_on.isoformat(),
                "x1": max(closed).isoformat(),
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "fillcolor": Ink.CLOSED.value,
                "line": {"width": 0},
            }
        )
    if _is_within(curve):
        today = curve.today.isoformat()
        line = {"type": "line", "yref": "paper", "x0": today, "x1": today, "y0": 0, "y1": 1}
        shapes.append(line | {"line": {"color": Ink.TODAY.value, "width": 1, "dash": "dot"}})
    return shapes


def _is_within(curve: Curve) -> bool:
    ends = [month.ends_on for month in curve.months]
    return bool(ends) and ends[0] <= curve.today <= ends[-1]


def _today_label(curve: Curve) -> list[dict[str, object]]:
    if not _is_within(curve):
        return []
    return [
        {
            "x": curve.today.isoformat(),
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "text": _("That day") if curve.is_past else _("Today"),
            "showarrow": False,
            "font": {"color": Ink.TODAY.value},
        }
    ]


def _labels(curve: Curve, lines: Sequence[_Line]) -> list[dict[str, object]]:
    """Name each line at its end; where two ends nearly meet, the lower name moves down."""
    ends = [end for end in map(_end, lines) if end is not None]
    ordered = sorted(ends, key=lambda end: end.height, reverse=True)
    peak = max((abs(end.height) for end in ordered), default=Decimal(0)) or Decimal(1)
    labels: list[dict[str, object]] = []
    above: _End | None = None
    for end in ordered:
        shift = -15 if above is not None and _is_near(above, end, peak) else 0
        labels.append(_label(curve, end, shift))
        above = end
    return labels


def _is_near(above: _End, end: _End, peak: Decimal) -> bool:
    return above.index == end.index and (above.height - end.height) / peak < NEAR


def _end(line: _Line) -> _End | None:
    known = [(index, value) for index, value in enumerate(line.values) if value is not None]
    return _End(line, known[-1][0], known[-1][1]) if known else None


def _label(curve: Curve, end: _End, shift: int) -> dict[str, object]:
    is_last = end.index == len(curve.months) - 1
    return {
        "x": curve.months[end.index].ends_on.isoformat(),
        "y": drawn(end.height, curve.divisor),
        "xanchor": "left",
        "yanchor": "middle" if is_last else "top",
        "xshift": 8,
        "yshift": shift,
        "text": end.line.name,
        "showarrow": False,
        "font": {"color": end.line.colour.value},
    }
