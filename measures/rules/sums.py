"""Type-safe sums: a figure knows what it counts, and unlike figures are refused, never added (§4).

A sum across kinds is made by a function that names what comes of it, such as `net`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from measures.errors import NothingToSum, UnlikeSum
from measures.rules.lines import EffectType, GroupKey, Nature, Recurrence, Unit


class Worth(StrEnum):
    """What of an effect is counted: before or after its cost, or a cost itself (§5)."""

    GROSS = "gross effect"
    RUNNING = "running cost"
    ONE_TIME = "one-time cost"
    NET = "net effect"
    NET_OF_ALL = "net after one-time cost"


class Span(StrEnum):
    """Over what is counted; a rate a year and an amount of one year are different things (§5)."""

    IN_YEAR = "in-year"
    RUN_RATE = "run-rate"
    CARRY_OVER = "carry-over"
    EXIT_RATE = "exit rate"
    LIFE = "life"


class Valued(StrEnum):
    """At which rates figures of foreign currencies stand."""

    PLAN_RATES = "plan rates"
    ACTUAL_RATES = "actual rates"


WORTHS = {
    Nature.BENEFIT: Worth.GROSS,
    Nature.RUNNING: Worth.RUNNING,
    Nature.ONE_TIME: Worth.ONE_TIME,
}


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """Everything two figures must have in common to be added; `fiscal_year` of in-year ones."""

    unit: Unit
    currency: str
    effect_type: EffectType
    recurrence: Recurrence
    worth: Worth
    span: Span
    fiscal_year: int | None = None
    valued: Valued = Valued.PLAN_RATES

    @classmethod
    def of(cls, group: GroupKey, span: Span, fiscal_year: int | None = None) -> "Kind":
        """Return the kind of a group's figures over a span."""
        return cls(
            unit=group.unit,
            currency=group.currency,
            effect_type=group.effect_type,
            recurrence=group.recurrence,
            worth=WORTHS[group.nature],
            span=span,
            fiscal_year=fiscal_year,
        )

    @property
    def words(self) -> str:
        """The kind as a refusal names it."""
        return ", ".join(word for _, word in self.parts())

    def differences(self, other: "Kind") -> list[str]:
        """Return in which respects two kinds differ, each with both words."""
        pairs = zip(self.parts(), other.parts(), strict=True)
        return [f"{name} ({one} and {two})" for (name, one), (_, two) in pairs if one != two]

    def parts(self) -> Iterator[tuple[str, str]]:
        """Yield each respect and its word."""
        year = "" if self.fiscal_year is None else f" {self.fiscal_year}"
        unit = self.currency or self.unit.code
        yield "effect", self.effect_type.value
        yield "recurrence", self.recurrence.value.replace("_", "-")
        yield "worth", self.worth.value
        yield "span", f"{self.span.value}{year}"
        at = "" if self.unit == Unit() else f" at {self.unit.decimals} decimals"
        yield "unit", f"{unit}{at}"
        yield "rates", self.valued.value


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact figure of one kind, in scaled units; `+` and `-` take their like alone."""

    kind: Kind
    amount: Fraction

    def __add__(self, other: "Quantity") -> "Quantity":
        """Return the sum; UnlikeSum, naming both."""
        return Quantity(_same(self.kind, other.kind), self.amount + other.amount)

    def __sub__(self, other: "Quantity") -> "Quantity":
        """Return the difference; UnlikeSum, naming both."""
        return Quantity(_same(self.kind, other.kind), self.amount - other.amount)


def total(quantities: Iterable[Quantity]) -> Quantity:
    """Return the sum of figures of one kind; UnlikeSum, or NothingToSum without any."""
    found = list(quantities)
    if not found:
        raise NothingToSum
    whole = found[0]
    for each in found[1:]:
        whole = whole + each
    return whole


def net(gross: Quantity, running: Quantity | None = None) -> Quantity:
    """Return gross less running cost, of one effect, span and currency (§5); UnlikeSum."""
    _demand(gross, Worth.GROSS)
    cost = Fraction(0) if running is None else _cost(gross, running, Worth.RUNNING)
    return Quantity(replace(gross.kind, worth=Worth.NET), gross.amount - cost)


def in_year_net(effect: Quantity, one_time: Quantity | None = None) -> Quantity:
    """Return the explicit group that includes one-time cost, of one fiscal year (§5, §15).

    What is spent once has its own recurrence; everything else must be alike. UnlikeSum.
    """
    _demand(effect, Worth.NET)
    if effect.kind.span is not Span.IN_YEAR:
        asked = replace(effect.kind, span=Span.IN_YEAR)
        raise UnlikeSum(one=effect.kind.words, other=asked.words, why="span")
    cost = Fraction(0) if one_time is None else _cost(effect, one_time, Worth.ONE_TIME)
    return Quantity(replace(effect.kind, worth=Worth.NET_OF_ALL), effect.amount - cost)


def _cost(effect: Quantity, cost: Quantity, worth: Worth) -> Fraction:
    _demand(cost, worth)
    recurrence = cost.kind.recurrence if worth is Worth.ONE_TIME else effect.kind.recurrence
    _same(replace(effect.kind, worth=worth, recurrence=recurrence), cost.kind)
    return cost.amount


def _demand(quantity: Quantity, worth: Worth) -> None:
    if quantity.kind.worth is not worth:
        _same(replace(quantity.kind, worth=worth), quantity.kind)


def _same(one: Kind, other: Kind) -> Kind:
    found = one.differences(other)
    if found:
        raise UnlikeSum(one=one.words, other=other.words, why=", ".join(found))
    return one
