"""What a raw session of role app tries on escalations, beside the lawful step."""

import threading

import psycopg
import pytest

from accounts.rules.roles import Role
from hierarchy.rules.levels import Level
from steering.rules.levels import DECIDES, LADDER
from tests.attacks.session import enter, only, refused
from tests.factories.steering import a_measure_left_alone, decisions, escalations, looked_at

DECIDE = """
INSERT INTO steering_escalationdecision (organization_id, escalation_id, outcome, text, level,
                                         expires_on, effects, decided_by_id, decided_in)
VALUES (assay_organization(), %s, %s, 'Because.', 4, '2027-01-20', '{}', 1, 1)
RETURNING decided_by_id, level
"""
CLOSE = "UPDATE steering_escalation SET state = %s, version = version + 1 WHERE id = %s"
OPEN = """
INSERT INTO steering_escalation (organization_id, measure_id, node_id, rule, severity, level, since,
  facts, repeats, currency, decider_role, level_since, due_on, state, opened_at, version)
SELECT organization_id, measure_id, node_id, 'T2', severity, %s, since, facts, %s, '',
       decider_role, level_since, due_on, %s, '2020-01-01', 1
  FROM steering_escalation WHERE id = %s RETURNING opened_at > '2026-01-01'
"""


@pytest.fixture
def alone(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    return subject


@pytest.fixture
def late(alone):
    return escalations(alone)["T1"].pk


def test_the_ladder_in_the_database_is_that_of_the_rules(alone, app_connection):
    raw = enter(app_connection(), alone.actor("lead"))

    rows = raw.execute("SELECT rung, role, seat_levels FROM assay_escalation_ladder()").fetchall()
    outcomes = raw.execute("SELECT role, outcomes FROM assay_escalation_outcomes()").fetchall()

    assert [
        (rung, role, None if levels is None else {Level(each) for each in levels})
        for rung, role, levels in rows
    ] == [
        (number, decider.role.value, set(decider.at) or None)
        for number, rung in enumerate(LADDER)
        for decider in rung.deciders
    ]
    assert {Role(role): set(allowed) for role, allowed in outcomes} == {
        role: {each.value for each in allowed} for role, allowed in DECIDES.items()
    }


def test_the_owner_decides_lawfully_and_the_guard_writes_who_did(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("owner"))

    written = only(raw, DECIDE, late, "adjust")
    raw.execute(CLOSE, ["decided", late])
    raw.commit()

    assert written == (alone.id_of("owner"), 0)
    assert escalations(alone)["T1"].state == "decided"


@pytest.mark.parametrize("state", ["decided", "ended"])
def test_an_escalation_is_not_closed_without_a_decision(alone, late, app_connection, state):
    raw = enter(app_connection(), alone.actor("executive"))

    with refused(raw, "GV031", "escalation_needs_a_decision"):
        raw.execute(CLOSE, [state, late])


def test_a_decision_of_another_transaction_does_not_close_it(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("owner"))
    only(raw, DECIDE, late, "adjust")
    raw.commit()
    enter(raw, alone.actor("owner"))

    with refused(raw, "GV031", "escalation_needs_a_decision"):
        raw.execute(CLOSE, ["decided", late])


@pytest.mark.parametrize("outcome", ["hold", "cancel"])
def test_a_hold_or_cancellation_that_was_not_done_closes_nothing(
    alone, late, app_connection, outcome
):
    raw = enter(app_connection(), alone.actor("sponsor"))
    only(raw, DECIDE, late, outcome)

    with refused(raw, "GV031", "escalation_needs_a_decision"):
        raw.execute(CLOSE, ["decided", late])


@pytest.mark.parametrize(
    ("by", "outcome"),
    [
        ("owner", "accept"),
        ("owner", "hold"),
        ("administrator", "adjust"),
        ("lead", "cancel"),
        ("controller", "cancel"),
        ("controller", "reallocate"),
    ],
)
def test_nobody_decides_what_the_ladder_does_not_give_them(
    alone, late, app_connection, by, outcome
):
    raw = enter(app_connection(), alone.actor(by))

    with refused(raw, "GV035", "not_its_decider"):
        raw.execute(DECIDE, [late, outcome])


def test_the_owner_decides_nothing_above_level_zero(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("lead"))
    raw.execute(
        "UPDATE steering_escalation SET level = 1, version = version + 1 WHERE id = %s", [late]
    )
    raw.commit()
    enter(raw, alone.actor("owner"))

    with refused(raw, "GV035", "not_its_decider"):
        raw.execute(DECIDE, [late, "adjust"])


def test_nobody_decides_in_the_name_of_nobody(alone, late, app_connection):
    raw = app_connection()
    raw.execute(
        "SELECT set_config('app.organization', %s, true), set_config('app.actor', '', true)",
        [str(alone.organization.id)],
    )

    with refused(raw, "GV028", "a_person_acts"):
        raw.execute(DECIDE, [late, "adjust"])


@pytest.mark.parametrize(
    ("change", "sqlstate", "code"),
    [
        ("level = level - 1", "GV033", "escalation_only_climbs"),
        ("due_on = due_on + 30", "GV033", "escalation_only_climbs"),
        ("repeats = repeats - 1", "GV033", "escalation_only_climbs"),
        ("since = since - 1", "GV032", "escalation_is_fixed"),
        ("rule = 'T2'", "GV032", "escalation_is_fixed"),
        ("opened_at = opened_at - interval '1 day'", "GV032", "escalation_is_fixed"),
        ("back_in_band_on = assay_today(organization_id)", "GV032", "escalation_is_fixed"),
    ],
)
def test_an_escalation_is_not_rewritten(alone, late, app_connection, change, sqlstate, code):
    raw = enter(app_connection(), alone.actor("executive"))

    with refused(raw, sqlstate, code):
        raw.execute(
            f"UPDATE steering_escalation SET {change}, version = version + 1 WHERE id = %s", [late]
        )


def test_a_version_is_not_kept_or_skipped(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("executive"))

    with refused(raw, "GV002", "stale_version"):
        raw.execute("UPDATE steering_escalation SET repeats = 1 WHERE id = %s", [late])


def test_an_escalation_is_not_deleted(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("executive"))

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("DELETE FROM steering_escalation WHERE id = %s", [late])


def test_a_decision_is_not_rewritten(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("owner"))
    only(raw, DECIDE, late, "adjust")
    raw.execute(CLOSE, ["decided", late])
    raw.commit()
    enter(raw, alone.actor("owner"))

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("UPDATE steering_escalationdecision SET text = 'Other.'")


def test_an_escalation_begins_open_at_the_time_it_begins(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("lead"))

    assert only(raw, OPEN, 2, 0, "open", late) == (True,)
    raw.commit()


@pytest.mark.parametrize(("repeats", "state"), [(0, "decided"), (0, "ended"), (3, "open")])
def test_no_escalation_begins_settled(alone, late, app_connection, repeats, state):
    raw = enter(app_connection(), alone.actor("lead"))

    with refused(raw, "GV030", "escalation_begins_open"):
        raw.execute(OPEN, [2, repeats, state, late])


def test_a_rule_has_one_open_escalation(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("lead"))
    only(raw, OPEN, 2, 0, "open", late)

    with pytest.raises(psycopg.errors.UniqueViolation):
        raw.execute(OPEN, [2, 0, "open", late])


def test_of_two_who_decide_at_once_one_is_told_that_it_is_decided(alone, late, app_connection):
    first, second = app_connection(), app_connection()
    enter(first, alone.actor("owner"))
    enter(second, alone.actor("sponsor"))
    only(first, DECIDE, late, "adjust")
    told = []

    def other() -> None:
        with pytest.raises(psycopg.Error) as caught:
            second.execute(DECIDE, [late, "accept"])
        told.append(caught.value.diag.message_detail)

    waiting = threading.Thread(target=other)
    waiting.start()
    first.execute(CLOSE, ["decided", late])
    first.commit()
    waiting.join(timeout=20)

    assert told == ["escalation_decided"]
    assert [each.outcome for each in decisions(alone)] == ["adjust"]


def test_a_decision_is_looked_at_again_after_today(alone, late, app_connection):
    raw = enter(app_connection(), alone.actor("owner"))

    with refused(raw, "GV036", "expiry_after_today"):
        raw.execute(
            DECIDE.replace("'2027-01-20'", "assay_today(assay_organization())"), [late, "adjust"]
        )


@pytest.mark.parametrize("day", ["assay_today(organization_id) - 1", "'2030-01-01'", "NULL"])
def test_a_decided_escalation_is_back_in_band_today_and_once(alone, late, app_connection, day):
    raw = enter(app_connection(), alone.actor("owner"))
    only(raw, DECIDE, late, "adjust")
    raw.execute(CLOSE, ["decided", late])
    raw.commit()
    back = "UPDATE steering_escalation SET back_in_band_on = {}, version = version + 1"
    enter(raw, alone.actor("lead"))

    with refused(raw, "GV032", "escalation_is_fixed"):
        raw.execute(back.format(day))
    enter(raw, alone.actor("lead"))
    raw.execute(f"{back} WHERE id = %s".format("assay_today(organization_id)"), [late])
    raw.commit()
    enter(raw, alone.actor("lead"))
    with refused(raw, "GV032", "escalation_is_fixed"):
        raw.execute(back.format("assay_today(organization_id)"))
