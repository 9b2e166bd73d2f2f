"""Switching the guards off by settings, as a raw session of role app: nothing is switched off."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import decide, enter, move, only, refused, request, vote
from tests.factories.governance import a_measure, a_request

# What a session may set for itself; whatever of it is accepted changes nothing for a guard.
SETTINGS = [
    "SELECT set_config('pgtrigger.ignore', '{measures_measure:guard,*:*}', true)",
    "SELECT set_config('pghistory.context_id', 'x', true)",
    "SET LOCAL search_path = ''",
    "SET LOCAL search_path = pg_temp, pg_catalog",
    "SET LOCAL transform_null_equals = on",
    "SET LOCAL array_nulls = off",
    "SET LOCAL standard_conforming_strings = on",
    "SET LOCAL plpgsql.check_asserts = off",
    "SET LOCAL plpgsql.variable_conflict = 'use_column'",
    "SET LOCAL local_preload_libraries = 'mine'",
    "SET LOCAL plan_cache_mode = force_generic_plan",
    "SET LOCAL client_min_messages = 'error'",
    "SET LOCAL TimeZone = 'Pacific/Kiritimati'",
    "SET LOCAL DateStyle = 'German, DMY'",
    "SET LOCAL IntervalStyle = 'iso_8601'",
    "SET LOCAL extra_float_digits = -15",
    "SET LOCAL enable_indexscan = off",
    "SET CONSTRAINTS ALL DEFERRED",
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_switches_no_guard_off(db, app_connection, setting):
    case, other = a_measure(), a_measure()
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute(setting)

    seen = only(raw, "SELECT count(*) FROM public.measures_measure WHERE id = %s", other.measure_id)
    with refused(raw, "GV010", "stage_needs_a_decision"):
        raw.execute(
            "UPDATE public.measures_measure SET stage = 1, version = version + 1 WHERE id = %s",
            [case.measure_id],
        )

    assert seen == (0,)


@pytest.mark.parametrize(
    "setting", [each for each in SETTINGS if "search_path" not in each and "DEFERRED" not in each]
)
def test_a_setting_makes_no_lawful_step_unlawful(db, app_connection, setting):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute(setting)

    vote(raw, asked.pk, "lead")
    decide(raw, asked.pk)
    move(raw, case.measure_id, 1)
    raw.commit()

    assert case.measure().stage == Stage.IDENTIFIED


@pytest.mark.parametrize(
    "setting",
    [
        "SET session_replication_role = 'replica'",
        "SET LOCAL session_replication_role = 'local'",
        "SELECT set_config('session_replication_role', 'replica', false)",
        "SET track_functions = 'none'",
        "SET ROLE assay_owner",
        "SET LOCAL ROLE assay_audit_owner",
        "SET ROLE assay_ops",
        "SET SESSION AUTHORIZATION assay_owner",
        "SET allow_system_table_mods = on",
        "SET dynamic_library_path = '/tmp'",
        "ALTER ROLE assay_app SET session_replication_role = 'replica'",
        "ALTER DATABASE postgres SET session_replication_role = 'replica'",
        "ALTER FUNCTION assay_guard_stage() SET search_path = pg_temp",
        "UPDATE pg_trigger SET tgenabled = 'D'",
        "UPDATE pg_policy SET polqual = NULL",
        "CREATE SCHEMA AUTHORIZATION assay_app",
        "CREATE TEMP TABLE hierarchy_seat (LIKE public.hierarchy_seat)",
    ],
)
def test_what_would_switch_a_guard_off_is_refused(db, app_connection, setting):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "42501"):
        raw.execute(setting)


def test_a_setting_of_the_whole_server_is_refused(db, app_connection):
    raw = app_connection()
    raw.autocommit = True

    with refused(raw, "42501"):
        raw.execute("ALTER SYSTEM SET session_replication_role = 'replica'")


def test_with_row_security_off_a_table_answers_nothing(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute("SET LOCAL row_security = off")

    for attack in ("SELECT * FROM {}", "UPDATE {} SET version = version + 1"):
        with refused(raw, "42501"):
            raw.execute(attack.format("measures_measure"))
        enter(raw, case.actor("lead"))
        raw.execute("SET LOCAL row_security = off")


@pytest.mark.guards("trigger:audit_history.attribute")
def test_an_organization_forged_in_mid_transaction_hides_no_change(db, app_connection):
    case, other = a_measure(), a_measure()
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute(
        "UPDATE measures_measure SET description = 'Mine.', version = version + 1 WHERE id = %s",
        [case.measure_id],
    )
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(other.organization.id)])
    raw.commit()

    enter(raw, case.actor("lead"))
    noted = only(
        raw,
        "SELECT count(*) FROM audit_event e WHERE e.act = 'unattributed_change' AND EXISTS"
        " (SELECT 1 FROM audit_history h WHERE h.table_name = 'measures_measure'"
        "   AND h.id BETWEEN e.history_from AND e.history_to AND h.row_id = %s"
        "   AND h.after ->> 'description' = 'Mine.')",
        case.measure_id,
    )

    assert noted == (1,)


def test_an_organization_forged_in_mid_transaction_joins_no_rows(db, app_connection):
    case, other = a_measure(), a_measure()
    raw = enter(app_connection(), case.actor("owner"))
    asked = request(raw, case.measure_id, 1)

    enter_on(raw, other.actor("lead"))

    with refused(raw, "GV005", "not_found"):
        vote(raw, asked, "lead", digest="x")


def test_an_actor_of_another_organization_holds_nothing_here(db, app_connection):
    case, other = a_measure(), a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute("SELECT set_config('app.actor', %s, true)", [str(other.id_of("lead"))])

    with refused(raw, "GV018", "not_a_decider"):
        vote(raw, asked.pk, "lead")


@pytest.mark.parametrize("forged", ["", "0", "-1", "999999999"])
def test_an_actor_that_is_nobody_decides_nothing(db, app_connection, forged):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute("SELECT set_config('app.actor', %s, true)", [forged])

    with refused(raw, "GV028" if forged == "" else "GV018"):
        vote(raw, asked.pk, "lead")


@pytest.mark.parametrize("forged", ["1 OR true", "lead", "9" * 30])
def test_an_actor_that_is_no_number_does_nothing(db, app_connection, forged):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute("SELECT set_config('app.actor', %s, true)", [forged])

    with refused(raw, "22003" if forged.isdecimal() else "22P02"):
        move(raw, case.measure_id, 1)


def test_a_clock_cannot_be_set_by_a_setting(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))
    before = only(raw, "SELECT assay_now()")
    for name in ("app.now", "app.clock", "assay.now", "app.shift"):
        raw.execute("SELECT set_config(%s, '2030-01-01', true)", [name])

    assert only(raw, "SELECT assay_now()") == before


def enter_on(raw, actor):
    """Go on in the same transaction with another organization and actor forged."""
    raw.execute(
        "SELECT set_config('app.organization', %s, true), set_config('app.actor', %s, true)",
        [str(actor.organization_id), str(actor.member_id)],
    )
