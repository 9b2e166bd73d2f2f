"""The premise of a measure on its page and in the API."""

from datetime import timedelta

import pytest

from accounts.queries import people
from core import tenancy
from measures.rules.stage import Stage
from tests.api.test_hierarchy_api import caller_of
from tests.factories.governance import a_measure, today
from tests.pages.markup import read
from tests.pages.visitors import visitor


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def at(case, name):
    return f"measures/{case.measure().node.public_id}/{name}/"


def public_id(case, role):
    with tenancy.reading(case.actor("lead")):
        return people.member(case.id_of(role)).public_id


def fields(case):
    return {
        "statement": "Copper stays above 8,000.",
        "checked_by_id": str(case.id_of("controller")),
        "check_on": (today(case) + timedelta(days=30)).isoformat(),
    }


def test_a_premise_is_stated_and_declared_void_from_the_page(case):
    owner, sponsor = (visitor(case.organization, role) for role in ("owner", "sponsor"))
    before = owner.see(at(case, "gate")).text

    refused = owner.post(at(case, "premise"), **{**fields(case), "statement": ""})
    stated = owner.post(at(case, "premise"), **fields(case))
    shown = sponsor.see(at(case, "gate")).text
    void = sponsor.post(at(case, "premise/void"), reason="It fell.")
    after = owner.see(at(case, "gate")).text

    assert [each.status_code for each in (refused, stated, void)] == [422, 303, 303]
    assert "State the premise" in before
    assert "Declare the premise void" not in before
    assert "Copper stays above 8,000." in shown
    assert "Declare the premise void" in shown
    assert "Declared void by Sponsor Person" in after
    assert "It fell." in after
    assert "State the premise anew" in after
    assert "Declare the premise void" not in after


def test_who_may_not_is_refused_on_both_pages(case):
    assert visitor(case.organization, "sponsor").get(at(case, "premise")).status_code == 403
    assert visitor(case.organization, "owner").get(at(case, "premise/void")).status_code == 403
    assert visitor(case.organization, "sponsor").get(at(case, "premise/void")).status_code == 404


def test_the_api_says_the_same(case):
    address = f"/measures/{case.measure().node.public_id}/premise"
    owner, sponsor = (caller_of(case.organization, role) for role in ("owner", "sponsor"))
    with_checker = {
        "statement": "Copper stays above 8,000.",
        "checked_by": str(public_id(case, "controller")),
        "check_on": (today(case) + timedelta(days=30)).isoformat(),
    }

    missing = owner("GET", address)
    made = owner("POST", address, with_checker)
    stale = sponsor("POST", f"{address}/void", {"number": 2, "reason": "It fell."})
    void = sponsor("POST", f"{address}/void", {"number": 1, "reason": "It fell."})

    statuses = [each.status_code for each in (missing, made, stale, void)]
    assert statuses == [404, 201, 409, 201]
    assert (made.json()["number"], made.json()["void_on"]) == (1, None)
    assert void.json()["void_on"] == today(case).isoformat()
    assert owner("GET", address).json() == void.json()


def test_my_work_names_a_premise_to_who_stated_it_and_who_checks_it_once_its_day_is_near(
    case, clock_at
):
    day = today(case) + timedelta(days=30)
    owner = visitor(case.organization, "owner")
    owner.post(at(case, "premise"), **fields(case))
    waiting = {role: visitor(case.organization, role) for role in ("owner", "controller", "lead")}

    def shown():
        seen = {
            role: read(each.get("gates/waiting/", is_fragment=True))
            for role, each in waiting.items()
        }
        return [role for role, page in seen.items() if "Premises to check" in page.text]

    early = shown()
    near = day - timedelta(days=14)
    clock_at(near.year, near.month, near.day, 12)
    late = shown()
    owner.post(at(case, "premise"), **fields(case))
    anew = shown()

    assert (early, late, anew) == ([], ["owner", "controller"], [])
