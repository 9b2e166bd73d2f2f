"""Whatever happens on whatever days: a past day stays, today is live, and bridges add up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import tenancy
from hierarchy.models import Node
from hierarchy.queries import past
from measures.models import ActualClaim, Measure, MeasureStatus
from measures.rules.stage import Stage
from reporting.models import RollupCount
from reporting.queries import bridge, stored
from reporting.rules.bridge import Cause
from reporting.services import day
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.portfolios import OnePackage
from tests.factories.reporting import drained
from tests.services.test_reporting_drain import Acts

FIRST = date(YEAR, 6, 2)
MOST_DAYS = 4  # between two acts; all examples of a portfolio stay within its fiscal year
FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ACTS = st.sampled_from(["forecast", "forecast", "claim", "hold", "resume", "cancel", "move"])
HISTORY = st.lists(
    st.tuples(
        st.integers(0, MOST_DAYS), ACTS, st.integers(0, 3), st.integers(-20_000, 20_000)
    ),
    min_size=3,
    max_size=7,
)  # fmt: skip


def in_branches(organization):
    """Four measures, each in a portfolio of its own."""
    decided = [a_decided_measure(organization) for _ in range(3)]
    return organization, [*decided, a_decided_measure(organization, stage=Stage.DETAILED)]


def in_packages(organization):
    """Four measures in two packages of projects that lie side by side."""
    with tenancy.acting(organization.actor("administrator")):
        program = organization.add(organization.add(organization.root, "Plants"), "Energy")
        projects = [organization.add(program, name) for name in ("Air", "Heat")]
        packages = [organization.add(each, "Package") for each in projects]
    one = OnePackage(organization.id, organization.slug, organization.root, organization.actors)
    subjects = []
    for package in (packages[0], packages[1], packages[0], packages[1]):
        one.chosen.append(package)
        subjects.append(a_decided_measure(one))
    return one, subjects


@pytest.fixture(params=[in_branches, in_packages])
def world(request, clock_at):
    """A portfolio at the beginning of June, and the day it has come to."""
    clock_at(YEAR, 1, 12, 9)
    organization, subjects = request.param(an_organization())
    clock_at(FIRST.year, FIRST.month, FIRST.day, 9)
    drained(organization)
    return organization, subjects, [FIRST]


def known(organization, on=None):
    """Return all that is known: places, stages, people, lights, claims and the sums of nodes."""
    with tenancy.reading(tenancy.system(organization.id)), past.as_asked(on):
        places = list(Node.objects.order_by("pk").values_list("pk", "name", "ancestor_ids"))
        return {
            "places": places,
            "sums": dict(stored.values_at(pk for pk, *_ in places)),
            "counts": list(RollupCount.objects.order_by("pk").values()),
            "lights": list(MeasureStatus.objects.order_by("pk").values()),
            "claims": list(ActualClaim.objects.order_by("pk").values()),
            "measures": list(
                Measure.objects.order_by("pk").values("stage", "lifecycle", "node_id", "version")
            ),
        }


@FEW
@given(history=HISTORY)
def test_a_past_day_stays_today_is_live_and_bridges_add_up(world, clock_at, history):
    organization, subjects, days = world
    acts, system, seen = Acts(organization, subjects), tenancy.system(organization.id), {}

    for after, *act in history:
        today = days[-1] + timedelta(days=after)
        days.append(today)
        clock_at(today.year, today.month, today.day, 9)
        day.turn(actor=system)
        acts.do(*act)
        drained(organization)
        seen[today] = known(organization)
        assert known(organization, today) == seen[today]

    assert {each: known(organization, each) for each in seen} == seen
    for place in at_all_levels(organization):
        adds_up(organization, place, min(seen), max(seen))


def at_all_levels(organization):
    with tenancy.reading(tenancy.system(organization.id)):
        return list(Node.objects.filter(level__lt=5))


def adds_up(organization, node, since, until):
    """Assert that causes and measures both explain the whole change of a node's outlook."""
    actor = tenancy.system(organization.id)
    with tenancy.reading(actor):
        found = bridge.between(actor, node, since, until)
    change = found.closing - found.opening
    assert sum((each.amount for each in found.steps), Decimal(0)) == change
    assert sum((each.change for each in found.measures), Decimal(0)) == change
    assert Cause.REST not in {each.cause for each in found.steps}
