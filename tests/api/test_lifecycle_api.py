"""The API's contract for hold, cancel, restore, forced decisions, checks and reopening."""

from datetime import timedelta

import pytest

from measures.rules.stage import Stage
from tests.api.test_deputies_api import public_id
from tests.api.test_governance_api import address, caller, person
from tests.api.test_hierarchy_api import Caller, problem
from tests.factories.closing import a_closed_measure
from tests.factories.deputies import named
from tests.factories.forced import a_forced_decision
from tests.factories.governance import a_measure, a_request, today
from tests.factories.schemes import confirmed, document
from tests.pages.visitors import visitor_of


def until(case, days=30):
    return (today(case) + timedelta(days=days)).isoformat()


def hold(case, days=30):
    return {"reason_code": "budget", "reason": "No money.", "until": until(case, days)}


CANCELLATION = {"reason_code": "value", "reason": "Nothing is left.", "lessons": "Ask first."}


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def deputy_of(organization, principal, deputy=None):
    """Return the caller and the headers of a member who acts for who holds a role."""
    deputy = deputy or organization.newcomer("Dora Deputy")
    named(organization, principal, deputy)
    call = Caller(organization.slug, client=visitor_of(organization, deputy).client)
    return call, {"Acting_For": public_id(organization, organization.actor(principal))}


def test_a_hold_is_decided_extended_and_resumed(case):
    sponsor, place = person(case, "sponsor"), address(case, "/lifecycle")

    held = sponsor("POST", f"{place}/hold", hold(case))
    executive, acting = deputy_of(case.organization, "executive")
    longer = {"reason": "Still none.", "until": until(case, 60)}
    too_low = sponsor("POST", f"{place}/extend", longer)
    extended = executive("POST", f"{place}/extend", longer, **acting)
    resumed = sponsor("POST", f"{place}/resume", {})

    assert (held.status_code, held.json()["lifecycle"]) == (201, "on_hold")
    assert held.json()["possible"] == ["resume", "cancel"]
    assert problem(too_low) == (403, "not_allowed")
    assert extended.json()["decisions"][0] | {"decided_at": ""} == {
        "act": "extend",
        "reason_code": "",
        "reason": "Still none.",
        "decided_by": "Dora Deputy for Executive Person",
        "decided_at": "",
        "expires_on": until(case, 60),
        "review_on": None,
        "ended": None,
    }
    assert resumed.json()["lifecycle"] == "active"


def test_a_cancellation_is_proposed_to_be_taken_back_by_one_and_confirmed_by_another(case):
    sponsor, place = person(case, "sponsor"), address(case, "/lifecycle")
    early = sponsor("POST", f"{place}/restore", {"reason": "A buyer came."})

    cancelled = sponsor("POST", f"{place}/cancel", CANCELLATION | {"sunk_cost": "1000.00"})
    proposed = sponsor("POST", f"{place}/restore", {"reason": "A buyer came."})
    alone = sponsor("POST", f"{place}/restore/confirm", {"reason": "So it pays."})
    lead, acting = deputy_of(case.organization, "lead")
    restored = lead("POST", f"{place}/restore/confirm", {"reason": "So it pays."}, **acting)

    assert problem(early) == (409, "not_to_restore")
    assert cancelled.json()["lifecycle"] == "cancelled"
    assert cancelled.json()["decisions"][0]["ended"]["sunk_cost"] == "1000.00"
    assert proposed.json()["restoration"]["proposed_as"] == "sponsor"
    assert problem(alone) == (403, "two_to_restore")
    assert (restored.status_code, restored.json()["lifecycle"]) == (201, "active")


def test_a_proposal_is_rejected_by_its_lead(db):
    case = a_measure()

    answer = person(case, "lead")("POST", address(case, "/lifecycle/reject"), {"reason": "No."})

    assert (answer.status_code, answer.json()["lifecycle"]) == (201, "cancelled")


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("hold", "hold"),
        ("extend", "hold"),
        ("resume", "reason"),
        ("cancel", "cancel"),
        ("reject", "reason"),
        ("restore", "reason"),
        ("restore/confirm", "reason"),
    ],
)
def test_no_program_decides_about_a_lifecycle(case, step, body):
    said = {"hold": hold(case), "cancel": CANCELLATION, "reason": {"reason": "Yes."}}[body]
    path = address(case, f"/lifecycle/{step}")

    token = caller(case, "executive")("POST", path, said)
    owner = person(case, "owner")("POST", path, said)

    assert problem(token) == (403, "needs_a_person")
    assert problem(owner) == (403, "not_allowed")
    assert case.measure().lifecycle == "active"


