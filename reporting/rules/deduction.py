"""What an agreed overlap takes off where two measures come together (domain-rules §10.1).

It contributes like a measure whose line is negative: of each figure the agreed amount, and never
more than either line holds there. So hold, cancellation, pipeline and shortfall follow.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from measures.rules.calendar import Month
from measures.rules.lines import GroupKey, LineFacts, Rows
from measures.rules.rates import row_in_cents
from measures.rules.series import run_rate
from reporting.rules.contribution import (
    ContributionFacts,
    RollupSeries,
    at_plan_rates,
    contribute,
)
from reporting.rules.rates import SEASONS, RateSeries, rates
from reporting.rules.rollup import Tally
from reporting.rules.spread import NOTHING, Figures, Standing, ValueKey, value_key

MONTHLY = frozenset(each.value for each in RollupSeries)
SEASONAL = frozenset(each.value for each in SEASONS.values())
RATES = frozenset(each.value for each in RateSeries) - SEASONAL


def deduct(
    agreed: Rows, one: ContributionFacts, other: ContributionFacts
) -> dict[ValueKey, Figures]:
    """Return what an overlap adds to each node above both lines: figures below 0, none all 0.

    Both facts have the one line concerned; `agreed` is at the scale of their group. The run-rate is
    that from the later of the full-effect months, for only then both are complete.
    """
    group = one.lines[0].group
    if group != other.lines[0].group:
        return {}
    first, second = _held(one, group), _held(other, group)
    taken = {}
    for key in sorted(first.keys() & second.keys()):
        limit = _agreed(agreed, key, one.lines[0], other.lines[0])
        row = tuple(-max(0, min(each)) for each in zip(limit, first[key], second[key], strict=True))
        if any(row):
            taken[key] = row
    return taken | dict(_at_plan_rates(taken, one, other))


def standing_of(path: tuple[int, ...], rows: Mapping[ValueKey, Figures]) -> Standing:
    """Return how an overlap stands in the roll-up: it counts as no measure and weighs nothing."""
    return Standing(path if rows else (), rows, Tally())


def meeting(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Return the nodes above both paths, the lowest common one first."""
    above = set(other)
    return tuple(node for node in one if node in above)


def _held(facts: ContributionFacts, group: GroupKey) -> dict[ValueKey, Figures]:
    """Return what a line holds in its own group: its months, rates and seasons."""
    months = {value_key(key): row for key, row in contribute(facts).rows.items()}
    found = months | {key: (rate, *NOTHING[1:]) for key, rate in rates(facts).items()}
    return {key: row for key, row in found.items() if key.group == group}


def _agreed(agreed: Rows, key: ValueKey, one: LineFacts, other: LineFacts) -> Figures:
    """Return what was agreed for a figure: months as they are, a rate annualised once."""
    if key.series in MONTHLY or key.series in SEASONAL:
        row = tuple(value or 0 for value in agreed.get(key.fiscal_year, NOTHING))
        return row if key.series in MONTHLY else (row[-1], *NOTHING[1:])
    is_seasonal = one.is_seasonal and other.is_seasonal
    given = agreed if is_seasonal else _without_zeros(agreed)
    rate = run_rate(given, _complete(one, other), is_seasonal=is_seasonal)
    return (round(rate or Fraction(0)), *NOTHING[1:])


def _without_zeros(rows: Rows) -> Rows:
    """Return rows without the months in which nothing is agreed: no rate is taken from these."""
    return {year: tuple(each or None for each in row) for year, row in rows.items()}


def _complete(one: LineFacts, other: LineFacts) -> Month | None:
    """Return the month from which both lines have their full effect."""
    return max((each.full_effect for each in (one, other) if each.full_effect), default=None)


def _at_plan_rates(
    taken: Mapping[ValueKey, Figures], one: ContributionFacts, other: ContributionFacts
) -> Iterator[tuple[ValueKey, Figures]]:
    """Yield what is taken off in the reporting currency's group, as the lines stand in it."""
    ours = one.reporting_currency
    full = _complete(one.lines[0], other.lines[0])
    for key, row in taken.items():
        year = full.fiscal_year if full and key.series in RATES else key.fiscal_year
        currency = key.group.currency
        if currency == ours or not one.rates.knows_plan(currency, year):
            continue
        group = at_plan_rates(key.group, ours)
        shift = key.group.unit.decimals - group.unit.decimals
        converted = row_in_cents(row, one.rates.plan(currency, year), shift)
        yield ValueKey(group, key.bucket, key.series, key.fiscal_year), converted
