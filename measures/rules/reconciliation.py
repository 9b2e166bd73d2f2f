"""What the ledger booked against what claims explain: per budget line and month (§10.8)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from measures.rules.lines import Direction, EffectType, Nature


class BudgetKind(StrEnum):
    """Which way a line of the budget runs: an effect lowers a cost and raises an income."""

    COST = "cost"
    INCOME = "income"


@dataclass(frozen=True, slots=True)
class Flex:
    """How a budget follows the volume: the share that does, the volume planned and the real one."""

    share: Decimal = Decimal(0)
    planned: Decimal | None = None
    actual: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """One month of one budget line, in hundredths of its currency.

    `booked` and `baseline` are None where nothing was imported. `effects` and `costs` are the
    approved ones of every measure on the line; `overlaps` is what effects count twice; `waiting` is
    claimed and not decided, and explains nothing yet.
    """

    kind: BudgetKind
    booked: int | None = None
    baseline: int | None = None
    flex: Flex = Flex()
    effects: Fraction = Fraction(0)
    overlaps: Fraction = Fraction(0)
    costs: Fraction = Fraction(0)
    waiting: Fraction = Fraction(0)


def flexed(month: LedgerMonth) -> Fraction | None:
    """Return the budget at the real volume; None where budget or a needed volume is missing."""
    if month.baseline is None or month.flex.share == 0:
        return None if month.baseline is None else Fraction(month.baseline)
    planned, actual = month.flex.planned, month.flex.actual
    if not planned or actual is None:
        return None
    change = Fraction(month.flex.share) * (Fraction(actual) / Fraction(planned) - 1)
    return month.baseline * (1 + change)


def expected(month: LedgerMonth) -> Fraction | None:
    """Return what the ledger should show: flexed baseline, less effects net of overlaps, and costs.

    On a line of income effects add and costs take away.
    """
    start = flexed(month)
    if start is None:
        return None
    explained = month.effects - month.overlaps - month.costs
    return start - explained if month.kind is BudgetKind.COST else start + explained


def unexplained(month: LedgerMonth) -> Fraction | None:
    """Return booked less expected (domain-rules §10.8); None where either is missing."""
    should = expected(month)
    return None if should is None or month.booked is None else month.booked - should


def is_beyond(month: LedgerMonth, tolerance: Decimal) -> bool:
    """Return whether the difference exceeds a share of the flexed baseline (§12, T13)."""
    left, start = unexplained(month), flexed(month)
    if left is None or start is None:
        return False
    return abs(left) > abs(start) * Fraction(tolerance)


def effect_of(
    amount: int, baseline: int | None, decimals: int, direction: Direction | None
) -> Fraction | None:
    """Return an approved figure as hundredths of effect; None for a level without a baseline.

    `direction` is given for a level alone: its effect is the distance from its baseline.
    """
    if direction is not None:
        if baseline is None:
            return None
        amount = baseline - amount if direction is Direction.LESS else amount - baseline
    return Fraction(amount * 100, 10**decimals)


def is_booked(nature: Nature, effect_type: EffectType) -> bool:
    """Return whether a line's figures change what is booked: costs, and hard benefits (§5)."""
    return nature is not Nature.BENEFIT or effect_type is EffectType.HARD
