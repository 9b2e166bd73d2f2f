"""What a rulebook is made of: chapters with sentences and tables, the same on page and paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from accounts.rules.numbers import NUMBERS, Numbers, Unit
from measures.rules.amounts import NumberFormat, amount_text, percent_text
from measures.rules.lines import Unit as Measured


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows in words; a `title` where a chapter has several."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""

    @property
    def labelled(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Return the rows with the head of each cell, as a phone shows them."""
        return tuple(tuple(zip(self.heads, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: `key` is its place on the page, `says` its sentences."""

    key: str
    title: str
    says: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The latest change of a number in force: since when, by whom, and why."""

    since: date
    by: str
    reason: str


class Style:
    """How the figures of one organization are written, and the numbers it has in force."""

    __slots__ = ("currency", "format", "numbers")

    def __init__(self, numbers: Numbers, number_format: NumberFormat, currency: str) -> None:
        self.numbers = numbers
        self.format = number_format
        self.currency = currency

    def amount(self, value: Decimal) -> str:
        """Return an amount with its currency, in whole units where it has no others."""
        decimals = 0 if value == value.to_integral_value() else 2
        scaled = int(value.scaleb(decimals))
        return f"{amount_text(scaled, Measured('', decimals), self.format)} {self.currency}"

    def value(self, key: str) -> str:
        """Return the number in force with what it counts: "5 working days", "90%"."""
        row = NUMBERS[key]
        given = self.numbers.given.get(key)
        return self.written(Decimal(row.default) if given is None else given, row.unit)

    def written(self, value: Decimal, unit: Unit) -> str:
        """Return a value with what it counts."""
        if unit is Unit.RATIO:
            return percent_text(value, self.format)
        count = f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
        return f"{count} {_singular(unit) if value == 1 else unit.value}"

    def say(self, sentence: str) -> str:
        """Return a sentence with the numbers that it names in braces."""
        keys = {key: self.value(key) for key in NUMBERS if f"{{{key}}}" in sentence}
        return sentence.format(**keys)


def words(values: Iterable[StrEnum | str]) -> str:
    """Return a list in words; "nobody" for an empty one."""
    return ", ".join(str(each) for each in values) or "nobody"


def capital(text: str) -> str:
    """Return a text with a first capital letter."""
    return text[:1].upper() + text[1:]


def _singular(unit: Unit) -> str:
    return {"people": "person"}.get(unit.value, unit.value.removesuffix("s"))
