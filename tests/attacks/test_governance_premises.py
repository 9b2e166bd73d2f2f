"""Raw sessions of role app against premises: who states, who voids, and what is written."""

import pytest

from governance.rules.holds import Ending
from governance.services import lifecycle
from measures.rules.stage import Stage
from tests.attacks.session import enter, only, refused
from tests.factories.governance import a_measure


@pytest.fixture
def raw(app_connection):
    return app_connection()


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def stated(raw, case, by="owner"):
    enter(raw, case.actor(by))
    made = only(
        raw,
        "INSERT INTO governance_premise (organization_id, measure_id, number, statement,"
        " checked_by_id, check_on, stated_by_id) VALUES (assay_organization(), %s, 7, 'Copper.',"
        " %s, DATE '2030-01-01', 1) RETURNING id, number, stated_by_id",
        case.measure_id,
        case.actor("lead").member_id,
    )
    raw.commit()
    return made


def voided(raw, case, premise, by="sponsor"):
    enter(raw, case.actor(by))
    return only(
        raw,
        "INSERT INTO governance_premisevoid (organization_id, measure_id, premise_id, reason,"
        " declared_by_id, declared_on) VALUES (assay_organization(), %s, %s, 'It fell.', 1,"
        " DATE '2000-01-01') RETURNING declared_by_id,"
        " declared_on = assay_today(organization_id)",
        case.measure_id,
        premise,
    )


def test_number_names_and_days_are_the_databases_own(case, raw):
    premise, number, by = stated(raw, case)

    assert (number, by) == (1, case.id_of("owner"))
    assert voided(raw, case, premise) == (case.id_of("sponsor"), True)


@pytest.mark.guards("trigger:governance_premise.guard")
@pytest.mark.parametrize("by", ["sponsor", "executive"])
def test_only_owner_and_lead_state_a_premise(case, raw, by):
    with refused(raw, "GV095", "not_who_states_the_premise"):
        stated(raw, case, by)


@pytest.mark.guards("trigger:governance_premisevoid.guard")
@pytest.mark.parametrize("by", ["owner", "executive", "administrator"])
def test_only_sponsor_controller_and_lead_declare_it_void(case, raw, by):
    premise, *_ = stated(raw, case)

    with refused(raw, "GV095", "not_who_voids_the_premise"):
        voided(raw, case, premise, by)


def test_only_the_premise_that_counts_is_declared_void_and_once(case, raw):
    first, *_ = stated(raw, case)
    second, *_ = stated(raw, case)

    with refused(raw, "GV095", "premise_not_current"):
        voided(raw, case, first)
    voided(raw, case, second)
    raw.commit()
    with refused(raw, "23505"):
        voided(raw, case, second, "lead")


def test_nothing_is_said_of_a_measure_that_has_ended(case, raw):
    premise, *_ = stated(raw, case)
    lifecycle.cancel(
        actor=case.actor("sponsor"),
        measure_id=case.measure_id,
        reason_code="budget",
        reason="No money.",
        ending=Ending(lessons="Ask sooner."),
    )

    with refused(raw, "GV003", "measure_has_ended"):
        voided(raw, case, premise)
    with refused(raw, "GV003", "measure_has_ended"):
        stated(raw, case)
