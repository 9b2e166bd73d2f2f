"""Files of the budget as people give them: chart, amounts, bookings; all problems are named."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from core.money import to_scaled
from measures.rules.calendar import PERIODS
from measures.rules.reconciliation import BudgetKind

YEARS = range(1990, 2200)
MOST_ROWS = 20_000
LONGEST_CODE, LONGEST_NAME = 60, 120
AMOUNT = re.compile(r"-?\d{1,11}(\.\d{1,2})?", re.ASCII)
VOLUME = re.compile(r"-?\d{1,12}(\.\d{1,4})?", re.ASCII)
SHARE = re.compile(r"(0(\.\d{1,4})?|1(\.0{1,4})?)", re.ASCII)
CODE = re.compile(r"[A-Z]{3}", re.ASCII)


class FileKind(StrEnum):
    """What a file of the budget holds."""

    CHART = "chart"
    BUDGET = "budget"
    BOOKINGS = "bookings"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A line of the chart; `node` is the code or the name of the node that answers for it."""

    code: str
    name: str
    kind: BudgetKind
    account: str
    cost_centre: str
    node: str
    currency: str
    variable_share: Decimal

    @property
    def key(self) -> Hashable:
        """What is given once a file."""
        return self.code.lower()


@dataclass(frozen=True, slots=True)
class FigureRow:
    """An amount of a line in a month, in hundredths; `document` is empty in a budget."""

    code: str
    fiscal_year: int
    period: int
    document: str
    amount: int
    volume: Decimal | None

    @property
    def key(self) -> Hashable:
        """What is given once a file."""
        return self.code.lower(), self.fiscal_year, self.period, self.document


Given: TypeAlias = ChartRow | FigureRow

