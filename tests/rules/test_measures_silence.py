"""Silence never improves a colour (domain-rules §17), tried on measures of every shape."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import SEVERITY, Colour
from measures.rules.lines import Direction, LineFacts, Nature, Recurrence
from measures.rules.potential import PotentialFacts, potential
from measures.rules.stage import Lifecycle, Stage

# A shared machine may pause any example, so none has a deadline.
UNHURRIED = settings(deadline=None, max_examples=60)

FIRST, LAST = date(2026, 2, 1), date(2026, 12, 31)
plans = st.lists(st.integers(1, 100), min_size=12, max_size=12).map(tuple)
forecasts = st.lists(st.none() | st.integers(0, 150), min_size=12, max_size=12).map(tuple)
sides = st.sampled_from([(Nature.BENEFIT, Direction.MORE), (Nature.RUNNING, Direction.LESS)])


@st.composite
def silent_lines(draw, key="A"):
    nature, direction = draw(sides)
    approved = draw(st.lists(st.integers(0, 150), max_size=6))
    return LineFacts(
        key,
        nature=nature,
        direction=direction,
        recurrence=draw(st.sampled_from(list(Recurrence))),
        full_effect=Month(2026, draw(st.integers(1, 12))),
        plan={2026: draw(plans)},
        forecast={2026: draw(forecasts)},
        approved={2026: tuple(approved) + (None,) * (12 - len(approved))},
    )


lines = st.lists(silent_lines(), min_size=1, max_size=3).map(
    lambda some: tuple(replace(each, key=str(at)) for at, each in enumerate(some))
)


def severity(some, today, forecast=Freshness.FRESH):
    found = potential(
        PotentialFacts(
            stage=Stage.DECIDED,
            lifecycle=Lifecycle.ACTIVE,
            clock=PeriodClock(today),
            lines=some,
            forecast=forecast,
            owner="Olga",
            controller="Carl",
        )
    )
    assume(found.light.colour is not Colour.GREY)
    return SEVERITY[found.light.colour]


@UNHURRIED
@given(lines, st.integers(0, 300), st.integers(1, 200))
def test_a_year_that_goes_by_in_silence_betters_nothing(some, start, later):
    today = FIRST + timedelta(days=start)
    afterwards = min(LAST, today + timedelta(days=later))
    assume(today < afterwards)

    assert severity(some, afterwards) >= severity(some, today)


@UNHURRIED
@given(lines, st.sampled_from(list(Freshness)), st.sampled_from(list(Freshness)))
def test_an_older_forecast_betters_nothing(some, one, other):
    order = list(Freshness)
    assume(order.index(one) <= order.index(other))
    today = date(2026, 7, 20)

    assert severity(some, today, other) >= severity(some, today, one)


@UNHURRIED
@given(lines, st.integers(0, 5))
def test_leaving_out_a_claim_betters_nothing(some, at):
    first = some[0]
    given_row = first.approved[2026]
    assume(first.nature is Nature.BENEFIT and given_row[at] is not None)
    silent_row = (*given_row[:at], None, *given_row[at + 1 :])
    silent = (replace(first, approved={2026: silent_row}), *some[1:])
    today = date(2026, 7, 20)

    assert severity(silent, today) >= severity(some, today)


@UNHURRIED
@given(lines, st.integers(0, 5), st.integers(0, 150))
def test_a_pending_claim_never_counts_better_than_the_forecast_before_it(some, at, claim):
    first = replace(some[0], approved={})
    assume(first.forecast[2026][at] is not None)
    row = tuple(claim if month == at else None for month in range(12))
    pending = (replace(first, pending={2026: row}), *some[1:])
    today = date(2026, at + 1, 2)

    assert severity(pending, today) >= severity((first, *some[1:]), today)
