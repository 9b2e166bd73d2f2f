"""The calendar of an organization, and its periods on their way to the lock."""

from datetime import date
from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from measures.errors import (
    CalendarHasBegun,
    HolidayHasPassed,
    MonthLocked,
    PeriodNotToLock,
    PeriodNotToReopen,
)
from measures.models import PeriodClose
from measures.queries import periods
from measures.rules.calendar import FiscalCalendar, Month, MonthState, PeriodStage, months_of_year
from measures.rules.patterns import CalendarKind, Pattern, YearEnd
from measures.services import calendar, claims, closing
from measures.services.calendar import HolidayDraft
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization

WEEKS = Pattern(YEAR + 1, CalendarKind.WEEKS_445)
APRIL = Month(YEAR, 4)


def ground_of(organization):
    with tenancy.reading(organization.actor("lead")):
        return periods.ground()


def acts_of(organization, kind):
    with tenancy.reading(organization.actor("lead")):
        return list(
            Event.objects.filter(act=kind).order_by("seq").values_list("details", flat=True)
        )


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


def test_an_organization_without_figures_cuts_even_the_running_year(clock_at):
    clock_at(YEAR, 5, 4)
    organization = an_organization()

    calendar.change_pattern(
        actor=organization.actor("administrator"),
        pattern=Pattern(YEAR, CalendarKind.WEEKS_454, 6, YearEnd.NEAREST),
        reason="The calendar of our trade.",
    )

    ground = ground_of(organization)
    assert ground.label(ground.clock().month) == f"P05 {YEAR}"
    assert ground.calendar == FiscalCalendar(
        1, (Pattern(YEAR, CalendarKind.WEEKS_454, 6, YearEnd.NEAREST),)
    )
    assert acts_of(organization, "calendar_changed") == [{"from_year": YEAR, "cut": "4-5-4"}]


def test_a_year_that_has_begun_keeps_the_calendar_its_figures_were_given_by(clock_at):
    clock_at(YEAR, 5, 4)
    subject = a_planned_measure()
    administrator = subject.actor("administrator")

    with pytest.raises(CalendarHasBegun) as refusal:
        calendar.change_pattern(
            actor=administrator, pattern=Pattern(YEAR, CalendarKind.WEEKS_445), reason="Weeks."
        )
    calendar.change_pattern(actor=administrator, pattern=WEEKS, reason="Weeks.")

    assert str(refusal.value).endswith(f"Change it from {YEAR + 1} on.")
    assert ground_of(subject.organization).label(Month(YEAR + 1, 3)) == f"P03 {YEAR + 1}"


@pytest.mark.parametrize("role", ["lead", "controller", "executive"])
def test_only_an_administrator_keeps_the_calendar(db, role):
    organization = an_organization()
    actor = organization.actor(role)

    with pytest.raises(NotAllowed):
        calendar.change_pattern(actor=actor, pattern=WEEKS, reason="Weeks.")
    with pytest.raises(NotAllowed):
        calendar.enter_holidays(actor=actor, drafts=[HolidayDraft(date(2099, 1, 1), "New Year")])


def test_holidays_move_the_days_by_which_claims_and_approvals_are_owed(clock_at):
    clock_at(YEAR, 6, 29)
    organization = an_organization()
    administrator = organization.actor("administrator")
    days = [HolidayDraft(date(YEAR, 7, 1), "Canada Day"), HolidayDraft(date(YEAR, 7, 14), "Fête")]

    made = calendar.enter_holidays(actor=administrator, drafts=days)
    again = calendar.enter_holidays(actor=administrator, drafts=days)
    calendar.take_back_holiday(actor=administrator, day=made[1].day)

    ground = ground_of(organization)
    june = Month(YEAR, 6)
    assert again == []
    assert ground.calendar.claim_deadline(june, 5) == date(YEAR, 7, 8)
    assert ground.calendar.approval_deadline(june, 10) == date(YEAR, 7, 15)
    assert acts_of(organization, "holidays_entered") == [
        {"days": [f"{YEAR}-07-01", f"{YEAR}-07-14"]}
    ]


def test_a_day_that_lies_behind_is_not_made_a_holiday_and_is_named(clock_at):
    clock_at(YEAR, 7, 2)
    organization = an_organization()

    with pytest.raises(HolidayHasPassed, match="2026-07-01, 2026-07-02"):
        calendar.enter_holidays(
            actor=organization.actor("administrator"),
            drafts=[HolidayDraft(date(YEAR, 7, day), f"Day {day}") for day in (3, 2, 1)],
        )


@pytest.mark.parametrize("start", [1, 4, 10])
@pytest.mark.parametrize("kind", list(CalendarKind))
def test_the_database_knows_every_period_as_the_calendar_does(
    clock_at, superuser_connection, start, kind
):
    clock_at(YEAR, 5, 4)
    organization = an_organization(fiscal_start_month=start)
    administrator = organization.actor("administrator")
    for pattern in (
        Pattern(YEAR, kind, 6, YearEnd.NEAREST),
        Pattern(YEAR + 2, CalendarKind.WEEKS_544, 7, YearEnd.LAST),
    ):
        calendar.change_pattern(actor=administrator, pattern=pattern, reason="Ours.")

    found = {
        year: superuser_connection.execute(
            "SELECT first_day, last_day FROM assay_fiscal_periods(%s, %s)", [organization.id, year]
        ).fetchall()
        for year in range(YEAR - 1, YEAR + 8)
    }

    ours = ground_of(organization).calendar
    assert found == {
        year: [(ours.first_day(each), ours.last_day(each)) for each in months_of_year(year)]
        for year in found
    }


