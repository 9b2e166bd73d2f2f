"""What the committee saw at its last meeting and what moved since, among the demo's stories."""

from decimal import Decimal

from config.demo import pilot, second_thoughts, stories_of_change
from core import tenancy
from hierarchy.models import Node
from hierarchy.queries import past
from measures.queries import periods
from reporting.queries import bridge
from reporting.queries.dashboard import dashboard
from reporting.rules.bridge import Cause

COMMITTEE = "Otto Brandt"


def of_group(halvern, name="Halvern Group"):
    """Return the outlook known at the meeting and today, and the bridge, as the committee reads."""
    actor = halvern.company.actors[COMMITTEE]
    with tenancy.reading(actor):
        node = Node.objects.get(name=name, level__lt=5)
        live = dashboard(node, periods.ground())
        with past.known_on(pilot.MEETING):
            then = dashboard(node, periods.ground())
        found = bridge.between(actor, node, pilot.MEETING, pilot.TODAY)
    return then, live, found


def test_at_the_last_meeting_43_9_m_were_in_sight_and_each_step_down_has_its_cause(halvern):
    then, live, found = of_group(halvern)
    steps = {each.cause: each for each in found.steps}

    assert (int(then.sentence.outlook), int(live.sentence.outlook)) == (43_903_660, 41_200_000)
    assert (found.opening, found.closing) == (then.sentence.outlook, live.sentence.outlook)
    assert found.opening + sum(each.amount for each in found.steps) == found.closing
    assert set(steps) == {Cause.FORECAST, Cause.CONFIRMED, Cause.HELD, Cause.CANCELLED}
    told = {each.name: each.causes for each in found.measures}
    assert told[stories_of_change.OSTRAVA.name] == {Cause.CANCELLED: Decimal(-509_000)}
    assert told[stories_of_change.SOLAR.name] == {Cause.HELD: Decimal(-60_000)}


def test_a_package_moved_in_june_leaves_one_project_and_comes_to_another(halvern):
    left, came = (
        of_group(halvern, name)[2] for name in ("Services tendered", second_thoughts.MOVED_TO)
    )
    whole = of_group(halvern, "Indirect Spend")[2]

    moved_out = [each.amount for each in left.steps if each.cause is Cause.MOVED_OUT]
    moved_in = [each.amount for each in came.steps if each.cause is Cause.MOVED_IN]
    assert (moved_out[0] < 0, moved_in[0] > 0) == (True, True)
    assert {Cause.MOVED_IN, Cause.MOVED_OUT}.isdisjoint(each.cause for each in whole.steps)
    assert whole.closing - whole.opening == (left.closing - left.opening) + (
        came.closing - came.opening
    )
