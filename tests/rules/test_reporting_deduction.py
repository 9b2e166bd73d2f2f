"""What an overlap takes off: the agreed amount, and never more than either line holds."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason
from measures.rules.lines import Bucket, EffectType, GroupKey, LineFacts, Nature, Recurrence, Unit
from measures.rules.rates import RateKey, RateKind, Rates
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import ContributionFacts, contribute
from reporting.rules.deduction import deduct, meeting

GREEN = Light(Colour.GREEN, (Reason("milestones_on_time"),))
YEAR = 2026
FORTY = LineFacts(
    "Per unit", full_effect=Month(YEAR, 1), plan={YEAR: (40,) * 12}, original={YEAR: (40,) * 12}
)
FIFTY = LineFacts(
    "Prices",
    full_effect=Month(YEAR, 7),
    plan={YEAR: (*[None] * 6, *[50] * 6), YEAR + 1: (50,) * 12},
    original={YEAR: (*[None] * 6, *[50] * 6), YEAR + 1: (50,) * 12},
)
AGREED = {YEAR: (*[0] * 6, *[12] * 6), YEAR + 1: (12,) * 12}


def facts(line, **changes):
    base = ContributionFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        clock=PeriodClock(date(YEAR, 2, 2), claims_from=Month(YEAR, 2)),
        lines=(line,),
        implementation=GREEN,
        potential=GREEN,
        forecast=Freshness.FRESH,
        reporting_currency="EUR",
    )
    return replace(base, **changes)


def taken(one, other, agreed=AGREED):
    """Return by bucket, series and year what is taken off in the lines' own group."""
    group = one.lines[0].group
    rows = deduct(agreed, one, other)
    return {
        (key.bucket, key.series, key.fiscal_year): sum(row)
        for key, row in rows.items()
        if key.group == group
    }


def test_months_and_the_run_rate_are_taken_off_from_the_later_full_effect():
    found = taken(facts(FORTY), facts(FIFTY))

    assert found == {
        (Bucket.COMMITTED, "plan", YEAR): -72,
        (Bucket.COMMITTED, "plan_rate", 0): -144,
        (Bucket.ORIGINAL, "plan", YEAR): -72,
        (Bucket.ORIGINAL, "plan_rate", 0): -144,
    }


def test_nothing_is_taken_off_where_one_of_them_holds_nothing():
    pipeline = facts(FIFTY, stage=Stage.DETAILED)
    cancelled = facts(FIFTY, lifecycle=Lifecycle.CANCELLED, cancelled_on=date(YEAR, 3, 1))
    held = facts(replace(FIFTY, forecast=FIFTY.plan), lifecycle=Lifecycle.ON_HOLD)
    other_kind = facts(replace(FIFTY, recurrence=Recurrence.TEMPORARY))
    cash = facts(replace(FIFTY, effect_type=EffectType.CASH))
    forty = facts(replace(FORTY, forecast=FORTY.plan))

    assert taken(forty, pipeline) == {}
    assert {key[0] for key in taken(forty, cancelled)} == {Bucket.ORIGINAL}
    assert not [key for key in taken(forty, held) if key[1] == "outlook"]
    assert taken(forty, other_kind) == taken(forty, cash) == {}


def test_a_foreign_overlap_is_taken_off_in_both_groups():
    rates = Rates("EUR", {RateKey(RateKind.PLAN, "USD", year): 2 for year in (YEAR, YEAR + 1)})
    one, other = (facts(replace(line, currency="USD"), rates=rates) for line in (FORTY, FIFTY))
    ours = GroupKey(Unit(), "EUR", EffectType.HARD, Recurrence.RECURRING, Nature.BENEFIT)

    rows = deduct(AGREED, one, other)

    assert {
        (key.group.currency, key.series, key.fiscal_year): sum(row)
        for key, row in rows.items()
        if key.bucket is Bucket.COMMITTED
    } == {
        ("USD", "plan", YEAR): -72,
        ("USD", "plan_rate", 0): -144,
        ("EUR", "plan", YEAR): -36,
        ("EUR", "plan_rate", 0): -72,
    }
    assert ours in {key.group for key in rows}


@pytest.mark.parametrize(
    ("one", "other", "above"),
    [
        ((9, 5, 4, 3, 2, 1), (8, 5, 4, 3, 2, 1), (5, 4, 3, 2, 1)),
        ((9, 5, 4, 3, 2, 1), (8, 7, 6, 3, 2, 1), (3, 2, 1)),
        ((9, 5, 1), (8, 7, 1), (1,)),
    ],
)
def test_two_places_meet_at_their_lowest_common_node(one, other, above):
    assert meeting(one, other) == above


ROWS = st.lists(st.integers(-50, 100), min_size=12, max_size=12).map(tuple)


@given(plans=st.tuples(ROWS, ROWS), agreed=st.lists(st.integers(0, 90), min_size=12, max_size=12))
def test_it_never_takes_more_than_agreed_nor_than_either_holds(plans, agreed):
    one, other = (facts(replace(FORTY, plan={YEAR: plan})) for plan in plans)

    rows = deduct({YEAR: tuple(agreed)}, one, other)

    sides = [contribute(each).rows for each in (one, other)]
    for key, row in rows.items():
        if key.fiscal_year != YEAR:
            continue
        held = [
            next(
                figures
                for at, figures in side.items()
                if (at.bucket, at.series.value, at.fiscal_year)
                == (key.bucket, key.series, key.fiscal_year)
            )
            for side in sides
        ]
        assert row == tuple(-max(0, min(each)) for each in zip(agreed, *held, strict=True))
