"""Lights and shares of a node (domain-rules §10)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from measures.rules.amounts import Scale
from measures.rules.lights import Colour
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import MeasureRow
from reporting.rules.rollup import (
    Child,
    Headline,
    Tally,
    allocated_gap,
    child_of_measure,
    child_of_node,
    confirmed_share,
    coverage,
    fresh_share,
    hardness_weighted,
    headline,
    is_weighed_by_count,
    node_lights,
    page_scale,
    tally_of,
    total,
    weighted_score,
)

G, A, R, GREY, NONE = Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY, Colour.NONE


def row(potential=G, weight=100, **given):
    base = MeasureRow(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        implementation=G,
        potential=potential,
        is_counted=True,
        is_kept=False,
        is_money_led=True,
        weight=weight,
        value=weight,
        judged_plan=weight,
        judged_outlook=weight,
        is_fresh=True,
        has_open_level_3=False,
    )
    return replace(base, **given)


def lights(*rows, children=()):
    return node_lights(total(map(tally_of, rows)), children)


def test_a_tally_counts_and_weighs_by_name():
    tally = total(
        [
            tally_of(row(R, 30)),
            tally_of(row(A, 70, lifecycle=Lifecycle.ON_HOLD, is_kept=True, is_fresh=False)),
        ]
    )

    assert tally.numbers == {
        "counted": 2,
        "fresh_value": 30,
        "implementation.green": 1,
        "implementation.green.weight": 30,
        "judged_outlook": 100,
        "judged_plan": 100,
        "kept.implementation.green": 1,
        "kept.implementation.green.weight": 70,
        "kept.potential.amber": 1,
        "kept.potential.amber.weight": 70,
        "lifecycle.active": 1,
        "lifecycle.on_hold": 1,
        "measures": 2,
        "potential.red": 1,
        "potential.red.weight": 30,
        "stage.3": 2,
        "stage.3.value": 100,
        "value": 100,
        "watermelons": 1,
        "weight": 100,
    }
    assert tally.red_leaves("potential") == 1
    assert tally.red_leaves("implementation") == 0


def test_a_measure_in_the_pipeline_is_counted_by_stage_and_not_by_colour():
    tally = tally_of(
        row(NONE, stage=Stage.DETAILED, is_counted=False, judged_plan=0, judged_outlook=0)
    )

    assert tally.numbers == {
        "fresh_value": 100,
        "lifecycle.active": 1,
        "measures": 1,
        "stage.2": 1,
        "stage.2.value": 100,
        "value": 100,
    }


def test_a_closed_measure_counts_and_shows_no_colour():
    closed = row(NONE, lifecycle=Lifecycle.CLOSED, stage=Stage.CLOSED, implementation=NONE)

    tally = tally_of(closed)

    assert (tally["counted"], tally["weight"], tally["judged_plan"]) == (1, 100, 100)
    assert not [name for name in tally.numbers if name.startswith(("potential", "implementation"))]


def test_a_red_that_is_not_money_carries_a_marker_of_its_own():
    assert tally_of(row(R, 0, is_money_led=False))["potential.red.not_money"] == 1
    assert tally_of(row(R, 0, is_money_led=True))["potential.red.not_money"] == 0


def test_taking_a_measure_away_leaves_the_others():
    one, other = tally_of(row(R, 30)), tally_of(row(A, 70))

    assert one.plus(other).plus(other, times=-1) == one
    assert one.plus(one, times=-1) == Tally()


def test_the_score_is_weighed_by_value():
    assert weighted_score({G: 3, A: 2, R: 5}) == Fraction(4, 10)
    assert weighted_score({G: 0, A: 0, R: 0}) is None


@pytest.mark.parametrize(
    ("green", "amber", "red", "colour"),
    [(85, 0, 15, G), (84, 0, 16, A), (70, 30, 0, G), (60, 0, 40, A), (59, 0, 41, R)],
)
def test_a_node_follows_the_weighted_score(green, amber, red, colour):
    found = lights(row(G, green), row(A, amber), row(R, red))

    assert found.potential.colour == colour
    assert found.implementation.colour == G


@pytest.mark.parametrize(
    ("green", "said"),
    [
        (90, "The measures below reach 90 % of their weight."),
        (70, "The measures below reach 70 % of their weight; under 85 % is amber."),
        (50, "The measures below reach 50 % of their weight; under 60 % is red."),
    ],
)
def test_a_node_says_its_score_and_the_bound_it_stays_under_in_words(green, said):
    found = lights(row(G, green), row(R, 100 - green))

    assert found.potential.reason.sentence == said


def test_where_nothing_is_planned_counts_are_the_weights():
    nothing = [row(G, 0), row(G, 0), row(R, 0)]

    assert is_weighed_by_count(total(map(tally_of, nothing)))
    assert lights(*nothing).potential.colour == A


def test_one_lead_line_that_is_not_money_makes_counts_the_weights():
    mixed = [row(G, 1000), row(R, 0, is_money_led=False)]

    assert lights(*mixed).potential.colour == R
    assert lights(row(G, 1000), row(R, 0)).potential.colour == G


@pytest.mark.parametrize(
    ("outlook", "colour"), [(90, G), (89, A), (70, A), (69, R), (-10, R), (150, G)]
)
def test_the_outlook_over_plan_can_only_worsen_a_node(outlook, colour):
    found = lights(row(G, 100, judged_outlook=outlook))

    assert found.potential.colour == colour
    assert found.implementation.colour == G


def test_a_node_below_plan_says_by_how_much():
    found = lights(row(G, 100, judged_outlook=89))

    assert (
        found.potential.reason.sentence == "The outlook reaches 89 % of plan; under 90 % is amber."
    )


def test_a_node_with_nothing_judged_is_grey():
    found = lights()

    assert (found.potential.colour, found.potential.reason_code) == (GREY, "node_empty")


@pytest.mark.parametrize(("weight", "colour"), [(20, A), (19, G)])
def test_a_heavy_red_child_caps_its_parent_at_amber(weight, colour):
    children = (
        Child("Steel", G, R, weight, 1),
        Child("Freight", G, G, 100 - weight, 9),
    )

    found = lights(row(G, 100), children=children)

    assert found.potential.colour == colour
    assert found.implementation.colour == G


def test_a_heavy_red_child_is_named_with_its_share():
    children = (Child("Steel", R, G, 20, 1), Child("Freight", G, G, 80, 1))

    found = lights(row(G, 100), children=children)

    assert found.implementation.reason.sentence == "Steel is red and carries 20 % of the weight."


def test_where_counts_weigh_a_child_is_as_heavy_as_its_measures():
    children = (Child("Steel", G, R, 0, 1), Child("Freight", G, G, 0, 5))
    heavier = (Child("Steel", G, R, 0, 2), Child("Freight", G, G, 0, 5))

    assert lights(row(G, 0), children=children).potential.colour == G
    assert lights(row(G, 0), children=heavier).potential.colour == A


def test_an_escalation_at_steering_level_caps_both_lights():
    found = lights(row(G, 100), children=(Child("Steel", G, G, 1, 1, has_open_level_3=True),))

    assert (found.implementation.colour, found.potential.colour) == (A, A)
    assert found.potential.reason.sentence == ("Steel has an open escalation at steering level.")


def test_those_on_hold_are_left_out_and_clean_nothing():
    on_hold = row(R, 50, lifecycle=Lifecycle.ON_HOLD, is_kept=True)

    found = lights(row(G, 50), on_hold)

    assert found.potential.colour == R
    assert found.potential.reason.sentence == (
        "With those on hold or cancelled at their last colour: 50 %; under 60 % is red."
    )


def test_a_green_measure_on_hold_does_not_brighten_the_others():
    on_hold = row(G, 500, lifecycle=Lifecycle.ON_HOLD, is_kept=True)

    assert lights(row(A, 50), on_hold).potential.colour == R


def test_children_bring_what_their_parents_guards_need():
    counted = row(R, 30, has_open_level_3=True)
    idea = row(NONE, 30, is_counted=False, implementation=NONE)
    tally = total([tally_of(counted), tally_of(idea)])

    assert child_of_measure("M", counted) == Child("M", G, R, 30, 1, has_open_level_3=True)
    assert child_of_measure("M", idea) == Child("M", NONE, NONE, 0, 0)
    assert child_of_node("P", tally, lights(counted)) == Child("P", G, R, 30, 1)


@pytest.mark.parametrize(
    ("approved", "pending", "share"),
    [(17, 10, Fraction(17, 27)), (-18, 6, Fraction(3, 4)), (0, 10, 0), (0, 0, None)],
)
def test_the_confirmed_share_is_of_what_was_claimed(approved, pending, share):
    assert confirmed_share(approved, pending) == share


def test_the_fresh_share_is_of_value():
    tally = total([tally_of(row(weight=30)), tally_of(row(weight=70, is_fresh=False))])

    assert fresh_share(tally) == Fraction(3, 10)
    assert fresh_share(Tally()) is None


def test_coverage_and_gap_need_a_target():
    assert coverage(45, 50) == Fraction(9, 10)
    assert coverage(None, 50) is None
    assert coverage(45, None) is None
    assert coverage(45, 0) is None
    assert allocated_gap(50, [20, None, 25]) == 5
    assert allocated_gap(None, [20]) is None


def test_hardness_weighs_value_by_stage():
    tally = total([tally_of(row(weight=100)), tally_of(row(weight=50, stage=Stage.CLOSED))])

    assert hardness_weighted(tally) == 110
    assert hardness_weighted(tally, dict.fromkeys(Stage, Decimal("0.5"))) == 75


def test_a_page_has_one_scale_by_its_largest_figure():
    assert page_scale([5_000_00, None, -20_000_000_00], 2) == Scale.MILLIONS
    assert page_scale([], 2) == Scale.ONES


def test_the_headline_has_its_parts():
    assert headline(412, 450, approved=63, pending=37, decisions=4) == Headline(
        outlook=412,
        plan=450,
        outlook_share=Fraction(412, 450),
        confirmed_share=Fraction(63, 100),
        decisions=4,
    )
    assert headline(None, 450, approved=0, pending=0, decisions=0).outlook_share is None
