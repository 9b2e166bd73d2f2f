"""The page of the calendar: read by anybody, changed by few, each refusal naming what is wrong."""

import pytest

from core import tenancy
from measures.models import CalendarPattern, Holiday, PeriodClose
from tests.factories.measures import YEAR
from tests.factories.organizations import an_organization
from tests.pages.visitors import visitor

PAGE = "measures/calendar/"


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 5, 4)
    return an_organization()


def rows_of(organization, model):
    with tenancy.reading(organization.actor("lead")):
        return list(model.objects.order_by("pk"))


def at(organization, role):
    found = visitor(organization, role)
    return type(found)(found.client, f"/o/{organization.slug}/")


def test_anybody_reads_the_periods_with_their_days_and_states(organization):
    page = at(organization, "owner").see(PAGE)

    table = page.one("table").text
    assert "Apr 2026 1 Apr 2026 30 Apr 2026 7 May 2026 14 May 2026 claiming" in table
    assert "May 2026 1 May 2026 31 May 2026 5 Jun 2026 12 Jun 2026 open" in table
    assert "Jun 2026 1 Jun 2026 30 Jun 2026 7 Jul 2026 14 Jul 2026 to come" in table
    assert not page.all("form", class_="panel")


def test_an_administrator_cuts_the_years_and_enters_holidays(organization):
    browser = at(organization, "administrator")

    cut = browser.post(
        PAGE + "cut/",
        from_year=YEAR + 1,
        kind="4-4-5",
        last_weekday=7,
        year_end="last",
        reason="Our trade counts weeks.",
        once="a",
    )
    days = browser.post(
        PAGE + "holidays/", days="2026-12-25, Christmas Day\n2026-12-26\tBoxing Day", once="b"
    )
    back = browser.post(PAGE + "work-again/", day="2026-12-26", once="c")

    assert (cut.status_code, days.status_code, back.status_code) == (303, 303, 303)
    assert [each.kind for each in rows_of(organization, CalendarPattern)] == ["4-4-5"]
    assert [
        (str(each.day), each.name, each.removed_at is None)
        for each in rows_of(organization, Holiday)
    ] == [("2026-12-25", "Christmas Day", True), ("2026-12-26", "Boxing Day", False)]
    assert (
        "P03 2027 22 Feb 2027 28 Mar 2027" in browser.see(f"{PAGE}?year=2027").all("table")[0].text
    )


def test_lines_that_name_no_day_are_named_and_nothing_is_entered(organization):
    answer = at(organization, "administrator").post(
        PAGE + "holidays/",
        days="2026-12-25, Christmas Day\n25.12.2026, Again\n2026-12-26",
        once="a",
    )

    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2 is no day and name: 25.12.2026, Again" in said
    assert "Line 3 is no day and name: 2026-12-26" in said
    assert rows_of(organization, Holiday) == []


def test_a_controller_locks_early_and_opens_once_more(organization):
    browser = at(organization, "controller")

    locked = browser.post(PAGE + "lock/", period="2026-4", reason="The books are closed.", once="a")
    opened = browser.post(
        PAGE + "reopen/",
        period="2026-4",
        open_until="2026-05-06",
        reason="An invoice came late.",
        once="b",
    )

    assert (locked.status_code, opened.status_code) == (303, 303)
    assert [each.state for each in rows_of(organization, PeriodClose)] == ["locked", "reopened"]
    assert "Opened again by" in browser.see(PAGE).one("table").text


def test_a_period_that_is_not_offered_cannot_be_chosen(organization):
    answer = at(organization, "controller").post(
        PAGE + "lock/", period="2026-5", reason="Early.", once="a"
    )

    assert answer.status_code == 422
    assert rows_of(organization, PeriodClose) == []


@pytest.mark.parametrize("path", ["cut/", "holidays/", "work-again/", "lock/", "reopen/"])
def test_an_owner_changes_nothing(organization, path):
    assert at(organization, "owner").post(PAGE + path, once="a").status_code == 403
