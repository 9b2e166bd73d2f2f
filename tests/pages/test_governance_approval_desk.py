"""The controller's desk: claims approved or rejected singly and at once, closures, take-overs."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import tenancy
from governance.models import TakeOverConfirmation
from governance.services import takeover
from hierarchy.services import tree
from measures.models import ActualClaim, Measure
from measures.rules.stage import Stage
from tests.factories.measures import a_decided_measure
from tests.factories.organizations import an_organization
from tests.pages.visitors import visitor


@pytest.fixture
def subject(clock_at):
    """A decided measure at 10,000 a month with three months claimed."""
    clock_at(2026, 4, 1, 9)
    made = a_decided_measure()
    for month, amount in ((4, 9_900), (5, 9_000), (6, 15_000)):
        clock_at(2026, month + 1, 4, 9)
        made.claim(month, amount)
    return made


def controller_of(subject):
    return visitor(subject.organization, "controller")


def claims_of(subject):
    """Return the states of the measure's claims by period."""
    with tenancy.reading(subject.actor("lead")):
        found = ActualClaim.objects.filter(measure_id=subject.measure_id)
        return dict(found.values_list("period", "state"))


def ids_of(subject):
    with tenancy.reading(subject.actor("lead")):
        found = ActualClaim.objects.filter(measure_id=subject.measure_id)
        return dict(found.values_list("period", "pk"))


def test_claims_stand_by_month_with_forecast_and_difference(subject):
    page = controller_of(subject).see("approvals/")

    tables = page.one("section", id="claims").all("tbody")
    cells = [[cell.text for cell in table.one("tr").all("td")] for table in tables]
    headings = [each.text for each in page.one("section", id="claims").all("h3")]
    assert headings == [
        "Jun 2026 claiming 1 claim, 15,000 EUR",
        "May 2026 locked 1 claim, 9,000 EUR",
        "Apr 2026 locked 1 claim, 9,900 EUR",
    ]
    assert [row[1:4] for row in cells] == [
        ["15,000.00", "10,000.00", "5,000.0050.0 %"],
        ["9,000.00", "10,000.00", "−1,000.00−10.0 %"],
        ["9,900.00", "10,000.00", "−100.00−1.0 %"],
    ]


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", 3),
        ("within=10", 2),
        ("within=5", 1),
        ("within=60&under=9000", 1),
        ("under=10000", 2),
        ("month=2026-05", 1),
        ("within=nonsense", 3),
    ],
)
def test_the_filter_keeps_what_strays_little_and_is_small(subject, query, kept):
    page = controller_of(subject).see(f"approvals/?{query}")

    boxes = page.all("input", name="claim")

    assert len(boxes) == kept
    # What a filter has chosen is ticked, so that one press approves it.
    assert {"checked" in each.attributes for each in boxes} == {0 < kept < 3}


def test_one_claim_is_approved_by_the_button_of_its_row(subject):
    controller, claim = controller_of(subject), ids_of(subject)

    answer = controller.post("approvals/approve/", only=claim[5], claim=[claim[4], claim[6]])

    assert answer.status_code == 303
    assert claims_of(subject) == {4: "submitted", 5: "approved", 6: "submitted"}


def test_ticked_claims_are_approved_in_one_act_and_the_filter_stays(subject):
    controller, claim = controller_of(subject), ids_of(subject)

    answer = controller.post(
        "approvals/approve/", claim=[claim[4], claim[5]], filter="within=10", is_fragment=True
    )

    assert (answer.status_code, answer["HX-Redirect"]) == (
        204,
        f"{controller.root}approvals/?within=10",
    )
    assert claims_of(subject) == {4: "approved", 5: "approved", 6: "submitted"}
    notices = controller.see("approvals/?within=10").one(id="notices").text
    assert notices == "2 claims are approved."


def test_a_rejection_needs_its_reason_and_the_owner_reads_it(subject):
    controller, claim = controller_of(subject), ids_of(subject)

    refused = controller.post("approvals/reject/", claim=[claim[6]], is_fragment=True)
    made = controller.post("approvals/reject/", claim=[claim[6]], reason="Include the rebate.")

    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#notices")
    assert "say what the owner has to change" in refused.content.decode()
    assert made.status_code == 303
    assert claims_of(subject) == {4: "submitted", 5: "submitted", 6: "rejected"}


