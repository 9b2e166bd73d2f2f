"""Rates of exchange and of discount, and what they make of figures (domain-rules §5, FX, NPV).

A rate counts units of the foreign currency for one unit of the reporting currency: USD 1.08 for a
euro. A missing one is refused by name, never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from measures.errors import DiscountRateMissing, RateMissing
from measures.rules.calendar import Month

WHOLE_YEAR = 0


class RateKind(StrEnum):
    """Which view a rate serves: `plan` is one a fiscal year, `actual` the average of one month."""

    PLAN = "plan"
    ACTUAL = "actual"


class RateKey(NamedTuple):
    """What has a rate: a currency in a fiscal year (period 0) or in one month of it."""

    kind: RateKind
    currency: str
    fiscal_year: int
    period: int = WHOLE_YEAR

    @property
    def when(self) -> str:
        """The year or month as refusals name it."""
        if self.period == WHOLE_YEAR:
            return f"fiscal year {self.fiscal_year}"
        return f"period {self.period} of fiscal year {self.fiscal_year}"


Given: TypeAlias = Mapping[RateKey, Decimal]


@dataclass(frozen=True, slots=True)
class Rates:
    """All rates of an organization as they stand; `discounts` by fiscal year, 0.08 for 8 %."""

    reporting: str
    given: Given = field(default_factory=dict)
    discounts: Mapping[int, Decimal] = field(default_factory=dict)

    def knows_plan(self, currency: str, fiscal_year: int) -> bool:
        """Tell whether figures of a currency and year can be shown in the reporting currency."""
        key = RateKey(RateKind.PLAN, currency, fiscal_year)
        return currency == self.reporting or key in self.given

    def plan(self, currency: str, fiscal_year: int) -> Fraction:
        """Return the plan rate of a fiscal year; RateMissing."""
        return self._rate(RateKey(RateKind.PLAN, currency, fiscal_year))

    def actual(self, currency: str, month: Month) -> Fraction:
        """Return the average rate of a month; RateMissing."""
        return self._rate(RateKey(RateKind.ACTUAL, currency, month.fiscal_year, month.period))

    def discount(self, fiscal_year: int) -> Decimal:
        """Return the yearly discount rate of a fiscal year; DiscountRateMissing."""
        if fiscal_year not in self.discounts:
            raise DiscountRateMissing(year=fiscal_year)
        return self.discounts[fiscal_year]

    def _rate(self, key: RateKey) -> Fraction:
        if key.currency == self.reporting:
            return Fraction(1)
        if key not in self.given:
            raise RateMissing(kind=key.kind.value, currency=key.currency, when=key.when)
        return Fraction(self.given[key])


NO_RATES = Rates("")


def converted(amount: Fraction | int, rate: Fraction) -> Fraction:
    """Return a foreign amount in the reporting currency, exactly."""
    return Fraction(amount) / rate


def row_in_cents(row: Sequence[int], rate: Fraction, shift: int = 0) -> tuple[int, ...]:
    """Return a year's figures at its plan rate, in whole cents that add up to the year exactly.

    The year is converted and rounded once, half to even; the months share it by largest remainder
    (§16). `shift` is the difference of the scales, 10^shift of the old for one of the new.
    """
    exact = [Fraction(value) / rate / 10**shift for value in row]
    floors = [each.__floor__() for each in exact]
    left = round(sum(exact, Fraction(0))) - sum(floors)
    order = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
    for at in order[:left]:
        floors[at] += 1
    return tuple(floors)


def fx_effect(approved: Mapping[Month, int], currency: str, rates: Rates) -> Fraction:
    """Return what approved actuals are worth at actual rates less at plan rates, scaled (§5).

    It belongs to nobody's measure: lights and credit stand at plan rates. Raises RateMissing.
    """
    return sum(
        (
            converted(value, rates.actual(currency, month))
            - converted(value, rates.plan(currency, month.fiscal_year))
            for month, value in approved.items()
            if value
        ),
        Fraction(0),
    )
