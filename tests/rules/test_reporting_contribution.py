"""What one measure adds to the nodes above it (domain-rules §10.2)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason, ended, held, unjudged
from measures.rules.lines import (
    Bucket,
    Direction,
    EffectType,
    LineFacts,
    Nature,
    Recurrence,
    Unit,
)
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import ContributionFacts, RollupSeries, RowKey, contribute

# A shared machine may pause any example, so none has a deadline.
UNHURRIED = settings(deadline=None, max_examples=60)

N = None
CLOCK = PeriodClock(date(2026, 7, 8))
JULY_20 = PeriodClock(date(2026, 7, 20))
GREEN = Light(Colour.GREEN, (Reason("milestones_on_time"),))
AMBER = Light(Colour.AMBER, (Reason("nothing_due"),))
PLAN, OUTLOOK = RollupSeries.PLAN, RollupSeries.OUTLOOK
ACTUAL, CLAIMED, UNCLAIMED = RollupSeries.ACTUAL, RollupSeries.CLAIMED, RollupSeries.UNCLAIMED


def year(*months):
    return {2026: tuple(months)}


SAVING = LineFacts(
    "Saving",
    full_effect=Month(2026, 4),
    plan=year(N, N, N, *[10] * 9),
    original=year(N, N, N, *[12] * 9),
    forecast=year(N, N, N, 10, 10, 10, *[9] * 6),
    approved=year(N, N, N, 9, 8, *[N] * 7),
    pending=year(*[N] * 5, 10, *[N] * 6),
)
COST = LineFacts(
    "Cost",
    nature=Nature.ONE_TIME,
    direction=Direction.LESS,
    recurrence=Recurrence.ONE_OFF,
    plan=year(N, N, 25, *[N] * 6, 5, N, N),
    original=year(N, N, 25, *[N] * 9),
    forecast=year(N, N, 25, *[N] * 6, 5, N, N),
    approved=year(N, N, 30, *[N] * 9),
)


def facts(*lines, **given):
    base = ContributionFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        clock=CLOCK,
        lines=lines,
        implementation=GREEN,
        potential=AMBER,
        forecast=Freshness.FRESH,
        reporting_currency="EUR",
    )
    return replace(base, **given)


def rows(*lines, **given):
    found = contribute(facts(*lines, **given)).rows
    return {(key.bucket, key.series): row for key, row in found.items()}


def measure(*lines, **given):
    return contribute(facts(*lines, **given)).measure


def test_a_running_measure_contributes_every_series():
    assert rows(SAVING) == {
        (Bucket.ORIGINAL, PLAN): (0, 0, 0, *[12] * 9),
        (Bucket.COMMITTED, PLAN): (0, 0, 0, *[10] * 9),
        (Bucket.COMMITTED, OUTLOOK): (0, 0, 0, 9, 8, 10, *[9] * 6),
        (Bucket.COMMITTED, ACTUAL): (0, 0, 0, 9, 8, *[0] * 7),
        (Bucket.COMMITTED, CLAIMED): (*[0] * 5, 10, *[0] * 6),
    }


def test_rows_are_kept_by_group_bucket_series_and_year():
    found = contribute(facts(SAVING, COST)).rows

    key = RowKey(COST.group, Bucket.COMMITTED, ACTUAL, 2026)
    assert found[key] == (0, 0, 30, *[0] * 9)
    assert {each.group for each in found} == {SAVING.group, COST.group}


def test_a_row_of_zeros_is_no_row():
    assert rows(LineFacts("Empty", plan=year(*[0] * 12))) == {}


@pytest.mark.parametrize(
    ("line", "today", "unclaimed"),
    [
        (replace(SAVING, pending={}), date(2026, 7, 7), N),
        (replace(SAVING, pending={}), date(2026, 7, 8), 10),
        (replace(SAVING, pending={}), date(2026, 7, 20), 10),
        (replace(SAVING, pending={}, forecast={}), date(2026, 7, 20), 10),
        (replace(SAVING, pending={}, forecast=year(*[7] * 12)), date(2026, 7, 20), 7),
        (SAVING, date(2026, 7, 20), N),
    ],
)
def test_a_month_past_its_claim_day_is_shown_as_due_but_unclaimed(line, today, unclaimed):
    line = replace(
        line, forecast={year: (N, N, N, *row[3:]) for year, row in line.forecast.items()}
    )

    row = rows(line, clock=PeriodClock(today)).get((Bucket.COMMITTED, UNCLAIMED))

    assert row == (None if unclaimed is None else (*[0] * 5, unclaimed, *[0] * 6))


def test_an_idea_counts_in_no_total():
    found = contribute(facts(SAVING, stage=Stage.DEFINED))

    assert found.rows == {}
    assert (found.measure.is_counted, found.measure.potential) == (False, Colour.NONE)


@pytest.mark.parametrize("stage", [Stage.IDENTIFIED, Stage.DETAILED])
def test_below_decided_a_measure_counts_in_the_pipeline_only(stage):
    saving = replace(SAVING, approved={}, pending={})

    assert rows(saving, stage=stage) == {
        (Bucket.PIPELINE, PLAN): (0, 0, 0, *[10] * 9),
        (Bucket.PIPELINE, OUTLOOK): (0, 0, 0, 10, 10, 10, *[9] * 6),
    }


def test_the_pipeline_takes_the_plan_where_nothing_is_forecast():
    saving = replace(SAVING, approved={}, pending={}, forecast={})

    assert rows(saving, stage=Stage.DETAILED)[Bucket.PIPELINE, OUTLOOK] == (0, 0, 0, *[10] * 9)


def test_approved_pre_study_cost_counts_below_decided_and_stays_when_cancelled():
    cancelled = rows(COST, stage=Stage.DETAILED, lifecycle=Lifecycle.CANCELLED)

    assert rows(COST, stage=Stage.DETAILED)[Bucket.PIPELINE, ACTUAL] == (0, 0, 30, *[0] * 9)
    assert cancelled == {(Bucket.PIPELINE, ACTUAL): (0, 0, 30, *[0] * 9)}


def test_a_pipeline_measure_on_hold_keeps_its_plan_and_promises_nothing():
    saving = replace(SAVING, approved={}, pending={})

    assert rows(saving, stage=Stage.DETAILED, lifecycle=Lifecycle.ON_HOLD) == {
        (Bucket.PIPELINE, PLAN): (0, 0, 0, *[10] * 9)
    }


@pytest.mark.parametrize(
    ("line", "given", "outlook"),
    [
        (SAVING, {}, (0, 0, 0, 9, 8, 10, *[8] * 6)),
        (SAVING, {"hold_is_rephased": True}, (0, 0, 0, 9, 8, 10, *[9] * 6)),
        (replace(SAVING, approved={}, pending={}), {}, None),
        (replace(SAVING, recurrence=Recurrence.ONE_OFF), {}, (0, 0, 0, 9, 8, 10, *[0] * 6)),
        (COST, {}, (0, 0, 30, *[0] * 9)),
        (
            replace(SAVING, forecast=year(*[9] * 9, 0, 0, 0)),
            {},
            (9, 9, 9, 9, 8, 9, 8, 8, 8, 0, 0, 0),
        ),
    ],
)
def test_on_hold_only_what_already_flows_stays(line, given, outlook):
    clock = PeriodClock(date(2026, 7, 8), claims_from=Month(2026, 4))

    found = rows(line, lifecycle=Lifecycle.ON_HOLD, clock=clock, **given)

    assert found.get((Bucket.COMMITTED, OUTLOOK)) == outlook
    assert found[Bucket.COMMITTED, PLAN] == tuple(each or 0 for each in line.plan[2026])


def test_a_cancelled_measure_keeps_what_was_realised_and_loses_the_rest():
    found = rows(
        SAVING,
        lifecycle=Lifecycle.CANCELLED,
        clock=PeriodClock(date(2026, 8, 3)),
        cancelled_on=date(2026, 8, 1),
    )

    assert found == {
        (Bucket.ORIGINAL, PLAN): (0, 0, 0, *[12] * 9),
        (Bucket.COMMITTED, PLAN): (0, 0, 0, *[10] * 4, *[0] * 5),
        (Bucket.COMMITTED, OUTLOOK): (0, 0, 0, 9, 8, *[0] * 7),
        (Bucket.COMMITTED, ACTUAL): (0, 0, 0, 9, 8, *[0] * 7),
        (Bucket.COMMITTED, CLAIMED): (*[0] * 5, 10, *[0] * 6),
    }


def test_a_cancelled_measure_still_owes_the_cost_it_has_claimed():
    cost = replace(COST, pending=year(*[N] * 5, 4, *[N] * 6))

    found = rows(cost, lifecycle=Lifecycle.CANCELLED, cancelled_on=date(2026, 7, 1))

    assert found[Bucket.COMMITTED, OUTLOOK] == (0, 0, 30, 0, 0, 4, *[0] * 6)


@pytest.mark.parametrize(
    ("proven", "closed_on", "rest"),
    [
        (Fraction(73, 100), date(2026, 7, 1), (7, 7, 7, 7, 7, 7)),
        (None, date(2026, 7, 1), (0,) * 6),
        (Fraction(73, 100), date(2026, 9, 1), (9, 9, 7, 7, 7, 7)),
        (Fraction(73, 100), None, (9,) * 6),
    ],
)
def test_a_closed_measure_is_sustained_at_the_proven_level(proven, closed_on, rest):
    line = replace(SAVING, proven=proven, pending={}, approved=year(N, N, N, 9, 8, 7, *[N] * 6))

    found = rows(
        line, stage=Stage.CLOSED, lifecycle=Lifecycle.CLOSED, closed_on=closed_on, clock=CLOCK
    )

    assert found[Bucket.COMMITTED, OUTLOOK] == (0, 0, 0, 9, 8, 7, *rest)
    assert (Bucket.COMMITTED, UNCLAIMED) not in found


def test_a_level_in_money_counts_as_effect_and_a_level_in_percent_not_at_all():
    level = LineFacts(
        "Agency",
        is_level=True,
        direction=Direction.LESS,
        baseline=year(*[1000] * 12),
        plan=year(*[950] * 12),
    )
    rate = replace(level, unit=Unit("%", 1))

    assert rows(level)[Bucket.COMMITTED, PLAN] == (50,) * 12
    assert rows(rate) == {}


def test_the_row_of_lights_weighs_by_plan_of_the_year():
    found = measure(SAVING, COST)

    assert (found.weight, found.value) == (90, 90)
    assert (found.judged_plan, found.judged_outlook) == (90, 81)
    assert (found.implementation, found.potential) == (Colour.GREEN, Colour.AMBER)
    assert (found.is_counted, found.is_kept, found.is_money_led) == (True, False, True)
    assert (found.is_fresh, found.is_watermelon) == (True, False)


def test_green_outside_and_red_inside_is_a_watermelon_unless_kept():
    red = Light(Colour.RED, (Reason("nothing_due"),))

    assert measure(SAVING, potential=red).is_watermelon
    assert not measure(
        SAVING, implementation=held(GREEN), potential=held(red), lifecycle=Lifecycle.ON_HOLD
    ).is_watermelon


def test_the_largest_benefit_speaks_for_a_measure_and_kinds_are_not_added():
    avoided = replace(SAVING, key="B", effect_type=EffectType.AVOIDANCE, plan=year(*[20] * 12))

    assert measure(SAVING, avoided).weight == 240
    assert measure(avoided, SAVING).weight == 240


@pytest.mark.parametrize(
    ("lines", "weight", "value", "is_money_led"),
    [
        ((COST,), 30, 0, True),
        ((replace(SAVING, unit=Unit("h", 0)),), 0, 0, False),
        ((replace(SAVING, currency="USD"),), 0, 0, False),
        ((replace(SAVING, direction=Direction.LESS),), 0, 0, False),
        ((), 0, 0, True),
    ],
)
def test_a_measure_without_a_benefit_in_money_says_so(lines, weight, value, is_money_led):
    found = measure(*lines)

    assert (found.weight, found.value, found.is_money_led) == (weight, value, is_money_led)
    assert (found.judged_plan, found.judged_outlook) == (0, 0)


def test_on_hold_and_cancelled_this_year_keep_their_last_colour_and_weight():
    on_hold = measure(
        SAVING, lifecycle=Lifecycle.ON_HOLD, implementation=held(GREEN), potential=held(AMBER)
    )
    cancelled = measure(
        SAVING,
        lifecycle=Lifecycle.CANCELLED,
        cancelled_on=date(2026, 7, 1),
        implementation=ended("cancelled", GREEN),
        potential=ended("cancelled", AMBER),
    )

    for each, outlook in ((on_hold, 75), (cancelled, 17)):
        assert (each.is_kept, each.potential, each.weight) == (True, Colour.AMBER, 90)
        assert (each.judged_plan, each.judged_outlook) == (90, outlook)


@pytest.mark.parametrize("cancelled_on", [date(2025, 12, 31), None])
def test_cancelled_in_an_earlier_year_counts_no_more(cancelled_on):
    found = measure(
        SAVING,
        lifecycle=Lifecycle.CANCELLED,
        cancelled_on=cancelled_on,
        potential=ended("cancelled", AMBER),
    )

    assert (found.is_counted, found.is_kept, found.potential) == (False, False, Colour.NONE)
    assert (found.weight, found.value, found.judged_plan) == (0, 0, 0)


def test_a_closed_measure_keeps_its_value_and_shows_no_light():
    found = measure(
        replace(SAVING, proven=Fraction(1)), stage=Stage.CLOSED, lifecycle=Lifecycle.CLOSED
    )

    assert (found.is_counted, found.is_kept, found.potential) == (True, False, Colour.NONE)
    assert (found.weight, found.judged_plan) == (90, 90)


def test_a_missing_plan_counts_as_amber_and_nothing_due_not_at_all():
    no_plan = unjudged(Colour.GREY, "no_plan", owner="Olga")

    assert measure(SAVING, potential=no_plan).potential == Colour.AMBER
    assert measure(SAVING, potential=unjudged(Colour.GREY, "nothing_due")).potential == Colour.NONE


amounts = st.lists(st.none() | st.integers(-1000, 1000), min_size=12, max_size=12).map(tuple)
lines = st.builds(
    LineFacts,
    key=st.just("A"),
    nature=st.sampled_from(list(Nature)),
    effect_type=st.sampled_from(list(EffectType)),
    recurrence=st.sampled_from(list(Recurrence)),
    plan=amounts.map(lambda row: {2026: row}),
    original=amounts.map(lambda row: {2026: row}),
    forecast=amounts.map(lambda row: {2026: row, 2027: row}),
    approved=amounts.map(lambda row: {2026: row[:6] + (None,) * 6}),
    pending=amounts.map(lambda row: {2026: row[:6] + (None,) * 6}),
)


@UNHURRIED
@given(
    st.lists(lines, max_size=3),
    st.lists(lines, max_size=3),
    st.sampled_from(list(Stage)),
    st.sampled_from(list(Lifecycle)),
)
def test_a_sum_of_measures_is_the_sum_of_their_rows(first, second, stage, lifecycle):
    given_facts = {"stage": stage, "lifecycle": lifecycle, "cancelled_on": date(2026, 5, 1)}

    apart = [contribute(facts(*some, **given_facts)).rows for some in (first, second)]
    together = contribute(facts(*first, *second, **given_facts)).rows

    added = {
        key: tuple(map(sum, zip(*(each.get(key, (0,) * 12) for each in apart), strict=True)))
        for key in {*apart[0], *apart[1]}
    }
    assert {key: row for key, row in added.items() if any(row)} == together
