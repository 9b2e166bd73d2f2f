"""Any page's tables as a workbook: the page is written once more, exactly and whole, and read.

Asked for with `?format=xlsx` at the page's own address, so that filter, order and rights are the
page's (docs/adr/0018).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from accounts import exact
from accounts.errors import NothingToTakeOut, TableTooLong
from accounts.queries import people
from core import tenancy
from hierarchy.rules import tables, typed
from hierarchy.rules.tables import Page
from hierarchy.rules.typed import Kind, Sheet, Signs, Value

if TYPE_CHECKING:
    from hierarchy.pages import Request

ASKED, XLSX = "format", "xlsx"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME, LONGEST_TEXT = 31, 32_767  # what Excel takes
NARROWEST, WIDEST = 9, 60  # letters
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
# What a spreadsheet would reckon with if its reader typed into the cell again.
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PATTERNS = {Kind.SHARE: "0.0%", Kind.DAY: "d mmm yyyy", Kind.MOMENT: "d mmm yyyy, hh:mm"}


def is_asked(request: HttpRequest) -> bool:
    """Tell whether a page's tables are asked for instead of the page."""
    return request.GET.get(ASKED) == XLSX


def taken(request: "Request", page: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the tables of a page as a workbook, in the reading transaction of the page.

    NothingToTakeOut without a table, TableTooLong beyond what one file takes. What is no page of
    ours is answered as it is.
    """
    with exact.writing():
        response = page()
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.streaming or response.status_code != HttpResponse.status_code or not is_page:
        return response
    return _answer(request, tables.read(response.content.decode()))


def _answer(request: "Request", page: Page) -> HttpResponse:
    profile = people.profile()
    signs = Signs(profile.decimal_separator, profile.group_separator)
    sheets = [typed.sheet(each, signs, _("line below")) for each in page.tables]
    sheets = [each for each in sheets if each.rows]
    if not sheets:
        raise NothingToTakeOut
    title = tables.line(page.title) or sheets[0].label
    return book(request, sheets, title, _facts(page))


def book(
    request: "Request", sheets: Sequence[Sheet], title: str, facts: Sequence[tuple[str, str]]
) -> HttpResponse:
    """Return sheets as a file, each with a head that says whose it is, of when, and by whom.

    TableTooLong beyond what one file takes.
    """
    if sum(len(each.rows) for each in sheets) > exact.MOST_ROWS:
        raise TableTooLong(most=f"{exact.MOST_ROWS:,}")
    head = [(_("Organization"), people.profile().name), (_("Page"), title), *facts, *_by(request)]
    answer = HttpResponse(_file(sheets, head), content_type=CONTENT_TYPE)
    name = f"{request.membership.slug}-{slugify(title)}-{tenancy.current().now:%Y-%m-%d}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _facts(page: Page) -> list[tuple[str, str]]:
    """Return what the head of each sheet says about where its figures come from."""
    path = " › ".join(filter(None, map(tables.line, page.path)))
    filters = [f"{tables.line(name)}: {tables.line(text)}" for name, text in page.said]
    return [
        *([(_("Where"), path)] if path else []),
        *([(_("Narrowed to"), "; ".join(filters))] if filters else []),
        *((tables.line(name), tables.line(text)) for name, text in page.notes),
    ]


def _by(request: "Request") -> list[tuple[str, str]]:
    now = timezone.localtime(tenancy.current().now)
    moment = date_format(now, pgettext("date format of a moment", "j M Y, H:i"))
    return [
        (_("As of"), f"{moment} ({timezone.get_current_timezone_name()})"),
        (_("By"), request.actor.name),
    ]


def _file(sheets: Iterable[Sheet], facts: list[tuple[str, str]]) -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        formats = _Formats(book)
        names: set[str] = set()
        for each in sheets:
            _write(book.add_worksheet(_name(each.label, names)), each, facts, formats)
    return file.getvalue()


def _name(label: str, taken_names: set[str]) -> str:
    """Return a name that Excel takes for a sheet, and that no other sheet has."""
    bare = " ".join(NOT_IN_NAMES.sub(" ", label).split()) or _("Table")
    number, name = 1, bare[:LONGEST_NAME].strip()
    while name.casefold() in taken_names:
        number += 1
        name = f"{bare[: LONGEST_NAME - len(str(number)) - 1].strip()} {number}"
    taken_names.add(name.casefold())
    return name


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool, bool], Format] = {}

    def of(self, pattern: str = "", *, is_bold: bool = False, is_quoted: bool = False) -> Format:
        """Return the format of a number's pattern; quoted, a text stays one when typed again."""
        wanted = (pattern, is_bold, is_quoted)
        if wanted not in self._made:
            said = {"valign": "top", "bold": is_bold, "quote_prefix": is_quoted}
            self._made[wanted] = self._book.add_format(
                said | ({"num_format": pattern} if pattern else {})
            )
        return self._made[wanted]


def _write(sheet: Worksheet, table: Sheet, facts: list[tuple[str, str]], formats: _Formats) -> None:
    """Write the head, the heads of the columns and the rows, one after the other."""
    said = [*facts, (_("Table"), table.caption or table.label)]
    for at, (label, text) in enumerate(said):
        sheet.write_string(at, 0, label, formats.of(is_bold=True))
        _text(sheet, (at, 1), text, formats, is_bold=False)
    top = len(said) + 1
    for column, head in enumerate(table.heads):
        _text(sheet, (top, column), head, formats, is_bold=True)
    for at, row in enumerate(table.rows):
        for column, value in enumerate(row):
            place = (top + 1 + at, column)
            _value(sheet, place, value, formats, is_bold=at in table.totals)
    for column, width in enumerate(_widths(table)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(top + 1, 1)
    rows = len(table.rows) - len(table.totals)
    if rows and table.heads:
        sheet.autofilter(top, 0, top + rows, len(table.heads) - 1)


def _value(
    sheet: Worksheet, place: tuple[int, int], value: Value, formats: _Formats, *, is_bold: bool
) -> None:
    pattern = _pattern(value)
    match value.kind:
        case Kind.NUMBER | Kind.SHARE:
            sheet.write_number(*place, value.value, formats.of(pattern, is_bold=is_bold))
        case Kind.DAY | Kind.MOMENT:
            sheet.write_datetime(*place, value.value, formats.of(pattern, is_bold=is_bold))
        case Kind.TEXT:
            _text(sheet, place, str(value.value), formats, is_bold=is_bold)


def _text(
    sheet: Worksheet, place: tuple[int, int], text: str, formats: _Formats, *, is_bold: bool
) -> None:
    """Write a text as text: never a formula, neither now nor when the cell is edited (CWE-1236)."""
    is_quoted = text.lstrip().startswith(BEGINNINGS)
    form = formats.of(is_bold=is_bold, is_quoted=is_quoted)
    sheet.write_string(*place, text[:LONGEST_TEXT], form)


def _pattern(value: Value) -> str:
    if not isinstance(value.value, Decimal) or value.kind is not Kind.NUMBER:
        return PATTERNS.get(value.kind, "")
    if value.unit:
        return f'#,##0.00 "{value.unit}"'
    decimals = exact.decimals_of(value.value)
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _widths(table: Sheet) -> list[int]:
    columns = [[head] for head in table.heads]
    for row in table.rows:
        for column, value in zip(columns, row, strict=True):
            column.append(str(value.value))
    return [min(max(NARROWEST, *(len(each) + 3 for each in said)), WIDEST) for said in columns]
