"""The pages of the budget: files checked and taken, differences listed, nothing told of secrets."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from measures.rules.budget_file import FileKind
from tests.api.test_hierarchy_api import caller_of
from tests.factories.budget import BOOKINGS, BUDGET, CHART, imported
from tests.factories.confidential import hidden
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import reader, reader_of
from tests.services.test_measures_budget import on_chart, told


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


def sent(text, **more):
    file = SimpleUploadedFile("budget.csv", text.encode())
    return {"kind": "chart", "reason": "Budget round", "file": file} | more


def test_a_controller_checks_a_file_then_takes_it_and_reads_what_cannot_stand(organization):
    controller = reader(organization, "controller")

    checked = controller.post("budget/", sent(CHART, check="1"))
    written = len(told(organization))
    taken = controller.post("budget/", sent(CHART))
    refused = controller.post("budget/", sent(CHART + "9,X,profit,,,,EUR,\n"))

    assert (checked.status_code, taken.status_code, refused.status_code) == (200, 303, 422)
    assert "2 rows are new" in checked.content.decode()
    assert "Row 4: “profit” is no kind of line" in refused.content.decode()
    assert (written, len(told(organization))) == (0, 2)
    assert "6210 Packaging" in controller.see("budget/").text


def test_a_lead_reads_the_budget_and_takes_no_file(organization):
    lead = reader(organization, "lead")

    assert b"No budget yet" in lead.get("budget/").content
    assert b"Import a file" not in lead.get("budget/").content
    assert lead.post("budget/", sent(CHART)).status_code == 403


def test_a_difference_is_listed_with_who_answers_and_kept_from_who_does_not_read_it(clock_at):
    clock_at(YEAR, 1, 12)
    subject = on_chart(a_decided_measure())
    clock_at(YEAR, 5, 20)
    organization = subject.organization
    subject.approve(subject.claim(5, 1000))
    imported(organization, FileKind.BOOKINGS, BOOKINGS)
    stranger = organization.newcomer()
    organization.seat(stranger, "lead", organization.branch("Elsewhere").package)
    line = f"budget/{told(organization)[0].public_id}/"

    page = reader(organization, "lead").see("budget/").text
    month = reader(organization, "lead").see(line).text

    for shown in ("6210 Packaging", "Apr 2026", "−8,000.00", "Controller Person", "locked"):
        assert shown in page
    assert subject.measure().node.name in month
    assert "6210" not in reader_of(organization, stranger).see("budget/").text
    assert reader_of(organization, stranger).get(line).status_code == 404


def test_what_explains_a_line_is_withheld_from_who_does_not_read_a_measure_on_it(clock_at):
    clock_at(YEAR, 1, 12)
    subject = on_chart(a_decided_measure())
    clock_at(YEAR, 5, 20)
    organization = subject.organization
    subject.approve(subject.claim(5, 1000))
    imported(organization, FileKind.BOOKINGS, BOOKINGS)
    hidden(subject)
    line = f"budget/{told(organization)[0].public_id}/"

    withheld, shown = reader(organization, "lead"), reader(organization, "controller")
    months = caller_of(organization, "lead")("GET", f"/budget/months?fiscal_year={YEAR}").json()

    assert "8,000.00" not in withheld.see("budget/").text + withheld.see(line).text
    assert "1,000.00" not in withheld.see(line).text
    assert "8,000.00" in shown.see("budget/").text
    assert [(row["unexplained"], row["is_withheld"]) for row in months] == [(None, True)]


def test_the_api_takes_files_and_tells_the_months(organization):
    controller, owner = (caller_of(organization, role) for role in ("controller", "owner"))
    given = {"kind": "chart", "text": CHART, "reason": "Budget"}

    answers = [
        owner("POST", "/budget/files", given),
        controller("POST", "/budget/files", given | {"is_check": True}),
        controller("POST", "/budget/files", given),
        controller("POST", "/budget/files", given),
        controller("POST", "/budget/files", given | {"text": "x"}),
    ]
    imported(organization, FileKind.BUDGET, BUDGET)
    imported(organization, FileKind.BOOKINGS, BOOKINGS)
    months = controller("GET", f"/budget/months?fiscal_year={YEAR}").json()

    assert [each.status_code for each in answers] == [403, 200, 201, 200, 422]
    assert [row["code"] for row in controller("GET", "/budget/lines").json()["results"]] == [
        "6210", "6300",
    ]  # fmt: skip
    assert [(row["period"], Decimal(row["unexplained"])) for row in months] == [(4, Decimal(-8000))]
