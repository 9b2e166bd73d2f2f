"""The two views of foreign money: at plan rates, as portfolios stand, and what actual rates differ.

The difference is shown apart, belongs to nobody, and never reaches a light (domain-rules §5).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from measures.errors import RateMissing
from measures.rules.calendar import Month
from measures.rules.lines import Bucket, GroupKey, Unit
from measures.rules.rates import Rates, fx_effect
from reporting.rules.contribution import RollupSeries, at_plan_rates
from reporting.rules.rates import NO_YEAR
from reporting.rules.spread import Figures, ValueKey

Rows = Mapping[ValueKey, Figures]


@dataclass(frozen=True, slots=True)
class FxEffect:
    """Approved actuals at actual less at plan rates, in scaled units of the reporting currency.

    `amount` is None where a rate is missing; `missing` says which, in words. `currencies` are
    those of which anything was approved in the year.
    """

    group: GroupKey
    amount: Fraction | None
    currencies: tuple[str, ...]
    missing: tuple[str, ...] = ()


def fx_of(rows: Rows, group: GroupKey, rates: Rates, fiscal_year: int) -> FxEffect | None:
    """Return the FX effect of a fiscal year on a group of the reporting currency; None if none.

    It is that of every foreign group which stands in this one at plan rates.
    """
    if group.currency != rates.reporting or group.unit != Unit():
        return None
    approved = {
        key.group: row
        for key, row in rows.items()
        if _stands_in(key.group, group, rates.reporting)
        and (key.bucket, key.series) == (Bucket.COMMITTED, RollupSeries.ACTUAL.value)
        and key.fiscal_year == fiscal_year
        and any(row)
    }
    if not approved:
        return None
    amount, missing = Fraction(0), []
    for each, row in sorted(approved.items()):
        months = {Month(fiscal_year, at): value for at, value in enumerate(row, start=1)}
        scale = Fraction(10) ** (each.unit.decimals - Unit().decimals)
        try:
            amount += fx_effect(months, each.currency, rates) / scale
        except RateMissing as refusal:
            missing.append(str(refusal))
    currencies = tuple(sorted({each.currency for each in approved}))
    return FxEffect(group, None if missing else amount, currencies, tuple(missing))


def left_out(rows: Rows, rates: Rates) -> list[tuple[str, int]]:
    """Return each currency and fiscal year whose figures no total at plan rates holds."""
    return sorted(
        {
            (key.group.currency, key.fiscal_year)
            for key in _of_money(rows)
            if key.fiscal_year != NO_YEAR
            and not rates.knows_plan(key.group.currency, key.fiscal_year)
        }
    )


def currencies_in(rows: Iterable[ValueKey]) -> set[str]:
    """Return the currencies in which anything stands."""
    return {key.group.currency for key in _of_money(rows)}


def _of_money(rows: Iterable[ValueKey]) -> Iterator[ValueKey]:
    return (key for key in rows if key.group.unit.is_money)


def _stands_in(entered: GroupKey, group: GroupKey, currency: str) -> bool:
    if not entered.unit.is_money or entered.currency == currency:
        return False
    return at_plan_rates(entered, currency) == group
