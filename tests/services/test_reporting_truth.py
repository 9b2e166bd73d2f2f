"""What a measure puts in follows governance and steering: closures, cancellations, escalations."""

from datetime import date
from decimal import Decimal

import pytest

from core import tenancy
from governance.queries import facts
from governance.rules.holds import Ending
from governance.services import closure, lifecycle, phasing
from measures.models import Milestone
from measures.rules.stage import Lifecycle, Stage
from reporting.models import RollupCount
from tests.factories.governance import a_measure, approved_months, today
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.reporting import children_of, drained, drifted, seen
from tests.factories.steering import a_measure_left_alone, escalations, looked_at, time_passed

THOUSAND = Decimal(1000)


@pytest.fixture
def closed(clock_at):
    """A measure of 10 k a month from April, closed in July at 9 of 10 proven."""
    clock_at(YEAR, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)
    with case.acting("owner"):
        Milestone.objects.filter(measure_id=case.measure_id).update(
            actual_end=today(case), version=2
        )
    approved_months(case, 4, 5, 6)
    closure.propose(actor=case.actor("owner"), measure_id=case.measure_id)
    with tenancy.reading(case.actor("controller")):
        digest = facts.one(case.measure_id).figures_digest
    closure.confirm(
        actor=case.actor("controller"),
        measure_id=case.measure_id,
        digest=digest,
        statement="The ledger shows it.",
    )
    return case


@pytest.mark.parametrize("moment", [(YEAR, 7, 8, 10), (YEAR, 12, 28, 9)])
def test_a_closed_measure_goes_on_at_what_was_proven_and_is_confirmed_to_that(
    closed, clock_at, moment
):
    clock_at(*moment)
    drained(closed.organization)

    shown = seen(closed.organization, closed.organization.root)
    year, rate, _ = shown.columns

    assert (year.plan, year.outlook) == (90 * THOUSAND, (27 + 6 * 9) * THOUSAND)
    assert (rate.plan, rate.outlook, rate.confirmed) == (
        120 * THOUSAND,
        108 * THOUSAND,
        108 * THOUSAND,
    )
    assert (year.confirmed, shown.confirmed_share) == (27 * THOUSAND, 1)
    assert shown.lifecycles[Lifecycle.CLOSED] == 1
    assert shown.implementation.reason == "No measure below is judged yet."
    assert shown.potential.reason == "The outlook reaches 90 % of plan."
    assert drifted(closed.organization) == []


def test_a_cancelled_measure_leaves_the_current_plan_and_stays_in_the_original(clock_at):
    clock_at(YEAR, 1, 12, 9)
    subject = a_decided_measure()
    clock_at(YEAR, 5, 5, 9)
    subject.approve(subject.claim(4, 9000))
    clock_at(YEAR, 8, 3, 9)
    lifecycle.cancel(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="value",
        reason="It will not pay.",
        ending=Ending(lessons="Ask first.", ending="It ends with the month."),
    )

    drained(subject.organization)

    year, rate, _ = seen(subject.organization, subject.organization.root).columns
    assert (year.original, year.plan) == (90 * THOUSAND, 40 * THOUSAND)
    assert (year.outlook, year.confirmed) == (9 * THOUSAND, 9 * THOUSAND)
    assert (rate.original, rate.plan, rate.outlook) == (120 * THOUSAND, None, None)
    assert drifted(subject.organization) == []


def test_what_a_hold_delays_counts_again_once_sponsor_and_controller_confirm_it(clock_at):
    clock_at(YEAR, 1, 12, 9)
    subject = a_decided_measure()
    clock_at(YEAR, 5, 5, 9)
    subject.approve(subject.claim(4, 9000))
    lifecycle.hold(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="budget",
        reason="Funds were moved.",
        until=date(YEAR, 7, 1),
    )
    outlooks = []
    for by in ("nobody", "sponsor", "controller"):
        if by != "nobody":
            phasing.confirm(actor=subject.actor(by), measure_id=subject.measure_id)
        drained(subject.organization)
        outlooks.append(seen(subject.organization, subject.organization.root).columns[0].outlook)

    # What flows stays at its last proven size; confirmed, the forecast of ten a month counts.
    assert outlooks == [81 * THOUSAND, 81 * THOUSAND, 89 * THOUSAND]
    assert drifted(subject.organization) == []


def test_an_escalation_at_steering_level_is_put_in_as_soon_as_it_climbs_there(clock_at):
    subject = a_measure_left_alone(clock_at)
    drained(subject.organization)
    looked_at(subject)
    drained(subject.organization)
    before = _is_escalated(subject)

    for month in range(1, 5):
        clock_at(YEAR + 1, month, 20, 9)
        time_passed(subject.organization)
    drained(subject.organization)

    levels = {each.level for each in escalations(subject).values()}
    assert (before, _is_escalated(subject)) == (False, True)
    assert max(levels) >= 3
    (row,) = children_of(subject.organization, subject.package)
    assert row.is_measure
    assert drifted(subject.organization) == []


def _is_escalated(subject):
    with tenancy.reading(subject.actor("lead")):
        return RollupCount.objects.get(node_id=subject.measure().node_id).has_open_level_3
