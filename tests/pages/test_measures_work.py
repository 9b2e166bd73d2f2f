"""My work and the list: what is due from a member, done in one click, and all they may see."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import tenancy
from measures.queries import listing
from measures.rules.lines import EffectType, Series
from measures.services import dependencies, milestones, proposals
from measures.services.milestones import MilestoneDraft
from tests.factories.measures import a_decided_measure, a_planned_measure, a_proposal
from tests.factories.organizations import an_organization
from tests.pages.markup import Element, read
from tests.pages.measures_reader import place, reader, reader_of


def _due(page: Element, heading: str) -> list[Element]:
    section = next(
        each
        for each in page.all("section", class_="section")
        if each.all("h2") and each.one("h2").text == heading
    )
    return section.all("li", class_="due__item")


def _headings(page: Element) -> list[str]:
    return [each.text for each in page.all("h2")]


@pytest.fixture
def subject(clock_at):
    clock_at(2026, 4, 20, 9)
    made = a_decided_measure()
    clock_at(2026, 6, 4, 9)
    return made


def test_an_owner_confirms_an_old_forecast_in_one_click(subject):
    owner = reader(subject.organization, "owner")
    due = _due(owner.see(), "Forecasts to confirm")

    answer = owner.client.post(due[0].one("form").attributes["action"], follow=True)

    assert due[0].one("p", class_="due__title").text == subject.measure().node.name
    assert "the forecast is confirmed." in read(answer).one(id="notices").text
    assert "Forecasts to confirm" not in _headings(read(answer))
    assert subject.versions()[(subject.line_id, Series.FORECAST, 2026)] == 2


def test_a_month_is_claimed_from_a_form_filled_with_its_forecast(subject):
    owner = reader(subject.organization, "owner")
    address = _due(owner.see(), "Months to claim")[0].one("a", class_="button").attributes["href"]

    form = read(owner.client.get(address))
    filled = form.one("input", name="amount").attributes["value"]
    answer = owner.client.post(
        form.one("main").one("form").attributes["action"],
        {"month": "2026-5", "amount": filled},
        follow=True,
    )

    assert filled == "10,000"
    assert answer.redirect_chain == [(f"/o/{subject.organization.slug}/measures/", 303)]
    assert "Months to claim" not in _headings(read(answer))


def test_milestones_and_gates_appear_when_they_are_due(subject, clock_at):
    milestones.add(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        draft=MilestoneDraft(
            name="Contract signed", plan_end=date(2026, 5, 15), owner_id=subject.id_of("owner")
        ),
    )
    planned = a_planned_measure(subject.organization)

    page = reader(subject.organization, "owner").see()

    (milestone,) = _due(page, "Milestones due")
    (gate,) = _due(page, "Gates to prepare")
    assert milestone.one("div", class_="due__when").text == "15 May 202620 days late"
    assert gate.one("p", class_="due__title").text == planned.measure().node.name
    assert gate.one("p", class_="due__context").text == "Next gate: Identified"


def test_a_dependency_is_accepted_from_the_list(subject):
    other = a_planned_measure(subject.organization)
    dependencies.propose(
        actor=subject.actor("owner"),
        measure_id=other.measure_id,
        needs_id=subject.measure_id,
        what="New lanes",
    )
    owner = reader(subject.organization, "owner")
    form = _due(owner.see(), "Dependencies to accept")[0].one("form")
    fields = {each.attributes["name"]: each.attributes["value"] for each in form.all("input")}

    answer = owner.client.post(form.attributes["action"], fields, follow=True)

    assert "the dependency is accepted." in read(answer).one(id="notices").text
    assert "Dependencies to accept" not in _headings(read(answer))


def test_a_controller_sees_how_many_claims_wait_and_what_they_come_to(subject):
    subject.claim(5, 9000)

    page = reader(subject.organization, "controller").see()

    assert page.one("p", class_="lead").text == "1 claim waits for your confirmation."
    section = next(each for each in page.all("section") if "Claims to confirm" in each.text)
    assert section.all("p")[0].text == ("1 claim waits for you as controller, 9,000 EUR together.")


@pytest.mark.parametrize(
    ("role", "heading"),
    [("owner", "Begin with a measure"), ("executive", "Nothing is assigned to you yet")],
)
def test_an_empty_list_says_what_to_do_first(db, role, heading):
    organization = an_organization()
    organization.branch()

    page = reader(organization, role).see()

    assert page.one("div", class_="empty").one("h3").text == heading


def test_my_work_costs_the_same_queries_for_one_and_ten_measures(clock_at):
    clock_at(2026, 4, 20, 9)
    first = a_decided_measure()
    owner = reader(first.organization, "owner")
    counts = []
    for more in (0, 9):
        for _ in range(more):
            a_planned_measure(first.organization)
        with CaptureQueriesContext(connection) as captured:
            owner.see()
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.fixture(scope="module")
def listed(django_db_setup, django_db_blocker):
    """Three measures at different stages in one organization, and one in another."""
    with django_db_blocker.unblock():
        organization = an_organization()
        found = [a_proposal(organization), a_planned_measure(organization),
                 a_decided_measure(organization)]  # fmt: skip
        a_proposal()
        yield organization, found


def _names(page: Element) -> list[str]:
    return [row.one("th").one("a").text for row in page.one("tbody").all("tr")]


def test_the_list_shows_all_that_a_member_may_see(db, listed):
    organization, found = listed

    names = _names(reader(organization, "executive").see("all/"))

    assert sorted(names) == sorted(each.measure().node.name for each in found)


def test_the_list_is_filtered_by_its_address(db, listed):
    organization, (_, planned, decided) = listed
    lead = reader(organization, "lead")

    assert _names(lead.see("all/?stage=3")) == [decided.measure().node.name]
    assert _names(lead.see(f"all/?q={planned.measure().node.name}")) == [
        planned.measure().node.name
    ]
    assert "Nothing fits this filter" in lead.see("all/?lifecycle=cancelled").text
    assert "Nothing fits this filter" in lead.see("all/?potential=red").text


def test_the_list_is_sorted_both_ways(db, listed):
    organization, found = listed
    lead = reader(organization, "lead")

    down = _names(lead.see("all/?sort=-name"))

    assert down == _names(lead.see("all/?sort=name"))[::-1]
    assert _names(lead.see("all/?sort=-stage"))[0] == found[2].measure().node.name


def test_pages_of_the_list_follow_each_other_without_gap_or_repeat(db, listed, monkeypatch):
    organization, found = listed
    monkeypatch.setattr("measures.queries.listing.PAGE", 2)
    lead = reader(organization, "lead")

    for sort in ("name", "-name", "stage", "owner", "-owner", "size"):
        first = lead.see(f"all/?sort={sort}")
        following = next(each for each in first.all("a") if each.text == "Next")
        second = lead.see(f"all/{following.attributes['href']}")

        assert len(_names(first) + _names(second)) == 3
        assert set(_names(first) + _names(second)) == {each.measure().node.name for each in found}


def test_the_list_and_the_finder_count_numbers_in_names_by_their_value(db, monkeypatch):
    organization = an_organization()
    subject = a_proposal(organization)
    for title in ("Line 10", "line 9", "Line 2"):
        proposals.propose(
            actor=subject.actor("owner"),
            package_id=subject.package.pk,
            name=title,
            description="Freight lanes are tendered anew.",
            effect_type=EffectType.HARD,
            size=Decimal(120000),
        )
    monkeypatch.setattr("measures.queries.listing.PAGE", 2)
    lead = reader(organization, "lead")

    first = lead.see("all/?q=line")
    following = next(each for each in first.all("a") if each.text == "Next")
    rest = lead.see(f"all/{following.attributes['href']}")
    with tenancy.reading(subject.actor("lead")):
        found = listing.found(
            subject.actor("lead"), "line", but=subject.measure_id, chosen=0, limit=5
        )

    assert _names(first) + _names(rest) == ["Line 2", "line 9", "Line 10"]
    assert [each.name for each in found] == ["Line 2", "line 9", "Line 10"]


def test_a_member_sees_only_measures_below_their_seat_or_named_on(db, listed):
    organization, (proposed, _, _) = listed
    seated = organization.newcomer()
    organization.seat(seated, "executive", proposed.package)

    assert _names(reader_of(organization, seated).see("all/")) == [proposed.measure().node.name]


def test_a_proposal_begins_a_measure_under_a_package(db):
    organization = an_organization()
    branch = organization.branch("Energy")
    owner = reader(organization, "owner")
    form = owner.see(f"propose/?package={branch.package.public_id}")

    answer = owner.post(
        "propose/",
        {"package_id": branch.package.pk, "name": "Heat recovery", "effect_type": "hard",
         "description": "Heat of the compressors warms the halls.", "size": "120,000"},
    )  # fmt: skip

    assert form.one("option", selected="").text == (
        "Energy program / Energy project / Energy package"
    )
    assert owner.client.get(answer["Location"]).status_code == 200
    assert _names(owner.see("all/")) == ["Heat recovery"]


def test_who_may_not_propose_is_not_asked_to(db):
    organization = an_organization()
    organization.branch()

    assert reader(organization, "controller").get("propose/").status_code == 403
    assert reader(organization, "owner").get("propose/").status_code == 200


def test_a_proposal_without_a_text_comes_back_with_its_title(db):
    organization = an_organization()
    package = organization.branch().package

    answer = reader(organization, "owner").post(
        "propose/", {"package_id": package.pk, "name": "Heat recovery", "effect_type": "hard"}
    )

    assert answer.status_code == 422
    assert read(answer).one("input", name="name").attributes["value"] == "Heat recovery"


def test_a_node_is_given_its_target_by_the_leader_above(db):
    organization = an_organization()
    branch = organization.branch()
    place_of_targets = f"targets/{branch.portfolio.public_id}/"
    lead = reader(organization, "lead")
    fields = {"horizon": "fiscal_year", "fiscal_year": "2026", "amount": "45,000,000",
              "reason": "Agreed in the board meeting."}  # fmt: skip

    answer = lead.post(place_of_targets, fields)
    refused = reader(organization, "controller").post(place_of_targets, fields)

    (row,) = lead.see(place_of_targets).one("main").rows()
    assert (answer.status_code, refused.status_code) == (303, 403)
    assert row[:4] == ["In the fiscal year", "2026", "45,000,000", "1"]


def test_the_people_of_a_measure_can_be_named_by_its_lead_only_with_a_seat(db):
    subject = a_proposal()
    proposals.name_people(
        actor=subject.actor("lead"), measure_id=subject.measure_id, version=1,
        owner_id=subject.id_of("owner"), sponsor_id=subject.id_of("sponsor"), controller_id=None,
    )  # fmt: skip

    shown = reader(subject.organization, "sponsor").see(place(subject))

    assert shown.one("dl", class_="facts").text.endswith("Controllernobody yet")
