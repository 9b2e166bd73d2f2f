"""What stands behind an escalation in money, so that the dearest is decided first."""

from collections.abc import Iterable

from measures.rules import series
from measures.rules.lines import LineFacts

CENTS = 2


def value_at_stake(lines: Iterable[LineFacts], fiscal_year: int, currency: str) -> int | None:
    """Return what is planned for the fiscal year, or for the whole life if nothing is due in it.

    In `currency` x 10^2, without sign. The benefits are taken; where none is planned, as in a
    mandatory measure, the costs. A level line counts with its effect against the baseline.
    None where nothing in this currency is planned at all (ours).
    """
    money = [
        series.as_effects(each)
        for each in lines
        if each.unit.is_money and each.currency == currency
    ]
    benefits = [each for each in money if not each.is_cost]
    for group in (benefits, money):
        for years in ({fiscal_year}, None):
            planned = sum(_planned(line, years) for line in group)
            if planned:
                return abs(planned)
    return None


def _planned(line: LineFacts, years: set[int] | None) -> int:
    scaled = sum(
        value or 0
        for year, row in line.plan.items()
        if years is None or year in years
        for value in row
    )
    decimals = line.unit.decimals
    return scaled * int(10 ** (CENTS - decimals)) if decimals <= CENTS else _cut(scaled, decimals)


def _cut(scaled: int, decimals: int) -> int:
    """Return a figure in hundredths, what is finer cut off: an order needs no more."""
    return int(scaled // 10 ** (decimals - CENTS))
