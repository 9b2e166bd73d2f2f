"""What one measure adds to every node above it: value rows by group, and one row of its lights.

Roll-ups are sums of these rows and nothing else, so that a measure's change is a difference of two
contributions (decisions §3, domain-rules §10.2).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from measures.rules.calendar import PERIODS, Month, MonthState, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, counted_colour
from measures.rules.lines import (
    Bucket,
    Direction,
    GroupKey,
    LineFacts,
    Nature,
    Recurrence,
    Rows,
    Unit,
)
from measures.rules.rates import NO_RATES, Rates, row_in_cents
from measures.rules.series import (
    MonthEstimate,
    Standing,
    as_effects,
    before,
    booked,
    estimates,
    in_year,
    less_favourable,
    life,
    months_in,
    rows_of,
    value_at,
)
from measures.rules.stage import Lifecycle, Stage


class RollupSeries(StrEnum):
    """The series that travel up; `unclaimed` is due, past its claim day, and not claimed."""

    PLAN = "plan"
    OUTLOOK = "outlook"
    ACTUAL = "actual"
    CLAIMED = "claimed"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True, order=True)
class RowKey:
    """The key of a roll-up row below organization and node (decisions §2)."""

    group: GroupKey
    bucket: Bucket
    series: RollupSeries
    fiscal_year: int


@dataclass(frozen=True, slots=True)
class ContributionFacts:
    """A measure as roll-ups see it; `hold_is_rephased` once a delayed phasing is confirmed.

    `was_decided`: decided once, so that what it committed to counts on while it is planned anew.
    `rates` are the organization's; without any, foreign figures stand in their own groups alone.
    """

    stage: Stage
    lifecycle: Lifecycle
    clock: PeriodClock
    lines: tuple[LineFacts, ...]
    implementation: Light
    potential: Light
    forecast: Freshness
    reporting_currency: str
    rates: Rates = NO_RATES
    cancelled_on: date | None = None
    closed_on: date | None = None
    hold_is_rephased: bool = False
    has_open_level_3: bool = False
    was_decided: bool = False

    @property
    def is_committed(self) -> bool:
        """Whether it counts as a commitment: a roll-back takes nobody out of it (§10.2)."""
        return self.was_decided or self.stage >= Stage.DECIDED

    @property
    def counts_nowhere(self) -> bool:
        """Whether it is a mere idea, which counts in no total (§2)."""
        return self.stage is Stage.DEFINED and not self.is_committed


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure's lights and weights; `is_kept` marks one on hold, or cancelled this fiscal year.

    `is_counted`: committed once, and not cancelled in an earlier year.
    `weight` is |plan in W| of the lead group, `value` the same if the lead group is a benefit.
    `judged_outlook` holds a measure on hold or cancelled at no more than it held before, so that
    neither act betters a node (domain-rules §10.4). W is the current fiscal year.
    """

    stage: Stage
    lifecycle: Lifecycle
    implementation: Colour
    potential: Colour
    is_counted: bool
    is_kept: bool
    is_money_led: bool
    weight: int
    value: int
    judged_plan: int
    judged_outlook: int
    is_fresh: bool
    has_open_level_3: bool

    @property
    def is_watermelon(self) -> bool:
        """Green outside, red inside: on schedule, and the value does not come."""
        is_green_red = self.implementation is Colour.GREEN and self.potential is Colour.RED
        return is_green_red and not self.is_kept


@dataclass(frozen=True, slots=True)
class Contribution:
    """The value rows (twelve scaled whole numbers each, none all zero) and the row of lights."""

    rows: Mapping[RowKey, tuple[int, ...]]
    measure: MeasureRow