COLUMNS: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.CHART: (
        "code", "name", "kind", "account", "cost_centre", "node", "currency", "variable_share",
    ),
    FileKind.BUDGET: ("code", "fiscal_year", "period", "amount", "volume"),
    FileKind.BOOKINGS: ("code", "fiscal_year", "period", "document", "amount", "volume"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says: its rows with their numbers, and a sentence for each that cannot stand."""

    rows: tuple[tuple[int, Given], ...]
    problems: tuple[str, ...]
    digest: str


def read(kind: FileKind, text: str) -> Told:
    """Read a file of comma- or semicolon-separated rows, the first of which names its columns."""
    plain = text.lstrip("\ufeff")
    first, _, _ = plain.partition("\n")
    found = csv.reader(io.StringIO(plain), delimiter=";" if ";" in first else ",")
    try:
        cells = [[cell.strip() for cell in row] for row in found]
    except csv.Error as error:
        return Told((), (f"The file cannot be read as rows of cells: {error}.",), "")
    numbered = [(at, row) for at, row in enumerate(cells, start=1) if any(row)]
    head = tuple(cell.lower() for cell in numbered[0][1]) if numbered else ()
    columns = COLUMNS[kind]
    if head != columns:
        problem = f"The first row must name the columns {', '.join(columns)}, in this order."
        return Told((), (problem,), "")
    if not 1 <= len(numbered) - 1 <= MOST_ROWS:
        problem = f"A file holds 1 to {MOST_ROWS} rows; this one has {len(numbered) - 1}."
        return Told((), (problem,), "")
    return _rows(kind, numbered[1:])


def _rows(kind: FileKind, numbered: Sequence[tuple[int, list[str]]]) -> Told:
    rows: list[tuple[int, Given]] = []
    problems: list[str] = []
    seen: dict[Hashable, int] = {}
    for at, cells in numbered:
        said = _row(kind, cells)
        if isinstance(said, str):
            problems.append(f"Row {at}: {said}")
        elif said.key in seen:
            problems.append(f"Row {at}: says again what row {seen[said.key]} says.")
        else:
            seen[said.key] = at
            rows.append((at, said))
    # Sorted, so that the same rows in another order are the same batch.
    content = sorted("\x1f".join(cells) for _, cells in numbered)
    digest = hashlib.sha256("\x1e".join((kind.value, *content)).encode()).hexdigest()
    return Told(tuple(rows), tuple(problems), digest)


def _row(kind: FileKind, cells: list[str]) -> Given | str:
    columns = COLUMNS[kind]
    if len(cells) != len(columns):
        return f"has {len(cells)} cells; {len(columns)} are needed."
    given = dict(zip(columns, cells, strict=True))
    problem = _first(_CHECKS[kind], given)
    if problem:
        return problem
    return _chart_row(given) if kind is FileKind.CHART else _figure_row(given)


def _chart_row(given: Mapping[str, str]) -> ChartRow:
    return ChartRow(
        code=given["code"],
        name=given["name"],
        kind=BudgetKind(given["kind"].lower()),
        account=given["account"],
        cost_centre=given["cost_centre"],
        node=given["node"],
        currency=given["currency"].upper(),
        variable_share=Decimal(given["variable_share"] or 0),
    )


def _figure_row(given: Mapping[str, str]) -> FigureRow:
    return FigureRow(
        code=given["code"],
        fiscal_year=int(given["fiscal_year"]),
        period=int(given["period"]),
        document=given.get("document", ""),
        amount=to_scaled(Decimal(given["amount"]), 2),
        volume=Decimal(given["volume"]) if given["volume"] else None,
    )


Check: TypeAlias = Callable[[Mapping[str, str]], str | None]


def _first(checks: Iterable[Check], given: Mapping[str, str]) -> str | None:
    return next((problem for check in checks if (problem := check(given))), None)


def _text(column: str, longest: int, shortest: int = 0) -> Check:
    def check(given: Mapping[str, str]) -> str | None:
        if shortest <= len(given[column]) <= longest:
            return None
        return f"{column} has {shortest} to {longest} characters."

    return check


def _shape(column: str, pattern: "re.Pattern[str]", wanted: str, *, empty: bool = False) -> Check:
    def check(given: Mapping[str, str]) -> str | None:
        text = given[column]
        if (empty and not text) or pattern.fullmatch(text):
            return None
        return f"“{text}” is no {column.replace('_', ' ')}. Enter {wanted}."

    return check


def _kind(given: Mapping[str, str]) -> str | None:
    if given["kind"].lower() in set(BudgetKind):
        return None
    return f"“{given['kind']}” is no kind of line. Enter cost or income."


def _currency(given: Mapping[str, str]) -> str | None:
    if CODE.fullmatch(given["currency"].upper()):
        return None
    return f"“{given['currency']}” is no currency. Enter three letters, such as EUR."


def _month(given: Mapping[str, str]) -> str | None:
    year, period = given["fiscal_year"], given["period"]
    if not (year.isascii() and year.isdecimal() and len(year) == 4 and int(year) in YEARS):  # noqa: PLR2004  # four digits
        return f"“{year}” is no fiscal year."
    is_whole = period.isascii() and period.isdecimal() and len(period) <= len("12")
    if not is_whole or not 1 <= int(period) <= PERIODS:
        return f"“{period}” is no month of the fiscal year. Enter 1 to {PERIODS}."
    return None


_FIGURES: tuple[Check, ...] = (
    _text("code", LONGEST_CODE, 1),
    _month,
    _shape("amount", AMOUNT, "a number such as -1250.50, with at most two decimals"),
    _shape("volume", VOLUME, "a number with at most four decimals, or nothing", empty=True),
)
_CHECKS: Mapping[FileKind, tuple[Check, ...]] = {
    FileKind.CHART: (
        _text("code", LONGEST_CODE, 1),
        _text("name", LONGEST_NAME, 1),
        _kind,
        _text("account", LONGEST_CODE),
        _text("cost_centre", LONGEST_CODE),
        _text("node", LONGEST_NAME),
        _currency,
        _shape(
            "variable_share", SHARE, "0 to 1 with at most four decimals, or nothing", empty=True
        ),
    ),
    FileKind.BUDGET: _FIGURES,
    FileKind.BOOKINGS: (*_FIGURES, _text("document", LONGEST_CODE, 1)),
}
