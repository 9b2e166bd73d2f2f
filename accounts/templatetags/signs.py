"""How figures, dates and lights are written on every page: one tag a kind, one form a kind.

Amounts are written in the scale of the page (`scale` in the context: units, thousands or
millions) and in the organization's number format (`number_format` in the context); a value that
was not given is an en dash, never zero (interface.md, "Signs").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Protocol

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from accounts import exact
from core import money as amounts

register = template.Library()

NOT_GIVEN = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


class Scale(StrEnum):
    """The one scale of a page; never mixed on it."""

    UNITS = "units"
    THOUSANDS = "thousands"
    MILLIONS = "millions"


_DIVISOR_EXPONENT = {Scale.UNITS: 0, Scale.THOUSANDS: 3, Scale.MILLIONS: 6}
_DECIMALS_SHOWN = {Scale.UNITS: 0, Scale.THOUSANDS: 0, Scale.MILLIONS: 1}
_UNIT_SUFFIX = {Scale.UNITS: "", Scale.THOUSANDS: "k", Scale.MILLIONS: "m"}


class _Separators(Protocol):
    """What a number format must tell: its decimal sign and its group sign."""

    @property
    def decimal(self) -> str: ...

    @property
    def group(self) -> str: ...


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The declared signs of an organization's numbers."""

    decimal: str = "."
    group: str = ","


_DEFAULT_FORMAT = NumberFormat()


def written(amount: Decimal, decimals: int, number_format: _Separators = _DEFAULT_FORMAT) -> str:
    """Return a number with exactly `decimals` places, groups of three and a true minus sign."""
    shown = amounts.rounded(amount, decimals)
    digits = f"{abs(shown):,.{decimals}f}"
    signs = {",": number_format.group, ".": number_format.decimal}
    text = "".join(signs.get(character, character) for character in digits)
    return f"{MINUS}{text}" if shown < 0 else text


def _format_of(context: Context) -> _Separators:
    found: _Separators = context.get("number_format") or _DEFAULT_FORMAT
    return found


def _scale_of(context: Context, given: str | None) -> Scale:
    if exact.is_on():
        return Scale.UNITS
    return Scale(given or context.get("scale") or Scale.UNITS)


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    value: Decimal | int | None,
    *,
    scale: str | None = None,
    decimals: int | str | None = None,
    signed: bool = False,
) -> str:
    """Write an amount given in units, in the scale of the page; `signed` shows a plus as well."""
    if value in (None, ""):
        return NOT_GIVEN
    chosen = _scale_of(context, scale)
    given = None if decimals == "" else decimals  # an include without the parameter
    places = _DECIMALS_SHOWN[chosen] if given is None else int(given)
    scaled = Decimal(value).scaleb(-_DIVISOR_EXPONENT[chosen])
    if exact.is_on():
        places = exact.decimals_of(scaled, exact.MOST_DECIMALS_OF_MONEY)
    text = written(scaled, places, _format_of(context))
    return f"+{text}" if signed and amounts.rounded(scaled, places) > 0 else text


@register.simple_tag(takes_context=True)
def unit(context: Context, name: str, *, scale: str | None = None) -> str:
    """Write a unit with the scale of the page, for the header of a column: "EUR m"."""
    suffix = _UNIT_SUFFIX[_scale_of(context, scale)]
    return f"{name}{NO_BREAK}{suffix}" if suffix else name


@register.simple_tag(takes_context=True)
def number(context: Context, value: Decimal | int | None, *, decimals: int = 0) -> str:
    """Write a count or a quantity that no scale applies to."""
    if value in (None, ""):
        return NOT_GIVEN
    places = exact.decimals_of(Decimal(value)) if exact.is_on() else decimals
    return written(Decimal(value), places, _format_of(context))


@register.simple_tag(takes_context=True)
def share(context: Context, value: Decimal | int | None, *, decimals: int = 1) -> str:
    """Write a ratio as a percentage, cut and not rounded: 0.8996 is 89.9 % (domain-rules §8)."""
    if value in (None, ""):
        return NOT_GIVEN
    if exact.is_on():
        decimals = exact.decimals_of(Decimal(value) * 100)
    step = Decimal(1).scaleb(-decimals)
    cut = (Decimal(value) * 100).quantize(step, rounding=ROUND_DOWN)
    return f"{written(cut, decimals, _format_of(context))}{NO_BREAK}%"


@register.simple_tag
def month(value: date | None) -> str:
    """Write the calendar month that a day lies in: "Jul 2026"."""
    if not value:
        return NOT_GIVEN
    return date_format(value, pgettext("date format of a month", "M Y"))


@register.simple_tag
def day(value: date | datetime | None) -> str | SafeString:
    """Write a calendar day as a <time> element: "8 Jul 2026"; a moment in the reader's zone."""
    if not value:
        return NOT_GIVEN
    return _time(value, pgettext("date format of a day", "j M Y"))


@register.simple_tag
def moment(value: datetime | None) -> str | SafeString:
    """Write a day and the time of day as a <time> element: "8 Jul 2026, 09:00"."""
    if not value:
        return NOT_GIVEN
    return _time(value, pgettext("date format of a moment", "j M Y, H:i"))


def _time(value: date | datetime, pattern: str) -> SafeString:
    shown = value
    if isinstance(value, datetime) and timezone.is_aware(value):
        shown = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', shown.isoformat(), date_format(shown, pattern)
    )


@register.simple_tag(takes_context=True)
def chart_rows(context: Context, rows: Iterable[Sequence[object]]) -> SafeString:
    """Write the rows of a chart's table: a tag for all, for a page has some hundred cells."""
    number_format = _format_of(context)
    head, cell = '<tr><th scope="row">{}</th>', '<td class="num">{}</td>'
    written_rows = (
        format_html(head, _cell(row[0], number_format))
        + format_html_join("", cell, ((_cell(value, number_format),) for value in row[1:]))
        for row in rows
    )
    return format_html_join("", "{}</tr>", ((row,) for row in written_rows))


def _cell(value: object, number_format: _Separators) -> str | SafeString:
    """Write one cell: a number as a number, a day as a day, text as it is."""
    if value is None:
        return NOT_GIVEN
    if isinstance(value, Decimal):
        return written(value, max(0, -_exponent(value)), number_format)
    if isinstance(value, int):
        return written(Decimal(value), 0, number_format)
    if isinstance(value, date):
        return day(value)
    return str(value)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


@register.inclusion_tag("components/light.html")
def light(
    colour: str,
    *,
    label: str = "",
    reason: str = "",
    held: bool = False,
    words: bool = False,
) -> dict[str, object]:
    """Show one light; `words` adds label and reason beside the sign (else only for a reader)."""
    return {"colour": colour, "label": label, "reason": reason, "held": held, "words": words}


@register.filter
def initials(name: object) -> str:
    """Return the first letters of the first and the last word of a name, for its sign."""
    words = str(name).replace("@", " ").replace(".", " ").split()
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper()


@register.filter
def is_negative(shown: object) -> bool:
    """Tell whether a written amount is below zero, as shown: what rounds to 0.0 is not."""
    return str(shown).startswith(MINUS)
