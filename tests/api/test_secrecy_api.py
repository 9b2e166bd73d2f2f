"""The API's contract for who reads a measure: the same acts and refusals as on the pages."""

import pytest

from accounts.queries import people
from core import tenancy
from measures.models import Measure
from tests.api.test_hierarchy_api import caller_of, person_of
from tests.factories.confidential import WHY, hidden
from tests.factories.measures import a_planned_measure

SECRET = {"kind": "headcount", "reason": WHY}


@pytest.fixture
def subject(db):
    return a_planned_measure()


def at(subject, rest=""):
    with tenancy.reading(subject.actor("owner")):
        place = Measure.objects.select_related("node").get(pk=subject.measure_id).node
    return f"/measures/{place.public_id}/confidentiality{rest}"


def public_id(subject, role):
    with tenancy.reading(subject.actor("owner")):
        return str(people.member(subject.id_of(role)).public_id)


def test_a_measure_is_made_confidential_and_readers_are_named(subject):
    organization = subject.organization
    owner, sponsor, lead = (caller_of(organization, role) for role in ("owner", "sponsor", "lead"))
    reader = {"member_id": public_id(subject, "lead"), "reason": "Prepares the talks."}

    before = lead("GET", at(subject)).json()
    made = owner("POST", at(subject), SECRET)
    hidden_from = lead("GET", at(subject)).status_code
    named = sponsor("POST", at(subject, "/readers"), reader)
    again = sponsor("POST", at(subject, "/readers"), reader)
    read = lead("GET", at(subject)).status_code
    gone = sponsor("POST", at(subject, "/readers/withdraw"), reader)

    assert (before["is_confidential"], before["readers"]) == (False, [])
    assert (made.status_code, made.json()["kind"]) == (201, "headcount")
    assert (hidden_from, read) == (404, 200)
    assert (named.status_code, again.status_code) == (201, 409)
    assert [each["name"] for each in named.json()["readers"]] == ["Lead Person"]
    assert (gone.status_code, gone.json()["readers"]) == (201, [])
    assert lead("GET", at(subject)).status_code == 404


def test_who_may_not_is_refused_as_on_the_pages(subject):
    organization = subject.organization
    nobody = {"member_id": "01a20ae9-3630-7794-8f93-91cd1703681a", "reason": "Who?"}

    by_controller = caller_of(organization, "controller")("POST", at(subject), SECRET)
    of_no_kind = caller_of(organization, "owner")("POST", at(subject), SECRET | {"kind": "x"})
    hidden(subject)
    twice = caller_of(organization, "owner")("POST", at(subject), SECRET)
    unknown = caller_of(organization, "sponsor")("POST", at(subject, "/readers"), nobody)
    not_named = caller_of(organization, "sponsor")("POST", at(subject, "/readers/withdraw"), nobody)

    answers = [by_controller, of_no_kind, twice, unknown, not_named]
    assert [each.status_code for each in answers] == [403, 400, 409, 404, 404]


def test_opening_takes_two_and_the_second_in_person(subject):
    organization = subject.organization
    hidden(subject)
    sponsor, controller = (caller_of(organization, role) for role in ("sponsor", "controller"))

    early = person_of(organization, "controller")("POST", at(subject, "/opening/confirm"))
    asked = sponsor("POST", at(subject, "/opening"), {"reason": "It is public."})
    by_token = controller("POST", at(subject, "/opening/confirm"))
    alone = person_of(organization, "sponsor")("POST", at(subject, "/opening/confirm"))
    refused = controller("POST", at(subject, "/opening/withdraw"))
    sponsor("POST", at(subject, "/opening"), {"reason": "It is public."})
    done = person_of(organization, "controller")("POST", at(subject, "/opening/confirm"))

    assert (asked.status_code, asked.json()["opening_proposed"]) == (201, True)
    assert (refused.status_code, refused.json()["opening_proposed"]) == (201, False)
    assert [each.status_code for each in (early, by_token, alone)] == [409, 403, 403]
    assert by_token.json()["code"] == "needs_a_person"
    assert (done.status_code, done.json()["is_confidential"]) == (201, False)
