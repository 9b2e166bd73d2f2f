"""Foreign money in roll-ups: its own group as entered, ours at plan rates, the FX effect apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason
from measures.rules.lines import Bucket, LineFacts, Nature, Unit
from measures.rules.rates import RateKey, RateKind, Rates
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import ContributionFacts, RollupSeries, RowKey, contribute
from reporting.rules.management import currencies_in, fx_of, left_out
from reporting.rules.rates import rates
from reporting.rules.spread import ValueKey, value_key

UNHURRIED = settings(deadline=None, max_examples=40)
N = None
RATES = Rates(
    "EUR",
    {
        RateKey(RateKind.PLAN, "USD", 2026): Decimal("1.08"),
        **{RateKey(RateKind.ACTUAL, "USD", 2026, at): Decimal("1.17") for at in range(2, 6)},
    },
)
HARNESS = LineFacts(
    "Harness",
    currency="USD",
    full_effect=Month(2026, 2),
    plan={2026: (N, *[9_000_000] * 11)},
    original={2026: (N, *[9_000_000] * 11)},
    forecast={2026: (N, *[9_000_000] * 11)},
    approved={2026: (N, *[9_000_000] * 4, *[N] * 7)},
)
FREIGHT = replace(HARNESS, key="Freight", currency="EUR")
OURS, THEIRS = FREIGHT.group, HARNESS.group


def facts(*lines, **given_):
    base = ContributionFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        clock=PeriodClock(date(2026, 6, 8)),
        lines=lines,
        implementation=Light(Colour.GREEN, (Reason("milestones_on_time"),)),
        potential=Light(Colour.GREEN, (Reason("nothing_due"),)),
        forecast=Freshness.FRESH,
        reporting_currency="EUR",
        rates=RATES,
    )
    return replace(base, **given_)


def key(group, series=RollupSeries.PLAN, bucket=Bucket.COMMITTED):
    return RowKey(group, bucket, series, 2026)


def stored(*lines, **given_):
    return {value_key(at): row for at, row in contribute(facts(*lines, **given_)).rows.items()}


def test_dollars_stand_as_entered_and_at_the_plan_rate_in_our_group():
    found = contribute(facts(HARNESS)).rows

    assert sum(found[key(THEIRS)]) == 11 * 9_000_000
    assert sum(found[key(OURS)]) == round(Fraction(11 * 9_000_000 * 100, 108))
    assert sum(found[key(OURS, RollupSeries.ACTUAL)]) == 33_333_333
    assert {at.group for at in found} == {OURS, THEIRS}


def test_our_own_and_converted_figures_make_one_sum():
    both = contribute(facts(HARNESS, FREIGHT)).rows
    apart = [contribute(facts(each)).rows[key(OURS)] for each in (HARNESS, FREIGHT)]

    assert both[key(OURS)] == tuple(map(sum, zip(*apart, strict=True)))


def test_a_year_without_a_rate_is_left_out_of_our_group_and_named():
    longer = replace(HARNESS, plan={**HARNESS.plan, 2027: (9_000_000, *[N] * 11)})
    found = stored(longer)

    assert ValueKey(THEIRS, Bucket.COMMITTED, "plan", 2027) in found
    assert ValueKey(OURS, Bucket.COMMITTED, "plan", 2027) not in found
    assert left_out(found, RATES) == [("USD", 2027)]
    assert left_out(stored(HARNESS), RATES) == []
    assert currencies_in(found) == {"USD", "EUR"}


def test_the_plan_at_plan_rates_weighs_and_is_judged_like_our_own():
    row = contribute(facts(HARNESS)).measure
    plan = round(Fraction(11 * 9_000_000 * 100, 108))

    assert (row.weight, row.value, row.judged_plan, row.judged_outlook) == (plan,) * 4
    assert row.is_money_led


def test_yen_and_figures_with_four_decimals_come_to_our_cents():
    hundredths = replace(
        HARNESS,
        unit=Unit("money", 4),
        plan={year: tuple(v and v * 100 for v in row) for year, row in HARNESS.plan.items()},
    )

    finer, coarse = contribute(facts(hundredths)), contribute(facts(HARNESS))

    assert finer.rows[key(OURS)] == coarse.rows[key(OURS)]
    assert finer.measure.weight == coarse.measure.weight


def test_the_larger_of_two_groups_at_plan_rates_speaks_for_a_measure():
    cheaper = replace(FREIGHT, plan={2026: (N, *[8_500_000] * 11)})

    row = contribute(facts(replace(HARNESS, nature=Nature.BENEFIT), cheaper)).measure

    assert row.weight == round(Fraction(11 * 9_000_000 * 100, 108)) + 11 * 8_500_000


def test_a_run_rate_stands_at_the_rate_of_the_year_in_which_it_is_complete():
    found = rates(facts(HARNESS))

    def rate(group):
        return found.get(ValueKey(group, Bucket.COMMITTED, "plan_rate", 0))

    assert rate(THEIRS) == 12 * 9_000_000
    assert rate(OURS) == 100_000_000
    assert ValueKey(OURS, Bucket.COMMITTED, "plan_rate", 0) not in rates(
        facts(replace(HARNESS, full_effect=Month(2027, 1)))
    )


def test_on_hold_the_rate_of_dollars_is_that_of_dollars():
    held = facts(HARNESS, lifecycle=Lifecycle.ON_HOLD)

    found = rates(held)

    assert found[ValueKey(THEIRS, Bucket.COMMITTED, "outlook_rate", 0)] == 12 * 9_000_000
    assert found[ValueKey(OURS, Bucket.COMMITTED, "outlook_rate", 0)] == 100_000_000


def test_four_approved_months_at_1_17_instead_of_1_08_are_25_6_k_less_and_apart():
    effect = fx_of(stored(HARNESS, FREIGHT), OURS, RATES, 2026)

    assert round(effect.amount) == -2_564_103
    assert (effect.currencies, effect.missing) == (("USD",), ())


def test_without_the_average_of_a_month_there_is_no_effect_and_the_month_is_named():
    claimed = replace(HARNESS, approved={2026: (N, *[9_000_000] * 5, *[N] * 6)})

    effect = fx_of(stored(claimed), OURS, RATES, 2026)

    assert effect.amount is None
    assert "actual rate for USD in period 6 of fiscal year 2026" in effect.missing[0]


@pytest.mark.parametrize("group", [THEIRS, replace(OURS, nature=Nature.RUNNING)])
def test_no_other_group_has_an_effect_of_these(group):
    assert fx_of(stored(HARNESS), group, RATES, 2026) is None
    assert fx_of(stored(FREIGHT), OURS, RATES, 2026) is None


AMOUNTS = st.lists(st.integers(-(10**10), 10**10), min_size=12, max_size=12)


@given(st.lists(AMOUNTS, min_size=1, max_size=4), st.decimals("0.01", "200", places=4))
@UNHURRIED
def test_every_line_converted_alone_makes_the_sum_of_all_to_the_cent_each(rows, rate):
    known = Rates("EUR", {RateKey(RateKind.PLAN, "USD", 2026): rate})
    lines = [replace(HARNESS, key=str(at), plan={2026: tuple(row)}) for at, row in enumerate(rows)]
    found = [sum(contribute(facts(line, rates=known)).rows.get(key(OURS), (0,))) for line in lines]

    exact = sum((Fraction(sum(row)) / Fraction(rate) for row in rows), Fraction(0))
    assert abs(sum(found) - exact) <= Fraction(len(rows), 2)