def test_the_same_key_holds_once(case):
    sponsor, path = person(case, "sponsor"), address(case, "/lifecycle/hold")

    first, second = (sponsor("POST", path, hold(case), Idempotency_Key="once") for _ in range(2))

    assert (first.status_code, first.json()) == (second.status_code, second.json())
    shown = caller(case, "lead")("GET", address(case, "/lifecycle")).json()
    assert [each["act"] for each in shown["decisions"]] == ["hold"]


# --- at the gate ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "by"), [("hold", "controller"), ("cancel", "sponsor")])
def test_hold_and_cancel_are_outcomes_of_a_gate(case, step, by):
    asked = a_request(case)
    said = hold(case) if step == "hold" else CANCELLATION
    path = f"/gate-requests/{asked.public_id}/{step}"

    stale = person(case, by)("POST", path, said | {"digest": "0" * 64})
    decided = person(case, by)("POST", path, said | {"digest": asked.digest})
    again = person(case, by)("POST", path, said | {"digest": asked.digest})

    assert problem(stale) == (409, "stale_request")
    assert (decided.status_code, decided.json()["state"], decided.json()["outcome"]) == (
        201,
        "void",
        step,
    )
    assert again.status_code == 409


def test_a_small_measure_passes_two_gates_at_once(db):
    case = a_measure()
    path, both = address(case), {"fast_track": True}
    owner = caller(case, "owner")

    large = owner("POST", path, both)
    confirmed(case.organization, document(g1={"fast_track": {"below": "200000"}}))
    asked = owner("POST", path, both)

    assert problem(large)[0] == 409
    assert asked.json()["gate_name"] == "Identified and Detailed"
    assert [each["role"] for each in asked.json()["votes"]] == ["lead", "controller"]


# --- forced decisions -----------------------------------------------------------------------------


def test_a_forced_decision_is_listed_and_answered_by_who_is_asked(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    case, path = subject.case(), f"/forced-decisions/{asked.public_id}"
    reply = {"answer": "hold", "text": "A buyer may come.", "until": "2026-09-01"}
    sponsor, acting = deputy_of(subject.organization, "sponsor")

    (listed,) = person(case, "sponsor")("GET", "/forced-decisions?mine=true").json()["results"]
    owner = person(case, "owner")("POST", f"{path}/answer", reply)
    token = caller(case, "sponsor")("POST", f"{path}/answer", reply)
    answered = sponsor("POST", f"{path}/answer", reply, **acting)
    again = person(case, "sponsor")("POST", f"{path}/answer", reply)

    assert (listed["to_gain"], listed["to_spend"], listed["answer"]) == (
        "6000.00",
        "30000.00",
        None,
    )
    assert problem(owner) == (403, "not_its_forced_decider")
    assert problem(token) == (403, "needs_a_person")
    assert (answered.status_code, answered.json()["state"]) == (201, "decided")
    assert answered.json()["answer"]["decided_by"] == "Dora Deputy for Sponsor Person"
    assert problem(again) == (409, "forced_answered")


# --- after a closing ------------------------------------------------------------------------------


@pytest.fixture
def closed(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_closed_measure()


def test_a_check_that_fails_books_what_is_lost(closed, clock_at):
    controller, place = person(closed, "controller"), address(closed, "/closure/checks")
    said = {
        "statement": "The contract was lost.",
        "losses": [{"line_id": closed.line_id, "run_rate": "12000"}],
    }
    early = controller("POST", f"{place}/1", said)
    clock_at(2027, 1, 8, 9)

    first = person(closed, "controller")("POST", f"{place}/1", said)
    again = person(closed, "controller")("POST", f"{place}/1", said)
    nowhere = person(closed, "controller")("POST", f"{place}/7", said)
    rows = caller(closed, "executive")("GET", place).json()

    assert problem(early) == (409, "check_not_due")
    assert (first.status_code, first.json()["outcome"]) == (201, "failed")
    assert problem(again) == (409, "already_checked")
    assert problem(nowhere) == (404, "not_found")
    assert [(each["number"], each["outcome"]) for each in rows] == [(1, "failed"), (2, "")]


def test_a_closing_is_taken_back_by_two(closed):
    place = address(closed, "/closure/reopenings")
    reason = {"reason": "A figure was wrong."}

    token = caller(closed, "sponsor")("POST", place, reason)
    proposed = person(closed, "sponsor")("POST", place, reason)
    alone = person(closed, "sponsor")("POST", f"{place}/confirm", {})
    reopened = person(closed, "controller")("POST", f"{place}/confirm", {})

    assert problem(token) == (403, "needs_a_person")
    assert (proposed.status_code, proposed.json()["confirmed_at"]) == (201, None)
    assert problem(alone) == (403, "two_to_reopen")
    assert (reopened.status_code, reopened.json()["confirmed_by"]) == (201, "Controller Person")
    assert closed.measure().stage == Stage.IMPLEMENTED