def contribute(facts: ContributionFacts) -> Contribution:
    """Return what a measure contributes to each of its ancestors.

    Figures of a foreign currency count twice over, in groups that are never added: as entered,
    and at plan rates in the reporting currency's group (domain-rules §5, management view).
    """
    lines = tuple(as_effects(line) for line in facts.lines if not line.is_level or _is_money(line))
    sums: dict[RowKey, list[int]] = {}
    for line in lines:
        for bucket, series, rows in _series_of(line, facts):
            for year, row in rows.items():
                key = RowKey(line.group, bucket, series, year)
                into = sums.setdefault(key, [0] * PERIODS)
                for at, value in enumerate(row):
                    into[at] += value or 0
    _add_at_plan_rates(sums, facts)
    rows_kept = {key: tuple(row) for key, row in sorted(sums.items()) if any(row)}
    return Contribution(rows_kept, _measure_row(facts))


def _add_at_plan_rates(sums: dict[RowKey, list[int]], facts: ContributionFacts) -> None:
    """Add each foreign year to its group at plan rates, in cents; one without a rate is left out.

    What is left out is named on every page that shows the sum, and nothing is guessed.
    """
    for key, row in list(sums.items()):
        rate = _plan_rate(key.group, key.fiscal_year, facts)
        if rate is None or key.group.currency == facts.reporting_currency:
            continue
        group = at_plan_rates(key.group, facts.reporting_currency)
        into = sums.setdefault(replace(key, group=group), [0] * PERIODS)
        shift = key.group.unit.decimals - group.unit.decimals
        for at, cents in enumerate(row_in_cents(row, rate, shift)):
            into[at] += cents


def at_plan_rates(group: GroupKey, currency: str) -> GroupKey:
    """Return the group in which a foreign group's figures stand at plan rates."""
    return replace(group, unit=Unit(), currency=currency)


def _plan_rate(group: GroupKey, fiscal_year: int, facts: ContributionFacts) -> Fraction | None:
    """Return what a group's money is divided by; None if it is no money or no rate is known."""
    if not group.unit.is_money:
        return None
    if group.currency == facts.reporting_currency:
        return Fraction(1)
    is_known = facts.rates.knows_plan(group.currency, fiscal_year)
    return facts.rates.plan(group.currency, fiscal_year) if is_known else None


def _is_money(line: LineFacts) -> bool:
    """Levels of other units (a rate, a share) cannot be added up over measures (§4)."""
    return line.unit.is_money


def _series_of(
    line: LineFacts, facts: ContributionFacts
) -> Iterator[tuple[Bucket, RollupSeries, Rows]]:
    if facts.counts_nowhere:
        return
    if not facts.is_committed:
        yield from _pipeline(line, facts)
        return
    plan = line.plan
    if facts.lifecycle is Lifecycle.CANCELLED and facts.cancelled_on is not None:
        plan = before(plan, facts.clock.calendar.month_of(facts.cancelled_on))
    months = estimates(line, facts.clock)
    last = _last_approved(months)
    outlook = rows_of((each.month, _outlook(line, each, facts, last)) for each in months)
    yield Bucket.ORIGINAL, RollupSeries.PLAN, line.original
    yield Bucket.COMMITTED, RollupSeries.PLAN, plan
    yield Bucket.COMMITTED, RollupSeries.OUTLOOK, outlook
    yield Bucket.COMMITTED, RollupSeries.ACTUAL, booked(line)
    yield Bucket.COMMITTED, RollupSeries.CLAIMED, _claimed(line, months)
    if facts.lifecycle in {Lifecycle.ACTIVE, Lifecycle.ON_HOLD}:
        yield Bucket.COMMITTED, RollupSeries.UNCLAIMED, _unclaimed(line, months, facts.clock)


