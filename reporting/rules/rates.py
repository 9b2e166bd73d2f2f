"""The run-rates a measure adds to every node above it, by group (domain-rules §5, §6).

A rate is not a P&L amount: it stands in series of its own and is never added to months.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

from measures.rules.lines import Bucket, GroupKey, LineFacts, Recurrence, Rows
from measures.rules.series import (
    annualised,
    as_corrected,
    as_effects,
    estimates,
    run_rate,
    run_rate_months,
    value_at,
)
from measures.rules.stage import Lifecycle
from measures.rules.windows import Window, sums_in_windows
from reporting.rules.contribution import (
    ContributionFacts,
    RollupSeries,
    at_plan_rates,
    contribute,
)
from reporting.rules.spread import ValueKey

NO_YEAR = 0  # a rate belongs to no fiscal year


class RateSeries(StrEnum):
    """The rates that travel up, in scaled whole numbers a year, each rounded once to even.

    The last two are no rates: what seasonal lines hold in the last month of a fiscal year, which
    an exit rate leaves out (domain-rules §5).
    """

    PLAN = "plan_rate"
    OUTLOOK = "outlook_rate"
    ACTUAL = "actual_rate"
    PLAN_SEASON = "plan_season"
    OUTLOOK_SEASON = "outl_season"


SEASONS = {
    RollupSeries.PLAN: RateSeries.PLAN_SEASON,
    RollupSeries.OUTLOOK: RateSeries.OUTLOOK_SEASON,
}


def rates(facts: ContributionFacts) -> dict[ValueKey, int]:
    """Return the run-rates of a measure's recurring lines by group; none of them is 0.

    One of a foreign currency stands in its own group, and in the reporting currency's at the plan
    rate of the fiscal year in which it is first complete.
    """
    sums: dict[ValueKey, int] = {}
    for line in _recurring(facts.lines):
        groups = list(_groups_of(line, facts))
        for bucket, series, rate in _rates_of(line, facts):
            if rate is None:
                continue
            for group, factor in groups:
                key = ValueKey(group, bucket, series.value, NO_YEAR)
                sums[key] = sums.get(key, 0) + round(rate * factor)
    sums |= _seasons(facts)
    return {key: rate for key, rate in sorted(sums.items()) if rate}


def _seasons(facts: ContributionFacts) -> dict[ValueKey, int]:
    """Return what seasonal lines put into the last month of each year, in p01 of that year."""
    seasonal = tuple(line for line in facts.lines if line.is_seasonal)
    if not seasonal:
        return {}
    rows = contribute(replace(facts, lines=seasonal)).rows
    return {
        ValueKey(key.group, key.bucket, SEASONS[key.series].value, key.fiscal_year): row[-1]
        for key, row in rows.items()
        if key.series in SEASONS
    }


def _groups_of(line: LineFacts, facts: ContributionFacts) -> Iterator[tuple[GroupKey, Fraction]]:
    """Yield the groups in which a line's rate stands, and what it is multiplied by in each."""
    yield line.group, Fraction(1)
    ours = facts.reporting_currency
    if not line.unit.is_money or line.currency == ours or line.full_effect is None:
        return
    year = line.full_effect.fiscal_year
    if facts.rates.knows_plan(line.currency, year):
        group = at_plan_rates(line.group, ours)
        scale = Fraction(10) ** (group.unit.decimals - line.unit.decimals)
        yield group, scale / facts.rates.plan(line.currency, year)


def _recurring(lines: Iterable[LineFacts]) -> Iterator[LineFacts]:
    """Yield the lines that have a run-rate; a bounded effect has its life in its place (§5)."""
    for line in lines:
        if line.is_level and not line.unit.is_money:
            continue
        if line.recurrence is Recurrence.RECURRING and line.full_effect is not None:
            yield as_effects(line)


def _rates_of(
    line: LineFacts, facts: ContributionFacts
) -> Iterator[tuple[Bucket, RateSeries, Fraction | None]]:
    if facts.counts_nowhere:
        return
    planned = _rate(line, line.plan)
    if not facts.is_committed:
        if facts.lifecycle is not Lifecycle.CANCELLED:
            yield Bucket.PIPELINE, RateSeries.PLAN, planned
        return
    yield Bucket.ORIGINAL, RateSeries.PLAN, _rate(line.as_original(), line.original)
    if facts.lifecycle is Lifecycle.CANCELLED:
        return  # the whole run-rate is lost (domain-rules §15)
    yield Bucket.COMMITTED, RateSeries.PLAN, planned
    if facts.lifecycle is Lifecycle.CLOSED:
        proven = None if planned is None else planned * (line.proven or Fraction(0))
        yield Bucket.COMMITTED, RateSeries.OUTLOOK, proven
        yield Bucket.COMMITTED, RateSeries.ACTUAL, proven
        return
    yield Bucket.COMMITTED, RateSeries.OUTLOOK, _outlook(line, facts)
    yield Bucket.COMMITTED, RateSeries.ACTUAL, _rate(line, as_corrected(line))


def _rate(line: LineFacts, rows: Rows) -> Fraction | None:
    return run_rate(rows, line.full_effect, is_seasonal=line.is_seasonal)


def _outlook(line: LineFacts, facts: ContributionFacts) -> Fraction | None:
    """Return the annualised outlook; on hold, that of what still counts in the planned months."""
    if facts.lifecycle is Lifecycle.ACTIVE or facts.hold_is_rephased:
        windows = sums_in_windows(line, estimates(line, facts.clock), facts.clock)
        return windows[Window.RUN_RATE].outlook if Window.RUN_RATE in windows else None
    alone = contribute(replace(facts, lines=(line,))).rows
    left = {
        key.fiscal_year: row
        for key, row in alone.items()
        if (key.group, key.bucket, key.series)
        == (line.group, Bucket.COMMITTED, RollupSeries.OUTLOOK)
    }
    months = run_rate_months(line.full_effect) if line.full_effect is not None else ()
    counted = [value_at(left, month) or 0 for month in months if value_at(line.plan, month)]
    return annualised(counted, is_seasonal=line.is_seasonal)
