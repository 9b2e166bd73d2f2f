"""Cells of a table that a spreadsheet opens: a text never becomes a formula there."""

from collections.abc import Iterable

# What spreadsheets take for the beginning of a formula, or cut off before they look for one.
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Return a text with an apostrophe before what a spreadsheet would compute (CWE-1236)."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(BEGINNINGS) else text


def line(cells: Iterable[str]) -> str:
    """Return a line of CSV (RFC 4180), each cell quoted and harmless."""
    quoted = (harmless(cell).replace('"', '""') for cell in cells)
    return ",".join(f'"{cell}"' for cell in quoted) + "\r\n"
