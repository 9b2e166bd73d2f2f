"""Rates as people give them, typed or in a file of comma-separated rows; every problem is named."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from measures.rules.calendar import PERIODS
from measures.rules.rates import WHOLE_YEAR

COLUMNS = ("kind", "currency", "fiscal_year", "period", "rate")
KINDS = ("plan", "actual", "discount")
YEARS = range(1990, 2200)
MOST_ROWS = 5000
NUMBER = re.compile(r"\d{1,9}(\.\d{1,8})?", re.ASCII)
CODE = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class RateEntry:
    """One rate to be recorded: of exchange, or of discount (no currency, yearly, 0.08 for 8 %)."""

    kind: str
    currency: str
    fiscal_year: int
    period: int
    value: Decimal

    @property
    def key(self) -> tuple[str, str, int, int]:
        """What has one rate at a time."""
        return self.kind, self.currency, self.fiscal_year, self.period


def problem_with(entry: RateEntry, own_currency: str) -> str | None:
    """Return in a sentence why a rate cannot stand; None when it can."""
    if entry.kind not in KINDS:
        return f"“{entry.kind}” is no kind of rate. Choose plan, actual or discount."
    if entry.fiscal_year not in YEARS:
        return f"{entry.fiscal_year} is no fiscal year."
    if entry.kind == "discount":
        return _problem_with_discount(entry)
    return _problem_with_currency(entry, own_currency) or _problem_with_period(entry)


def _problem_with_currency(entry: RateEntry, own_currency: str) -> str | None:
    if CODE.fullmatch(entry.currency) is None:
        return f"“{entry.currency}” is no currency. Enter three letters, such as USD."
    if entry.currency == own_currency:
        return f"{entry.currency} is the currency of the organization and needs no rate."
    return "A rate of exchange lies above 0." if entry.value <= 0 else None


def _problem_with_period(entry: RateEntry) -> str | None:
    is_month = 1 <= entry.period <= PERIODS
    if entry.kind == "plan" and entry.period != WHOLE_YEAR:
        return "A plan rate holds for a whole fiscal year. Leave the period empty."
    if entry.kind == "actual" and not is_month:
        return "An actual rate is the average of one month. Enter its period, 1 to 12."
    return None


def _problem_with_discount(entry: RateEntry) -> str | None:
    if entry.currency or entry.period != WHOLE_YEAR:
        return "A discount rate has neither currency nor period. Leave both empty."
    if not 0 <= entry.value < 1:
        return "A discount rate is given as 0.08 for 8 % and lies from 0 to below 1."
    return None


def entries_of(text: str) -> tuple[list[RateEntry], list[str]]:
    """Return the rates of a file, and a sentence for each row that cannot be read.

    The first row names the columns kind, currency, fiscal_year, period and rate; numbers are
    written with a point. Semicolons may stand for the commas.
    """
    first, _, _ = text.lstrip("\ufeff").partition("\n")
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";" if ";" in first else ",")
    rows = [row for row in reader if any(cell.strip() for cell in row)]
    head = tuple(cell.strip().lower() for cell in rows[0]) if rows else ()
    if head != COLUMNS:
        return [], [f"The first row must name the columns {', '.join(COLUMNS)}, in this order."]
    if len(rows) > MOST_ROWS:
        return [], [f"A file may hold {MOST_ROWS} rates; this one has {len(rows) - 1}."]
    return _read(rows[1:])


def _read(rows: Iterable[list[str]]) -> tuple[list[RateEntry], list[str]]:
    entries: list[RateEntry] = []
    problems: list[str] = []
    for number, row in enumerate(rows, start=2):
        said = (
            entry_of(*(cell.strip() for cell in row))
            if len(row) == len(COLUMNS)
            else (f"has {len(row)} cells; {len(COLUMNS)} are needed.")
        )
        if isinstance(said, RateEntry):
            entries.append(said)
        else:
            problems.append(f"Row {number}: {said}")
    return entries, problems


def entry_of(kind: str, currency: str, year: str, period: str, rate: str) -> RateEntry | str:
    """Return the rate that texts say, or in a sentence what cannot be read."""
    if NUMBER.fullmatch(rate) is None:
        return f"“{rate}” is no rate. Enter a number such as 1.08, with at most eight decimals."
    if not (year.isascii() and year.isdecimal() and len(year) == len("2026")):
        return f"“{year}” is no fiscal year."
    if period and not (period.isascii() and period.isdecimal() and len(period) <= len("12")):
        return f"“{period}” is no period. Enter 1 to 12, or nothing for the whole year."
    return RateEntry(
        kind.lower(), currency.upper(), int(year), int(period or WHOLE_YEAR), Decimal(rate)
    )


def repeated(entries: Iterable[RateEntry]) -> list[str]:
    """Return a sentence for each rate that is given twice."""
    seen: set[tuple[str, str, int, int]] = set()
    found = []
    for each in entries:
        if each.key in seen:
            found.append(f"{name_of(each)} is given twice.")
        seen.add(each.key)
    return found


def name_of(entry: RateEntry) -> str:
    """Return a rate as refusals name it: "plan USD 2026", "actual USD 2026-03"."""
    month = f"-{entry.period:02d}" if entry.period else ""
    return " ".join(filter(None, (entry.kind, entry.currency, f"{entry.fiscal_year}{month}")))
