"""The database's own tables of the rules say what governance.rules and accounts.rules say."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.rules.duties import NEVER, Act
from accounts.rules.numbers import NUMBERS
from accounts.rules.roles import GRANTS, Permission
from config.documents import pages
from governance.rules import describe
from governance.rules.default_scheme import DOCUMENT
from governance.rules.gates import ACTS
from governance.rules.holds import BY_NAME, BY_SEAT, TRANSITIONS, Move
from measures.rules.calendar import FiscalCalendar, Month
from measures.rules.working_days import MONDAY_TO_FRIDAY
from tests.factories.organizations import an_organization

SUBMITTED_AS = {
    "submit": Permission.SUBMIT_GATE,
    "hold": Permission.HOLD,
    "resume": Permission.RESUME,
    "extend": Permission.EXTEND_HOLD,
    "cancel": Permission.CANCEL,
    "restore": Permission.RESTORE,
    "reject": Permission.REJECT_PROPOSAL,
    "take_over": Permission.TAKE_OVER,
    "countersign_shortfall": Permission.COUNTERSIGN_SHORTFALL,
    "approve_shortfall": Permission.APPROVE_SHORTFALL,
    "reopen": Permission.REOPEN,
    "roll_back": Permission.ROLL_BACK,
    "check_sustainment": Permission.CHECK_SUSTAINMENT,
    "state_line": Permission.ATTACH_EVIDENCE,
}
GUARDED_ACTS = (
    Act.VOTE_IDENTIFIED,
    Act.VOTE_DETAILED,
    Act.VOTE_DECIDED,
    Act.VOTE_IMPLEMENTED,
    Act.CONFIRM_CLOSURE,
    Act.COUNTERSIGN_SHORTFALL,
    Act.APPROVE_SHORTFALL,
    Act.REOPEN,
    Act.ROLL_BACK,
    Act.CHECK_SUSTAINMENT,
    Act.HOLD,
    Act.RESUME,
    Act.EXTEND,
    Act.CANCEL,
    Act.RESTORE,
)


@pytest.fixture
def said(superuser_connection):
    return lambda query: superuser_connection.execute(query).fetchall()


def test_the_database_founds_with_the_default_scheme_of_the_rules(said):
    assert said("SELECT assay_default_scheme()") == [(DOCUMENT,)]


def test_the_database_knows_the_duty_of_deciding_each_gate(said):
    acts = {stage.value: act.name.lower() for stage, act in ACTS.items()}

    assert {stage: said(f"SELECT assay_vote_act({stage})")[0][0] for stage in range(6)} == acts


def test_the_database_keeps_apart_what_the_duties_keep_apart(said):
    found = {act: set(roles) for act, roles in said("SELECT act, roles FROM assay_kept_apart()")}

    assert found == {act.name.lower(): {role.value for role in NEVER[act]} for act in GUARDED_ACTS}


def test_the_database_grants_what_the_roles_grant(said):
    found = {
        act: (set(seats), set(named))
        for act, seats, named in said("SELECT act, seats, named FROM assay_granted()")
    }
    by_permission = {grant.permission: grant for grant in GRANTS}

    assert found == {
        act: (
            {role.value for role in by_permission[permission].seats},
            {role.value for role in by_permission[permission].named},
        )
        for act, permission in SUBMITTED_AS.items()
    }


def test_the_database_knows_the_moves_of_the_lifecycle(said):
    wanted = {
        (move.value, leads_from.value, row.leads_to.value, max(row.stages).value)
        for move, row in TRANSITIONS.items()
        if move is not Move.CLOSE
        for leads_from in row.leads_from
    }

    found = said("SELECT act, leads_from, leads_to, last_stage FROM assay_lifecycle_moves()")

    assert set(found) == wanted


def test_the_database_ranks_people_as_the_rules_do(said):
    wanted = {
        *((role.value, tuple(sorted(levels)), rank.value) for role, levels, rank in BY_SEAT),
        *((role.value, None, rank.value) for role, rank in BY_NAME.items()),
    }

    found = {
        (role, None if levels is None else tuple(sorted(levels)), rank)
        for role, levels, rank in said("SELECT role, seat_levels, rank FROM assay_ranks()")
    }

    assert found == wanted


@pytest.mark.parametrize(("key", "function"), [
    ("hold_days", "assay_refuse_hold"),
    ("restore_days", "assay_cancelled_measure"),
])  # fmt: skip
def test_the_database_knows_the_same_default_of_a_number(said, key, function):
    ((source,),) = said(f"SELECT prosrc FROM pg_proc WHERE proname = '{function}'")

    assert f"'{key}', {NUMBERS[key].default})" in source


def test_the_database_knows_the_numbers_that_nobody_switches_off(said):
    wanted = {
        (key, Decimal(row.default), Decimal(row.lower), Decimal(row.upper))
        for key, row in NUMBERS.items()
        if row.cyclic
    }

    assert set(said("SELECT key, ours, lower, upper FROM assay_forced_limits()")) == wanted


@pytest.mark.parametrize("count", [1, 4, 5, 6, 20, 60])
def test_the_database_counts_working_days_as_the_calendar_does(said, count):
    days = [date(2026, 7, 1) + timedelta(days=each) for each in range(7)]

    for day in days:
        ((found,),) = said(f"SELECT assay_working_day_after('{day}', {count})")
        assert found == MONDAY_TO_FRIDAY.after(day, count)


@pytest.mark.parametrize("start", [1, 4, 7, 12])
def test_the_database_begins_a_fiscal_month_where_the_calendar_does(said, db, start):
    organization = an_organization(fiscal_start_month=start)
    calendar = FiscalCalendar(start)
    periods = [(2026, each) for each in range(1, 13)]

    found = [
        said(f"SELECT assay_month_begins({organization.id}, {year}, {period})")
        for year, period in periods
    ]

    assert found == [[(calendar.first_day(Month(*each)),)] for each in periods]


def test_the_page_of_gates_is_what_the_gate_table_says():
    page = next(path for path in pages() if path.name == "gates.md")

    assert page.read_text() == describe.as_markdown()


def test_the_command_prints_the_same_page():
    said = StringIO()

    call_command("describe_gates", stdout=said)

    assert said.getvalue() == describe.as_markdown()
