"""What the database refuses of measures to a raw session of role app, beside what it lets pass."""

import pytest

from measures.rules.lines import Series
from tests.attacks.session import enter, refused
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure

SERIES = (
    "INSERT INTO measures_seriesversion (organization_id, line_id, split, series, fiscal_year,"
    " version, p04, is_seeded) VALUES (assay_organization(), %s, '', %s, %s, %s, %s, false)"
)
CLAIM = (
    "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year, period,"
    " amount, is_final, note, state, decision_reason, claimed_by_id)"
    " VALUES (assay_organization(), %s, %s, %s, %s, 900000, false, '', %s, '', %s) RETURNING id"
)
DECIDE = "UPDATE measures_actualclaim SET state = %s, decided_by_id = %s WHERE id = %s"


@pytest.fixture
def decided(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


@pytest.fixture
def planned(clock_at):
    clock_at(YEAR, 1, 12)
    return a_planned_measure()


def claim(raw, subject, *, state="submitted", claimed_by=None):
    row = raw.execute(
        CLAIM, [subject.line_id, subject.measure_id, YEAR, 4, state, claimed_by]
    ).fetchone()
    return row[0]


def test_a_frozen_plan_takes_no_further_version_and_an_open_one_does(app_connection, decided):
    raw = app_connection()
    planned = a_planned_measure()

    for series in ("plan", "baseline"):
        enter(raw, decided.actor("owner"))
        with refused(raw, "GV004", "plan_is_frozen"):
            raw.execute(SERIES, [decided.line_id, series, YEAR, 2, 1])

    enter(raw, planned.actor("owner"))
    raw.execute(SERIES, [planned.line_id, "plan", YEAR, 2, 1])
    raw.commit()
    assert planned.row(Series.PLAN)[3] == 1


def test_a_version_is_neither_skipped_nor_written_again_nor_changed(app_connection, planned):
    raw = app_connection()

    for version in (1, 3):
        enter(raw, planned.actor("owner"))
        with refused(raw, "GV002", "stale_version"):
            raw.execute(SERIES, [planned.line_id, "plan", YEAR, version, 1])
    for statement in (
        "UPDATE measures_seriesversion SET p04 = 1 WHERE line_id = %s",
        "DELETE FROM measures_seriesversion WHERE line_id = %s",
    ):
        enter(raw, planned.actor("owner"))
        with refused(raw, "42501"):
            raw.execute(statement, [planned.line_id])


@pytest.mark.parametrize("figure", [10**13, -(10**13), 2**63 - 1])
def test_a_figure_beyond_the_range_is_refused(app_connection, planned, figure):
    raw = enter(app_connection(), planned.actor("owner"))

    with refused(raw, "23514"):
        raw.execute(SERIES, [planned.line_id, "plan", YEAR, 2, figure])


@pytest.mark.parametrize("figure", ["NaN", "Infinity"])
def test_no_figure_is_not_a_number(app_connection, planned, figure):
    raw = enter(app_connection(), planned.actor("owner"))

    with refused(raw, "22P02"):
        raw.execute(
            SERIES.replace("%s, false", f"'{figure}', false"),
            [planned.line_id, "plan", YEAR, 2],
        )


def test_an_actual_comes_from_an_approved_claim_and_from_nowhere_else(app_connection, decided):
    raw = enter(app_connection(), decided.actor("controller"))

    with refused(raw, "GV006", "actual_only_from_claim"):
        raw.execute(SERIES, [decided.line_id, "actual", YEAR, 1, 900000])

    made = decided.claim(4, 9000)
    enter(raw, decided.actor("controller"))
    raw.execute(DECIDE, ["approved", None, made.pk])
    raw.commit()
    assert decided.row(Series.ACTUAL)[3] == 9_000_00


def test_a_forecast_opens_at_decided(app_connection, planned):
    raw = enter(app_connection(), planned.actor("owner"))

    with refused(raw, "GV006", "forecast_not_open"):
        raw.execute(SERIES, [planned.line_id, "forecast", YEAR, 1, 1])


def test_a_claim_begins_submitted_in_the_name_of_who_acts(app_connection, decided):
    raw = enter(app_connection(), decided.actor("owner"))
    with refused(raw, "GV006", "claim_begins_submitted"):
        claim(raw, decided, state="approved")

    enter(raw, decided.actor("owner"))
    claim_id = claim(raw, decided, claimed_by=decided.id_of("sponsor"))
    row = raw.execute(
        "SELECT claimed_by_id FROM measures_actualclaim WHERE id = %s", [claim_id]
    ).fetchone()

    assert row == (decided.id_of("owner"),)


def test_only_the_controller_decides_whatever_name_is_written(app_connection, decided):
    made = decided.claim(4, 9000)
    raw = app_connection()

    for role in ("owner", "sponsor", "lead", "administrator"):
        enter(raw, decided.actor(role))
        with refused(raw, "GV007", "only_the_controller"):
            raw.execute(DECIDE, ["approved", decided.id_of("controller"), made.pk])


def test_nobody_decides_their_own_claim(app_connection, decided):
    raw = enter(app_connection(), decided.actor("controller"))
    claim_id = claim(raw, decided)
    raw.commit()

    enter(raw, decided.actor("controller"))
    with refused(raw, "GV007", "own_claim"):
        raw.execute(DECIDE, ["approved", None, claim_id])


def test_a_claim_is_not_rewritten_nor_decided_twice(app_connection, decided):
    made = decided.claim(4, 9000)
    raw = enter(app_connection(), decided.actor("owner"))
    with refused(raw, "GV004", "claim_is_fixed"):
        raw.execute("UPDATE measures_actualclaim SET amount = 1 WHERE id = %s", [made.pk])

    decided.approve(made)

    enter(raw, decided.actor("controller"))
    with refused(raw, "GV004", "claim_is_fixed"):
        raw.execute(DECIDE, ["rejected", None, made.pk])


def test_two_of_the_three_people_are_never_one(app_connection, planned):
    raw = enter(app_connection(), planned.actor("lead"))

    with refused(raw, "23514"):
        raw.execute(
            "UPDATE measures_measure SET controller_id = owner_id, version = version + 1"
            " WHERE id = %s",
            [planned.measure_id],
        )


def test_the_day_of_decided_is_the_databases_own(app_connection, decided):
    raw = enter(app_connection(), decided.actor("owner"))

    raw.execute(
        "UPDATE measures_measure SET decided_on = '2020-01-01', version = version + 1"
        " WHERE id = %s",
        [decided.measure_id],
    )
    row = raw.execute(
        "SELECT decided_on::text FROM measures_measure WHERE id = %s", [decided.measure_id]
    ).fetchone()

    assert row == (f"{YEAR}-01-12",)


def test_a_measure_is_taken_over_when_it_is_made_or_never(app_connection, decided):
    raw = enter(app_connection(), decided.actor("administrator"))

    with refused(raw, "GV006", "taken_over_at_creation"):
        raw.execute(
            "UPDATE measures_measure SET taken_over_on = '2020-01-01', version = version + 1"
            " WHERE id = %s",
            [decided.measure_id],
        )


def test_a_milestone_is_completed_today_and_on_no_other_day(app_connection, decided):
    raw = app_connection()
    statement = (
        "UPDATE measures_milestone SET actual_end = %s, version = version + 1"
        " WHERE measure_id = %s RETURNING actual_end::text"
    )

    for day in ("2026-05-03", "2026-05-05"):
        enter(raw, decided.actor("owner"))
        with refused(raw, "GV006", "no_back_dating"):
            raw.execute(statement, [day, decided.measure_id])

    enter(raw, decided.actor("owner"))
    assert raw.execute(statement, ["2026-05-04", decided.measure_id]).fetchone() == ("2026-05-04",)


def test_a_planned_end_and_imported_dates_stay_what_they_were(app_connection, decided):
    raw = app_connection()

    enter(raw, decided.actor("owner"))
    with refused(raw, "GV004", "plan_is_frozen"):
        raw.execute(
            "UPDATE measures_milestone SET plan_end = '2027-01-01', version = version + 1"
            " WHERE measure_id = %s",
            [decided.measure_id],
        )
    enter(raw, decided.actor("owner"))
    with refused(raw, "GV006", "imported_only_at_take_over"):
        raw.execute(
            "INSERT INTO measures_milestone (organization_id, measure_id, name, plan_end,"
            " actual_end, is_mandatory, is_critical, weight, is_imported, added_after_freeze,"
            " version) VALUES (assay_organization(), %s, 'Imported', '2026-01-01', '2026-01-01',"
            " true, false, 1, true, false, 1)",
            [decided.measure_id],
        )


def test_a_line_is_frozen_with_its_plan(app_connection, decided):
    raw = enter(app_connection(), decided.actor("owner"))

    with refused(raw, "GV004", "plan_is_frozen"):
        raw.execute(
            "UPDATE measures_line SET full_effect_on = '2026-05-01', version = version + 1"
            " WHERE id = %s",
            [decided.line_id],
        )


def test_nothing_of_another_organization_is_seen_or_written(app_connection, decided, planned):
    raw = enter(app_connection(), planned.actor("administrator"))

    seen = raw.execute(
        "SELECT count(*) FROM measures_line WHERE id = %s", [decided.line_id]
    ).fetchone()

    assert seen == (0,)
    with refused(raw, "GV005", "not_found"):
        raw.execute(SERIES, [decided.line_id, "plan", YEAR, 2, 1])
