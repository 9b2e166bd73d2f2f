"""Neither hold nor cancel improves a colour above (domain-rules §17), on trees of every shape."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.calendar import PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import SEVERITY, Colour, Light, Reason, ended, held
from measures.rules.lines import LineFacts, Unit
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import ContributionFacts, contribute
from reporting.rules.rollup import (
    child_of_measure,
    child_of_node,
    node_lights,
    tally_of,
    total,
)

# A shared machine may pause any example, so none has a deadline.
UNHURRIED = settings(deadline=None, max_examples=60)

G, A, R = Colour.GREEN, Colour.AMBER, Colour.RED
CLOCK = PeriodClock(date(2026, 7, 20))
COLOURS = st.sampled_from([G, A, R])
amounts = st.lists(st.integers(-20, 100), min_size=12, max_size=12).map(tuple)


def lit(colour):
    return Light(colour, (Reason("nothing_due"),), uncapped=colour)


@st.composite
def measures(draw):
    actual = draw(st.lists(st.integers(-20, 100), max_size=6))
    line = LineFacts(
        "A",
        unit=draw(st.sampled_from([Unit(), Unit(), Unit(), Unit("h", 0)])),
        plan={2026: draw(amounts)},
        forecast={2026: draw(amounts)},
        approved={2026: tuple(actual) + (None,) * (12 - len(actual))},
    )
    return ContributionFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        clock=CLOCK,
        lines=(line,),
        implementation=lit(draw(COLOURS)),
        potential=lit(draw(COLOURS)),
        forecast=Freshness.FRESH,
        reporting_currency="EUR",
    )


def on_hold(facts):
    return replace(
        facts,
        lifecycle=Lifecycle.ON_HOLD,
        implementation=held(facts.implementation),
        potential=held(facts.potential),
    )


def rephased(facts):
    return replace(on_hold(facts), hold_is_rephased=True)


def cancelled(facts):
    return replace(
        facts,
        lifecycle=Lifecycle.CANCELLED,
        cancelled_on=CLOCK.today,
        implementation=ended("cancelled", facts.implementation),
        potential=ended("cancelled", facts.potential),
    )


def ancestors(packages):
    """Return the severities of both lights of each package and of the project above them."""
    found, children, tallies = [], [], []
    for package in packages:
        rows = [contribute(facts).measure for facts in package]
        tally = total(map(tally_of, rows))
        lights_of_package = node_lights(tally, [child_of_measure("M", each) for each in rows])
        found.append(lights_of_package)
        tallies.append(tally)
        children.append(child_of_node("P", tally, lights_of_package))
    found.append(node_lights(total(tallies), children))
    return [
        SEVERITY.get(light.colour, -1)
        for each in found
        for light in (each.implementation, each.potential)
    ]


@UNHURRIED
@given(
    st.lists(st.lists(measures(), min_size=1, max_size=4), min_size=1, max_size=3),
    st.sampled_from([on_hold, rephased, cancelled, lambda facts: cancelled(on_hold(facts))]),
)
def test_neither_hold_nor_cancel_improves_any_ancestors_colour(packages, act):
    first, *others = packages[0]
    before = ancestors(packages)

    after = ancestors([[act(first), *others], *packages[1:]])

    assert all(new >= old for new, old in zip(after, before, strict=True))


@UNHURRIED
@given(st.lists(measures(), max_size=6), st.integers(0, 6))
def test_a_node_is_the_sum_of_its_parts_however_they_are_grouped(some, cut):
    tallies = [tally_of(contribute(facts).measure) for facts in some]

    whole = total(tallies)

    assert total([total(tallies[:cut]), total(tallies[cut:])]) == whole
