"""Cells are read in declared formats only: nothing is guessed, and what is ambiguous is refused."""

from datetime import date
from decimal import Decimal

import pytest

from intake.rules.stages import standing
from intake.rules.values import Formats, Unreadable, amount, day, text
from measures.rules.stage import Stage

CAPITAL = Formats(dates=("%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S"))
GERMAN = Formats(
    dates=("%d.%m.%Y",),
    decimal_separator=",",
    group_separator=".",
    not_given=frozenset({"", "n/a"}),
)
TWO_WAYS = Formats(dates=("%d/%m/%Y", "%m/%d/%Y"))


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("5/02/2016 5:00:00 PM", CAPITAL, date(2016, 2, 5)),
        (" 24/10/2016 ", CAPITAL, date(2016, 10, 24)),
        ("2016-05-25 17:00:00", CAPITAL, date(2016, 5, 25)),
        ("9/01/2020 11:59:59 AM", CAPITAL, date(2020, 1, 9)),
        ("", CAPITAL, None),
        ("n/a", GERMAN, None),
        ("29.02.2024", GERMAN, date(2024, 2, 29)),
        ("13/12/2026", TWO_WAYS, date(2026, 12, 13)),
        ("11/11/2026", TWO_WAYS, date(2026, 11, 11)),
    ],
)
def test_a_day_is_read_in_a_declared_format(cell, formats, expected):
    assert day(cell, formats) == expected


@pytest.mark.parametrize(
    ("cell", "formats", "reason"),
    [
        ("2016/05/25", CAPITAL, "no date in a declared format"),
        ("25/13/2016", CAPITAL, "no date in a declared format"),
        ("31/04/2016", CAPITAL, "no date in a declared format"),
        ("42401", CAPITAL, "no date in a declared format"),
        ("Unknown", CAPITAL, "no date in a declared format"),
        ("5/02/16", CAPITAL, "no date in a declared format"),
        ("1/2/2026", TWO_WAYS, "can be read as 2026-01-02 or 2026-02-01"),
        ("01.01.1900", GERMAN, "outside 1990 to 2199"),
    ],
)
def test_a_day_that_is_not_clear_is_refused(cell, formats, reason):
    with pytest.raises(Unreadable, match=reason):
        day(cell, formats)


@pytest.mark.parametrize(
    ("cell", "formats", "expected"),
    [
        ("2359288.5899999999", CAPITAL, "2359288.5899999999"),
        ("864.5600000000001", CAPITAL, "864.5600000000001"),
        ("0", CAPITAL, "0"),
        ("-12.5", CAPITAL, "-12.5"),
        ("1.234.567,89", GERMAN, "1234567.89"),
        ("1234567,89", GERMAN, "1234567.89"),
        ("1.234", GERMAN, "1234"),
    ],
)
def test_an_amount_keeps_every_decimal(cell, formats, expected):
    assert amount(cell, formats) == Decimal(expected)


@pytest.mark.parametrize(
    "cell",
    ["1,234.5", "1 234", "12.", ".5", "1e6", "NaN", "Infinity", "$5", "5 AUD", "--5", "٣", "(5)",
     "9" * 14, "0." + "1" * 16],
)  # fmt: skip
def test_an_amount_in_no_declared_format_is_refused(cell):
    with pytest.raises(Unreadable):
        amount(cell, CAPITAL)


def test_what_is_not_given_is_not_zero():
    assert (amount("", CAPITAL), amount("n/a", GERMAN), text(" n/a ", GERMAN)) == (None, None, "")


D = date(2026, 7, 1)
EARLY, LATE = date(2026, 1, 1), date(2026, 12, 1)
ORDER = (Stage.IDENTIFIED, Stage.DETAILED, Stage.DECIDED, Stage.IMPLEMENTED)


@pytest.mark.parametrize(
    ("days", "stage", "entered"),
    [
        ((None, None, None, None), Stage.DEFINED, ()),
        ((LATE, LATE, LATE, LATE), Stage.DEFINED, ()),
        ((EARLY, None, LATE, LATE), Stage.IDENTIFIED, (Stage.IDENTIFIED,)),
        ((EARLY, None, EARLY, LATE), Stage.DECIDED, (Stage.IDENTIFIED, Stage.DECIDED)),
        ((None, None, EARLY, None), Stage.DECIDED, (Stage.DECIDED,)),
        ((EARLY, EARLY, EARLY, D), Stage.IMPLEMENTED, ORDER),
        ((EARLY, LATE, EARLY, EARLY), Stage.IDENTIFIED, (Stage.IDENTIFIED,)),
    ],
)
def test_a_measure_stands_at_the_last_stage_whose_day_has_come(days, stage, entered):
    found = standing(zip(ORDER, days, strict=True), D)

    assert (found.stage, tuple(found.entered)) == (stage, entered)
