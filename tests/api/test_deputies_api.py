"""The API of deputies: named and revoked by people who are present, and calling for another."""

from datetime import date

import pytest

from accounts.models import Member
from core import tenancy
from measures.models import ActualClaim
from tests.api.test_hierarchy_api import Caller, caller_of, person_of, problem
from tests.factories.deputies import named
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.pages.visitors import visitor_of


def public_id(organization, who):
    with tenancy.reading(organization.actor("lead")):
        return str(Member.objects.get(pk=who.member_id).public_id)


@pytest.fixture
def organization(clock_at):
    clock_at(2026, 7, 1, 9)
    return an_organization()


def asked(organization, deputy, **changes):
    return {
        "deputy_id": public_id(organization, deputy),
        "role": "controller",
        "first_on": "2026-07-01",
        "last_on": "2026-07-03",
        "reason": "On leave.",
    } | changes


def test_a_deputy_is_named_listed_and_revoked(organization):
    deputy = organization.newcomer("Dora Deputy")
    controller = person_of(organization, "controller")

    made = controller("POST", "/deputies", asked(organization, deputy))
    listed = controller("GET", "/deputies")
    revoked = controller("POST", f"/deputies/{made.json()['id']}/revoke", {"reason": "Back."})
    again = controller("POST", f"/deputies/{made.json()['id']}/revoke", {})

    assert made.status_code == 201
    assert (made.json()["principal"], made.json()["deputy"], made.json()["state"]) == (
        "Controller Person",
        "Dora Deputy",
        "in force",
    )
    assert [each["id"] for each in listed.json()["results"]] == [made.json()["id"]]
    assert revoked.json()["state"] == "revoked"
    assert problem(again) == (409, "deputyship_over")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"last_on": "2026-12-31"}, (422, "deputy_too_long")),
        ({"first_on": "2026-06-01"}, (422, "deputy_too_late")),
        ({"principal_id": "sponsor"}, (403, "not_allowed")),
        ({"deputy_id": "0198c7c0-0000-7000-8000-000000000000"}, (404, "not_found")),
        ({"node_id": "0198c7c0-0000-7000-8000-000000000000"}, (404, "not_found")),
    ],
)
def test_what_is_out_of_order_is_refused(organization, changes, refusal):
    deputy = organization.newcomer()
    if changes.get("principal_id") == "sponsor":
        changes = {"principal_id": public_id(organization, organization.actor("sponsor"))}
    controller = person_of(organization, "controller")

    assert problem(controller("POST", "/deputies", asked(organization, deputy, **changes))) == (
        refusal
    )


def test_no_token_names_a_deputy(organization):
    body = asked(organization, organization.newcomer())

    refused = caller_of(organization, "controller")("POST", "/deputies", body)

    assert problem(refused) == (403, "needs_a_person")


@pytest.fixture
def claimed(clock_at):
    """A claim that waits, and a person who is present as the deputy of its controller."""
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()
    clock_at(YEAR, 7, 1, 9)
    claim = subject.claim(6, 9000)
    deputy = subject.organization.newcomer()
    named(subject.organization, "controller", deputy, until=date(YEAR, 7, 3))
    caller = Caller(
        subject.organization.slug, client=visitor_of(subject.organization, deputy).client
    )
    return subject, claim, caller


def test_a_deputy_calls_for_whom_the_header_names(claimed):
    subject, claim, caller = claimed
    controller = public_id(subject.organization, subject.actor("controller"))
    body = {"claim_ids": [claim.pk]}

    own_name = caller("POST", "/claims/approve", body)
    for_another = caller("POST", "/claims/approve", body, Acting_For=controller)

    assert problem(own_name)[0] in {403, 404}
    assert for_another.status_code == 200
    with tenancy.reading(subject.actor("lead")):
        stored = ActualClaim.objects.get(pk=claim.pk)
    assert (stored.state, stored.decided_for_id) == ("approved", subject.id_of("controller"))


def test_an_ended_deputy_a_stranger_and_nonsense_in_the_header_are_refused(claimed, clock_at):
    subject, claim, caller = claimed
    organization = subject.organization
    body = {"claim_ids": [claim.pk]}
    names = {role: public_id(organization, subject.actor(role)) for role in ("controller", "lead")}
    clock_at(YEAR, 7, 4)

    ended = caller("POST", "/claims/approve", body, Acting_For=names["controller"])
    never = caller("POST", "/claims/approve", body, Acting_For=names["lead"])
    nonsense = caller("POST", "/claims/approve", body, Acting_For="me")

    assert problem(ended) == (403, "deputy_ended")
    assert ended.json()["detail"] == (
        "You stood in for Controller Person until 3 July 2026. "
        "Ask Controller Person, or a new deputy."
    )
    assert problem(never) == (403, "no_deputy")
    assert problem(nonsense) == (404, "not_found")