def test_nothing_ticked_is_refused_in_words(subject):
    answer = controller_of(subject).post("approvals/approve/", is_fragment=True)

    assert (answer.status_code, "choose 1 to 1000 claims" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("role", ["owner", "sponsor", "lead", "executive", "administrator"])
def test_nobody_but_the_controller_named_approves_or_rejects(subject, role):
    member, claim = visitor(subject.organization, role), ids_of(subject)

    page = member.see("approvals/")
    approved = member.post("approvals/approve/", claim=[claim[4]])
    rejected = member.post("approvals/reject/", claim=[claim[4]], reason="No")

    assert page.all("input", name="claim") == []
    assert (approved.status_code, rejected.status_code) == (403, 403)
    assert claims_of(subject)[4] == "submitted"


def test_a_controller_of_another_organization_finds_no_claim(subject):
    stranger = visitor(an_organization(), "controller")

    answer = stranger.post("approvals/approve/", claim=[ids_of(subject)[4]])

    assert answer.status_code == 404
    assert (
        stranger.client.get(f"/o/{subject.organization.slug}/governance/approvals/").status_code
        == 404
    )


def test_a_desk_of_one_claim_costs_the_queries_of_many(clock_at):
    clock_at(2026, 5, 4, 9)
    organization = an_organization()
    first = a_decided_measure(organization)
    first.claim(4, 9_900)
    controller = visitor(organization, "controller")
    controller.see("approvals/")
    with CaptureQueriesContext(connection) as small:
        controller.see("approvals/")
    for _ in range(3):
        more = a_decided_measure(organization)
        more.claim(4, 9_900)

    with CaptureQueriesContext(connection) as large:
        page = controller.see("approvals/")

    assert len(page.all("input", name="claim")) == 4
    assert len(large) == len(small)


def test_an_empty_desk_says_what_will_come(db):
    page = visitor(an_organization(), "controller").see("approvals/")

    assert page.one("div", class_="empty").one("h3").text == "Nothing waits for you"


@tenancy.act
def _imported(*, actor, organization, package):
    node = tree.place(package, "Bridge repair", "B-1")
    people = {
        f"{role}_id": organization.actor(role).member_id
        for role in ("owner", "sponsor", "controller")
    }
    measure = Measure.objects.create(node=node, effect_type="hard", size="1000", **people)
    return takeover.take_over(
        actor=actor,
        measure=measure,
        to=Stage.DECIDED,
        on=date(2026, 11, 1),
        stage_dates={},
    )


def test_measures_taken_over_are_listed_with_what_was_missing_and_confirmed_at_once(db):
    organization = an_organization()
    taken = _imported(
        actor=organization.actor("administrator"),
        organization=organization,
        package=organization.branch().package,
    )
    sponsor = visitor(organization, "sponsor")

    listed = sponsor.see("approvals/").one("section", id="take-overs")
    (row,) = listed.rows()
    assert [
        each for each in listed.all("input", type="checkbox") if "checked" in each.attributes
    ] == []
    answer = sponsor.post("approvals/take-overs/", take_over=[taken.pk])

    assert row[0] == "Bridge repairB-1"
    assert (row[2], row[3]) == ("Decided1 Nov 2026", "Sponsor")
    assert "no milestone yet" in row[4]
    assert answer.status_code == 303
    with tenancy.reading(organization.actor("lead")):
        made = TakeOverConfirmation.objects.filter(take_over_id=taken.pk)
        assert list(made.values_list("role", flat=True)) == ["sponsor"]
    assert sponsor.see("approvals/").all("section", id="take-overs") == []


def test_who_is_neither_sponsor_nor_controller_confirms_no_take_over(db):
    organization = an_organization()
    taken = _imported(
        actor=organization.actor("administrator"),
        organization=organization,
        package=organization.branch().package,
    )

    answer = visitor(organization, "lead").post("approvals/take-overs/", take_over=[taken.pk])

    assert answer.status_code == 403
