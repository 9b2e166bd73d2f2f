"""The table of colours, and the form in which every chart leaves."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from plotly import graph_objects

from reporting.charts import palette

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"


def declared(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--(?:series|chart)-[a-z]+): (#[0-9a-f]{6});", block))


def test_every_colour_of_a_chart_is_the_light_value_of_its_custom_property():
    light = declared(TOKENS.read_text(encoding="utf-8").partition("@media")[0])

    assert light == {name: colour for colour, name in palette.custom_properties().items()}


def test_every_colour_of_a_chart_has_a_dark_value():
    light, _, dark = TOKENS.read_text(encoding="utf-8").partition("@media")

    assert declared(dark).keys() == declared(light).keys()


def test_no_two_colours_are_the_same_so_that_each_finds_its_own_property():
    every = [each.value for table in (palette.Colour, palette.Ink) for each in table]

    assert len(set(every)) == len(every)


def test_a_figure_leaves_as_plain_json_without_a_template():
    line = graph_objects.Scatter(x=[1], y=[2], line={"color": palette.Colour.PLAN.value})

    figure = palette.plain([line], {"height": 300})

    assert json.loads(json.dumps(figure)) == {
        "data": [{"type": "scatter", "x": [1], "y": [2], "line": {"color": "#6d7888"}}],
        "layout": {"height": 300, "meta": {"colours": {"#6d7888": "--series-plan"}}},
    }


def test_a_figure_with_a_word_plotly_does_not_know_is_refused():
    with pytest.raises(ValueError, match="Invalid property"):
        palette.plain([], {"heigth": 300})


def test_what_was_not_given_is_not_drawn_as_zero():
    assert palette.drawn(None) is None
    assert palette.drawn(Decimal(1500), Decimal(1000)) == 1.5
