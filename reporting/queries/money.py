"""The money of nodes and measures from their stored rows: terms, FX apart, worth over time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from measures.errors import DiscountRateMissing
from measures.models import Measure
from measures.queries import rates as known_rates
from measures.queries.periods import Ground
from measures.rules import finance
from measures.rules.calendar import Month
from measures.rules.finance import CashFlow, RateOfReturn
from measures.rules.lines import Bucket
from measures.rules.rates import Rates
from measures.rules.stage import Stage
from reporting.queries import stored
from reporting.rules import management, money
from reporting.rules.management import FxEffect
from reporting.rules.money import Asked, Basis, Rows, Term
from reporting.rules.spread import Figures, ValueKey


@dataclass(frozen=True, slots=True)
class Worth:
    """What the cash of a plan or outlook is worth over time, in units of the currency.

    `npv` is None where `why` says what is missing. `payback_months` counts the month itself.
    """

    cash: CashFlow
    discount: Decimal | None
    npv: Decimal | None
    irr: RateOfReturn
    payback: Month | None
    payback_months: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """Everything a Money panel shows of one place; `left_out` names what no total holds."""

    currency: str
    fiscal_year: int
    terms: tuple[Term, ...]
    fx: tuple[FxEffect, ...]
    worth: Mapping[Basis, Worth]
    left_out: tuple[tuple[str, int], ...]


def of_node(node_id: int, ground: Ground) -> Money:
    """Return the committed money of a node; two queries, one more with foreign figures."""
    return _money(stored.rows_of(node_id), ground, Bucket.COMMITTED)


def of_measure(measure: Measure, ground: Ground) -> Money:
    """Return the money of a measure: what is committed, or if it was never decided, planned."""
    is_committed = measure.stage >= Stage.DECIDED or measure.decided_on is not None
    bucket = Bucket.COMMITTED if is_committed else Bucket.PIPELINE
    return _money(stored.rows_of(measure.node_id), ground, bucket)


def of_many(node_ids: Iterable[int], ground: Ground) -> dict[int, list[Term]]:
    """Return the committed terms of several nodes; two queries."""
    year = ground.clock().fiscal_year
    found: Mapping[int, dict[ValueKey, Figures]] = stored.values_at(node_ids)
    return {node: money.terms(Asked(rows, ground.currency, year)) for node, rows in found.items()}


def _money(rows: Rows, ground: Ground, bucket: Bucket) -> Money:
    year = ground.clock().fiscal_year
    rates = known_rates.current() if rows else Rates(ground.currency)
    asked = Asked(rows, ground.currency, year, bucket)
    left_out = tuple(management.left_out(rows, rates))
    groups = sorted({key.group for key in rows if key.group.currency == ground.currency})
    effects = (management.fx_of(rows, group, rates, year) for group in groups)
    return Money(
        currency=ground.currency,
        fiscal_year=year,
        terms=tuple(money.terms(asked)),
        fx=tuple(each for each in effects if each is not None),
        worth=_worth(asked, rates, left_out),
        left_out=left_out,
    )


def _worth(asked: Asked, rates: Rates, left_out: tuple[tuple[str, int], ...]) -> dict[Basis, Worth]:
    if left_out:
        return {}
    flows = {basis: money.cash(asked, basis) for basis in Basis}
    return {basis: _worth_of(cash, rates) for basis, cash in flows.items() if cash is not None}


def _worth_of(cash: CashFlow, rates: Rates) -> Worth:
    payback = finance.payback(cash)
    discount, why = None, ""
    try:
        discount = rates.discount(cash.first.fiscal_year)
    except DiscountRateMissing as refusal:
        why = str(refusal)
    return Worth(
        cash=cash,
        discount=discount,
        npv=None if discount is None else finance.npv(cash, discount),
        irr=finance.irr(cash),
        payback=payback,
        payback_months=None if payback is None else finance.months_to(cash, payback),
        why=why,
    )
