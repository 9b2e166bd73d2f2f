"""Price and volume of a measure's lines: the versions in force, and how they split its plan."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from django.db import models

from measures.models.driver import LineDriver
from measures.queries.facts import MeasureFigures
from measures.rules.calendar import Month
from measures.rules.drivers import Drivers, Split, split, together
from measures.rules.lines import LineFacts
from measures.rules.series import value_at


@dataclass(frozen=True, slots=True)
class LineSplit:
    """How the planned months of a line come about, in its currency; `months` have drivers."""

    line_id: int
    name: str
    currency: str
    months: int
    split: Split


def in_force(measure_id: int) -> models.QuerySet[LineDriver]:
    """Return the latest version of each month's drivers."""
    key = ("line_id", "fiscal_year", "period")
    rows = LineDriver.objects.filter(measure_id=measure_id)
    return rows.order_by(*key, "-version").distinct(*key)


def splits(figures: MeasureFigures) -> list[LineSplit]:
    """Return the split of every line that has drivers, over its months that have; one query."""
    known: dict[int, dict[Month, Drivers]] = defaultdict(dict)
    for row in in_force(figures.measure_id):
        known[row.line_id][Month(row.fiscal_year, row.period)] = Drivers(
            row.baseline_price, row.new_price, row.baseline_volume, row.new_volume
        )
    return [
        LineSplit(
            line.line_id,
            line.drafted.key,
            line.drafted.currency,
            len(months),
            together(split(each, _planned(line.drafted, month)) for month, each in months.items()),
        )
        for line in figures.lines
        if (months := known.get(line.line_id))
    ]


def _planned(line: LineFacts, month: Month) -> Fraction:
    return Fraction(value_at(line.plan, month) or 0, 10**line.unit.decimals)
