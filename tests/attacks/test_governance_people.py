"""What a raw session of role app tries with the people of a measure that was decided."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import enter, refused
from tests.factories.deputies import acting_for, named
from tests.factories.governance import a_measure
from tests.factories.rollbacks import rolled_back


@pytest.fixture
def raw(app_connection):
    return app_connection()


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def give(raw, case, member_id, role="controller"):
    raw.execute(
        f"UPDATE measures_measure SET {role}_id = %s, version = version + 1 WHERE id = %s",
        [member_id, case.measure_id],
    )


@pytest.mark.guards("trigger:measures_measure.guard_people")
@pytest.mark.parametrize("by", ["owner", "sponsor", "controller", "executive"])
@pytest.mark.parametrize("is_rolled_back", [False, True])
def test_who_is_no_lead_chooses_no_controller_of_what_was_decided(case, raw, by, is_rolled_back):
    if is_rolled_back:
        rolled_back(case, Stage.DEFINED)
    enter(raw, case.actor(by))

    with refused(raw, "GV133", "people_fixed"):
        give(raw, case, case.id_of("steering"))


@pytest.mark.parametrize("role", ["owner", "sponsor", "controller"])
def test_a_lead_names_each_of_the_three(case, raw, role):
    enter(raw, case.actor("lead"))

    give(raw, case, case.id_of("steering"), role)


def test_an_owner_names_people_before_anything_was_decided(db, raw):
    case = a_measure(Stage.DETAILED)
    enter(raw, case.actor("owner"))

    give(raw, case, case.id_of("steering"))


@pytest.mark.parametrize("role", ["owner", "sponsor", "controller"])
def test_an_administrator_hands_over_to_others_alone(case, raw, role):
    enter(raw, case.actor("administrator"))

    with refused(raw, "GV134", "own_succession"):
        give(raw, case, case.id_of("administrator"), role)
    enter(raw, case.actor("administrator"))
    give(raw, case, case.id_of("steering"), role)


def test_no_deputy_names_people_of_what_was_decided(case, raw):
    lead = case.organization.newcomer()
    case.organization.seat(lead, "lead")
    named(case.organization, "sponsor", lead)
    enter(raw, acting_for(case.organization, lead, "sponsor"))

    with refused(raw, "GV133", "people_fixed"):
        give(raw, case, case.id_of("steering"))
