"""The calendar in the API: periods with their state, holidays, and the closing of a period."""

import pytest

from tests.api.test_hierarchy_api import caller_of
from tests.factories.measures import YEAR
from tests.factories.organizations import an_organization

APRIL = {
    "fiscal_year": YEAR,
    "period": 4,
    "name": "Apr 2026",
    "first_day": "2026-04-01",
    "last_day": "2026-04-30",
    "claim_by": "2026-05-07",
    "approve_by": "2026-05-14",
    "state": "claiming",
}


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 5, 4)
    return an_organization()


def test_the_periods_of_a_year_are_listed_with_their_days_and_state(organization):
    answer = caller_of(organization, "owner")("GET", "/calendar")

    assert len(answer.json()) == 12
    assert answer.json()[3] == APRIL


@pytest.mark.parametrize("year", ["9999", "0", "-1", "many", "2026.5", "20266"])
def test_what_is_no_fiscal_year_is_refused(organization, year):
    assert caller_of(organization, "owner")("GET", f"/calendar?year={year}").status_code == 422


def test_holidays_are_entered_by_an_administrator_and_move_the_deadlines(organization):
    days = {"holidays": [{"day": "2026-05-05", "name": "Founding day"}]}

    refused = caller_of(organization, "lead")("POST", "/calendar/holidays", days)
    made = caller_of(organization, "administrator")("POST", "/calendar/holidays", days)
    periods = caller_of(organization, "owner")("GET", "/calendar").json()

    assert (refused.status_code, made.status_code) == (403, 201)
    assert made.json() == days["holidays"]
    assert periods[3]["claim_by"] == "2026-05-08"


def test_a_controller_locks_a_period_early_and_opens_it_once_more(organization):
    controller = caller_of(organization, "controller")
    april = {"fiscal_year": YEAR, "period": 4}

    refused = caller_of(organization, "lead")(
        "POST", "/calendar/lock", april | {"reason": "Early."}
    )
    locked = controller("POST", "/calendar/lock", april | {"reason": "The books are closed."})
    again = controller("POST", "/calendar/lock", april | {"reason": "Once more."})
    opened = controller(
        "POST", "/calendar/reopen", april | {"reason": "An invoice.", "open_until": "2026-05-06"}
    )

    assert (refused.status_code, locked.status_code, again.status_code) == (403, 200, 409)
    assert locked.json() == APRIL | {"state": "locked", "approve_by": "2026-05-04"}
    assert again.json()["code"] == "period_not_to_lock"
    assert opened.json() == APRIL | {"state": "claiming", "approve_by": "2026-05-06"}
