"""What a raw session of role app tries on the calendar and on periods that are locked."""

import pytest

from measures.rules.calendar import Month
from measures.services import closing
from tests.attacks.session import enter, refused
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization

PATTERN = (
    "INSERT INTO measures_calendarpattern"
    " (organization_id, version, from_year, kind, last_weekday, year_end, reason)"
    " VALUES (assay_organization(), 1, %s, '4-4-5', 7, 'last', 'ours')"
)
HOLIDAY = (
    "INSERT INTO measures_holiday (organization_id, day, name)"
    " VALUES (assay_organization(), assay_today(assay_organization()) + %s, 'A day off')"
)
CLOSE = (
    "INSERT INTO measures_periodclose"
    " (organization_id, fiscal_year, period, version, state, open_until, reason)"
    " VALUES (assay_organization(), %s, %s, 1, %s,"
    " assay_today(assay_organization()) + %s::integer, 'why')"
)
CLAIM = (
    "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year, period,"
    " amount, is_final, note, state, decision_reason)"
    " VALUES (assay_organization(), %s, %s, %s, %s, 1, false, '', 'submitted', '')"
)


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 5, 4)
    return an_organization()


@pytest.mark.parametrize("role", ["controller", "lead"])
@pytest.mark.parametrize("statement", [PATTERN, HOLIDAY], ids=["pattern", "holiday"])
def test_who_is_no_administrator_keeps_no_calendar(organization, app_connection, role, statement):
    raw = enter(app_connection(), organization.actor(role))

    with refused(raw, "GV103", "not_an_administrator"):
        raw.execute(statement, [YEAR + 1])


def test_a_year_with_figures_that_has_begun_is_not_cut_anew(subject, app_connection):
    raw = enter(app_connection(), subject.actor("administrator"))

    with refused(raw, "GV100", "calendar_has_begun"):
        raw.execute(PATTERN, [YEAR])


def test_a_day_that_has_come_is_not_made_a_holiday(organization, app_connection):
    raw = enter(app_connection(), organization.actor("administrator"))

    with refused(raw, "GV101", "holiday_has_passed"):
        raw.execute(HOLIDAY, [0])


@pytest.mark.parametrize("change", ["day = day + 1", "name = 'Other'", "recorded_at = now()"])
def test_a_holiday_is_taken_back_and_not_rewritten(organization, app_connection, change):
    raw = enter(app_connection(), organization.actor("administrator"))
    raw.execute(HOLIDAY, [3])

    with refused(raw, "GV101", "holiday_is_fixed"):
        raw.execute(f"UPDATE measures_holiday SET {change}")


@pytest.mark.parametrize(
    ("period", "state", "until"),
    [(4, "locked", None), (5, "claiming", None), (3, "reopened", 1)],
    ids=["too early", "while it runs", "opens nothing"],
)
def test_the_clock_records_only_what_the_calendar_says(
    subject, app_connection, period, state, until
):
    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(subject.organization.id)])

    with refused(raw, "GV102", "clock_says_otherwise"):
        raw.execute(CLOSE, [YEAR, period, state, until])


@pytest.mark.parametrize("role", ["administrator", "lead", "owner"])
def test_nobody_but_the_lead_controller_closes(subject, app_connection, role):
    raw = enter(app_connection(), subject.actor(role))

    with refused(raw, "GV103", "only_the_lead_controller"):
        raw.execute(CLOSE, [YEAR, 4, "locked", None])


@pytest.mark.parametrize(
    ("period", "state", "until"),
    [(5, "locked", None), (3, "locked", None), (4, "reopened", 1), (4, "approving", None)],
    ids=["runs", "is locked", "is not locked", "no step of hers"],
)
def test_a_controller_closes_only_what_stands_so(subject, app_connection, period, state, until):
    raw = enter(app_connection(), subject.actor("controller"))

    with refused(raw, "GV104", "period_not_now"):
        raw.execute(CLOSE, [YEAR, period, state, until])


@pytest.mark.parametrize(
    ("year", "period", "until"),
    [(YEAR, 3, 0), (YEAR, 3, 8), (YEAR - 2, 12, 1)],
    ids=["no day", "too long", "too far back"],
)
def test_a_period_opens_again_within_limits(subject, app_connection, year, period, until):
    raw = enter(app_connection(), subject.actor("controller"))

    with refused(raw, "GV104", "period_reopens_once"):
        raw.execute(CLOSE, [year, period, "reopened", until])


def test_a_period_opens_again_once(subject, app_connection, clock_at):
    day = clock_at(YEAR, 5, 5).date()
    closing.reopen(
        actor=subject.actor("controller"),
        month=Month(YEAR, 3),
        open_until=day.replace(day=6),
        reason="Late.",
    )
    clock_at(YEAR, 5, 7)
    raw = enter(app_connection(), subject.actor("controller"))

    with refused(raw, "GV104", "period_reopens_once"):
        raw.execute(CLOSE, [YEAR, 3, "reopened", 1])


@pytest.mark.guards("trigger:measures_actualclaim.guard_period")
def test_a_locked_period_takes_no_claim_by_any_way(subject, app_connection):
    raw = enter(app_connection(), subject.actor("owner"))

    with refused(raw, "GV105", "period_is_locked"):
        raw.execute(CLAIM, [subject.line_id, subject.measure_id, YEAR, 3])


def test_a_deadline_that_is_put_off_unlocks_nothing(subject, app_connection, clock_at):
    closing.lock(
        actor=subject.actor("controller"), month=Month(YEAR, 4), reason="Closed on day two."
    )
    raw = enter(app_connection(), subject.actor("owner"))

    with refused(raw, "GV105", "period_is_locked"):
        raw.execute(CLAIM, [subject.line_id, subject.measure_id, YEAR, 4])


@pytest.mark.parametrize("table", ["measures_calendarpattern", "measures_periodclose"])
def test_what_was_recorded_of_the_calendar_stays(organization, app_connection, table):
    raw = enter(app_connection(), organization.actor("administrator"))

    with refused(raw, "42501"):
        raw.execute(f"UPDATE {table} SET reason = 'other'")
