"""The rulebook as a PDF on A4, fit to be handed to an auditor."""

from datetime import UTC, datetime, time

from governance.sheets import HEADING, QUIET, SMALL, TEXT, TITLE, Sheet, facts, plain, table
from reporting.queries.rulebook import Rulebook
from reporting.rules.book import Chapter, Table

WIDTH = 174  # millimetres between the margins
# What the first column of a table takes, by how many columns it has.
FIRST = {2: 70, 3: 74, 4: 58, 8: 42}
WIDTHS: dict[str, tuple[float, ...]] = {
    "hierarchy": (24, 75, 75),
    "stages": (24, 50, 50, 50),
    "forced": (24, 150),
    "triggers": (12, 32, 86, 20, 24),
    "levels": (14, 38, 58, 26, 38),
    "numbers": (58, 20, 20, 34, 42),
}


def pdf(book: Rulebook) -> bytes:
    """Return the pages; the same rules of the same day give the same bytes."""
    name = book.profile.name
    sheet = Sheet(plain(f"{name} · Rulebook · {book.on}"))
    sheet.set_creation_date(datetime.combine(book.on, time(), UTC))
    sheet.set_title(plain(f"Rulebook of {name}"))
    sheet.set_producer("Assay")
    sheet.add_page()
    sheet.write_in("RULEBOOK", SMALL, style="B", colour=QUIET)
    sheet.write_in(name, TITLE, style="B")
    sheet.write_in(f"The rules in force on {book.on}", TEXT, colour=QUIET)
    sheet.ln(3)
    facts(
        sheet,
        (
            ("Gates", f"version {book.scheme.version}, from {book.scheme.effective_from}"),
            ("Digest", book.digest),
        ),
    )
    for number, chapter in enumerate(book.chapters, start=1):
        _chapter(sheet, number, chapter)
    return bytes(sheet.output())


def _chapter(sheet: Sheet, number: int, chapter: Chapter) -> None:
    if sheet.will_page_break(40):
        sheet.add_page()
    sheet.write_in(f"{number}  {chapter.title}", HEADING, style="B")
    sheet.ln(1)
    for sentence in chapter.says:
        sheet.write_in(sentence, TEXT)
        sheet.ln(1)
    for each in chapter.tables:
        _table(sheet, chapter.key, each)


def _table(sheet: Sheet, key: str, shown: Table) -> None:
    if shown.title:
        if sheet.will_page_break(24):
            sheet.add_page()
        sheet.ln(1)
        sheet.write_in(shown.title, TEXT, style="B")
    if not shown.rows:
        sheet.write_in("Nothing beyond the votes.", TEXT, colour=QUIET)
        return
    columns = len(shown.heads)
    first = FIRST.get(columns, WIDTH // columns)
    rest = (WIDTH - first) / (columns - 1)
    even: tuple[float, ...] = (first, *[rest] * (columns - 1))
    widths = WIDTHS.get(shown.title.lower() or key, even)
    table(sheet, shown.heads, shown.rows, widths=widths, numbers_from=columns)
