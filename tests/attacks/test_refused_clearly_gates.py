"""Refused clearly: a gate with unmet criteria, a vote by who asked, a vote on what has changed."""

import pytest

from measures.models import Measure
from measures.rules.stage import Stage
from tests.api.test_hierarchy_api import caller_of, person_of
from tests.attacks.refusals import Refused, nothing_changes, of_api, of_page
from tests.factories.governance import a_measure, a_request
from tests.pages.markup import read
from tests.pages.visitors import place_of, visitor

OWN = Refused(
    403,
    "own_request",
    "Nobody approves their own submission, also not through a deputy. "
    "Another holder of the role must vote.",
)


def bare(stage: Stage):
    """Make a measure that lacks all that its next gate asks for, as far as a stage lets it."""
    case = a_measure(stage, planned=False)
    if stage is Stage.DEFINED:
        with case.acting("lead"):
            Measure.objects.filter(pk=case.measure_id).update(
                owner_id=None, sponsor_id=None, controller_id=None, size=None, version=2
            )
    return case


# The stage at which a measure stands bare, and all that its next gate still needs, with who.
UNMET = [
    (
        Stage.DEFINED,
        "lead",
        [
            ("The measure has no owner.", "Lead: Lead Person"),
            ("The measure has no sponsor.", "Lead: Lead Person"),
            ("The measure has no rough size.", "Owner, whom Lead: Lead Person can name"),
        ],
    ),
    (
        Stage.IDENTIFIED,
        "owner",
        [
            ("Not planned by month: no effect line yet.", "Owner: Owner Person"),
            (
                "Milestones without date or owner: no milestone yet.",
                "Owner: Owner Person",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("stage", "by", "unmet"), UNMET)
def test_every_unmet_criterion_is_named_on_the_page(db, superuser_connection, stage, by, unmet):
    case = bare(stage)
    asking = visitor(case.organization, by)

    with nothing_changes(case.organization, superuser_connection):
        refused = asking.post(f"measures/{place_of(case)}/submit/")

    said = of_page(refused)
    listed = read(refused).one("ul", class_="missing").all("li")
    gate = Stage(stage + 1).name.capitalize()
    assert (said.status, said.code) == (409, "gate_blocked")
    assert said.sentence.startswith(f"{gate} still needs")
    assert [each.text for each in listed] == [
        f"{sentence}can be supplied by {who}" for sentence, who in unmet
    ]
    assert all(each.one("a").attributes["href"].count("#") == 1 for each in listed)


@pytest.mark.parametrize(("stage", "by", "unmet"), UNMET)
def test_every_unmet_criterion_is_named_by_the_api(db, superuser_connection, stage, by, unmet):
    case = bare(stage)
    caller = caller_of(case.organization, by)

    with nothing_changes(case.organization, superuser_connection):
        refused = caller("POST", f"/measures/{place_of(case)}/gate-requests", {})

    said = of_api(refused)
    rows = refused.json()["details"]["missing_rows"]
    assert (said.status, said.code) == (409, "gate_blocked")
    assert [(row["text"], row["who"]) for row in rows] == unmet


@pytest.fixture
def asked(db):
    """A request that the lead submitted; the lead's vote is the one it wants."""
    case = a_measure()
    return case, a_request(case, "lead")


def test_a_vote_by_who_asked_on_the_page(asked, superuser_connection):
    case, request = asked
    lead = visitor(case.organization, "lead")

    with nothing_changes(case.organization, superuser_connection):
        refused = lead.post(
            f"gates/{request.public_id}/vote/", choice="approve", digest=request.digest
        )

    assert of_page(refused) == OWN


def test_a_vote_by_who_asked_by_the_api(asked, superuser_connection):
    case, request = asked
    body = {"choice": "approve", "digest": request.digest}
    caller = person_of(case.organization, "lead")

    with nothing_changes(case.organization, superuser_connection):
        refused = caller("POST", f"/gate-requests/{request.public_id}/votes", body)

    assert of_api(refused) == OWN


def test_another_holder_of_the_role_votes(asked):
    case, request = asked
    other = case.organization.newcomer("Second Lead")
    case.organization.seat(other, "lead")
    body = {"choice": "approve", "digest": request.digest}

    case.organization.actors["lead"] = other
    voted = visitor(case.organization, "lead").post(f"gates/{request.public_id}/vote/", **body)

    assert (voted.status_code, case.measure().stage) == (303, Stage.IDENTIFIED)


def test_a_vote_on_what_has_changed_since_by_both_ways(db, superuser_connection):
    case = a_measure()
    request = a_request(case)
    body = {"choice": "approve", "digest": "0" * 64}
    at = f"gates/{request.public_id}/vote/"
    page, caller = visitor(case.organization, "lead"), person_of(case.organization, "lead")

    with nothing_changes(case.organization, superuser_connection):
        typed = page.post(at, **body)
        called = caller("POST", f"/gate-requests/{request.public_id}/votes", body)

    stale = Refused(
        409,
        "stale_request",
        "Values, baseline, people, criteria or evidence have changed since Identified was "
        "requested, so its votes no longer count. The owner or lead can submit it again.",
    )
    assert (of_page(typed), of_api(called)) == (stale, stale)
