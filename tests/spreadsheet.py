"""Reads the one sheet of a spreadsheet file: each cell's formula and the value it was left with."""

import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

NAMES = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `formula` is empty where the value was typed."""

    value: Decimal | str
    formula: str = ""


def cells(path: Path) -> dict[str, Cell]:
    """Return every cell that holds anything, by its name such as "B7"."""
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read(SHEET))
    found = {}
    for cell in sheet.iterfind(".//s:c", NAMES):
        text = cell.findtext("s:is/s:t", namespaces=NAMES)
        number = cell.findtext("s:v", namespaces=NAMES)
        formula = cell.findtext("s:f", default="", namespaces=NAMES)
        value = text if number is None else Decimal(number)
        found[cell.attrib["r"]] = Cell("" if value is None else value, formula)
    return found
