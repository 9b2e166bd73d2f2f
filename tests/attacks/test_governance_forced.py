"""Raw sessions of role app against forced decisions: opening, answering, outwaiting, switching off.

The last of these is the one act the system decides itself; every way to borrow it is tried.
"""

import pytest

from core import tenancy
from measures.rules.stage import Stage
from tests.attacks.session import enter, lifecycle, move, only, refused
from tests.attacks.test_governance_races import race
from tests.factories.forced import a_costly_measure, a_forced_decision, forced_on
from tests.factories.governance import a_measure

ROUNDS = 10


@pytest.fixture
def raw(app_connection):
    return app_connection()


def system(subject):
    return tenancy.system(subject.organization.id)


def forced(raw, measure_id, conditions='[{"code": "b", "sentence": "So."}]'):
    """Force a decision by hand, its day in the past and its state over."""
    return only(
        raw,
        "INSERT INTO governance_forceddecision (organization_id, measure_id, state, conditions,"
        " question, options, to_gain, to_spend, spent, currency, decider_role, numbers_version,"
        " opened_on, due_on, opened_at) VALUES (assay_organization(), %s, 'lapsed', %s, 'What?',"
        " '[]', 0, 0, 0, 'EUR', 'sponsor', 0, '2020-01-01', '2020-01-02', '2020-01-01')"
        " RETURNING id, state, due_on > assay_today(assay_organization()), opened_at = assay_now()",
        measure_id,
        conditions,
    )


def answer(raw, forced_id, outcome="replan", days=30):
    return only(
        raw,
        "INSERT INTO governance_forcedanswer (organization_id, forced_id, outcome, text, until,"
        " decided_by_id, decided_in) VALUES (assay_organization(), %s, %s, 'So be it.',"
        " assay_today(assay_organization()) + %s, 1, 1) RETURNING id, decided_by_id",
        forced_id,
        outcome,
        days,
    )


def stop(raw, subject):
    """Hold a measure as nobody, by hand."""
    lifecycle(raw, subject.measure_id, "hold")
    move(raw, subject.measure_id, 3, "on_hold")


# --- opening --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["administrator", "executive", "sponsor", "lead"])
def test_nobody_forces_a_decision(db, clock_at, raw, role):
    subject = a_costly_measure(clock_at)
    enter(raw, subject.actor(role))

    with refused(raw, "GV065", "forced_by_the_rules"):
        forced(raw, subject.measure_id)


def test_the_system_forces_one_that_begins_today_and_waits(db, clock_at, raw):
    subject = a_costly_measure(clock_at)
    enter(raw, system(subject))

    assert forced(raw, subject.measure_id)[1:] == ("open", True, True)


def test_a_forced_decision_names_its_conditions(db, clock_at, raw):
    subject = a_costly_measure(clock_at)
    enter(raw, system(subject))

    with refused(raw, "GV065", "forced_names_conditions"):
        forced(raw, subject.measure_id, "[]")


def test_nothing_is_forced_below_decided(db, raw):
    case = a_measure(Stage.DETAILED)
    enter(raw, tenancy.system(case.organization.id))

    with refused(raw, "GV014", "forced_not_now"):
        forced(raw, case.measure_id)


def test_two_decisions_do_not_wait_on_one_measure(db, clock_at, raw):
    subject, _ = a_forced_decision(clock_at)
    enter(raw, system(subject))

    with refused(raw, "23505"):
        forced(raw, subject.measure_id)


@pytest.mark.parametrize("role", ["administrator", "sponsor", "executive"])
@pytest.mark.parametrize("change", ["state = 'decided'", "due_on = '2099-01-01'"])
def test_a_forced_decision_is_not_changed_by_hand(db, clock_at, raw, role, change):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, subject.actor(role))

    with refused(raw, "42501"):
        raw.execute(f"UPDATE governance_forceddecision SET {change} WHERE id = %s", [asked.pk])