def _pipeline(
    line: LineFacts, facts: ContributionFacts
) -> Iterator[tuple[Bucket, RollupSeries, Rows]]:
    """Below Decided: plan and forecast in the pipeline column, and approved pre-study cost."""
    if line.is_cost:
        yield Bucket.PIPELINE, RollupSeries.ACTUAL, booked(line)
    if facts.lifecycle is Lifecycle.CANCELLED:
        return
    yield Bucket.PIPELINE, RollupSeries.PLAN, line.plan
    if facts.lifecycle is Lifecycle.ACTIVE:
        months = months_in(line.plan, line.forecast)
        said = ((month, value_at(line.forecast, month)) for month in months)
        outlook = rows_of(
            (month, value_at(line.plan, month) if value is None else value) for month, value in said
        )
        yield Bucket.PIPELINE, RollupSeries.OUTLOOK, outlook


def _claimed(line: LineFacts, months: Iterable[MonthEstimate]) -> Rows:
    waiting = (each.month for each in months if each.standing is Standing.PENDING)
    return rows_of((month, value_at(line.pending, month)) for month in waiting)


def _unclaimed(line: LineFacts, months: Iterable[MonthEstimate], clock: PeriodClock) -> Rows:
    """Return the months past their claim day that nobody claimed, at forecast, else plan."""
    late = [
        each
        for each in months
        if each.standing is Standing.MISSING
        or (
            each.standing is Standing.FORECAST
            and each.state is MonthState.PROVISIONAL
            and clock.is_claim_late(each.month)
        )
    ]
    said = ((each, value_at(line.forecast, each.month)) for each in late)
    return rows_of((each.month, each.plan if value is None else value) for each, value in said)


def _last_approved(months: Iterable[MonthEstimate]) -> int | None:
    approved = [each.bare.known for each in months if each.standing is Standing.APPROVED]
    return approved[-1] if approved else None


def _outlook(
    line: LineFacts, each: MonthEstimate, facts: ContributionFacts, last_approved: int | None
) -> int:
    """Return what a month counts at; a correction posted in it stays, whatever the lifecycle."""
    return _by_lifecycle(line, each.bare, facts, last_approved) + each.posted


def _by_lifecycle(
    line: LineFacts, each: MonthEstimate, facts: ContributionFacts, last_approved: int | None
) -> int:
    """Return what a month counts at in the outlook, by lifecycle (domain-rules §10.2)."""
    if each.standing is Standing.APPROVED or facts.lifecycle is Lifecycle.ACTIVE:
        return each.counted
    if facts.lifecycle is Lifecycle.CANCELLED:
        is_pending = each.standing is Standing.PENDING
        worse = less_favourable(line.direction, each.plan or 0, each.counted, 0)
        return worse if is_pending else 0
    if facts.lifecycle is Lifecycle.CLOSED and each.standing is not Standing.PENDING:
        return _sustained(line, each, facts)
    if each.standing not in {Standing.FORECAST, Standing.NOT_OWED}:
        return each.counted
    return each.counted if facts.hold_is_rephased else _flowing(line, each, last_approved)


def _flowing(line: LineFacts, each: MonthEstimate, last_approved: int | None) -> int:
    """Return what of a month on hold stays: the effect already flowing, at its last proven size."""
    if each.standing is Standing.NOT_OWED:
        return each.counted
    is_bounded = line.recurrence is Recurrence.ONE_OFF or line.nature is Nature.ONE_TIME
    if last_approved is None or is_bounded or each.counted == 0:
        return 0
    return less_favourable(line.direction, each.plan or 0, each.counted, last_approved)


def _sustained(line: LineFacts, each: MonthEstimate, facts: ContributionFacts) -> int:
    """Return a closed measure's month: from its closing on, the plan at the proven share (§6)."""
    if facts.closed_on is None or each.month < facts.clock.calendar.month_of(facts.closed_on):
        return each.counted
    return round((each.plan or 0) * (line.proven or 0))


