"""Files of the budget: every row read exactly, every problem named by its row."""

from decimal import Decimal

import pytest

from measures.rules.budget_file import MOST_ROWS, ChartRow, FigureRow, FileKind, read
from measures.rules.reconciliation import BudgetKind

CHART = "code,name,kind,account,cost_centre,node,currency,variable_share\n"
BOOKINGS = "code,fiscal_year,period,document,amount,volume\n"


def test_a_chart_with_semicolons_and_a_mark_at_its_head_is_read():
    text = "\ufeff" + CHART.replace(",", ";") + "6210;Packaging;Cost;4711;C1;Plants;eur;0.6\n\n"

    told = read(FileKind.CHART, text)

    row = ChartRow(
        "6210", "Packaging", BudgetKind.COST, "4711", "C1", "Plants", "EUR", Decimal("0.6")
    )
    assert (told.rows, told.problems) == (((2, row),), ())


def test_bookings_are_read_to_the_cent_and_a_missing_volume_is_none():
    told = read(FileKind.BOOKINGS, BOOKINGS + "6210,2026,3,D1,-1250.5,\n6210,2026,3,D2,1,12.5\n")

    assert [row for _, row in told.rows] == [
        FigureRow("6210", 2026, 3, "D1", -125_050, None),
        FigureRow("6210", 2026, 3, "D2", 100, Decimal("12.5")),
    ]


def test_the_same_rows_in_another_order_are_the_same_content():
    one, two = "6210,2026,3,D1,1,\n", "6210,2026,4,D2,2,\n"
    digests = {
        read(FileKind.BOOKINGS, BOOKINGS + rows).digest for rows in (one + two, two + "\n" + one)
    }

    assert len(digests) == 1
    assert read(FileKind.BOOKINGS, BOOKINGS + one).digest not in digests


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("6210,2026,13,D1,1,", "is no month"),
        ("6210,0x7e,1,D1,1,", "is no fiscal year"),
        ("6210,2026,1,,1,", "document has 1 to 60"),
        (",2026,1,D1,1,", "code has 1 to 60"),
        ("6210,2026,1,D1,1.234,", "is no amount"),
        ("6210,2026,1,D1,1e9,", "is no amount"),
        ("6210,2026,1,D1,NaN,", "is no amount"),
        ("6210,2026,1,D1,Infinity,", "is no amount"),
        ("6210,2026,1,D1,5 USD,", "is no amount"),
        ("6210,2026,1,D1,1234567890123456789,", "is no amount"),
        ("6210,2026,0,D1,1,", "is no month"),
        ("6210,3000,1,D1,1,", "is no fiscal year"),
        ("6210,2026,1,D1,999999999999,", "is no amount"),
        ("6210,2026,1,D1,1,inf", "is no volume"),
        ("6210,2026,1,D1,1", "has 5 cells; 6 are needed"),
    ],
)
def test_a_booking_that_cannot_stand_is_named_by_its_row(row, said):
    told = read(FileKind.BOOKINGS, f"{BOOKINGS}6210,2026,1,D0,1,\n{row}\n")

    assert len(told.problems) == 1
    assert told.problems[0].startswith("Row 3: ")
    assert said in told.problems[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,A,profit,,,,EUR,", "is no kind of line"),
        ("1,A,cost,,,,EURO,", "is no currency"),
        ("1,A,cost,,,,EUR,1.5", "is no variable share"),
        ("1,,cost,,,,EUR,", "name has 1 to 120"),
    ],
)
def test_a_line_of_the_chart_that_cannot_stand_is_named(row, said):
    assert said in read(FileKind.CHART, f"{CHART}{row}\n").problems[0]


def test_a_row_that_says_what_another_says_is_named():
    told = read(FileKind.BOOKINGS, BOOKINGS + "a,2026,1,D1,1,\nA,2026,1,D1,2,\n")

    assert told.problems == ("Row 3: says again what row 2 says.",)


@pytest.mark.parametrize(
    "text", ["", "code,name\n", BOOKINGS, BOOKINGS + "a,2026,1,D,1,\n" * (MOST_ROWS + 1)]
)
def test_a_file_without_its_columns_or_of_the_wrong_length_is_refused_whole(text):
    told = read(FileKind.BOOKINGS, text)

    assert (told.rows, len(told.problems)) == ((), 1)