def test_not_even_its_owner_changes_or_deletes_a_forced_decision(
    db, clock_at, superuser_connection
):
    _, asked = a_forced_decision(clock_at)
    raw = superuser_connection

    with refused(raw, "GV026", "written_by_the_database"):
        raw.execute(
            "UPDATE governance_forceddecision SET due_on = '2099-01-01' WHERE id = %s", [asked.pk]
        )
    with refused(raw, "GV001"):
        raw.execute("DELETE FROM governance_forceddecision WHERE id = %s", [asked.pk])


# --- answering ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["lead", "controller"])
def test_who_is_not_asked_does_not_answer(db, clock_at, raw, role):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, subject.actor(role))

    with refused(raw, "GV024", "not_entitled"):
        answer(raw, asked.pk)


def test_an_owner_with_a_seat_above_does_not_answer(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    subject.organization.seat(subject.actor("owner"), "steering")
    enter(raw, subject.actor("owner"))

    with refused(raw, "GV027", "duties_meet"):
        answer(raw, asked.pk)


def test_the_sponsor_does_not_answer_above_the_limit(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at, one_time=50_000)
    enter(raw, subject.actor("sponsor"))

    with refused(raw, "GV024", "not_entitled"):
        answer(raw, asked.pk)


def test_nobody_named_does_not_answer(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, system(subject))

    with refused(raw, "GV028", "a_person_acts"):
        answer(raw, asked.pk)


def test_an_answer_is_given_once_and_in_ones_own_name(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, subject.actor("sponsor"))

    assert answer(raw, asked.pk)[1] == subject.id_of("sponsor")
    with refused(raw, "GV067", "forced_not_open"):
        answer(raw, asked.pk, "hold")


@pytest.mark.parametrize(("days", "code"), [(0, "hold_has_an_end"), (91, "hold_too_long")])
def test_a_re_plan_has_its_end(db, clock_at, raw, days, code):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, subject.actor("sponsor"))

    with refused(raw, "GV014", code):
        answer(raw, asked.pk, days=days)


