"""Raw sessions of role app against a frozen spend, and against the numbers and the shadow of it."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import enter, lifecycle, move, only, refused
from tests.factories.forced import a_costly_measure, a_forced_decision
from tests.factories.governance import a_measure


@pytest.fixture
def raw(app_connection):
    return app_connection()


# --- new spend ------------------------------------------------------------------------------------


@pytest.fixture
def frozen(db, clock_at):
    return a_forced_decision(clock_at)[0]


def cost_line(raw, subject):
    return only(
        raw,
        "SELECT id FROM measures_line WHERE measure_id = %s AND nature = 'one_time'",
        subject.measure_id,
    )[0]


def test_no_more_cost_is_forecast_by_hand(frozen, raw):
    enter(raw, frozen.actor("owner"))
    line = cost_line(raw, frozen)

    with refused(raw, "GV069", "spend_is_frozen"):
        raw.execute(
            "INSERT INTO measures_seriesversion (organization_id, line_id, split, series,"
            " fiscal_year, version, is_seeded, p07) VALUES (assay_organization(), %s, '',"
            " 'forecast', 2026, 2, false, 9900000)",
            [line],
        )


def test_no_cost_of_a_later_month_is_claimed_by_hand(frozen, raw, clock_at):
    clock_at(2026, 8, 4, 9)
    enter(raw, frozen.actor("owner"))
    line = cost_line(raw, frozen)

    with refused(raw, "GV069", "spend_is_frozen"):
        raw.execute(
            "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year,"
            " period, amount, is_final, note, state) VALUES (assay_organization(), %s, %s, 2026,"
            " 8, 1, false, '', 'submitted')",
            [line, frozen.measure_id],
        )


def test_no_line_of_cost_is_added_on_hold(db, raw):
    case = a_measure(Stage.DETAILED)
    enter(raw, case.actor("sponsor"))
    lifecycle(raw, case.measure_id, "hold")
    move(raw, case.measure_id, 2, "on_hold")
    raw.commit()
    enter(raw, case.actor("owner"))

    with refused(raw, "GV069", "spend_is_frozen"):
        raw.execute(
            "INSERT INTO measures_line (organization_id, measure_id, name, nature, effect_type,"
            " recurrence, direction, unit, currency, decimals, is_seasonal, is_level, budget_line,"
            " version) VALUES (assay_organization(), %s, 'More', 'one_time', 'hard', 'one_off',"
            " 'less', 'money', 'EUR', 2, false, false, '', 1)",
            [case.measure_id],
        )


# --- switching off --------------------------------------------------------------------------------


def number(raw, actor, key, value, day):
    enter(raw, actor)
    raw.execute(
        "INSERT INTO accounts_numbersetting (organization_id, key, value, version, effective_on,"
        " reason, recorded_by_id) VALUES (assay_organization(), %s, %s, 1, %s, 'So.', %s)",
        [key, value, day, actor.member_id],
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("forced_answer", 100_000),
        ("forced_ratio", 0),
        ("forced_periods", 99),
        ("forced_cancel", 9999),
        ("replan_months", 0),
    ],
)
def test_no_number_is_made_absurd_by_hand(frozen, raw, key, value):
    with refused(raw, "GV064", "forced_number_out_of_limits"):
        number(raw, frozen.actor("administrator"), key, value, "2026-08-01")


def test_a_number_does_not_change_within_its_cycle_by_hand(frozen, raw):
    with refused(raw, "GV064", "forced_number_next_cycle"):
        number(raw, frozen.actor("administrator"), "forced_answer", 10, "2026-07-31")
    with refused(raw, "GV093", "number_needs_two"):
        number(raw, frozen.actor("administrator"), "forced_answer", 10, "2026-08-01")


def shadow(raw, actor):
    enter(raw, actor)
    return only(
        raw,
        "INSERT INTO governance_shadowperiod (organization_id, begins_on, ends_on, reason,"
        " begun_by_id) VALUES (assay_organization(), '2026-01-01', '2099-01-01', 'So.', 1)"
        " RETURNING ends_on - begins_on, begun_by_id",
    )


def test_the_shadow_lasts_sixty_days_and_comes_once(db, clock_at, raw):
    subject = a_costly_measure(clock_at)
    administrator = subject.actor("administrator")

    assert shadow(raw, administrator) == (60, administrator.member_id)
    raw.commit()
    with refused(raw, "23505"):
        shadow(raw, administrator)


@pytest.mark.parametrize("role", ["executive", "lead", "sponsor"])
def test_nobody_else_begins_the_shadow(db, clock_at, raw, role):
    subject = a_costly_measure(clock_at)

    with refused(raw, "GV024", "not_entitled"):
        shadow(raw, subject.actor(role))


def test_the_shadow_does_not_fall_on_what_is_forced_already(frozen, raw):
    with refused(raw, "GV066", "shadow_only_at_the_start"):
        shadow(raw, frozen.actor("administrator"))


def test_the_shadow_is_not_lengthened(db, clock_at, raw):
    subject = a_costly_measure(clock_at)
    shadow(raw, subject.actor("administrator"))
    raw.commit()
    enter(raw, subject.actor("administrator"))

    with refused(raw, "42501"):
        raw.execute("UPDATE governance_shadowperiod SET ends_on = '2099-01-01'")
