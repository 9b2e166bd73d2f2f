"""Price and volume behind a line: two effects that add up to the change of cost exactly (§5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Drivers:
    """What a month's cost is made of, before (baseline) and with the measure (new)."""

    baseline_price: Decimal
    new_price: Decimal
    baseline_volume: Decimal
    new_volume: Decimal


@dataclass(frozen=True, slots=True)
class Split:
    """Where a change of cost comes from, in units, exact; `other` is what neither explains.

    Price and efficiency are the program's; activity volume is reported apart.
    """

    price: Fraction = Fraction(0)
    volume: Fraction = Fraction(0)
    other: Fraction = Fraction(0)

    @property
    def explained(self) -> Fraction:
        """The change of cost: price and volume together."""
        return self.price + self.volume

    @property
    def total(self) -> Fraction:
        """All of it: what the line says."""
        return self.explained + self.other

    def plus(self, more: "Split") -> "Split":
        """Return both together."""
        return Split(self.price + more.price, self.volume + more.volume, self.other + more.other)


def change_of_cost(month: Drivers) -> Fraction:
    """Return baseline price x baseline volume - new price x new volume, in units."""
    before = Fraction(month.baseline_price) * Fraction(month.baseline_volume)
    return before - Fraction(month.new_price) * Fraction(month.new_volume)


def split(month: Drivers, planned: Fraction | None = None) -> Split:
    """Return the price effect at the new volume and the volume effect at the baseline price (§5).

    With `planned`, what the line plans for the month, `other` makes the parts add up to it.
    """
    price = (Fraction(month.baseline_price) - Fraction(month.new_price)) * Fraction(
        month.new_volume
    )
    volume = (Fraction(month.baseline_volume) - Fraction(month.new_volume)) * Fraction(
        month.baseline_price
    )
    other = Fraction(0) if planned is None else planned - price - volume
    return Split(price, volume, other)


def together(splits: Iterable[Split]) -> Split:
    """Return the parts of several months added up."""
    whole = Split()
    for each in splits:
        whole = whole.plus(each)
    return whole
