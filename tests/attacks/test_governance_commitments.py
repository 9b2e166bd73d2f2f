"""What a raw session tries with what was decided once: rid of it, forge it, plan it anew alone."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import enter, lifecycle, made, move, only, refused
from tests.factories.forced import a_costly_measure, a_forced_decision, cost_line
from tests.factories.governance import a_measure
from tests.factories.rollbacks import plan, rolled_back


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


@pytest.fixture
def raw(app_connection):
    return app_connection()


def test_a_commitment_is_kept_by_the_database_alone(case, raw):
    enter(raw, case.actor("owner"))

    with refused(raw, "GV026", "written_by_the_database"):
        raw.execute(
            "INSERT INTO measures_commitment (organization_id, measure_id, number, document)"
            " VALUES (assay_organization(), %s, 1, '{}')",
            [case.measure_id],
        )


def test_a_commitment_is_exactly_what_was_decided(case, raw):
    before = plan(case)
    rolled_back(case, Stage.DETAILED)
    enter(raw, case.actor("owner"))

    kept = only(
        raw,
        "SELECT document -> 'lines' -> 0 -> 'series' FROM measures_commitment"
        " WHERE measure_id = %s AND number = 1",
        case.measure_id,
    )[0]

    assert sorted(kept) == sorted([series, "", 2026, *figures] for _, series, _, *figures in before)


@pytest.mark.parametrize("change", ["removed_on = '2026-07-08'", "nature = 'running'"])
def test_a_line_that_was_decided_stays(case, raw, change):
    rolled_back(case, Stage.DETAILED)
    enter(raw, case.actor("owner"))

    with refused(raw, "GV088", "committed_line_stays"):
        raw.execute(
            f"UPDATE measures_line SET {change}, version = version + 1 WHERE id = %s",
            [case.line_id],
        )


def test_the_day_of_decided_is_kept(case, raw):
    day = case.measure().decided_on
    rolled_back(case, Stage.DEFINED)

    assert (day is not None, case.measure().decided_on) == (True, day)


def test_a_measure_that_was_decided_keeps_its_people(case, raw):
    rolled_back(case, Stage.DEFINED)
    enter(raw, case.actor("lead"))

    with refused(raw, "23514"):
        raw.execute(
            "UPDATE measures_measure SET controller_id = NULL, version = version + 1 WHERE id = %s",
            [case.measure_id],
        )


def test_what_was_decided_is_no_proposal_to_be_rejected(case, raw):
    rolled_back(case, Stage.DEFINED)
    enter(raw, case.actor("lead"))

    with refused(raw, "GV014", "lifecycle_not_now"):
        lifecycle(raw, case.measure_id, "reject")


def test_new_spend_is_stopped_from_the_roll_back_on(db, clock_at, raw):
    subject = a_costly_measure(clock_at)
    rolled_back(subject, Stage.DETAILED)
    clock_at(2026, 8, 3, 9)
    enter(raw, subject.actor("owner"))

    with refused(raw, "GV069", "spend_is_frozen"):
        raw.execute(
            "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year,"
            " period, amount, is_final, note, state, decision_reason)"
            " VALUES (assay_organization(), %s, %s, 2026, 8, 1, false, '', 'submitted', '')",
            [cost_line(subject), subject.measure_id],
        )


# --- Planning anew --------------------------------------------------------------------------------


def answered(raw, asked):
    return made(
        raw,
        "INSERT INTO governance_forcedanswer (organization_id, forced_id, outcome, text, until,"
        " decided_by_id, decided_in) VALUES (assay_organization(), %s, 'replan', 'Anew.',"
        " assay_today(assay_organization()) + 30, 1, 1) RETURNING id",
        asked.pk,
    )


def test_a_forced_decision_answered_by_a_new_plan_leads_to_detailed_alone(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, subject.actor("sponsor"))
    answered(raw, asked)
    with refused(raw, "GV010", "stage_needs_a_roll_back"):
        move(raw, subject.measure_id, 1)
    enter(raw, subject.actor("sponsor"))
    answered(raw, asked)
    move(raw, subject.measure_id, 2)
    raw.commit()

    assert subject.measure().stage == Stage.DETAILED


def test_an_answer_of_another_day_moves_nothing(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, subject.actor("sponsor"))
    answered(raw, asked)
    raw.commit()
    enter(raw, subject.actor("sponsor"))

    with refused(raw, "GV010", "stage_needs_a_roll_back"):
        move(raw, subject.measure_id, 2)
