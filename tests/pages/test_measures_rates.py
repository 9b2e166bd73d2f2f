"""The page of rates: read by everybody, filled in by who may, by form and by file; and the API."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import tenancy
from measures.queries import rates
from tests.api.test_hierarchy_api import caller_of
from tests.factories.measures import YEAR
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import reader

GIVEN = {
    "kind": "plan", "currency": "usd", "fiscal_year": "2026", "period": "", "rate": "1.08",
    "reason": "Budget 2026",
}  # fmt: skip
FILE = b"kind,currency,fiscal_year,period,rate\nactual,USD,2026,2,1.17\ndiscount,,2026,,0.08\n"


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 3, 2)
    return an_organization()


def known(organization):
    with tenancy.reading(organization.actor("owner")):
        return rates.current()


def test_a_controller_records_one_rate_by_form_and_many_by_file(organization):
    controller = reader(organization, "controller")

    by_form = controller.post("rates/", GIVEN)
    by_file = controller.post(
        "rates/file/",
        {"file": SimpleUploadedFile("rates.csv", FILE), "file_reason": "Central bank"},
    )

    assert (by_form.status_code, by_file.status_code) == (303, 303)
    found = known(organization)
    assert (found.plan("USD", 2026), found.discounts) == (Decimal("1.08"), {2026: Decimal("0.08")})
    text = controller.see("rates/").text
    for shown in ("1.08", "Feb 2026", "1.17", "8 %", "Central bank", "Controller Person"):
        assert shown in text


def test_an_owner_reads_the_rates_and_is_offered_no_form(organization):
    page = reader(organization, "owner").get("rates/")

    assert page.status_code == 200
    assert b"No rate yet" in page.content
    assert b"Record a rate" not in page.content
    assert reader(organization, "owner").post("rates/", GIVEN).status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rate": "1,08"}, "is no rate"),
        ({"fiscal_year": "next"}, "is no fiscal year"),
        ({"reason": ""}, "required"),
        ({"currency": "EUR"}, "needs no rate"),
        ({"period": "3"}, "a whole fiscal year"),
    ],
)
def test_a_rate_that_cannot_stand_comes_back_in_words(organization, change, said):
    answer = reader(organization, "controller").post("rates/", GIVEN | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert known(organization).given == {}


def test_a_file_that_is_no_text_is_refused(organization):
    answer = reader(organization, "controller").post(
        "rates/file/",
        {"file": SimpleUploadedFile("rates.csv", b"\xff\xfe\x00"), "file_reason": "x"},
    )

    assert answer.status_code == 422


def test_the_api_lists_and_records_rates_as_exact_text(organization):
    controller = caller_of(organization, "controller")
    owner = caller_of(organization, "owner")
    given = {"kind": "plan", "currency": "USD", "fiscal_year": 2026, "value": "1.08"}

    made = controller("POST", "/rates", {"reason": "Budget", "rates": [given]})
    bad = controller("POST", "/rates", {"reason": "Budget", "rates": [given | {"value": "1e3"}]})
    barred = owner("POST", "/rates", {"reason": "Budget", "rates": [given]})

    assert (made.status_code, bad.status_code, barred.status_code) == (201, 422, 403)
    (row,) = owner("GET", "/rates").json()["results"]
    assert (row["value"], row["version"], row["period"]) == ("1.08000000", 1, 0)
