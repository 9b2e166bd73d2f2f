"""Closing by hand while an escalation waits above the measure, as a raw session of role app."""

import pytest

from core import tenancy
from measures.rules.stage import Stage
from steering.models import Escalation
from tests.attacks.session import certify, confirm, decide, enter, move, refused, vote
from tests.factories.closing import an_implemented_measure
from tests.factories.governance import YEAR, a_request, today


@pytest.fixture(autouse=True)
def july(clock_at):
    """The eighth of July: April to June are the proof window."""
    clock_at(YEAR, 7, 8, 9)


def escalated(case, level):
    with tenancy.acting(tenancy.system(case.organization.id)):
        day = today(case)
        Escalation.objects.create(
            measure_id=case.measure_id,
            node=case.measure().node,
            rule="T1",
            severity="red",
            level=level,
            since=day,
            facts={},
            decider_id=case.id_of("sponsor"),
            decider_role="sponsor",
            level_since=day,
            due_on=day,
        )


def close(raw, case, asked):
    enter(raw, case.actor("controller"))
    confirm(raw, case.measure_id)
    vote(raw, asked, "controller")
    decide(raw, asked)
    move(raw, case.measure_id, Stage.CLOSED, "closed")


@pytest.mark.parametrize("level", [2, 3, 4])
def test_a_measure_is_not_closed_over_an_escalation_that_waits_above_it(db, app_connection, level):
    case = an_implemented_measure()
    asked = a_request(case)
    escalated(case, level)
    raw = app_connection()

    with refused(raw, "GV037", "open_escalation_bars_closing"):
        close(raw, case, asked.pk)

    assert case.measure().stage == Stage.IMPLEMENTED


def test_a_measure_is_closed_over_an_escalation_that_waits_beside_it(db, app_connection):
    case = an_implemented_measure()
    asked = a_request(case)
    escalated(case, 1)
    raw = app_connection()

    close(raw, case, asked.pk)
    certify(raw, case.measure_id)
    raw.commit()

    assert case.measure().stage == Stage.CLOSED


def test_a_closing_waits_for_an_escalation_that_climbs_and_is_refused(db, app_connection):
    case = an_implemented_measure()
    asked = a_request(case)
    escalated(case, 1)
    climbing, closing = app_connection(), app_connection()
    enter(climbing, tenancy.system(case.organization.id))
    climbing.execute("UPDATE steering_escalation SET level = 2, version = version + 1")
    closing.execute("SET lock_timeout = '300ms'")
    closing.commit()

    with refused(closing, "55P03"):
        close(closing, case, asked.pk)
    climbing.commit()
    with refused(closing, "GV037", "open_escalation_bars_closing"):
        close(closing, case, asked.pk)
