"""The API's contract for the rule set: given out, brought in, confirmed by a second in person."""

import json

import pytest

from tests.api.test_hierarchy_api import Caller, caller_of, person_of
from tests.factories.organizations import an_organization
from tests.factories.schemes import a_proposal, confirmed, document, second_administrator
from tests.pages.visitors import visitor_of

DAY = {"effective_from": "2026-07-08", "reason": "As the group does."}


@pytest.fixture
def organization(clock_at):
    clock_at(2026, 7, 8, 9)
    return an_organization()


def test_rules_go_out_come_in_and_are_confirmed_by_a_second(organization):
    administrator = caller_of(organization, "administrator")
    other = Caller(
        organization.slug,
        client=visitor_of(organization, second_administrator(organization)).client,
    )

    group = an_organization(name="Northwind")
    confirmed(group, document(g3={"due_days": 5}))
    given = caller_of(group, "owner")("GET", "/rule-set")
    brought = administrator("POST", "/rule-set/proposal", DAY | {"file": given.json()["file"]})
    number = {"proposal": brought.json()["proposal"]}
    by_token = administrator("POST", "/rule-set/proposal/confirm", number)
    own = person_of(organization, "administrator")("POST", "/rule-set/proposal/confirm", number)
    done = other("POST", "/rule-set/proposal/confirm", number)

    assert given.json()["as_of"] == "2026-07-08"
    assert json.loads(given.json()["file"])["document"]["rules"]["scheme"]
    assert (brought.status_code, brought.json()["reason"]) == (201, "As the group does.")
    assert [each.status_code for each in (by_token, own)] == [403, 403]
    assert by_token.json()["code"] == "needs_a_person"
    assert (done.status_code, done.json()["version"]) == (201, 2)


def test_what_is_no_file_of_rules_is_refused_and_nothing_is_taken(organization):
    administrator = caller_of(organization, "administrator")

    none = administrator("GET", "/rule-set/proposal")
    broken = administrator("POST", "/rule-set/proposal", DAY | {"file": "{}"})
    day = administrator("GET", "/rule-set?as_of=someday")
    by_lead = caller_of(organization, "lead")("POST", "/rule-set/proposal", DAY | {"file": "{}"})

    answers = [none, broken, day, by_lead]
    assert [each.status_code for each in answers] == [404, 422, 422, 403]
    assert broken.json()["code"] == "rules_refused"


def test_a_proposal_is_read_and_withdrawn(organization):
    shown = a_proposal(organization, document(g3={"due_days": 5}))
    administrator = caller_of(organization, "administrator")
    number = {"proposal": shown.pk}

    read = administrator("GET", "/rule-set/proposal").json()
    other = administrator("POST", "/rule-set/proposal/withdraw", {"proposal": shown.pk + 1})
    gone = administrator("POST", "/rule-set/proposal/withdraw", number)

    assert read["proposal"] == shown.pk
    assert (other.status_code, gone.status_code) == (409, 201)
    assert administrator("GET", "/rule-set/proposal").status_code == 404
