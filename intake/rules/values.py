"""Reads dates and amounts in declared formats: what fits none of them, or two, is refused."""

import re
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
SHOWN = 60
MOST_WHOLE, MOST_DECIMALS = 13, 15  # together what decimal arithmetic keeps exactly


class Unreadable(ValueError):
    """A cell that says nothing in a declared format; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Formats:
    """How the file writes: `dates` as strptime patterns, the signs of its numbers.

    `not_given` are the texts that stand for an empty cell.
    """

    dates: tuple[str, ...]
    decimal_separator: str = "."
    group_separator: str = ""
    not_given: frozenset[str] = frozenset({""})


@lru_cache(maxsize=8)
def _amount_pattern(decimal_separator: str, group_separator: str) -> re.Pattern[str]:
    """Return what an amount must look like as a whole."""
    point, group = re.escape(decimal_separator), re.escape(group_separator)
    whole = rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)" if group else r"\d+"
    return re.compile(rf"-?{whole}(?:{point}\d+)?", re.ASCII)


def text(cell: str, formats: Formats) -> str:
    """Return a cell without surrounding space; empty where it stands for "not given"."""
    stripped = cell.strip()
    return "" if stripped in formats.not_given else stripped


def day(cell: str, formats: Formats) -> date | None:
    """Return the calendar day of a cell, None where nothing is given; Unreadable."""
    written = text(cell, formats)
    if not written:
        return None
    found = {each for pattern in formats.dates if (each := _day(written, pattern)) is not None}
    if not found:
        raise Unreadable(f"“{written[:SHOWN]}” is no date in a declared format")
    if len(found) > 1:
        readings = " or ".join(each.isoformat() for each in sorted(found))
        raise Unreadable(f"“{written[:SHOWN]}” can be read as {readings}")
    (only,) = found
    if not EARLIEST <= only <= LATEST:
        raise Unreadable(f"{only.isoformat()} lies outside {EARLIEST.year} to {LATEST.year}")
    return only


def _day(written: str, pattern: str) -> date | None:
    try:
        parsed = time.strptime(written, pattern)
    except ValueError:
        return None
    return date(*parsed[:3])


def amount(cell: str, formats: Formats) -> Decimal | None:
    """Return the amount of a cell with all its decimals, None where nothing is given; Unreadable.

    A currency, an exponent or a group in the wrong place is not an amount in the declared format.
    """
    written = text(cell, formats)
    if not written:
        return None
    pattern = _amount_pattern(formats.decimal_separator, formats.group_separator)
    if not pattern.fullmatch(written):
        raise Unreadable(f"“{written[:SHOWN]}” is no amount in the declared format")
    plain = written.replace(formats.group_separator, "") if formats.group_separator else written
    found = Decimal(plain.replace(formats.decimal_separator, "."))
    whole, _, decimals = f"{abs(found):f}".partition(".")
    if len(whole) > MOST_WHOLE or len(decimals) > MOST_DECIMALS:
        raise Unreadable(
            f"“{written[:SHOWN]}” has more than {MOST_WHOLE} digits or {MOST_DECIMALS} decimals"
        )
    return found
