"""What a plan is worth before anything is decided: its cash at plan rates, present value, payback.

For gates; what stands committed is reckoned from roll-ups (reporting/rules/money.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.errors import DomainError
from measures.rules.calendar import Month
from measures.rules.finance import CashFlow, months_to, npv, payback
from measures.rules.lines import EffectType, LineFacts
from measures.rules.rates import Rates, converted
from measures.rules.series import as_effects, months_in, value_at

CASHABLE = frozenset({EffectType.HARD, EffectType.CASH})


@dataclass(frozen=True, slots=True)
class PlannedWorth:
    """Present value in the reporting currency and months to payback; `why` says what is missing.

    None is not known, or for `payback_months` never.
    """

    npv: Decimal | None = None
    payback_months: int | None = None
    why: str = ""


NOTHING_KNOWN = PlannedWorth()


def planned_cash(lines: Iterable[LineFacts], rates: Rates) -> CashFlow | None:
    """Return planned hard and cash effects less every cost by month, in units; None if empty.

    Raises RateMissing for a foreign year without a plan rate.
    """
    sums: dict[Month, Fraction] = {}
    for line in map(as_effects, lines):
        if not line.unit.is_money or not (line.is_cost or line.effect_type in CASHABLE):
            continue
        sign = -1 if line.is_cost else 1
        for month in months_in(line.plan):
            value = value_at(line.plan, month)
            if value:
                rate = rates.plan(line.currency, month.fiscal_year)
                units = converted(Fraction(value, 10**line.unit.decimals), rate)
                sums[month] = sums.get(month, Fraction(0)) + sign * units
    if not sums:
        return None
    first, last = min(sums), max(sums)
    months = (Month.at(index) for index in range(first.index, last.index + 1))
    return CashFlow(first, tuple(_decimal(sums.get(month, Fraction(0))) for month in months))


def planned(lines: Iterable[LineFacts], rates: Rates) -> PlannedWorth:
    """Return what the plan is worth; a rate that is missing is named, and nothing is guessed."""
    try:
        cash = planned_cash(lines, rates)
        if cash is None:
            return PlannedWorth(why="no cash is planned.")
        month = payback(cash)
        months = None if month is None else months_to(cash, month)
    except DomainError as refusal:
        return PlannedWorth(why=str(refusal))
    try:
        return PlannedWorth(npv(cash, rates.discount(cash.first.fiscal_year)), months)
    except DomainError as refusal:
        return PlannedWorth(payback_months=months, why=str(refusal))


def _decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / amount.denominator
