"""What a dashboard shows of a node's sums: groups to choose from, columns, shares, the curve."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from core.money import from_scaled
from measures.rules.calendar import PERIODS, Month, months_of_year
from measures.rules.lines import Bucket, GroupKey, Nature
from reporting.rules.contribution import RollupSeries
from reporting.rules.rates import NO_YEAR, RateSeries
from reporting.rules.rollup import allocated_gap, coverage
from reporting.rules.spread import Figures, ValueKey


class Horizon(StrEnum):
    """Over what a column counts (domain-rules §5)."""

    FISCAL_YEAR = "fiscal_year"
    RUN_RATE = "run_rate"
    LIFE = "life"


class Measured(StrEnum):
    """What a column of figures shows; every one can be traced to the measures behind it."""

    PLAN = "plan"
    OUTLOOK = "outlook"
    CONFIRMED = "confirmed"
    ORIGINAL = "original"
    PIPELINE = "pipeline"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"


_MONTHS = {
    Measured.PLAN: (Bucket.COMMITTED, RollupSeries.PLAN),
    Measured.OUTLOOK: (Bucket.COMMITTED, RollupSeries.OUTLOOK),
    Measured.CONFIRMED: (Bucket.COMMITTED, RollupSeries.ACTUAL),
    Measured.ORIGINAL: (Bucket.ORIGINAL, RollupSeries.PLAN),
    Measured.PIPELINE: (Bucket.PIPELINE, RollupSeries.PLAN),
    Measured.CLAIMED: (Bucket.COMMITTED, RollupSeries.CLAIMED),
    Measured.UNCLAIMED: (Bucket.COMMITTED, RollupSeries.UNCLAIMED),
}
_RATES = {
    Measured.PLAN: (Bucket.COMMITTED, RateSeries.PLAN),
    Measured.OUTLOOK: (Bucket.COMMITTED, RateSeries.OUTLOOK),
    Measured.CONFIRMED: (Bucket.COMMITTED, RateSeries.ACTUAL),
    Measured.ORIGINAL: (Bucket.ORIGINAL, RateSeries.PLAN),
    Measured.PIPELINE: (Bucket.PIPELINE, RateSeries.PLAN),
}


@dataclass(frozen=True, slots=True)
class Column:
    """Target, plan, outlook and confirmed side by side, in units; None is not given, never 0.

    `gap` is what the target leaves over after the targets of the children; `coverage` is plan by
    target, `reached` outlook by plan, `of_original` outlook by the first commitment.
    """

    horizon: Horizon
    target: Decimal | None
    plan: Decimal | None
    outlook: Decimal | None
    confirmed: Decimal | None
    original: Decimal | None
    pipeline: Decimal | None
    gap: Decimal | None
    coverage: Decimal | None
    reached: Decimal | None
    of_original: Decimal | None


@dataclass(frozen=True, slots=True)
class Targets:
    """The target of a node and those of its children for one horizon, scaled; None: not given."""

    own: int | None = None
    below: tuple[int, ...] = ()


Rows = Mapping[ValueKey, Figures]


def address(group: GroupKey) -> str:
    """Return the group as it stands in a page's address: "hard-recurring-benefit-EUR-2"."""
    unit = group.currency or group.unit.code
    parts = (group.effect_type, group.recurrence, group.nature, unit, str(group.unit.decimals))
    return "-".join(parts)


def groups_in(rows: Rows, fiscal_year: int) -> list[GroupKey]:
    """Return the groups a node has figures in, the one that speaks for it first.

    Benefits before costs, money before other units, then by the size of this year's plan.
    """

    def rank(group: GroupKey) -> tuple[bool, bool, int, int, GroupKey]:
        plan = abs(figure(rows, group, Measured.PLAN, Horizon.FISCAL_YEAR, fiscal_year) or 0)
        life = sum(abs(sum(row)) for key, row in rows.items() if key.group == group)
        is_benefit = group.nature is Nature.BENEFIT
        return (not is_benefit, not group.unit.is_money, -plan, -life, group)

    return sorted({key.group for key in rows}, key=rank)


