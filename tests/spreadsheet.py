"""Reads the sheets of a spreadsheet file: each cell's formula, its value, and how it is shown."""

import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

NAMES = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
SHEET, STYLES = "xl/worksheets/sheet{}.xml", "xl/styles.xml"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `formula` is empty where the value was typed."""

    value: Decimal | str
    formula: str = ""
    pattern: str = ""


def names(file: Path | IO[bytes]) -> list[str]:
    """Return the names of the sheets, in order."""
    with zipfile.ZipFile(file) as book:
        found = ElementTree.fromstring(book.read("xl/workbook.xml"))
    return [each.attrib["name"] for each in found.iterfind(".//s:sheet", NAMES)]


def cells(file: Path | IO[bytes], sheet_number: int = 1) -> dict[str, Cell]:
    """Return every cell of a sheet that holds anything, by its name such as "B7"."""
    with zipfile.ZipFile(file) as book:
        sheet = ElementTree.fromstring(book.read(SHEET.format(sheet_number)))
        patterns = _patterns(book)
    found = {}
    for cell in sheet.iterfind(".//s:c", NAMES):
        text = cell.findtext("s:is/s:t", namespaces=NAMES)
        number = cell.findtext("s:v", namespaces=NAMES)
        formula = cell.findtext("s:f", default="", namespaces=NAMES)
        value = text if number is None else Decimal(number)
        found[cell.attrib["r"]] = Cell(
            "" if value is None else value, formula, patterns.get(cell.get("s", ""), "")
        )
    return found


def words(file: Path | IO[bytes]) -> list[str]:
    """Return every text of every sheet."""
    sheets = range(1, len(names(file)) + 1)
    found = (each.value for number in sheets for each in cells(file, number).values())
    return [each for each in found if isinstance(each, str)]


def _patterns(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the number formats that a file makes of its own, by the style that has them."""
    if STYLES not in book.namelist():
        return {}
    styles = ElementTree.fromstring(book.read(STYLES))
    own = {
        each.attrib["numFmtId"]: each.attrib["formatCode"]
        for each in styles.iterfind(".//s:numFmt", NAMES)
    }
    return {
        str(at): own.get(each.get("numFmtId", ""), "")
        for at, each in enumerate(styles.iterfind("s:cellXfs/s:xf", NAMES))
    }
