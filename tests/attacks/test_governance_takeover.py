"""What a raw session tries with the take-over of a running portfolio, beside the lawful one."""

import pytest

from hierarchy.services import tree
from measures.rules.stage import Stage
from tests.attacks.session import enter, move, only, refused
from tests.factories.governance import a_measure

MAKE = """
INSERT INTO measures_measure (organization_id, node_id, description, effect_type, size_unit, stage,
                              lifecycle, version, owner_id, sponsor_id, controller_id)
VALUES (assay_organization(), %s, '', 'hard', '', 0, 'active', 1, %s, %s, %s) RETURNING id
"""
TAKE = """
INSERT INTO governance_takeover (organization_id, measure_id, to_stage, taken_by_id, taken_in,
                                 stage_dates, unmet)
VALUES (assay_organization(), %s, %s, 1, 1, '{"1": "2025-02-01", "3": "2025-06-01"}', '[]')
RETURNING id
"""
CONFIRM = """
INSERT INTO governance_takeoverconfirmation (organization_id, take_over_id, role, confirmed_by_id)
VALUES (assay_organization(), %s, %s, 1) RETURNING confirmed_by_id
"""

SET_DAY = (
    "UPDATE measures_measure SET taken_over_on = '2020-01-01', version = version + 1 WHERE id = %s"
)


def make(raw, case, by="administrator"):
    """Create a second measure on a node of its own in this transaction; return its id."""
    with case.acting("administrator"):
        node = tree.place(case.measure().node.parent, "Taken over", "")
    enter(raw, case.actor(by))
    people = [case.id_of(role) for role in ("owner", "sponsor", "controller")]
    return only(raw, MAKE, node.pk, *people)[0]


def test_an_administrator_takes_a_running_measure_over(db, app_connection):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case)
    only(raw, TAKE, measure_id, 4)
    raw.execute(SET_DAY, [measure_id])

    move(raw, measure_id, 4)
    raw.commit()

    enter(raw, case.actor("lead"))
    passages = raw.execute(
        "SELECT stage, entered_on::text FROM governance_stagepassage WHERE measure_id = %s"
        " AND stage < 4 ORDER BY stage",
        [measure_id],
    ).fetchall()
    assert passages == [(1, "2025-02-01"), (3, "2025-06-01")]
    assert only(raw, "SELECT stage FROM measures_measure WHERE id = %s", measure_id) == (4,)


@pytest.mark.parametrize("by", ["lead", "owner", "executive", "controller"])
def test_nobody_but_an_administrator_takes_over(db, app_connection, by):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case, by=by)

    with refused(raw, "GV024", "not_entitled"):
        raw.execute(TAKE, [measure_id, 3])


def test_nothing_is_taken_over_as_closed(db, app_connection):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case)

    with refused(raw, "GV013", "closing_needs_confirmation"):
        raw.execute(TAKE, [measure_id, 5])


def test_a_measure_that_was_there_before_is_not_taken_over(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("administrator"))

    with refused(raw, "GV025", "take_over_only_at_creation"):
        raw.execute(TAKE, [case.measure_id, 3])


@pytest.mark.parametrize(("to", "stage"), [(2, 3), (4, 3), (3, 5)])
def test_a_take_over_leads_exactly_where_it_says(db, app_connection, to, stage):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case)
    raw.execute(TAKE, [measure_id, to])

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, measure_id, stage, "closed" if stage == 5 else "active")


def test_a_take_over_is_used_in_its_own_transaction_only(db, app_connection):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case)
    raw.execute(TAKE, [measure_id, 3])
    raw.commit()
    enter(raw, case.actor("administrator"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, measure_id, 3)


def test_the_day_of_a_take_over_is_not_written_later(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("administrator"))

    with refused(raw, "GV006", "taken_over_at_creation"):
        raw.execute(SET_DAY, [case.measure_id])


def test_the_day_of_a_take_over_is_not_written_without_one(db, app_connection):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case)

    with refused(raw, "GV025", "take_over_only_at_creation"):
        raw.execute(SET_DAY, [measure_id])


def test_no_measure_begins_as_taken_over(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("administrator"))

    with refused(raw, "GV025", "take_over_only_at_creation"):
        raw.execute(
            "INSERT INTO measures_measure (organization_id, node_id, description, effect_type,"
            " size_unit, stage, lifecycle, version, taken_over_on)"
            " SELECT organization_id, node_id, '', 'hard', '', 0, 'active', 1, '2020-01-01'"
            " FROM measures_measure WHERE id = %s",
            [case.measure_id],
        )


def test_a_take_over_is_confirmed_by_sponsor_and_controller_themselves(db, app_connection):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case)
    taken = only(raw, TAKE, measure_id, int(Stage.DECIDED))[0]
    move(raw, measure_id, 3)
    raw.commit()

    for role in ("sponsor", "controller"):
        enter(raw, case.actor(role))
        assert only(raw, CONFIRM, taken, role) == (case.id_of(role),)
        raw.commit()
    enter(raw, case.actor("administrator"))
    with refused(raw, "GV024", "not_entitled"):
        raw.execute(CONFIRM, [taken, "sponsor"])


def test_nobody_confirms_the_take_over_they_did_themselves(db, app_connection):
    case = a_measure()
    raw = app_connection()
    measure_id = make(raw, case)
    taken = only(raw, TAKE, measure_id, int(Stage.DECIDED))[0]
    move(raw, measure_id, 3)
    raw.commit()
    enter(raw, case.actor("lead"))
    raw.execute(
        "UPDATE measures_measure SET sponsor_id = %s, version = version + 1 WHERE id = %s",
        [case.id_of("administrator"), measure_id],
    )
    raw.commit()
    enter(raw, case.actor("administrator"))

    with refused(raw, "GV017", "own_request"):
        raw.execute(CONFIRM, [taken, "sponsor"])
