"""Amounts: Decimal outside, scaled whole numbers inside; rounding is in one place."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal

LARGEST_SCALED = 10**13  # exclusive: sums over 100,000 measures still fit a bigint


def to_scaled(amount: Decimal, decimals: int) -> int:
    """Return `amount` x 10^decimals as a whole number; ValueError if it would lose a digit."""
    if not amount.is_finite():
        raise ValueError("not a finite number")
    scaled = amount.scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"more than {decimals} decimals")
    if abs(scaled) >= LARGEST_SCALED:
        raise ValueError("too large")
    return int(scaled)


def from_scaled(scaled: int | None, decimals: int) -> Decimal | None:
    """Return the amount behind a scaled whole number; None stays None, for it is not zero."""
    return None if scaled is None else Decimal(scaled).scaleb(-decimals)


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """Round half to even to `decimals` places: the only rounding, used where a rule declares it."""
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Sum what is given; None if nothing is given at all."""
    given = [amount for amount in amounts if amount is not None]
    return sum(given, Decimal(0)) if given else None