def figure(
    rows: Rows, group: GroupKey, measured: Measured, horizon: Horizon, fiscal_year: int
) -> int | None:
    """Return one figure of a node, scaled; None where nothing of it was ever put in."""
    if horizon is Horizon.RUN_RATE:
        if measured not in _RATES:
            return None
        return _rate(rows, group, measured)
    bucket, series = _MONTHS[measured]
    found = [
        sum(row)
        for key, row in rows.items()
        if (key.group, key.bucket, key.series) == (group, bucket, series.value)
        and (horizon is Horizon.LIFE or key.fiscal_year == fiscal_year)
    ]
    return sum(found) if found else None


def stored_under(measured: Measured, horizon: Horizon) -> tuple[str, str] | None:
    """Return bucket and series of the rows that a figure is the sum of; None if there are none."""
    if horizon is not Horizon.RUN_RATE:
        bucket, months = _MONTHS[measured]
        return bucket.value, months.value
    if measured not in _RATES:
        return None
    bucket, rate = _RATES[measured]
    return bucket.value, rate.value


def _rate(rows: Rows, group: GroupKey, measured: Measured) -> int | None:
    bucket, series = _RATES[measured]
    row = rows.get(ValueKey(group, bucket, series.value, NO_YEAR))
    return None if row is None else row[0]


def column(
    rows: Rows, group: GroupKey, horizon: Horizon, fiscal_year: int, targets: Targets
) -> Column:
    """Return all figures of one horizon."""
    scaled = {each: figure(rows, group, each, horizon, fiscal_year) for each in Measured}
    plan, outlook = scaled[Measured.PLAN], scaled[Measured.OUTLOOK]

    def units(value: int | None) -> Decimal | None:
        return from_scaled(value, group.unit.decimals)

    return Column(
        horizon=horizon,
        target=units(targets.own),
        plan=units(plan),
        outlook=units(outlook),
        confirmed=units(scaled[Measured.CONFIRMED]),
        original=units(scaled[Measured.ORIGINAL]),
        pipeline=units(scaled[Measured.PIPELINE]),
        gap=units(allocated_gap(targets.own, targets.below)),
        coverage=ratio(coverage(plan, targets.own)),
        reached=ratio(coverage(outlook, plan)),
        of_original=ratio(coverage(outlook, scaled[Measured.ORIGINAL])),
    )


def empty_column(horizon: Horizon, targets: Targets, decimals: int) -> Column:
    """Return the column of a node below which no measure has figures yet: its target alone."""
    return Column(
        horizon=horizon,
        target=from_scaled(targets.own, decimals),
        plan=None,
        outlook=None,
        confirmed=None,
        original=None,
        pipeline=None,
        gap=from_scaled(allocated_gap(targets.own, targets.below), decimals),
        coverage=None,
        reached=None,
        of_original=None,
    )


def ratio(share: Fraction | None) -> Decimal | None:
    """Return a share as pages cut it; None stays None."""
    return None if share is None else Decimal(share.numerator) / Decimal(share.denominator)


def months_with(rows: Rows, group: GroupKey) -> tuple[Month, ...]:
    """Return the months of every fiscal year in which the group holds a committed figure."""
    years = sorted(
        {
            key.fiscal_year
            for key in rows
            if key.group == group and key.bucket is Bucket.COMMITTED and key.fiscal_year != NO_YEAR
        }
    )
    return tuple(month for year in years for month in months_of_year(year))


def by_month(
    rows: Rows, group: GroupKey, measured: Measured, months: Iterable[Month]
) -> list[int | None]:
    """Return a series over months, scaled; None before its first and after its last figure."""
    bucket, series = _MONTHS[measured]
    values = [
        rows.get(ValueKey(group, bucket, series.value, month.fiscal_year), _EMPTY)[month.period - 1]
        for month in months
    ]
    return _trimmed(values)


_EMPTY: Figures = (0,) * PERIODS


def _trimmed(values: Sequence[int]) -> list[int | None]:
    given = [at for at, value in enumerate(values) if value]
    if not given:
        return [None] * len(values)
    return [value if given[0] <= at <= given[-1] else None for at, value in enumerate(values)]


def group_at(text: str, groups: Iterable[GroupKey]) -> GroupKey | None:
    """Return the group at an address among those there are; None if it is none of them."""
    return next((group for group in groups if address(group) == text), None)
