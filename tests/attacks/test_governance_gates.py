"""What a raw session of role app tries on gates, beside the lawful step from the same ground."""

import psycopg
import pytest

from core import tenancy
from measures.models import SeriesVersion
from measures.rules.stage import Stage
from tests.attacks.session import decide, enter, move, refused, vote
from tests.factories.governance import (
    YEAR,
    a_measure,
    a_request,
    a_vote,
    decision_row,
    vote_row,
)


def test_a_measure_passes_the_gates_lawfully(db):
    case = a_measure(Stage.IMPLEMENTED)

    assert (case.measure().stage, case.measure().lifecycle) == (4, "active")


@pytest.mark.guards("trigger:measures_measure.record_passage")
def test_the_passages_say_by_which_decision_each_stage_was_entered(db, app_connection):
    case = a_measure(Stage.DECIDED)

    raw = enter(app_connection(), case.actor("lead"))

    rows = raw.execute(
        "SELECT p.stage, d.to_stage FROM governance_stagepassage p"
        " JOIN governance_decision d ON d.id = p.decision_id WHERE p.measure_id = %s ORDER BY 1",
        [case.measure_id],
    ).fetchall()
    assert rows == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(("stage", "lifecycle"), [(2, "active"), (3, "active"), (5, "closed")])
def test_stages_are_not_skipped(db, app_connection, stage, lifecycle):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, stage, lifecycle)


def test_the_next_stage_is_not_entered_without_a_decision(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 1)


def test_no_stage_is_entered_backwards(db, app_connection):
    case = a_measure(Stage.DETAILED)
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_roll_back"):
        move(raw, case.measure_id, 1)


def test_all_measures_at_once_do_not_move(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        raw.execute("UPDATE measures_measure SET stage = stage + 1, version = version + 1")


def test_no_measure_begins_at_a_later_stage(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV006", "measure_begins_at_defined"):
        raw.execute(
            "INSERT INTO measures_measure (organization_id, node_id, description, effect_type,"
            " size_unit, stage, lifecycle, version) SELECT organization_id, node_id, '', 'hard',"
            " '', 4, 'active', 1 FROM measures_measure WHERE id = %s",
            [case.measure_id],
        )


def test_a_second_decision_on_a_request_is_refused(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead")
    decide(raw, asked.pk)

    with refused(raw, "GV020", "request_not_open"):
        decide(raw, asked.pk)


def test_a_stage_and_its_people_do_not_change_in_one_statement(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead")
    decide(raw, asked.pk)

    with refused(raw, "GV011", "stage_moves_alone"):
        raw.execute(
            "UPDATE measures_measure SET stage = 1, owner_id = %s, version = version + 1"
            " WHERE id = %s",
            [case.id_of("steering"), case.measure_id],
        )


def test_a_stage_and_lifecycle_move_together_only_into_closed(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead")
    decide(raw, asked.pk)

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 1, "on_hold")


def test_a_plan_changed_between_decision_and_move_bars_the_move(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")
    with case.acting("controller"):
        vote_row(case, asked, "controller")
        decision_row(case, asked)
    with case.acting("owner"):
        SeriesVersion.objects.create(
            line_id=case.line_id, series="plan", fiscal_year=YEAR, version=2, p04=1
        )
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 3)


def test_a_snapshot_older_than_the_lock_is_refused(db, app_connection):
    case = a_measure()
    raw = app_connection()
    raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    enter(raw, case.actor("lead"))

    with refused(raw, "GV029", "isolation"):
        move(raw, case.measure_id, 1)


def test_nobody_moves_a_stage_without_saying_who(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), tenancy.system(case.organization.id))

    with refused(raw, "GV028", "a_person_acts"):
        move(raw, case.measure_id, 1)
