"""Figures as people type and read them: a declared number format in, scaled whole numbers inside.

A cell that could be read in two ways is refused, never guessed (interface.md, value grid).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

from core.money import LARGEST_SCALED, rounded
from measures.rules.lines import Unit

EN_DASH = "\u2013"
MINUS = "\u2212"
SPACES = "\u00a0\u202f\u2009"  # no-break, narrow no-break and thin space stand for a plain one
LONGEST_CELL = 64

CURRENCY_SIGNS = {
    "\u20ac": "EUR", "$": "USD", "\u00a3": "GBP", "\u00a5": "JPY", "\u20b9": "INR",
    "\u20a9": "KRW", "\u20ba": "TRY", "\u20bd": "RUB", "z\u0142": "PLN", "K\u010d": "CZK",
}  # fmt: skip

CELL_REFUSALS: Mapping[str, str] = {
    "cell_not_a_number": "{cell}: {text} is not a number. Leave the cell empty if none is known.",
    "cell_infinite": "{cell}: {text} is not a finite number.",
    "cell_exponent": "{cell}: {text} is written with an exponent. Write the number in full.",
    "cell_percent": "{cell}: {text} is a percentage; an amount in {unit} is expected.",
    "cell_foreign_digits": "{cell}: {text} uses other digits than 0 to 9.",
    "cell_foreign_currency": (
        "{cell}: {text} names a currency; the line is kept in {unit}. Enter the number in {unit}."
    ),
    "cell_separator": (
        "{cell}: {text} does not follow your number format, {example}. Change the cell, or declare "
        "another number format in your profile."
    ),
    "cell_grouping": (
        "{cell}: {text} has its group signs in odd places and could be read in two ways. Groups "
        "have three digits, as in {example}."
    ),
    "cell_decimals": "{cell}: {text} has more than the {decimals} decimals that {unit} is kept in.",
    "cell_too_large": "{cell}: {text} is too large; at most {digits} digits fit.",
    "cell_no_month": (
        "{cell} is no month of the calendar: fiscal years {first} to {last} have the periods 1 to"
        " {periods}."
    ),
    "cell_stray_text": "{cell}: {text} is not a number. Enter digits only, as in {example}.",
}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The one way a person writes numbers; `group` may be empty. ValueError if they clash."""

    decimal: str = "."
    group: str = ","

    def __post_init__(self) -> None:
        if self.decimal not in {".", ","}:
            raise ValueError(f"{self.decimal!r} is no decimal separator")
        if self.group not in {"", ".", ",", " ", "'"} or self.group == self.decimal:
            raise ValueError(f"{self.group!r} is no group separator beside {self.decimal!r}")

    @property
    def example(self) -> str:
        return f"1{self.group}234{self.decimal}50"


@dataclass(frozen=True, slots=True)
class CellRefusal:
    """Why a cell could not be read; the sentence names the cell and what to do."""

    code: str
    cell: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return CELL_REFUSALS[self.code].format_map({"cell": self.cell, **self.params})


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells of one line: under one number format, in one unit (and currency, if money)."""

    unit: Unit
    currency: str = ""
    number_format: NumberFormat = NumberFormat()

    @property
    def unit_name(self) -> str:
        return self.currency if self.unit.is_money and self.currency else self.unit.code

    def read(self, text: str, cell: str) -> int | CellRefusal | None:
        """Return the scaled whole number a cell says, None if it is empty, or why it is refused."""
        body = _plain(text)
        if body in {"", EN_DASH}:
            return None
        code = None if len(body) <= LONGEST_CELL else "cell_too_large"
        if code is None:
            body = _without_own_currency(body, self.currency)
            code = _foreign_content(body) or _foreign_shape(body, self.number_format)
        if code is None:
            scaled, code = _scaled(body, self.unit, self.number_format)
            if code is None:
                return scaled
        return self._refusal(code, text, cell)

    def _refusal(self, code: str, text: str, cell: str) -> CellRefusal:
        shown = text.strip()
        shown = shown if len(shown) <= LONGEST_CELL else shown[:LONGEST_CELL] + "\u2026"
        return CellRefusal(
            code,
            cell,
            {
                "text": f"\u201c{shown}\u201d",
                "unit": self.unit_name,
                "decimals": str(self.unit.decimals),
                "digits": str(len(str(LARGEST_SCALED)) - 1 - self.unit.decimals),
                "example": self.number_format.example,
            },
        )


@dataclass(frozen=True, slots=True)
class CellsRead:
    """What a set of cells said: the values of those that were clear, and every refusal."""

    values: Mapping[str, int | None]
    refusals: tuple[CellRefusal, ...]


def read_cells(reader: CellReader, cells: Mapping[str, str]) -> CellsRead:
    """Read cells by name; all refusals are returned, never only the first."""
    values: dict[str, int | None] = {}
    refusals: list[CellRefusal] = []
    for cell, text in cells.items():
        said = reader.read(text, cell)
        if isinstance(said, CellRefusal):
            refusals.append(said)
        else:
            values[cell] = said
    return CellsRead(values, tuple(refusals))


def _plain(text: str) -> str:
    body = text.strip()
    for space in SPACES:
        body = body.replace(space, " ")
    return body.replace(MINUS, "-").strip()


def _without_own_currency(body: str, currency: str) -> str:
    """Drop the line's own currency, which is no news; any other is found later."""
    if not currency:
        return body
    own = [currency, *(sign for sign, code in CURRENCY_SIGNS.items() if code == currency)]
    for mark in own:
        if body.startswith(mark):
            return body.removeprefix(mark).lstrip()
        if body.endswith(mark):
            return body.removesuffix(mark).rstrip()
    return body