def test_the_database_counts_working_days_without_the_holidays(clock_at, superuser_connection):
    clock_at(YEAR, 6, 1)
    organization = an_organization()
    days = [date(YEAR, 7, each) for each in (1, 2, 3, 4, 6, 10, 14)]
    calendar.enter_holidays(
        actor=organization.actor("administrator"),
        drafts=[HolidayDraft(day, "A day off") for day in days],
    )
    working = ground_of(organization).working

    for since in (date(YEAR, 6, 29), date(YEAR, 7, 3), date(YEAR, 7, 9)):
        for count in (1, 3, 10, 60):
            (found,) = superuser_connection.execute(
                "SELECT assay_working_day(%s, %s, %s)", [organization.id, since, count]
            ).fetchone()
            assert found == working.after(since, count)


def stage_in_the_database(connection, organization, month):
    (found,) = connection.execute(
        "SELECT assay_period_stage(%s, %s, %s)", [organization.id, month.fiscal_year, month.period]
    ).fetchone()
    return found


def test_the_clock_records_each_step_of_a_period_once(clock_at, superuser_connection):
    clock_at(YEAR, 4, 20)
    organization = an_organization()
    system = tenancy.system(organization.id)
    stages = []

    for day in (30, 31, 37, 38, 44, 45):
        clock_at(YEAR, 4 if day <= 30 else 5, day if day <= 30 else day - 30, 9)
        taken = closing.advance(actor=system), closing.advance(actor=system)
        stages.append((stage_in_the_database(superuser_connection, organization, APRIL), *taken))

    with tenancy.reading(organization.actor("lead")):
        steps = PeriodClose.objects.filter(fiscal_year=YEAR, period=4).order_by("version")
        assert list(steps.values_list("state", flat=True)) == ["claiming", "approving", "locked"]
    assert stages == [
        ("open", 4, 0),
        ("claiming", 1, 0),
        ("claiming", 0, 0),
        ("approving", 1, 0),
        ("approving", 0, 0),
        ("locked", 1, 0),
    ]


def test_a_period_locked_early_takes_no_new_claim_and_still_the_decision_on_one(subject):
    claim = subject.claim(4, 9000)
    controller = subject.actor("controller")

    closing.lock(actor=controller, month=APRIL, reason="The books are closed on day two.")

    assert ground_of(subject.organization).clock().stage(APRIL) is PeriodStage.LOCKED
    with pytest.raises(MonthLocked, match="Apr 2026 was locked after 4 May 2026"):
        subject.claim(4, 8000)
    subject.approve(claim)
    (approved,) = acts_of(subject.organization, "claim_approved")
    assert approved["is_late"]


def test_a_locked_period_opens_again_once_with_a_reason_and_an_end(subject, clock_at):
    controller = subject.actor("controller")
    clock_at(YEAR, 5, 18)
    with pytest.raises(MonthLocked):
        subject.claim(4, 9000)

    closing.reopen(
        actor=controller, month=APRIL, open_until=date(YEAR, 5, 20), reason="The invoice came late."
    )
    subject.approve(subject.claim(4, 9000))

    clock_at(YEAR, 5, 21)
    assert ground_of(subject.organization).clock().state(APRIL) is MonthState.LOCKED
    assert closing.advance(actor=tenancy.system(subject.organization.id)) > 0
    with pytest.raises(PeriodNotToReopen, match="it was opened again before"):
        closing.reopen(
            actor=controller, month=APRIL, open_until=date(YEAR, 5, 22), reason="Once more."
        )


@pytest.mark.parametrize(
    ("month", "why"),
    [(Month(YEAR, 5), "still runs"), (Month(YEAR, 3), "is locked")],
    ids=["runs", "locked"],
)
def test_only_a_period_that_has_ended_is_locked_early(subject, month, why):
    with pytest.raises(PeriodNotToLock, match=why):
        closing.lock(actor=subject.actor("controller"), month=month, reason="Early.")


@pytest.mark.parametrize("day", [4, 12])
def test_a_period_opens_again_for_a_few_working_days_only(subject, day):
    with pytest.raises(Invalid, match="11 May 2026 at last"):
        closing.reopen(
            actor=subject.actor("controller"),
            month=Month(YEAR, 3),
            open_until=date(YEAR, 5, day),
            reason="Late.",
        )


@pytest.mark.parametrize("role", ["administrator", "lead", "owner", "sponsor", "executive"])
def test_nobody_but_a_controller_of_the_whole_organization_closes(subject, role):
    with pytest.raises(NotAllowed):
        closing.lock(actor=subject.actor(role), month=APRIL, reason="Early.")
    with pytest.raises(NotAllowed):
        closing.reopen(
            actor=subject.actor(role),
            month=Month(YEAR, 3),
            open_until=date(YEAR, 5, 6),
            reason="Late.",
        )


def test_a_controller_of_one_branch_does_not_close_for_all(subject):
    someone = subject.organization.newcomer()
    subject.organization.seat(someone, "controller", subject.package)

    with pytest.raises(NotFound):
        closing.lock(actor=someone, month=APRIL, reason="Early.")


def test_claims_in_a_calendar_of_weeks_name_their_period(clock_at):
    clock_at(YEAR, 1, 12)
    organization = an_organization()
    calendar.change_pattern(
        actor=organization.actor("administrator"),
        pattern=Pattern(YEAR, CalendarKind.WEEKS_445),
        reason="Weeks.",
    )
    subject = a_decided_measure(organization)
    clock_at(YEAR, 5, 15)

    with pytest.raises(MonthLocked, match=f"P03 {YEAR} was locked"):
        claims.claim(
            actor=subject.actor("owner"),
            line_id=subject.line_id,
            fiscal_year=YEAR,
            period=3,
            amount=Decimal(9000),
        )