def test_a_measure_is_not_planned_anew_again_and_again(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    enter(raw, subject.actor("sponsor"))
    answer(raw, asked.pk, days=1)
    raw.commit()
    clock_at(2026, 7, 6, 9)
    enter(raw, system(subject))
    stop(raw, subject)
    raw.commit()
    enter(raw, subject.actor("sponsor"))
    lifecycle(raw, subject.measure_id, "resume")
    move(raw, subject.measure_id, 3, "active")
    raw.commit()
    enter(raw, system(subject))
    again = forced(raw, subject.measure_id)[0]
    raw.commit()
    enter(raw, subject.actor("sponsor"))

    with refused(raw, "GV067", "replanned_lately"):
        answer(raw, again)


# --- the hold that nobody decided -----------------------------------------------------------------


def test_the_system_does_not_hold_what_nothing_forces(db, clock_at, raw):
    subject = a_costly_measure(clock_at)
    enter(raw, system(subject))

    with refused(raw, "GV068", "nothing_lapsed"):
        lifecycle(raw, subject.measure_id, "hold")


def test_the_system_does_not_hold_before_the_time_is_over(db, clock_at, raw):
    subject, _ = a_forced_decision(clock_at)
    clock_at(2026, 7, 9, 20)
    enter(raw, system(subject))

    with refused(raw, "GV068", "nothing_lapsed"):
        lifecycle(raw, subject.measure_id, "hold")


@pytest.mark.parametrize("act", ["cancel", "resume", "extend", "restore", "reject"])
def test_the_system_decides_nothing_but_the_hold(db, clock_at, raw, act):
    subject, _ = a_forced_decision(clock_at)
    clock_at(2026, 7, 10, 9)
    enter(raw, system(subject))

    with refused(raw, "GV028", "a_person_acts"):
        lifecycle(raw, subject.measure_id, act)


@pytest.mark.parametrize(
    ("stage", "state"), [(3, "cancelled"), (4, "active"), (5, "closed"), (4, "on_hold")]
)
def test_the_system_moves_a_measure_nowhere_else(db, clock_at, raw, stage, state):
    subject, _ = a_forced_decision(clock_at)
    clock_at(2026, 7, 10, 9)
    enter(raw, system(subject))
    lifecycle(raw, subject.measure_id, "hold")

    with refused(raw, "GV028", "a_person_acts"):
        move(raw, subject.measure_id, stage, state)


def test_the_system_does_not_move_a_measure_without_its_decision(db, clock_at, raw):
    subject, _ = a_forced_decision(clock_at)
    clock_at(2026, 7, 10, 9)
    enter(raw, system(subject))

    with refused(raw, "GV028", "a_person_acts"):
        move(raw, subject.measure_id, 3, "on_hold")


def test_a_persons_hold_is_not_put_into_effect_by_nobody(db, clock_at, raw):
    subject = a_costly_measure(clock_at)
    enter(raw, subject.actor("sponsor"))
    lifecycle(raw, subject.measure_id, "hold")
    raw.execute("SELECT set_config('app.actor', '', true)")

    with refused(raw, "GV028", "a_person_acts"):
        move(raw, subject.measure_id, 3, "on_hold")


def test_the_system_does_not_hold_in_a_snapshot_of_its_own(db, clock_at, raw):
    subject, _ = a_forced_decision(clock_at)
    clock_at(2026, 7, 10, 9)
    raw.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    raw.execute(
        "SELECT set_config('app.organization', %s, true), set_config('app.actor', '', true)",
        [str(subject.organization.id)],
    )

    with refused(raw, "GV029", "isolation"):
        lifecycle(raw, subject.measure_id, "hold")


@pytest.mark.guards("trigger:governance_lifecycledecision.settle_forced")
def test_once_the_time_is_over_the_system_holds_until_its_own_day(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    clock_at(2026, 7, 10, 9)
    enter(raw, system(subject))

    stop(raw, subject)

    row = only(
        raw,
        "SELECT decided_by_id, forced_id, level, reason_code, expires_on::text"
        " FROM governance_lifecycledecision WHERE measure_id = %s",
        subject.measure_id,
    )
    raw.commit()
    assert row == (None, asked.pk, 0, "value", "2026-08-07")
    assert forced_on(subject)[0].state == "lapsed"


def test_a_person_is_not_the_system(db, clock_at, raw):
    subject, _ = a_forced_decision(clock_at)
    clock_at(2026, 7, 10, 9)
    enter(raw, subject.actor("administrator"))

    with refused(raw, "GV024", "not_entitled"):
        lifecycle(raw, subject.measure_id, "hold")
    enter(raw, subject.actor("sponsor"))
    made = lifecycle(raw, subject.measure_id, "hold")
    assert only(
        raw,
        "SELECT decided_by_id, forced_id FROM governance_lifecycledecision WHERE id = %s",
        made,
    ) == (subject.id_of("sponsor"), None)


def test_of_an_answer_and_the_systems_hold_exactly_one_takes_effect(db, clock_at, app_connection):
    pair = (app_connection(), app_connection())
    seen = []
    for _ in range(ROUNDS):
        subject, asked = a_forced_decision(clock_at)
        clock_at(2026, 7, 10, 9)

        def lapse(raw, subject=subject):
            enter(raw, system(subject))
            stop(raw, subject)

        def replan(raw, subject=subject, asked=asked):
            enter(raw, subject.actor("sponsor"))
            answer(raw, asked.pk)

        outcomes = race(pair, (lapse, replan))
        state = (forced_on(subject)[0].state, subject.measure().lifecycle)
        seen.append((tuple(outcomes), state))

    assert set(seen) <= {
        (("done", "GV067"), ("lapsed", "on_hold")),
        (("GV068", "done"), ("replanning", "active")),
    }
