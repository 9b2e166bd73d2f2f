"""Refused clearly: what no cell of the value grid can keep, each in the words of its cell."""

import pytest

from measures.rules.lines import Series
from tests.api.test_hierarchy_api import caller_of
from tests.api.test_measures_api import TWELVE, row_address
from tests.attacks.refusals import Refused, nothing_changes, of_api, of_page
from tests.factories.measures import YEAR, a_planned_measure
from tests.pages.markup import read
from tests.pages.measures_reader import cell, field, place, reader, sheet

NO_NUMBER = "is not a number. Leave the cell empty if none is known."
ANOTHER = "names a currency; the line is kept in EUR. Enter the number in EUR."
TOO_LARGE = "is too large; at most 11 digits fit."
DECIMALS = "has more than the 2 decimals that EUR is kept in."
INFINITE = "is not a finite number."

# What is typed, and what is said of it after the cell's name.
TYPED = [
    ("NaN", NO_NUMBER),
    ("1234567890123456789", TOO_LARGE),
    ("5 USD", ANOTHER),
    ("$5", ANOTHER),
    ("0.001", DECIMALS),
    ("1234.567", DECIMALS),
    ("Infinity", INFINITE),
    ("-inf", INFINITE),
]


@pytest.fixture(scope="module")
def planned(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return a_planned_measure()


@pytest.mark.parametrize(("typed", "said"), TYPED)
@pytest.mark.parametrize("is_fragment", [False, True])
def test_on_the_grid(db, planned, superuser_connection, typed, said, is_fragment):
    owner, page = reader(planned.organization, "owner"), place(planned)
    name = cell(planned, Series.PLAN, 8)
    sent = sheet(owner.see(page)) | {name: typed}

    with nothing_changes(planned.organization, superuser_connection):
        refused = owner.post(f"{page}value/save/", sent, is_fragment=is_fragment)

    sentence = f"Freight, plan Aug 2026: “{typed}” {said}"
    kept = field(read(refused), name).attributes
    assert of_page(refused) == Refused(
        422, "cells_refused", "Nothing was saved: these cells cannot be read."
    )
    assert (kept["value"], kept["data-error"]) == (typed, sentence)
    assert sentence in [each.text for each in read(refused).one(id="value").all("li")]


@pytest.mark.parametrize(("typed", "said"), TYPED)
def test_by_the_api(db, planned, superuser_connection, typed, said):
    caller = caller_of(planned.organization, "owner")
    values = [*TWELVE[:7], typed, *TWELVE[8:]]

    with nothing_changes(planned.organization, superuser_connection):
        refused = caller("PUT", row_address(planned), {"values": values}, If_Match="1")

    assert of_api(refused) == Refused(422, "cells_refused", f"period 8: “{typed}” {said}")


def test_every_cell_that_cannot_be_kept_is_named_at_once(db, planned, superuser_connection):
    caller = caller_of(planned.organization, "owner")
    values = [typed for typed, _ in TYPED] + [None] * (12 - len(TYPED))

    with nothing_changes(planned.organization, superuser_connection):
        refused = caller("PUT", row_address(planned), {"values": values}, If_Match="1")

    assert of_api(refused).sentence == "; ".join(
        f"period {number}: “{typed}” {said}" for number, (typed, said) in enumerate(TYPED, 1)
    )


OUTSIDE = "is no month of the calendar: fiscal years 1990 to 2199 have the periods 1 to 12."


@pytest.mark.parametrize("month", [f"{YEAR}-13", f"{YEAR}-0", "3000-1", "1989-12"])
def test_a_month_outside_the_calendar_on_the_grid(db, planned, superuser_connection, month):
    owner, page = reader(planned.organization, "owner"), place(planned)
    sent = sheet(owner.see(page)) | {f"cell-{planned.line_id}-plan-{month}": "1"}

    with nothing_changes(planned.organization, superuser_connection):
        refused = owner.post(f"{page}value/save/", sent)

    assert of_page(refused).code == "cells_refused"
    said = [each.text for each in read(refused).one(id="value").all("li")]
    assert f"Freight, plan {month} {OUTSIDE}" in said


def test_a_month_outside_the_calendar_by_the_api(db, planned, superuser_connection):
    caller = caller_of(planned.organization, "owner")
    year = row_address(planned).removesuffix(str(YEAR)) + "3000"
    claim = {"line_id": planned.line_id, "fiscal_year": 3000, "period": 3, "amount": "1"}

    with nothing_changes(planned.organization, superuser_connection):
        answers = [
            caller("PUT", year, {"values": TWELVE}, If_Match="0"),
            caller("PUT", row_address(planned), {"values": [*TWELVE, "1"]}, If_Match="1"),
            caller("PUT", row_address(planned), {"values": TWELVE[:11]}, If_Match="1"),
            caller("POST", f"/measures/{place(planned)}claims", claim),
            caller("POST", f"/measures/{place(planned)}claims", claim | {"period": 13}),
        ]

    assert of_api(answers[0]).sentence.startswith(f"Freight, plan 3000-1 {OUTSIDE}; Freight")
    assert [each.json().get("errors") for each in answers[1:3]] == [
        {"values": ["period 13: a fiscal year has 12 periods."]},
        {"values": ["period 12: missing. Send null for a month that is not given."]},
    ]
    assert of_api(answers[3]) == Refused(422, "invalid", "month: 3000-3 is no month.")
    assert list(answers[4].json()["errors"]) == ["period"]


@pytest.mark.parametrize(("typed", "kept"), [("0.01", 1), ("99999999999.99", 9999999999999)])
def test_what_can_be_kept_is_kept_to_the_cent_by_both_ways(db, typed, kept):
    subject = a_planned_measure()
    owner, page = reader(subject.organization, "owner"), place(subject)
    caller = caller_of(subject.organization, "owner")
    sent = sheet(owner.see(page)) | {cell(subject, Series.PLAN, 8): typed}

    owner.post(f"{page}value/save/", sent)
    caller("PUT", row_address(subject), {"values": [typed, *TWELVE[1:7], typed, *TWELVE[8:]]},
           If_Match="2")  # fmt: skip

    row = subject.row(Series.PLAN)
    assert (row[0], row[7]) == (kept, kept)
