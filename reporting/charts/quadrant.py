"""The quadrant: implementation x potential, one bubble a child, its size the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from plotly import graph_objects

from reporting.charts.palette import Chart, Colour, Ink, drawn, literal, plain

LARGEST_BUBBLE = 44  # pixels across; the largest plan has it, areas follow the plans
NAMES_SHOWN = 8  # the largest plans; every name is under the pointer and in the table
HIGHEST_SHOWN = Decimal("1.15")  # ratios above are drawn at the edge and written in full
ROOM = 0.08  # left free beyond the outermost bubble, so that the axis does not cut it
APART = (0.16, 0.06)  # names nearer than this, across and up, would cover one another


@dataclass(frozen=True, slots=True)
class Bubble:
    """A child: its implementation score (0 to 1), potential ratio r, both lights, and its plan."""

    name: str
    implementation: Decimal | None
    potential: Decimal | None
    implementation_light: str
    potential_light: str
    plan: Decimal


@dataclass(frozen=True, slots=True)
class Quadrant:
    """The children of a node; the bounds are where its lights turn green and amber.

    `score_green_from` and `score_amber_from` are those of the implementation score.
    """

    bubbles: tuple[Bubble, ...]
    unit: str
    divisor: Decimal = Decimal(1)
    green_from: Decimal = Decimal("0.90")
    amber_from: Decimal = Decimal("0.70")
    score_green_from: Decimal = Decimal("0.90")
    score_amber_from: Decimal = Decimal("0.70")


def chart(quadrant: Quadrant) -> Chart:
    """Draw the quadrant; a child with one side not judged is only in the table."""
    placed = sorted(
        (each for each in quadrant.bubbles if _is_placed(each)),
        key=lambda bubble: bubble.plan,
        reverse=True,
    )
    lowest = _lowest(placed, quadrant)
    layout: dict[str, object] = {
        "hovermode": "closest",
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "height": 380,
        "xaxis": _axis(_("Implementation score"), lowest),
        "yaxis": _axis(_("Potential: outlook as part of plan"), lowest),
        "shapes": _shapes(quadrant, lowest),
        "annotations": [_watermelons(quadrant, lowest)],
    }
    return Chart(
        title=_("Implementation and potential"),
        unit=_("bubble: plan in %(unit)s") % {"unit": quadrant.unit},
        description=_("Each child by its implementation score and its potential ratio."),
        figure=plain([_trace(placed, quadrant)] if placed else [], layout),
        columns=(
            _("Name"),
            _("Implementation"),
            _("Potential"),
            _("Lights"),
            _("Plan, %(unit)s") % {"unit": quadrant.unit},
        ),
        rows=tuple(
            (
                each.name,
                each.implementation,
                each.potential,
                _lights(each),
                (each.plan / quadrant.divisor).quantize(Decimal("0.1")),
            )
            for each in sorted(quadrant.bubbles, key=lambda bubble: bubble.plan, reverse=True)
        ),
    )


def is_watermelon(bubble: Bubble) -> bool:
    """Green outside, red inside: on schedule and without its value (domain-rules §8)."""
    return bubble.implementation_light == "green" and bubble.potential_light == "red"


def _is_placed(bubble: Bubble) -> bool:
    return bubble.implementation is not None and bubble.potential is not None


def _lights(bubble: Bubble) -> str:
    return f"{_letter(bubble.implementation_light)} / {_letter(bubble.potential_light)}"


def _letter(colour: str) -> str:
    return {"green": "G", "amber": "A", "red": "R"}.get(colour, "\N{EN DASH}")


def _lowest(placed: Sequence[Bubble], quadrant: Quadrant) -> float:
    """The axes start at one place, so that the diagonal means the same on both."""
    values = [drawn(v) or 0.0 for b in placed for v in (b.implementation, b.potential)]
    usual = float(min(quadrant.amber_from, quadrant.score_amber_from)) - 0.25
    return max(-ROOM, min([usual, *(value - ROOM for value in values)]))


def _shown(value: Decimal | None) -> float:
    return max(0.0, drawn(min(value or Decimal(0), HIGHEST_SHOWN)) or 0.0)


def _trace(placed: Sequence[Bubble], quadrant: Quadrant) -> graph_objects.Scatter:
    plans = [max(drawn(each.plan, quadrant.divisor) or 0.0, 0.0) for each in placed]
    alarms = [is_watermelon(each) for each in placed]
    return graph_objects.Scatter(
        x=[_shown(each.implementation) for each in placed],
        y=[_shown(each.potential) for each in placed],
        mode="markers+text",
        text=_names(placed),
        textposition="top center",
        cliponaxis=False,
        customdata=[[literal(each.name), _lights(each)] for each in placed],
        marker={
            "size": plans,
            "sizemode": "area",
            "sizemin": 5,
            "sizeref": 2 * (max(plans) or 1.0) / LARGEST_BUBBLE**2,
            "color": [Ink.RED.value if alarm else Colour.OUTLOOK.value for alarm in alarms],
            "opacity": 0.72,
            "line": {"color": Ink.PAPER.value, "width": 1},
        },
        hovertemplate=(
            "<b>%{customdata[0]}</b><br>"
            + _("lights")
            + " %{customdata[1]}<br>"
            + f"{_('plan')} %{{marker.size:,.1f}} {literal(quadrant.unit)}<extra></extra>"
        ),
    )


def _names(placed: Sequence[Bubble]) -> list[str]:
    """Name the largest, but none whose name would cover that of a larger one."""
    named: list[tuple[float, float]] = []
    names = []
    for each in placed:
        x, y = _shown(each.implementation), _shown(each.potential)
        covers = any(abs(x - a) < APART[0] and abs(y - b) < APART[1] for a, b in named)
        is_named = len(named) < NAMES_SHOWN and not covers
        names.append(literal(each.name) if is_named else "")
        if is_named:
            named.append((x, y))
    return names


def _axis(title: str, lowest: float) -> dict[str, object]:
    highest = float(HIGHEST_SHOWN) + 0.03
    return {
        "title": {"text": title},
        "range": [lowest, highest],
        "tickformat": ".0%",
        "nticks": 7,
        "zeroline": False,
    }


def _shapes(quadrant: Quadrant, lowest: float) -> list[dict[str, object]]:
    green, amber = float(quadrant.green_from), float(quadrant.amber_from)
    score_green, score_amber = float(quadrant.score_green_from), float(quadrant.score_amber_from)
    highest = float(HIGHEST_SHOWN) + 0.03
    corner: dict[str, object] = {
        "type": "rect",
        "x0": score_green,
        "x1": highest,
        "y0": lowest,
        "y1": amber,
        "layer": "below",
        "fillcolor": Ink.ALARM.value,
        "line": {"width": 0},
    }
    dotted = {"color": Ink.GREY.value, "width": 1, "dash": "dot"}
    line: dict[str, object] = {"type": "line", "layer": "below", "line": dotted}
    across = [line | {"x0": lowest, "x1": highest, "y0": y, "y1": y} for y in (amber, green)]
    scores = (score_amber, score_green)
    down = [line | {"x0": x, "x1": x, "y0": lowest, "y1": highest} for x in scores]
    return [corner, *across, *down]


def _watermelons(quadrant: Quadrant, lowest: float) -> dict[str, object]:
    return {
        "x": float(HIGHEST_SHOWN) + 0.02,
        "y": lowest,
        "xanchor": "right",
        "yanchor": "bottom",
        "text": _("watermelons"),
        "showarrow": False,
        "font": {"color": Ink.RED.value},
    }
