"""The sheet on which papers are printed: the same words give the same bytes."""

import unicodedata
from collections.abc import Iterable, Sequence

from fpdf import FPDF
from fpdf.enums import TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace

SMALL, TEXT, HEADING, TITLE = 7.5, 9.5, 12, 20
INK, QUIET, RULE = (24, 32, 44), (92, 102, 117), (205, 211, 219)
# Letters that do not come apart into a plain one and its mark.
PLAIN = str.maketrans("łŁđĐıœŒøØ−", "lLdDioOoO-")


class Sheet(FPDF):
    """An A4 sheet with the foot that every page of a paper has."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.core_fonts_encoding = "windows-1252"
        self.set_margins(18, 16)
        self.set_auto_page_break(auto=True, margin=20)
        self.set_lang("en")

    def footer(self) -> None:
        """Write on every page what it belongs to."""
        self.set_y(-14)
        self.write_in(self.foot, SMALL, colour=QUIET)
        self.set_y(-14)
        self.set_font("Helvetica", size=SMALL)
        self.cell(0, 4, f"{self.page_no()}", align="R")

    def write_in(
        self, text: str, size: float, *, style: str = "", colour: Sequence[int] = INK
    ) -> None:
        """Write a paragraph over the whole width."""
        self.set_font("Helvetica", style, size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.48, plain(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def plain(text: str) -> str:
    """Return text in letters that the built-in fonts of every PDF reader have."""
    moved: str = text.translate(PLAIN)
    if moved.encode("cp1252", "ignore").decode("cp1252") == moved:
        return moved
    return "".join(_letter(each) for each in moved)


def _letter(each: str) -> str:
    for known in (each, unicodedata.normalize("NFKD", each)[:1]):
        if known.encode("cp1252", "ignore"):
            return known
    return "?"


def facts(sheet: Sheet, rows: Iterable[tuple[str, str]]) -> None:
    """Write labels with what belongs to them."""
    for label, text in rows:
        top = sheet.get_y()
        sheet.set_font("Helvetica", size=TEXT)
        sheet.set_text_color(*QUIET)
        sheet.cell(38, 5, plain(label))
        sheet.set_text_color(*INK)
        sheet.multi_cell(0, 5, plain(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        sheet.set_y(max(sheet.get_y(), top + 5))
    sheet.ln(3)


def table(
    sheet: Sheet,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    widths: Sequence[float],
    numbers_from: int,
) -> None:
    """Write a table over the width; columns from `numbers_from` on are set to the right."""
    sheet.set_font("Helvetica", size=SMALL)
    sheet.set_text_color(*INK)
    sheet.set_draw_color(*RULE)
    sheet.ln(1)
    with sheet.table(
        col_widths=tuple(widths),
        text_align=tuple("RIGHT" if at >= numbers_from else "LEFT" for at in range(len(head))),
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(emphasis="BOLD", color=QUIET),
        cell_fill_mode=TableCellFillMode.NONE,
        line_height=4.6,
    ) as rows_of:
        rows_of.row([plain(each) for each in head])
        for row in rows:
            rows_of.row([plain(each) for each in row])
    sheet.ln(4)
