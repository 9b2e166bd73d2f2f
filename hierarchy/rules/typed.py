"""What the cells of a table are worth in a file: numbers, shares, days; all else stays text."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from hierarchy.rules.tables import Cell, Table

MINUS, NOT_GIVEN = "\N{MINUS SIGN}", "\N{EN DASH}"
CURRENCY = re.compile(r"[A-Z]{3}")
AMOUNT = re.compile(r"(?:([A-Z]{3}) )?(.*?)(?: ([A-Z]{3}))?")
MONTHS_FIRST = 10  # letters of a date: 2026-01-31


class Kind(StrEnum):
    """How a value is written into a file."""

    NONE = "none"
    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"
    MOMENT = "moment"


class Value(NamedTuple):
    """A cell's value; `unit` is the currency of an amount of money, else empty."""

    kind: Kind
    value: str | Decimal | date
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs that numbers are written with on the page."""

    decimal: str
    group: str

    def number(self, text: str) -> Decimal | None:
        """Return the number that a text is, None where it is none."""
        bare = text.replace(MINUS, "-").removeprefix("+")
        group = re.escape(" " if self.group.isspace() else self.group)
        whole = rf"\d{{1,3}}(?:{group}\d{{3}})+|\d+" if group else r"\d+"
        found = re.fullmatch(rf"(-?)({whole})(?:{re.escape(self.decimal)}(\d+))?", bare)
        if found is None:
            return None
        sign, digits, rest = found.groups()
        return Decimal(f"{sign}{re.sub(r'[^0-9]', '', digits)}.{rest or 0}")


EMPTY = Value(Kind.NONE, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready for a file: its heads, and rows of as many values; `is_total` marks sums."""

    label: str
    caption: str
    heads: list[str]
    rows: list[list[Value]]
    totals: frozenset[int]


def sheet(table: Table, signs: Signs, below: str) -> Sheet:
    """Return a table with each value as what it is; columns that say nothing are left out.

    What stands in smaller words below a cell gets a column of its own, named with `below`.
    """
    heads = [row.cells for row in table.rows if row.part == "thead"]
    last = _wide(heads[-1]) if heads else []
    body = [row for row in table.rows if row.part != "thead"]
    width = max([len(last), *(len(_wide(row.cells)) for row in body)], default=0)
    units = _units(table, last, width)
    columns: list[tuple[str, list[Value]]] = []
    wide = [_filled(_wide(row.cells), width) for row in body]
    for at in range(width):
        head = last[at] if at < len(last) else Cell()
        name = ", ".join(filter(None, (head.text, head.under)))
        values = [value_of(row[at], units[at], signs) for row in wide]
        if any(row[at].has_unsaid for row in wide) and all(each == EMPTY for each in values):
            continue  # of buttons, or drawn
        columns.append((name, values))
        if any(row[at].under for row in wide):
            notes = [_below(row[at], units[at], signs) for row in wide]
            columns.append((", ".join(filter(None, (head.text, below))), notes))
    said = [each for each in columns if each[0] or any(value != EMPTY for value in each[1])]
    return Sheet(
        label=table.label,
        caption=" ".join("".join(table.caption).split()),
        heads=[name for name, _ in said],
        rows=[[values[at] for _, values in said] for at in range(len(body))],
        totals=frozenset(at for at, row in enumerate(body) if row.part == "tfoot"),
    )


def value_of(cell: Cell, unit: str, signs: Signs) -> Value:
    """Return what a cell is: nothing, a day, a number where its column holds numbers, or text."""
    text = cell.text
    if text in {"", NOT_GIVEN}:
        return EMPTY
    if len(cell.moments) == 1 and text[0].isdigit():
        return _time(cell.moments[0], text)
    return _number(text, unit, signs) if cell.is_number else Value(Kind.TEXT, text)


def _below(cell: Cell, unit: str, signs: Signs) -> Value:
    if not cell.under or cell.under == NOT_GIVEN:
        return EMPTY
    return _number(cell.under, unit, signs) if cell.is_number else Value(Kind.TEXT, cell.under)


def _number(text: str, unit: str, signs: Signs) -> Value:
    share = signs.number(text.removesuffix("%").rstrip()) if text.endswith("%") else None
    if share is not None:
        return Value(Kind.SHARE, share / 100)
    own = AMOUNT.fullmatch(text)
    before, bare, after = own.groups(default="") if own else ("", text, "")
    amount = signs.number(bare)
    if amount is None:
        return Value(Kind.TEXT, text)
    return Value(Kind.NUMBER, amount, before or after or unit)


def _time(named: str, text: str) -> Value:
    try:
        if len(named) == MONTHS_FIRST:
            return Value(Kind.DAY, date.fromisoformat(named))
        found = datetime.fromisoformat(named).replace(tzinfo=None)
    except ValueError:
        return Value(Kind.TEXT, text)
    # A moment of which the page tells the day alone is a day here, too.
    return Value(Kind.MOMENT, found) if ":" in text else Value(Kind.DAY, found.date())


def _units(table: Table, heads: list[Cell], width: int) -> list[str]:
    """Return the currency of each column; where only the first head names one, it is of all."""
    own = [_currency(each.under) for each in _filled(heads, width)]
    of_all = _currency(table.unit) or (own[0] if own else "")
    return [each or of_all for each in own]


def _currency(unit: str) -> str:
    return unit if CURRENCY.fullmatch(unit) else ""


def _wide(cells: list[Cell]) -> list[Cell]:
    """Return cells with an empty one for each further column that a cell reaches over."""
    return [each for cell in cells for each in (cell, *(Cell() for _ in range(cell.span - 1)))]


def _filled(cells: list[Cell], width: int) -> list[Cell]:
    return [*cells, *(Cell() for _ in range(width - len(cells)))]
