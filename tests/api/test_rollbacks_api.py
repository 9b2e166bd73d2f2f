"""The API's contract for roll-backs: the same two persons and refusals as on the pages."""

import pytest

from measures.rules.stage import Stage
from tests.api.test_governance_api import address, caller, person
from tests.factories.governance import a_measure

WHY = {"to_stage": "detailed", "reason": "No offer is left."}


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def at(case, rest=""):
    return address(case, f"/roll-backs{rest}")


def test_two_persons_roll_a_stage_back(case):
    first = person(case, "sponsor")("POST", at(case), WHY)
    waiting = caller(case, "lead")("GET", at(case)).json()
    other = person(case, "controller")("POST", at(case, "/confirm"), {"to_stage": "identified"})
    second = person(case, "controller")("POST", at(case, "/confirm"), {"to_stage": "detailed"})

    assert (first.status_code, other.status_code, second.status_code) == (201, 409, 201)
    assert (waiting["waits_for"], waiting["rows"][0]["state"]) == ("Controller Person", "open")
    assert waiting["targets"] == ["detailed", "identified", "defined"]
    assert second.json()["rows"][0]["state"] == "done"
    assert case.measure().stage == Stage.DETAILED


def test_a_roll_back_is_refused_as_on_the_pages(case):
    sponsor = person(case, "sponsor")
    sponsor("POST", at(case), WHY)

    answers = [
        person(case, "owner")("POST", at(case), WHY),
        sponsor("POST", at(case), WHY),
        sponsor("POST", at(case, "/confirm"), {"to_stage": "detailed"}),
        sponsor("POST", at(case), {"to_stage": "somewhere", "reason": "So."}),
        person(case, "controller")("POST", at(case, "/withdraw"), {"reason": "Not needed."}),
        person(case, "controller")("POST", at(case, "/confirm"), {"to_stage": "detailed"}),
    ]

    assert [each.status_code for each in answers] == [403, 409, 403, 400, 201, 409]
