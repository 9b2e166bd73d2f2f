"""Tables read back out of a page: their cells as what they are, and what the page says of them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from hierarchy.rules import tables, typed
from hierarchy.rules.tables import Cell
from hierarchy.rules.typed import EMPTY, Kind, Signs, Value

ENGLISH = Signs(decimal=".", group=",")
GERMAN = Signs(decimal=",", group=".")
PAGE = """
<ol class="crumbs"><li><a>Halvern</a></li><li><span>Operations</span></li></ol>
<h1>Operations</h1><p data-sheet="Figures">EUR, cash</p>
<form class="filters"><label for="q">Name</label><input id="q" value="freight">
<label for="s">Stage</label><select id="s"><option value="">All</option>
<option value="3" selected>Decided</option></select><input type="hidden" id="h" value="x"></form>
<h2>Below</h2>
<div class="table-scroll" aria-label="Programs"><table>
<thead><tr><th>Name</th><th>Light</th><th class="num">Plan<span class="table__unit">EUR</span></th>
<th>Seen</th><th class="num">Share</th><th>Open it</th></tr></thead>
<tbody><tr><th>A<span class="table__under">P1</span></th>
<td><svg class="light__sign"><title>green</title><text>G</text></svg></td>
<td class="num">1,234.50</td><td><time datetime="2026-07-08">8 Jul 2026</time></td>
<td class="num">12.34 %</td><td><button>Go</button><a class="button">Open</a></td></tr></tbody>
<tfoot><tr><th>Total</th><td></td><td class="num">–</td><td></td><td></td><td></td></tr></tfoot>
</table></div>
"""


def test_a_page_tells_where_it_stands_and_what_it_is_narrowed_to():
    page = tables.read(PAGE)

    assert tables.line(page.title) == "Operations"
    assert [tables.line(each) for each in page.path] == ["Halvern", "Operations"]
    said = [(tables.line(name), tables.line(text)) for name, text in page.said]
    assert said == [("Name", "freight"), ("Stage", "Decided")]
    assert [(tables.line(a), tables.line(b)) for a, b in page.notes] == [("Figures", "EUR, cash")]


def test_a_table_is_read_as_it_is_shown_and_what_only_acts_is_left_out():
    (table,) = tables.read(PAGE).tables

    sheet = typed.sheet(table, ENGLISH, "below")

    assert sheet.label == "Programs"
    assert sheet.heads == ["Name", "Name, below", "Light", "Plan, EUR", "Seen", "Share"]
    assert sheet.rows == [
        [
            Value(Kind.TEXT, "A"),
            Value(Kind.TEXT, "P1"),
            Value(Kind.TEXT, "green"),
            Value(Kind.NUMBER, Decimal("1234.50"), "EUR"),
            Value(Kind.DAY, date(2026, 7, 8)),
            Value(Kind.SHARE, Decimal("0.1234")),
        ],
        [Value(Kind.TEXT, "Total"), EMPTY, EMPTY, EMPTY, EMPTY, EMPTY],
    ]
    assert sheet.totals == {1}


@pytest.mark.parametrize(
    ("signs", "text", "expected"),
    [
        (ENGLISH, "1,234.5", Decimal("1234.5")),
        (ENGLISH, "\N{MINUS SIGN}7", Decimal(-7)),
        (ENGLISH, "+12,000", Decimal(12000)),
        (ENGLISH, "1.234,5", None),
        (ENGLISH, "12,00", None),
        (GERMAN, "1.234,5", Decimal("1234.5")),
        (GERMAN, "1234", Decimal(1234)),
        (Signs(",", "\N{NO-BREAK SPACE}"), "1 234,5", Decimal("1234.5")),
        (ENGLISH, "3 / 4", None),
        (ENGLISH, "1e5", None),
    ],
)
def test_a_number_is_read_in_the_signs_it_was_written_in(signs, text, expected):
    assert signs.number(text) == expected


def test_digits_outside_a_column_of_numbers_stay_text():
    assert typed.value_of(Cell(["2026"]), "", ENGLISH) == Value(Kind.TEXT, "2026")


def test_a_moment_is_one_only_where_the_page_tells_its_hour():
    moment = ["2026-07-08T09:30:00+02:00"]

    told = typed.value_of(Cell(["8 Jul 2026, 09:30"], moments=moment), "", ENGLISH)
    day = typed.value_of(Cell(["8 Jul 2026"], moments=moment), "", ENGLISH)

    assert told == Value(Kind.MOMENT, datetime.fromisoformat("2026-07-08T09:30:00"))
    assert day == Value(Kind.DAY, date(2026, 7, 8))


def test_what_is_typed_into_a_cell_is_what_the_cell_says():
    markup = (
        "<table><tr><th>Plan</th><td><input inputmode='decimal' value='9,600'></td>"
        "<td><input type='hidden' value='no'></td><td><output data-total>9,600</output></td></tr>"
        "</table><table hidden><tr><td>no</td></tr></table>"
    )
    (table,) = tables.read(markup).tables

    (row,) = typed.sheet(table, ENGLISH, "below").rows

    assert row == [
        Value(Kind.TEXT, "Plan"),
        Value(Kind.NUMBER, Decimal(9600)),
        Value(Kind.NUMBER, Decimal(9600)),
    ]


@pytest.mark.parametrize("text", ["65,000.00 EUR", "EUR 65,000.00", "65,000.00"])
def test_an_amount_keeps_the_currency_it_names(text):
    found = typed.value_of(Cell([text], is_number=True), "EUR", ENGLISH)

    assert found == Value(Kind.NUMBER, Decimal("65000.00"), "EUR")
