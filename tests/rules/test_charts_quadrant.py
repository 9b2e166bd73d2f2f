"""The quadrant of implementation and potential."""

from decimal import Decimal
from itertools import pairwise

import pytest

from reporting.charts import quadrant
from reporting.charts.quadrant import Bubble, Quadrant


def bubble(name="Pricing", x="0.95", y="1.02", lights=("green", "green"), plan="5600000"):
    places = [None if value is None else Decimal(value) for value in (x, y)]
    return Bubble(name, *places, *lights, Decimal(plan))


def drawn(*bubbles):
    return quadrant.chart(Quadrant(bubbles, unit="EUR m", divisor=Decimal(1_000_000)))


def test_a_child_stands_at_its_score_and_its_ratio_and_is_as_large_as_its_plan():
    (trace,) = drawn(bubble()).figure["data"]

    assert (trace["x"], trace["y"], trace["marker"]["size"]) == ([0.95], [1.02], [5.6])


def numbers(chart):
    """Return the numbers beside the picture with the height of each, from the top down."""
    _corner, *found = chart.figure["layout"]["annotations"]
    return [(each["text"], each["ay"]) for each in found]


def test_a_watermelon_is_drawn_red_and_the_corner_is_named():
    chart = drawn(bubble("Direct Materials", "0.97", "0.57", ("green", "red")), bubble(plan="1"))

    (trace,) = chart.figure["data"]
    corner, *_numbers = chart.figure["layout"]["annotations"]
    assert trace["marker"]["color"] == ["#bf281e", "#1c4fb4"]
    assert (corner["text"], corner["x"]) == ("watermelons", 0.9)
    assert [(each.number, each.name, each.note) for each in chart.legend] == [
        (1, "Direct Materials", "watermelon"),
        (2, "Pricing", ""),
    ]


@pytest.mark.parametrize(
    ("lights", "is_one"),
    [(("green", "red"), True), (("amber", "red"), False), (("green", "amber"), False)],
)
def test_only_green_outside_and_red_inside_is_a_watermelon(lights, is_one):
    assert quadrant.is_watermelon(bubble(lights=lights)) is is_one


def test_a_child_not_judged_on_one_side_is_only_in_the_table():
    chart = drawn(bubble("Cyber", "0.9", None, ("green", "grey"), "0"))

    assert chart.figure["data"] == []
    assert chart.rows == (("Cyber", Decimal("0.9"), None, "G / –", Decimal("0.0")),)


def test_a_ratio_beyond_the_edge_is_drawn_at_the_edge_and_written_in_full():
    chart = drawn(bubble(y="3.4"))

    assert chart.figure["data"][0]["y"] == [1.15]
    assert chart.rows[0][2] == Decimal("3.4")


def test_a_negative_ratio_is_drawn_at_zero():
    chart = drawn(bubble(y="-0.3"))

    assert chart.figure["data"][0]["y"] == [0.0]
    assert chart.figure["layout"]["yaxis"]["range"][0] == -quadrant.ROOM


def test_children_carry_the_number_of_their_place_by_plan():
    many = [bubble(f"P{n}", y=str(n / 10), plan=str(n * 1_000_000)) for n in range(1, 11)]

    chart = drawn(*many)

    assert [each.name for each in chart.legend][:2] == ["P10", "P9"]
    assert sorted(int(text) for text, _height in numbers(chart)) == list(range(1, 11))


def test_of_very_many_the_largest_and_every_watermelon_carry_a_number():
    many = [bubble(f"P{n}", plan=str(n * 1_000_000)) for n in range(1, 30)]
    small = bubble("Small", "0.97", "0.4", ("green", "red"), "1")

    legend = drawn(*many, small).legend

    assert len(legend) == quadrant.NUMBERED
    assert (legend[0].name, legend[-1].name) == ("P29", "Small")


def test_no_number_covers_another_where_bubbles_lie_on_each_other():
    chart = drawn(*(bubble(f"P{n}", plan=str(n)) for n in range(1, quadrant.NUMBERED + 1)))

    low, high = chart.figure["layout"]["yaxis"]["range"]
    heights = [height for _text, height in numbers(chart)]
    gaps = [above - below for above, below in pairwise(heights)]
    assert min(gaps) > 0.99 * (high - low) / quadrant.LINES
    assert low < min(heights) < max(heights) < high


def test_the_axes_take_in_the_bubbles_and_the_corner_and_no_more():
    layout = drawn(bubble(x="0.95", y="1.02")).figure["layout"]

    assert [round(end, 2) for end in layout["xaxis"]["range"]] == [0.73, 1.05]
    assert [round(end, 2) for end in layout["yaxis"]["range"]] == [0.53, 1.07]


def test_the_bounds_of_the_score_and_of_the_ratio_are_drawn_each_on_its_own_axis():
    chart = quadrant.chart(
        Quadrant(
            (bubble(),), "EUR m", score_green_from=Decimal("0.85"), score_amber_from=Decimal("0.60")
        )
    )

    corner, *lines = chart.figure["layout"]["shapes"]
    assert (corner["x0"], corner["y1"]) == (0.85, 0.7)
    assert [(each["x0"], each["x1"]) for each in lines[2:]] == [(0.85, 0.85)]


def test_the_table_is_ordered_by_plan():
    chart = drawn(bubble("small", plan="1"), bubble("large", plan="9000000"))

    assert [row[0] for row in chart.rows] == ["large", "small"]
