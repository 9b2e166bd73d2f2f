"""What all charts share: the colour of each series, and the form in which a chart leaves here.

A figure is built with the light colours of this table, so that it is right wherever it is drawn;
the browser replaces each by the custom property named beside it (static/css/tokens.css, where the
dark values are), told by `layout.meta.colours`.
"""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import cast

from plotly import graph_objects

Cell = str | int | Decimal | date | None


class Colour(StrEnum):
    """Every colour a chart may use: the light value; its name gives the custom property."""

    TARGET = "#7a4fb5"
    BASELINE = "#98a1ae"
    PLAN = "#6d7888"
    FORECAST = "#5b8ade"
    OUTLOOK = "#1c4fb4"
    CLAIMED = "#b3701a"
    CONFIRMED = "#0b7a75"


class Ink(StrEnum):
    """What is drawn around the series: words, lines, shades, and the four colours of a light."""

    INK = "#414c5c"
    GRID = "#e3e6ec"
    TODAY = "#111a27"
    CLOSED = "#f0f2f5"
    GREEN = "#1a7a45"
    AMBER = "#b77700"
    RED = "#bf281e"
    GREY = "#6b7688"
    ALARM = "#fcebe9"
    PAPER = "#ffffff"


def custom_properties() -> dict[str, str]:
    """Return colour -> custom property, for each colour of both tables."""
    series = {colour.value: f"--series-{colour.name.lower()}" for colour in Colour}
    return series | {ink.value: f"--chart-{ink.name.lower()}" for ink in Ink}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a number in a picture stands for; `note` says what is special about it."""

    number: int
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: the figure as plain JSON, and the same figures as a table for every reader.

    `description` says in a sentence what the picture shows; `unit` stands at its head;
    `rows` hold one cell a column, None where nothing was given; `legend` names what the picture
    only numbers.
    """

    title: str
    unit: str
    description: str
    figure: dict[str, object]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    legend: tuple[Entry, ...] = ()


def plain(traces: Sequence[object], layout: dict[str, object]) -> dict[str, object]:
    """Return a figure as a small JSON-ready dict: checked by Plotly, without its own template."""
    built = graph_objects.Figure(data=list(traces), layout=layout)
    figure = cast("dict[str, dict[str, object]]", json.loads(built.to_json()))
    shown = json.dumps(figure)
    used = {each: name for each, name in custom_properties().items() if each in shown}
    looks = figure["layout"] | {"meta": {"colours": used}}
    looks.pop("template", None)
    return {"data": figure["data"], "layout": looks}


def literal(text: str) -> str:
    """Return words as a figure shows them letter by letter: Plotly reads links and tags in text."""
    return html.escape(text, quote=False)


def drawn(value: Decimal | None, divisor: Decimal = Decimal(1)) -> float | None:
    """Return an amount as a browser draws it; pixels need no Decimal, tables keep theirs."""
    return None if value is None else float(value / divisor)
