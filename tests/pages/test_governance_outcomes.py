"""The four outcomes of a gate on the page of its request, and two gates at once."""

from datetime import timedelta

import pytest

from core import tenancy
from governance.models import LifecycleDecision
from measures.rules.stage import Stage
from tests.factories.governance import a_measure, a_request, today
from tests.factories.schemes import confirmed, document
from tests.pages.visitors import place_of, request_of, visitor


@pytest.fixture
def case(db):
    """A measure whose gate Decided is asked."""
    made = a_measure(Stage.DETAILED)
    a_request(made)
    return made


def at(case):
    return f"gates/{request_of(case).public_id}/"


def hold(case, **changes):
    until = (today(case) + timedelta(days=30)).isoformat()
    said = {"reason_code": "budget", "reason": "No money before autumn.", "until": until}
    return said | {"digest": request_of(case).digest} | changes


CANCELLATION = {"reason_code": "value", "reason": "Nothing is left.", "lessons": "Ask first."}


def decision(case):
    with tenancy.reading(case.actor("lead")):
        return LifecycleDecision.objects.get(measure_id=case.measure_id)


def test_a_hold_at_the_gate_is_a_decision_about_the_measure_and_settles_the_request(case):
    sponsor = visitor(case.organization, "sponsor")
    links = [each.attributes["href"] for each in sponsor.see(at(case)).all("a", class_="button")]
    form = sponsor.see(at(case) + "hold/")

    answer = sponsor.post(at(case) + "hold/", **hold(case))

    made, page = decision(case), sponsor.see(at(case)).one("main").text
    assert any(f"/hold/?digest={request_of(case).digest}" in each for each in links)
    assert form.one("input", name="digest").attributes["value"] == request_of(case).digest
    assert (answer.status_code, answer["Location"]) == (303, sponsor.root + at(case))
    assert (made.act, made.reason_code, made.settled_id) == ("hold", "budget", request_of(case).pk)
    assert case.measure().lifecycle == "on_hold"
    assert "Decided: on hold" in page
    assert "Put on hold by Sponsor Person until" in page
    assert "No money before autumn." in page


def test_a_cancellation_at_the_gate_records_its_reason_and_settles_the_request(case):
    sponsor = visitor(case.organization, "sponsor")

    answer = sponsor.post(
        at(case) + "cancel/", **CANCELLATION, digest=request_of(case).digest, sunk_cost="1000"
    )

    made = decision(case)
    assert answer.status_code == 303
    assert (made.act, made.sunk_cost, made.settled_id) == (
        "cancel",
        1000_00,
        request_of(case).pk,
    )
    assert "Cancelled by Sponsor Person" in sponsor.see(at(case)).one("main").text
    decisions = sponsor.see(f"measures/{place_of(case)}/decisions/", is_fragment=True)
    assert "Decided: Decided: cancelled" in decisions.text


def test_who_may_not_decide_it_is_offered_nothing_and_refused(case):
    owner, controller = (visitor(case.organization, role) for role in ("owner", "controller"))

    refused = [
        owner.post(at(case) + "hold/", **hold(case)),
        controller.post(at(case) + "cancel/", **CANCELLATION, digest=request_of(case).digest),
    ]

    assert "/hold/" not in owner.get(at(case)).content.decode()
    assert "/cancel/" not in controller.get(at(case)).content.decode()
    assert [each.status_code for each in refused] == [403, 403]
    assert case.measure().lifecycle == "active"


def test_an_outcome_binds_to_what_was_shown_and_to_an_open_request(case):
    sponsor = visitor(case.organization, "sponsor")
    asked = at(case)

    stale = sponsor.post(asked + "hold/", **hold(case, digest="0" * 64))
    sponsor.post(asked + "hold/", **hold(case))
    again = sponsor.post(asked + "hold/", **hold(case))

    assert [stale.status_code, again.status_code] == [409, 409]
    assert "changed" in stale.content.decode()


def test_a_decision_at_the_gate_asks_for_the_password_again(case):
    sponsor = visitor(case.organization, "sponsor", fresh=False)

    answer = sponsor.post(at(case) + "hold/", **hold(case))

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert case.measure().lifecycle == "active"


# --- two gates at once ----------------------------------------------------------------------------


def test_a_small_measure_is_told_what_two_gates_at_once_mean_and_requests_them(db):
    case = a_measure()
    confirmed(case.organization, document(g1={"fast_track": {"below": "200000"}}))
    owner = visitor(case.organization, "owner")

    gate = owner.see(f"measures/{place_of(case)}/gate/", is_fragment=True)
    desk = owner.see("gates/").one("main").text
    answer = owner.post(f"measures/{place_of(case)}/submit/", fast_track="1")

    said = gate.one(id="fast-track").text
    assert "a run-rate below 200,000 EUR" in said
    assert "Identified and Detailed can be passed together" in said
    assert "each of these votes once, on both: Lead, Controller" in said
    assert "small enough to pass Identified and Detailed together" in desk
    assert answer.status_code == 303
    assert "Request for Identified and Detailed" in owner.see(at(case)).one("h1").text


def test_a_larger_measure_is_offered_one_gate_at_a_time(db):
    case = a_measure()
    owner = visitor(case.organization, "owner")

    gate = owner.see(f"measures/{place_of(case)}/gate/", is_fragment=True)
    answer = owner.post(f"measures/{place_of(case)}/submit/", fast_track="1")

    assert gate.all(id="fast-track") == []
    assert answer.status_code == 409
