"""The quadrant: implementation x potential, one bubble a child, its size the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from plotly import graph_objects

from reporting.charts.palette import Chart, Colour, Entry, Ink, drawn, literal, plain

LARGEST_BUBBLE = 44  # pixels across; the largest plan has it, areas follow the plans
NUMBERED = (
    16  # watermelons and the largest plans; all others are under the pointer and in the table
)
HIGHEST_SHOWN = Decimal("1.15")  # ratios above are drawn at the edge and written in full
FULL_SCORE = Decimal(1)
ROOM = 0.05  # left free beyond the outermost bubble, so that the axis does not cut it
CORNER = 0.12  # of the watermelons' corner at least this much is seen
LINES = 18  # numbers that fit above each other beside the picture


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
        (each for each in quadrant.bubbles if is_placed(each)),
        key=lambda bubble: bubble.plan,
        reverse=True,
    )
    numbered = _numbered(placed)
    room = _room(placed, quadrant)
    layout: dict[str, object] = {
        "hovermode": "closest",
        "margin": {"l": 8, "r": 30, "t": 8, "b": 8},
        "height": 380,
        "xaxis": _axis(_("Implementation score"), room.left, room.right),
        "yaxis": _axis(_("Potential: outlook as part of plan"), room.bottom, room.top),
        "shapes": _shapes(quadrant, room),
        "annotations": [_watermelons(quadrant, room), *_numbers(numbered, room)],
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
        legend=tuple(
            Entry(number, each.name, _("watermelon") if is_watermelon(each) else "")
            for number, each in enumerate(numbered, start=1)
        ),
    )


def is_watermelon(bubble: Bubble) -> bool:
    """Green outside, red inside: on schedule and without its value (domain-rules §8)."""
    return bubble.implementation_light == "green" and bubble.potential_light == "red"


def is_placed(bubble: Bubble) -> bool:
    """Tell whether a child is judged on both sides and so has a place in the picture."""
    return bubble.implementation is not None and bubble.potential is not None


def _lights(bubble: Bubble) -> str:
    return f"{_letter(bubble.implementation_light)} / {_letter(bubble.potential_light)}"


def _letter(colour: str) -> str:
    return {"green": "G", "amber": "A", "red": "R"}.get(colour, "\N{EN DASH}")


def _numbered(placed: Sequence[Bubble]) -> list[Bubble]:
    """Return those that carry a number, by plan: every watermelon that fits, then the largest."""
    alarming = sorted(placed, key=lambda bubble: (not is_watermelon(bubble), -bubble.plan))
    chosen = alarming[:NUMBERED]
    return sorted(chosen, key=lambda bubble: bubble.plan, reverse=True)


@dataclass(frozen=True, slots=True)
class _Room:
    """How far the axes reach."""

    left: float
    right: float
    bottom: float
    top: float


def _room(placed: Sequence[Bubble], quadrant: Quadrant) -> _Room:
    """Take in every bubble and a part of the corner, and no more: bubbles lie close together."""
    scores = [_shown(each.implementation) for each in placed]
    ratios = [_shown(each.potential) for each in placed]
    left = min([float(quadrant.score_green_from) - CORNER, *scores])
    bottom = min([float(quadrant.amber_from) - CORNER, *ratios])
    return _Room(
        left=max(-ROOM, left - ROOM),
        right=max([float(FULL_SCORE), *scores]) + ROOM,
        bottom=max(-ROOM, bottom - ROOM),
        top=max([float(FULL_SCORE), *ratios]) + ROOM,
    )


def _shown(value: Decimal | None) -> float:
    return max(0.0, drawn(min(value or Decimal(0), HIGHEST_SHOWN)) or 0.0)


def _trace(placed: Sequence[Bubble], quadrant: Quadrant) -> graph_objects.Scatter:
    plans = [max(drawn(each.plan, quadrant.divisor) or 0.0, 0.0) for each in placed]
    alarms = [is_watermelon(each) for each in placed]
    return graph_objects.Scatter(
        x=[_shown(each.implementation) for each in placed],
        y=[_shown(each.potential) for each in placed],
        mode="markers",
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


def _numbers(numbered: Sequence[Bubble], room: _Room) -> list[dict[str, object]]:
    """Write the numbers beside the picture, none over another, each with a line to its bubble."""
    order = sorted(
        enumerate(numbered, start=1), key=lambda pair: _shown(pair[1].potential), reverse=True
    )
    heights = _spread([_shown(each.potential) for _number, each in order], room)
    return [
        {
            "x": _shown(each.implementation),
            "y": _shown(each.potential),
            "ax": room.right,
            "ay": height,
            "axref": "x",
            "ayref": "y",
            "xanchor": "left",
            "text": str(number),
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": (Ink.RED if is_watermelon(each) else Ink.GREY).value,
            "font": {"color": (Ink.RED if is_watermelon(each) else Ink.INK).value},
        }
        for (number, each), height in zip(order, heights, strict=True)
    ]


def _spread(wanted: Sequence[float], room: _Room) -> list[float]:
    """Return places from the top down, as near to the wanted ones as the lines allow."""
    line = (room.top - room.bottom) / LINES
    places: list[float] = []
    for each in wanted:
        highest = places[-1] - line if places else room.top - line / 2
        places.append(min(each, highest))
    floor = room.bottom + line / 2
    for at in range(len(places) - 1, -1, -1):
        places[at] = max(places[at], floor)
        floor = places[at] + line
    return places


def _axis(title: str, lowest: float, highest: float) -> dict[str, object]:
    return {
        "title": {"text": title},
        "range": [lowest, highest],
        "tickformat": ".0%",
        "nticks": 7,
        "zeroline": False,
    }


def _shapes(quadrant: Quadrant, room: _Room) -> list[dict[str, object]]:
    green, amber = float(quadrant.green_from), float(quadrant.amber_from)
    score_green, score_amber = float(quadrant.score_green_from), float(quadrant.score_amber_from)
    corner: dict[str, object] = {
        "type": "rect",
        "x0": score_green,
        "x1": room.right,
        "y0": room.bottom,
        "y1": amber,
        "layer": "below",
        "fillcolor": Ink.ALARM.value,
        "line": {"width": 0},
    }
    dotted = {"color": Ink.GREY.value, "width": 1, "dash": "dot"}
    line: dict[str, object] = {"type": "line", "layer": "below", "line": dotted}
    across = [line | {"x0": room.left, "x1": room.right, "y0": y, "y1": y} for y in (amber, green)]
    scores = [x for x in (score_amber, score_green) if x > room.left]
    down = [line | {"x0": x, "x1": x, "y0": room.bottom, "y1": room.top} for x in scores]
    return [corner, *across, *down]


def _watermelons(quadrant: Quadrant, room: _Room) -> dict[str, object]:
    return {
        "x": float(quadrant.score_green_from),
        "y": room.bottom,
        "xanchor": "left",
        "yanchor": "bottom",
        "xshift": 4,
        "text": _("watermelons"),
        "showarrow": False,
        "font": {"color": Ink.RED.value},
    }
