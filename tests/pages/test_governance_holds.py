"""The forms around holds and cancellations on the page of a measure."""

from datetime import timedelta

import pytest

from core import tenancy
from governance.models import LifecycleDecision
from governance.queries import holding
from measures.rules.stage import Stage
from measures.services import dependencies
from tests.factories.governance import a_measure, approved_months, today
from tests.pages.markup import read
from tests.pages.visitors import visitor


def at(case, name):
    return f"measures/{case.measure().node.public_id}/{name}/"


def in_days(case, days):
    return (today(case) + timedelta(days=days)).isoformat()


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def held(case, days=30):
    answer = visitor(case.organization, "sponsor").post(
        at(case, "hold"), reason_code="budget", reason="No funds.", until=in_days(case, days)
    )
    assert answer.status_code == 303


def seen(case, by, name):
    return read(visitor(case.organization, by).get(at(case, name))).text


def test_the_form_of_a_hold_names_who_waits_and_will_be_told(case):
    other = a_measure(organization=case.organization)
    dependencies.propose(
        actor=case.actor("owner"),
        measure_id=other.measure_id,
        needs_id=case.measure_id,
        what="Its heat.",
    )

    shown = seen(case, "sponsor", "hold")

    assert "1 measure waits for this one; its owner is told:" in shown
    assert other.measure().node.name in shown


def test_a_hold_is_extended_by_the_committee_on_the_page(case):
    held(case)
    steering = visitor(case.organization, "steering")

    answer = steering.post(at(case, "extend"), reason="Still none.", until=in_days(case, 60))

    assert answer.status_code == 303
    assert "Hold extended" in seen(case, "steering", "decisions")
    again = steering.post(at(case, "extend"), reason="And more.", until=in_days(case, 80))
    assert (again.status_code, "extended once already" in read(again).text) == (403, True)


def test_the_delayed_phasing_is_confirmed_on_the_page_by_both(case):
    held(case)

    for by in ("sponsor", "controller"):
        assert visitor(case.organization, by).post(at(case, "rephase")).status_code == 303

    with tenancy.reading(case.actor("lead")):
        assert holding.is_rephased(case.measure_id)
    assert "have confirmed the delayed phasing" in seen(case, "lead", "gate")


def test_a_cancellation_where_an_effect_flows_asks_how_it_ends(case):
    approved_months(case, 4)
    sponsor = visitor(case.organization, "sponsor")
    said = {"reason_code": "value", "reason": "Gone.", "lessons": "Ask first."}

    unsaid = sponsor.post(at(case, "cancel"), **said)
    done = sponsor.post(at(case, "cancel"), **said, ending="It ends in May.")

    assert "How the effect that flows already ends" in read(unsaid).text
    assert (unsaid.status_code, done.status_code) == (422, 303)


def test_a_cancellation_names_what_replaces_the_measure_and_frees(case):
    other = a_measure(organization=case.organization)
    sponsor = visitor(case.organization, "sponsor")

    answer = sponsor.post(
        at(case, "cancel"),
        reason_code="value",
        reason="Gone.",
        lessons="Ask first.",
        sunk_cost="1,000.00",
        freed_budget="2,500.00",
        freed_people="1.5",
        replacement="",
    )

    assert answer.status_code == 303
    with tenancy.reading(case.actor("lead")):
        row = LifecycleDecision.objects.get(measure_id=case.measure_id)
    assert (row.sunk_cost, row.freed_budget, str(row.freed_people)) == (1_000_00, 2_500_00, "1.5")
    assert other.measure().lifecycle == "active"
    told = sponsor.see(at(case, "decisions")).text
    said = ("Sunk cost", "1,000.00", "2,500.00", "Ask first.", "Lost by cancellation", "Run-rate")
    assert [each for each in said if each not in told] == []


def test_a_cancellation_is_taken_back_by_two_on_the_page(case):
    visitor(case.organization, "sponsor").post(
        at(case, "cancel"), reason_code="value", reason="Gone.", lessons="Ask first."
    )
    assert "Take the cancellation back" in seen(case, "lead", "gate")

    first = visitor(case.organization, "sponsor").post(at(case, "restore"), reason="A buyer.")
    shown = seen(case, "lead", "restore")
    second = visitor(case.organization, "lead").post(at(case, "restore"), reason="It stands.")

    assert "Proposed by Sponsor Person: A buyer." in shown
    assert (first.status_code, second.status_code) == (303, 303)
    assert case.measure().lifecycle == "active"


@pytest.mark.parametrize(
    ("name", "by"), [("extend", "sponsor"), ("restore", "owner"), ("restore", "steering")]
)
def test_who_may_not_is_refused(case, name, by):
    held(case)

    assert visitor(case.organization, by).get(at(case, name)).status_code == 403