def _measure_row(facts: ContributionFacts) -> MeasureRow:
    is_past = facts.lifecycle is Lifecycle.CANCELLED and not _is_cancelled_this_year(facts)
    is_counted = facts.is_committed and not is_past
    has_light = is_counted and facts.lifecycle is not Lifecycle.CLOSED
    lead = _lead_lines(facts)
    plan = 0 if is_past else _in_our_money(lead, facts, _plan_in_window)
    is_benefit = bool(lead) and not lead[0].is_cost
    is_judged = is_counted and is_benefit
    return MeasureRow(
        stage=facts.stage,
        lifecycle=facts.lifecycle,
        implementation=counted_colour(facts.implementation) if has_light else Colour.NONE,
        potential=counted_colour(facts.potential) if has_light else Colour.NONE,
        is_counted=is_counted,
        is_kept=has_light and facts.lifecycle is not Lifecycle.ACTIVE,
        is_money_led=bool(lead) or not facts.lines,
        weight=abs(plan),
        value=abs(plan) if is_benefit else 0,
        judged_plan=plan if is_judged else 0,
        judged_outlook=_in_our_money(lead, facts, _judged_outlook) if is_judged else 0,
        is_fresh=facts.forecast is Freshness.FRESH,
        has_open_level_3=facts.has_open_level_3,
    )


def _is_cancelled_this_year(facts: ContributionFacts) -> bool:
    if facts.cancelled_on is None:
        return False
    month: Month = facts.clock.calendar.month_of(facts.cancelled_on)
    return month.fiscal_year == facts.clock.fiscal_year


def _plan_in_window(line: LineFacts, facts: ContributionFacts) -> int:
    return in_year(line.plan, facts.clock.fiscal_year) or 0


def _in_our_money(
    lines: Iterable[LineFacts],
    facts: ContributionFacts,
    figure: Callable[[LineFacts, ContributionFacts], int],
) -> int:
    """Return a figure of W added up over lines at plan rates, rounded once to whole cents."""
    return round(sum((_ours(line, facts) * figure(line, facts) for line in lines), Fraction(0)))


def _ours(line: LineFacts, facts: ContributionFacts) -> Fraction:
    """Return what a scaled figure of W is multiplied by to stand in the reporting currency."""
    rate = _plan_rate(line.group, facts.clock.fiscal_year, facts)
    if rate is None or line.currency == facts.reporting_currency:
        return Fraction(rate is not None)
    return 1 / rate * Fraction(10) ** (Unit().decimals - line.unit.decimals)


def _lead_lines(facts: ContributionFacts) -> tuple[LineFacts, ...]:
    """Return the lines of the group that speaks for a measure: its largest benefit in money.

    Else, for a measure that only costs, its largest cost; empty where no line is in money that
    stands in the reporting currency, entered or at plan rates. Figures of two groups are never
    added, not even for a weight.
    """
    groups: dict[GroupKey, list[LineFacts]] = {}
    for line in map(as_effects, facts.lines):
        key = line.group
        if not _ours(line, facts) or not (line.is_cost or line.direction is Direction.MORE):
            continue
        if line.currency != facts.reporting_currency:
            key = at_plan_rates(key, facts.reporting_currency)
        groups.setdefault(key, []).append(line)

    def size(key: GroupKey) -> tuple[bool, int, int]:
        members = groups[key]
        return (
            key.nature is Nature.BENEFIT,
            abs(_in_our_money(members, facts, _plan_in_window)),
            abs(_in_our_money(members, facts, _life)),
        )

    return tuple(groups[max(sorted(groups), key=size)]) if groups else ()


def _life(line: LineFacts, _facts: ContributionFacts) -> int:
    return life(line.plan) or 0


def _judged_outlook(line: LineFacts, facts: ContributionFacts) -> int:
    """Return the outlook of W that judges a node: after a hold or cancellation never the better."""
    months = estimates(line, facts.clock)
    last = _last_approved(months)
    return sum(
        less_favourable(
            line.direction, each.plan or 0, each.counted, _outlook(line, each, facts, last)
        )
        if facts.lifecycle in {Lifecycle.ON_HOLD, Lifecycle.CANCELLED}
        else _outlook(line, each, facts, last)
        for each in months
        if each.month.fiscal_year == facts.clock.fiscal_year
    )
