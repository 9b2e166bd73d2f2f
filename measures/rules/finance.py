"""What money is worth over time: net present value, internal rate of return, payback (§5).

Cash counts by month from the first month of the plan; a year's rate r makes (1 + r)^(month / 12).
Everything is Decimal: the libraries at hand (numpy-financial, pyxirr) reckon in binary floats.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from itertools import accumulate, pairwise

from measures.rules.calendar import PERIODS, Month

DIGITS = 50
ONE = Decimal(1)
LOWEST, HIGHEST = Decimal("0.25"), Decimal(4)  # growth a month: far beyond any business
STEPS = 400
CLOSE = Decimal("1e-24")


class Returns(StrEnum):
    """Whether one rate of return fits a plan."""

    ONE = "one"
    NONE = "none"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class RateOfReturn:
    """The yearly rate at which a plan is worth nothing, as 0.18; None unless there is just one."""

    found: Returns
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Net cash of months that follow each other from `first`, in units of one currency."""

    first: Month
    amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """The sum, undiscounted."""
        return sum(self.amounts, Decimal(0))

    @property
    def is_never_below(self) -> bool:
        """True when the cash together lies below zero in no month: nothing is to be paid back."""
        return all(together >= 0 for together in accumulate(self.amounts))


def npv(cash: CashFlow, yearly: Decimal) -> Decimal:
    """Return what the cash is worth at its first month, at a yearly rate above -100 % (§5)."""
    with localcontext(prec=DIGITS):
        growth = (ONE + yearly) ** (ONE / PERIODS)
        return _worth(cash.amounts, growth)


def irr(cash: CashFlow) -> RateOfReturn:
    """Return the yearly rate at which the cash is worth nothing; or that none, or several, fit.

    By Descartes' rule cash that changes its sign once has one; else the worths at close steps
    between a loss of three quarters and a growth of four times a month are looked through.
    """
    signs = [amount > 0 for amount in cash.amounts if amount]
    changes = sum(one != two for one, two in pairwise(signs))
    if not changes:
        return RateOfReturn(Returns.NONE)
    with localcontext(prec=DIGITS):

        def worth(growth: Decimal) -> Decimal:
            return _worth(cash.amounts, growth)

        brackets = list(_brackets(worth))
        if not brackets:
            return RateOfReturn(Returns.NONE)
        if len(brackets) > 1:
            return RateOfReturn(Returns.SEVERAL)
        growth = _bisected(worth, *brackets[0])
        return RateOfReturn(Returns.ONE, growth**PERIODS - ONE)


def payback(cash: CashFlow) -> Month | None:
    """Return the month from which the cash together never falls below zero again; None if never.

    Cash that is spent at no time is paid back in its first month.
    """
    together = list(accumulate(cash.amounts))
    if not together or together[-1] < 0:
        return None
    below = [at for at, value in enumerate(together) if value < 0]
    return cash.first.plus(below[-1] + 1 if below else 0)


def months_to(cash: CashFlow, month: Month) -> int:
    """Return how many months from its first the cash needs to get to a month, that one included."""
    return month.index - cash.first.index + 1


def _worth(amounts: Sequence[Decimal], growth: Decimal) -> Decimal:
    """Return the sum of amounts / growth^month, by Horner's scheme."""
    value = Decimal(0)
    for amount in reversed(amounts):
        value = value / growth + amount
    return value


def _brackets(worth: Callable[[Decimal], Decimal]) -> list[tuple[Decimal, Decimal]]:
    """Return between which neighbouring steps of growth the worth changes its sign."""
    ratio = (HIGHEST / LOWEST) ** (ONE / STEPS)
    points = [LOWEST * ratio**step for step in range(STEPS + 1)]
    known = [(point, value) for point in points if (value := worth(point))]
    pairs = pairwise(known)
    return [(one, two) for (one, left), (two, right) in pairs if (left > 0) != (right > 0)]


def _bisected(worth: Callable[[Decimal], Decimal], low: Decimal, high: Decimal) -> Decimal:
    is_falling = worth(low) > 0
    while high - low > CLOSE:
        middle = (low + high) / 2
        if (worth(middle) > 0) == is_falling:
            low = middle
        else:
            high = middle
    return (low + high) / 2
