"""The gate desk: what waits for whom, in which order, and what could be requested."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.models import Measure
from measures.rules.calendar import day_text
from measures.rules.stage import Stage
from tests.factories.governance import a_measure, a_request
from tests.factories.organizations import an_organization
from tests.pages.visitors import request_of, visitor

MINE, OTHERS = (
    "Table of the requests waiting for your vote",
    "Table of the open requests",
)


@pytest.fixture
def organization(db):
    return an_organization()


def listed(page, region):
    """Return the measures of one of the tables, in order; empty where it is not shown."""
    tables = page.all("div", role="region", aria_label=region)
    return [row[0] for table in tables for row in table.rows()]


def name_of(case):
    return case.measure().node.name


def test_what_waits_for_the_readers_vote_comes_first(organization):
    voted_by_lead = a_measure(organization=organization)
    voted_by_sponsor = a_measure(Stage.DETAILED, organization)
    for case in (voted_by_lead, voted_by_sponsor):
        a_request(case)

    seen = {
        role: (listed(page, MINE), listed(page, OTHERS))
        for role in ("lead", "sponsor", "executive")
        for page in [visitor(organization, role).see("gates/")]
    }

    first, second = name_of(voted_by_lead), name_of(voted_by_sponsor)
    assert seen == {
        "lead": ([first], [second]),
        "sponsor": ([second], [first]),
        "executive": ([], [first, second]),
    }


def test_more_value_at_stake_comes_first(organization):
    small, large = a_measure(organization=organization), a_measure(organization=organization)
    with large.acting("owner"):
        version = Measure.objects.get(pk=large.measure_id).version + 1
        Measure.objects.filter(pk=large.measure_id).update(size="900000", version=version)
    for case in (small, large):
        a_request(case)

    page = visitor(organization, "lead").see("gates/")

    assert listed(page, MINE) == [name_of(large), name_of(small)]


def test_a_row_says_gate_value_requester_criteria_and_votes(organization):
    case = a_measure(Stage.DETAILED, organization)
    due_on = a_request(case).due_on

    page = visitor(organization, "controller").see("gates/")

    (row,) = page.one("div", role="region", aria_label=MINE).rows()
    assert row[1:3] == ["Decided7 of 7 criteria met", "120,000"]
    assert row[3].startswith("Owner Person")
    assert row[3].endswith("since today")
    assert row[4:] == [
        day_text(due_on),
        "Sponsor has not voted yet Controller has not voted yet",
        f"Vote: {name_of(case)}",
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("gate=decided", 1),
        ("gate=closed", 0),
        ("show=mine", 1),
        ("show=overdue", 0),
        ("show=stale", 0),
        ("q=no such name", 0),
        ("gate=unheard", 2),
    ],
)
def test_the_filter_lives_in_the_address(organization, query, count):
    for case in (a_measure(organization=organization), a_measure(Stage.DETAILED, organization)):
        a_request(case)

    page = visitor(organization, "lead").see(f"gates/?{query}")

    assert len(listed(page, MINE) + listed(page, OTHERS)) == count


def test_owner_and_lead_see_what_they_could_request_and_the_sponsor_does_not(organization):
    case = a_measure(organization=organization)

    seen = {
        role: [each.text for each in page.all("p", class_="due__title")]
        for role in ("owner", "lead", "sponsor")
        for page in [visitor(organization, role).see("gates/")]
    }

    assert seen == {"owner": [name_of(case)], "lead": [name_of(case)], "sponsor": []}


def test_what_is_requested_or_misses_a_criterion_is_not_offered(organization):
    a_request(a_measure(organization=organization))
    a_measure(Stage.IDENTIFIED, organization, planned=False)

    page = visitor(organization, "lead").see("gates/")

    assert page.all("p", class_="due__title") == []


def test_an_empty_desk_says_how_it_is_filled(organization):
    page = visitor(organization, "executive").see("gates/")

    assert page.one("div", class_="empty").one("h3").text == "No gate is requested"


def test_a_desk_of_one_request_costs_the_queries_of_ten(organization):
    first = visitor(organization, "lead")
    a_request(a_measure(organization=organization))
    first.see("gates/")
    with CaptureQueriesContext(connection) as small:
        first.see("gates/")
    for _ in range(9):
        a_request(a_measure(organization=organization))

    with CaptureQueriesContext(connection) as large:
        page = first.see("gates/")

    assert len(listed(page, MINE)) == 10
    assert len(large) == len(small)


def test_another_organization_finds_neither_desk_nor_request(organization):
    case = a_measure(organization=organization)
    a_request(case)
    other = an_organization()
    stranger = visitor(other, "lead")
    address = request_of(case).public_id

    theirs = f"/o/{organization.slug}/governance/gates/"
    assert stranger.client.get(theirs).status_code == 404
    assert stranger.client.get(f"{theirs}{address}/").status_code == 404
    assert stranger.get(f"gates/{address}/").status_code == 404


def test_my_work_shows_the_requests_that_wait_for_the_readers_vote(db):
    case = a_measure()
    request = a_request(case)

    waiting = visitor(case.organization, "lead").see("gates/waiting/", is_fragment=True)
    nothing = visitor(case.organization, "owner").see("gates/waiting/", is_fragment=True)

    links = {link.attributes["href"] for link in waiting.all("a")}
    assert {link.rpartition("/gates/")[2] for link in links} == {f"{request.public_id}/"}
    assert nothing.all("a") == []


def test_without_scripts_what_waits_for_a_vote_is_read_on_the_gate_desk(db):
    case = a_measure()

    answer = visitor(case.organization, "lead").get("gates/waiting/")

    assert (answer.status_code, answer["Location"]) == (
        303,
        f"/o/{case.organization.slug}/governance/gates/",
    )