def _foreign_content(body: str) -> str | None:
    """Return the code of what is no plain figure at all."""
    return next((code for code, holds in _FOREIGN if holds(body)), None)


def _is_nan(body: str) -> bool:
    words = r"#?[sq]?nan|n/?a|#n/a|#(value|ref|div/0|name)[!?]"
    return bool(re.fullmatch(words, body.casefold().lstrip("+-")))


def _is_infinite(body: str) -> bool:
    return body.casefold().lstrip("+-") in {"inf", "infinity", "\u221e"}


def _is_percentage(body: str) -> bool:
    return any(sign in body for sign in "%\u2030\u066a")


def _has_foreign_digits(body: str) -> bool:
    return any(each.isdigit() and not each.isascii() for each in body)


def _has_exponent(body: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[\d.,' ]+[eE][+-]?\d+", body, re.ASCII))


def _names_currency(body: str) -> bool:
    if any(sign in body for sign in CURRENCY_SIGNS):
        return True
    return bool(re.fullmatch(r"[A-Z]{3} ?[+-]?[\d.,' ]+|[+-]?[\d.,' ]+[A-Z]{3}", body, re.ASCII))


_FOREIGN: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("cell_not_a_number", _is_nan),
    ("cell_infinite", _is_infinite),
    ("cell_percent", _is_percentage),
    ("cell_foreign_digits", _has_foreign_digits),
    ("cell_exponent", _has_exponent),
    ("cell_foreign_currency", _names_currency),
)


def _foreign_shape(body: str, number_format: NumberFormat) -> str | None:
    """Return the code of digits that are put together otherwise than declared."""
    if not re.fullmatch(r"[+-]?[\d.,' ]*\d[\d.,' ]*", body, re.ASCII):
        return "cell_stray_text"
    used = {each for each in body if each in ".,' "}
    if used - {number_format.decimal, number_format.group}:
        return "cell_separator"
    whole, _, fraction = body.lstrip("+-").partition(number_format.decimal)
    group = re.escape(number_format.group)
    if not re.fullmatch(r"\d*", fraction, re.ASCII) or body.endswith(number_format.decimal):
        return "cell_separator"
    if re.fullmatch(r"\d*", whole, re.ASCII):
        return None
    grouped = rf"[1-9]\d{{0,2}}({group}\d{{3}})+"
    return None if re.fullmatch(grouped, whole, re.ASCII) else "cell_grouping"


def _scaled(
    body: str, unit: Unit, number_format: NumberFormat
) -> tuple[int, None] | tuple[None, str]:
    bare = body.replace(number_format.group, "") if number_format.group else body
    whole, _, fraction = bare.partition(number_format.decimal)
    if len(fraction.rstrip("0")) > unit.decimals:
        return None, "cell_decimals"
    digits = fraction.rstrip("0").ljust(unit.decimals, "0")
    scaled = int(f"{whole}{digits}")
    return (scaled, None) if abs(scaled) < LARGEST_SCALED else (None, "cell_too_large")


class Scale(IntEnum):
    """The size in which a page shows money; the value is the power of ten left out."""

    ONES = 0
    THOUSANDS = 3
    MILLIONS = 6


def scale_for(largest: int, decimals: int) -> Scale:
    """Return the scale for a page whose largest figure (scaled) this is: never mixed on a page."""
    whole = abs(largest) // 10**decimals
    if whole >= 10**7:
        return Scale.MILLIONS
    return Scale.THOUSANDS if whole >= 10**5 else Scale.ONES


def amount_text(
    value: int | None, unit: Unit, number_format: NumberFormat, *, scale: Scale = Scale.ONES
) -> str:
    """Return a figure for reading: grouped, with a minus sign, an en dash where none is given.

    In ones all decimals of the unit are shown, so that what is shown can be typed back; in
    thousands and millions one decimal, rounded here and nowhere else.
    """
    if value is None:
        return EN_DASH
    amount = Decimal(value).scaleb(-unit.decimals - scale)
    places = unit.decimals if scale is Scale.ONES else 1
    shown = rounded(amount, places)
    whole, _, fraction = f"{abs(shown):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", number_format.group)
    sign = MINUS if shown < 0 else ""
    return f"{sign}{grouped}{number_format.decimal}{fraction}" if fraction else f"{sign}{grouped}"


def percent_text(
    ratio: Fraction | Decimal | None, number_format: NumberFormat | None = None
) -> str:
    """Return a ratio as a percentage cut, not rounded, after one decimal: 0.8996 is '89.9 %'.

    A light is judged on the unrounded value, so a figure must not be shown above its threshold.
    """
    if ratio is None:
        return EN_DASH
    exact = Fraction(ratio)
    whole, tenth = divmod(int(abs(exact) * 1000), 10)
    sign = MINUS if exact < 0 and (whole or tenth) else ""
    point = "." if number_format is None else number_format.decimal
    return f"{sign}{whole}{point}{tenth} %" if tenth else f"{sign}{whole} %"


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share out a total in proportion to weights by largest remainder: the parts equal it exactly.

    Weights that come to nothing share evenly; ties go to the earlier. ValueError without weights.
    """
    if not weights:
        raise ValueError("nothing to share the total among")
    whole = sum(weights)
    shares = weights if whole else [1] * len(weights)
    divisor = whole or len(weights)
    exact = [Fraction(total * share, divisor) for share in shares]
    parts = [each.__floor__() for each in exact]
    left = total - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in by_remainder[:left]:
        parts[at] += 1
    return tuple(parts)


def largest(values: Iterable[int | None]) -> int:
    """Return the largest absolute figure of a page, 0 if none is given."""
    return max((abs(value) for value in values if value is not None), default=0)
