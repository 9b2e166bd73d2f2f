"""What a measure has still to gain and to spend, sunk cost left out (domain-rules §11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from measures.rules.calendar import Month, MonthState, PeriodClock
from measures.rules.lines import Direction, EffectType, GroupKey, LineFacts
from measures.rules.potential import ratio_of
from measures.rules.series import Standing, as_effects, booked, estimates

CENTS = 2


@dataclass(frozen=True, slots=True)
class Remaining:
    """Hundredths of the organization's currency: to gain, to spend, and spent and approved.

    Only money in that currency is in it: figures of two currencies are never added. `is_known`
    is False where nothing in it is planned at all.
    """

    to_gain: int
    to_spend: int
    spent: int
    is_known: bool

    @property
    def net(self) -> int:
        """What would still be won by going on; negative where going on loses money."""
        return self.to_gain - self.to_spend

    @property
    def is_lost(self) -> bool:
        """Whether going on wins nothing: condition (b) of domain-rules §11.

        With nothing left to spend there is nothing to stop: such a measure waits to be closed, and
        a disbenefit that stays is the price of what has come already.
        """
        return self.is_known and self.net <= 0 and self.to_spend > 0


def remaining(lines: Iterable[LineFacts], clock: PeriodClock, currency: str) -> Remaining:
    """Return what is still to come of months that have not ended, as the outlook has it.

    Benefits of every kind in money count, because the question is whether to go on; costs one-time
    and running. Months that have ended belong to the past, claimed or not.
    """
    ours = [
        as_effects(line)
        for line in lines
        if line.unit.is_money
        and line.currency == currency
        and line.effect_type is not EffectType.QUALITATIVE
    ]
    sums = {True: 0, False: 0}
    spent = 0
    for line in ours:
        decimals = line.unit.decimals
        for each in estimates(line, clock):
            if each.state is MonthState.OPEN:
                sums[line.is_cost] += _cents(each.counted, decimals)
        if line.is_cost:
            spent += sum(_cents(v or 0, decimals) for row in booked(line).values() for v in row)
    is_known = any(any(row) for line in ours for row in line.plan.values())
    return Remaining(to_gain=sums[False], to_spend=sums[True], spent=spent, is_known=is_known)


def promised(lines: Iterable[LineFacts], since: Month, currency: str) -> int:
    """Return what the plan in force would have won from a month on, in hundredths.

    Of money in the organization's currency, as `remaining` has it: benefits less every cost.
    """
    won = 0
    for line in map(as_effects, lines):
        if not (line.unit.is_money and line.currency == currency):
            continue
        if line.effect_type is EffectType.QUALITATIVE:
            continue
        planned = sum(
            _cents(value or 0, line.unit.decimals)
            for year, row in line.plan.items()
            for period, value in enumerate(row, start=1)
            if Month(year, period) >= since
        )
        won += -planned if line.is_cost else planned
    return won


def life_ratio(lines: Iterable[LineFacts], clock: PeriodClock) -> Fraction | None:
    """Return r over the whole life of the largest benefit planned; None where none is (§8, §11).

    Months for which no claim was owed leave both sides, as everywhere.
    """
    groups: dict[tuple[GroupKey, Direction], list[LineFacts]] = {}
    for line in map(as_effects, lines):
        if not line.is_cost:
            groups.setdefault((line.group, line.direction), []).append(line)
    sums = {key: _life(members, clock) for key, members in groups.items()}
    planned = {key: each for key, each in sums.items() if each[0]}
    if not planned:
        return None
    lead = max(sorted(planned), key=lambda key: abs(planned[key][0]))
    plan, outlook = planned[lead]
    return ratio_of(Fraction(plan), Fraction(outlook), lead[1])


def _life(lines: Iterable[LineFacts], clock: PeriodClock) -> tuple[int, int]:
    months = [
        each
        for line in lines
        for each in estimates(line, clock)
        if each.standing is not Standing.NOT_OWED
    ]
    return sum(each.plan or 0 for each in months), sum(each.counted for each in months)


@dataclass(frozen=True, slots=True)
class Spend:
    """The spend curve in hundredths: up to the last closed month, and at its end."""

    spent: int
    planned: int
    at_end: int
    planned_at_end: int

    @property
    def is_ahead(self) -> bool:
        """Whether more was spent than planned by now, and the end of the plan will be passed."""
        return self.spent > self.planned and self.at_end >= self.planned_at_end > 0


def spend(lines: Iterable[LineFacts], clock: PeriodClock, currency: str) -> Spend:
    """Return planned and actual cost, one-time and running, in the organization's currency.

    Months for which no claim was owed leave both sides, as everywhere.
    """
    spent = planned = at_end = planned_at_end = 0
    for line in map(as_effects, lines):
        if not (line.is_cost and line.unit.is_money and line.currency == currency):
            continue
        for each in estimates(line, clock):
            if each.standing is Standing.NOT_OWED:
                continue
            plan, counted = (
                _cents(each.plan or 0, line.unit.decimals),
                _cents(each.counted, line.unit.decimals),
            )
            planned_at_end += plan
            at_end += counted
            if each.state is MonthState.LOCKED:
                planned += plan
                spent += counted if each.standing is Standing.APPROVED else 0
    return Spend(spent, planned, at_end, planned_at_end)


def last_closed(clock: PeriodClock) -> Month:
    """Return the last month that is locked."""
    month = clock.month
    while clock.state(month) is not MonthState.LOCKED:
        month = month.plus(-1)
    return month


def last_planned(lines: Iterable[LineFacts]) -> Month | None:
    """Return the last month in which a benefit is planned; None where none is."""
    months = [
        Month(year, period)
        for line in lines
        if not line.is_cost
        for year, row in line.plan.items()
        for period, value in enumerate(row, start=1)
        if value
    ]
    return max(months, default=None)


def _cents(scaled: int, decimals: int) -> int:
    if decimals <= CENTS:
        return scaled * int(10 ** (CENTS - decimals))
    return int(scaled // 10 ** (decimals - CENTS))
