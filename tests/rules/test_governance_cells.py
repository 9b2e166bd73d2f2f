"""Tables for spreadsheets: no text becomes a formula, and every cell comes back as it was."""

import csv

import pytest

from governance.rules import cells


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "＠x"],
)
def test_what_a_spreadsheet_would_compute_is_text(text):
    assert cells.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Freight", "1,000.00", "\N{MINUS SIGN}5", "a=b", "–"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert cells.harmless(text) == text


def test_a_line_is_read_back_cell_by_cell():
    given = ["a", 'say "no"', "two\nlines", "x,y", "zł"]

    (read,) = csv.reader([cells.line(given)], strict=True)

    assert read == given
