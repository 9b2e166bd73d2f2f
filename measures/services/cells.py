"""One cell's figure: from a Decimal or from what a person typed, to a scaled whole number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounts.queries import people
from core.money import LARGEST_SCALED, from_scaled
from measures.models import Line
from measures.queries import periods
from measures.rules.amounts import EN_DASH, CellReader, CellRefusal, NumberFormat
from measures.rules.calendar import PERIODS
from measures.rules.lines import Unit

PLAIN = NumberFormat(decimal=".", group="")  # how programs write numbers


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into a cell; `name` is how a refusal calls the cell."""

    line: Line
    name: str
    text: str


def number_format() -> NumberFormat:
    """Return the one way in which the organization writes numbers."""
    profile = people.profile()
    return NumberFormat(profile.decimal_separator, profile.group_separator)


def read(
    typed: Mapping[str, Typed], written_as: NumberFormat
) -> tuple[dict[str, Decimal | None], list[CellRefusal]]:
    """Return the amounts of cells that were clear, and a refusal for each of the others."""
    amounts: dict[str, Decimal | None] = {}
    refusals: list[CellRefusal] = []
    for key, cell in typed.items():
        said = reader_of(cell.line, written_as).read(cell.text, cell.name)
        if isinstance(said, CellRefusal):
            refusals.append(said)
        else:
            amounts[key] = from_scaled(said, cell.line.decimals)
    return amounts, refusals


def reader_of(line: Line, written_as: NumberFormat) -> CellReader:
    """Return what reads the cells of a line."""
    return CellReader(Unit(line.unit, line.decimals), line.currency, written_as)


def scaled(amount: Decimal | None, line: Line, cell: str) -> int | CellRefusal | None:
    """Return an amount as the line stores it, None for None, or why it does not fit."""
    if amount is None:
        return None
    if not amount.is_finite():
        code = "cell_not_a_number" if amount.is_nan() else "cell_infinite"
        return _refusal(code, amount, line, cell)
    whole = amount.scaleb(line.decimals)
    if abs(whole) >= LARGEST_SCALED:
        return _refusal("cell_too_large", amount, line, cell)
    if whole != whole.to_integral_value():
        return _refusal("cell_decimals", amount, line, cell)
    return int(whole)


def no_month(line: Line, series: str, fiscal_year: int, period: int) -> CellRefusal | None:
    """Return why a cell lies outside the calendar, None where it lies inside."""
    if fiscal_year in periods.YEARS and 1 <= period <= PERIODS:
        return None
    first, last = str(periods.YEARS[0]), str(periods.YEARS[-1])
    params = {"first": first, "last": last, "periods": str(PERIODS)}
    return CellRefusal("cell_no_month", f"{line.name}, {series} {fiscal_year}-{period}", params)


def plain_text(value: int | None, line: Line) -> str:
    """Return a scaled figure for a sentence: '9000.00', an en dash where none is given."""
    amount = from_scaled(value, line.decimals)
    return EN_DASH if amount is None else f"{amount:f}"


def sentences(refusals: Iterable[CellRefusal]) -> list[str]:
    """Return the sentences of refusals."""
    return [each.sentence for each in refusals]


def _refusal(code: str, amount: Decimal, line: Line, cell: str) -> CellRefusal:
    unit = reader_of(line, PLAIN).unit_name
    digits = len(str(LARGEST_SCALED)) - 1 - line.decimals
    params = {
        "text": f"\u201c{amount}\u201d",
        "unit": unit,
        "decimals": str(line.decimals),
        "digits": str(digits),
        "example": PLAIN.example,
    }
    return CellRefusal(code, cell, params)
