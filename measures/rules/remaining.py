"""What a measure has still to gain and to spend, sunk cost left out (domain-rules §11)."""

from collections.abc import Iterable
from dataclasses import dataclass

from measures.rules.calendar import Month, MonthState, PeriodClock
from measures.rules.lines import EffectType, LineFacts
from measures.rules.series import as_effects, estimates

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

        A measure with nothing left on either side has ended, and waits to be closed.
        """
        return self.is_known and self.net <= 0 and (self.to_spend > 0 or self.to_gain < 0)


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
            spent += sum(_cents(v or 0, decimals) for row in line.approved.values() for v in row)
    is_known = any(any(row) for line in ours for row in line.plan.values())
    return Remaining(to_gain=sums[False], to_spend=sums[True], spent=spent, is_known=is_known)


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
