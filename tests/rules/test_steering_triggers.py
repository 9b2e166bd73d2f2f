"""Triggers: what each fires on, what it leaves alone, and nothing from before the cut-over."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from measures.rules.stage import Lifecycle, Stage
from steering.rules import triggers
from steering.rules.triggers import (
    Firing,
    LateMilestone,
    LedgerGap,
    Severity,
    SteeringFacts,
    TriggerCode,
)

CUT_OVER = date(2026, 6, 1)
BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 1)

QUIET = SteeringFacts(measure_id=1, stage=Stage.DECIDED, lifecycle=Lifecycle.ACTIVE)
LATE = LateMilestone("Order", AFTER, days_late=9, is_critical=False)
ALARMED = replace(
    QUIET,
    update_due_on=AFTER,
    late_milestones=(LATE,),
    red_since=AFTER,
    potential_reason="Year to date at 56.6 % of plan.",
)


def test_a_measure_on_its_way_fires_nothing():
    assert triggers.firings(QUIET) == ()


def test_each_trigger_fires_with_its_severity_level_and_sentence():
    assert triggers.firings(ALARMED) == (
        Firing(
            TriggerCode.MILESTONE_LATE,
            Severity.RED,
            0,
            AFTER,
            "Order is 9 days late.",
            about=("Order",),
        ),
        Firing(
            TriggerCode.POTENTIAL_RED,
            Severity.RED,
            1,
            AFTER,
            "Year to date at 56.6 % of plan.",
            about=("2026-06-01",),
        ),
        Firing(
            TriggerCode.UPDATE_STALE,
            Severity.AMBER,
            0,
            AFTER,
            "The status update due on 1 Jun 2026 is missing.",
            about=("2026-06-01",),
        ),
    )


@pytest.mark.parametrize(
    ("stage", "lifecycle", "count"),
    [
        (Stage.DETAILED, Lifecycle.ACTIVE, 0),
        (Stage.DECIDED, Lifecycle.ACTIVE, 3),
        (Stage.IMPLEMENTED, Lifecycle.ACTIVE, 3),
        (Stage.CLOSED, Lifecycle.CLOSED, 0),
        (Stage.DECIDED, Lifecycle.ON_HOLD, 0),
        (Stage.DECIDED, Lifecycle.CANCELLED, 0),
    ],
)
def test_only_a_committed_active_measure_is_watched(stage, lifecycle, count):
    facts = replace(ALARMED, stage=stage, lifecycle=lifecycle)

    assert len(triggers.firings(facts)) == count


def test_a_critical_milestone_starts_at_level_two_and_leads_the_sentence():
    critical = LateMilestone("Permit", date(2026, 6, 3), days_late=8, is_critical=True)

    (firing,) = triggers.firings(replace(QUIET, late_milestones=(LATE, critical)))

    assert firing == Firing(
        TriggerCode.MILESTONE_LATE,
        Severity.CRITICAL,
        2,
        AFTER,
        "Permit is 8 days late and 1 more.",
        about=("Order", "Permit"),
    )


def test_what_had_gone_wrong_before_the_cut_over_fires_nothing():
    old = replace(
        ALARMED,
        update_due_on=BEFORE,
        late_milestones=(replace(LATE, due_on=BEFORE),),
        red_since=BEFORE,
    )

    assert len(triggers.firings(old)) == 3
    assert triggers.firings(replace(old, cut_over_on=CUT_OVER)) == ()
    assert len(triggers.firings(replace(ALARMED, cut_over_on=CUT_OVER))) == 3


def test_of_several_late_milestones_only_those_since_the_cut_over_fire():
    old = replace(LATE, name="Survey", due_on=BEFORE, days_late=40)
    facts = replace(QUIET, late_milestones=(old, LATE), cut_over_on=CUT_OVER)

    (firing,) = triggers.firings(facts)

    assert firing.sentence == "Order is 9 days late."


def test_the_table_has_one_row_for_each_code():
    assert [row.code for row in triggers.TRIGGERS] == list(TriggerCode)
    assert all(row.name and row.condition for row in triggers.TRIGGERS)


def test_a_ledger_that_differs_names_the_largest_gap_and_none_from_before_the_cut_over():
    small = LedgerGap("6210", "Jun 2026", AFTER, "10.00 EUR", Fraction(1000))
    large = LedgerGap("6300", "Jun 2026", AFTER, "−90.00 EUR", Fraction(9000))
    old = LedgerGap("6400", "May 2026", BEFORE, "5,000.00 EUR", Fraction(500_000))

    facts = replace(QUIET, ledger_gaps=(small, large, old), cut_over_on=CUT_OVER)

    assert triggers.firings(facts) == (
        Firing(
            TriggerCode.LEDGER_DIFFERS,
            Severity.AMBER,
            1,
            AFTER,
            "Budget line 6300 booked −90.00 EUR in Jun 2026 that claims do not explain and 1 more.",
            about=("6210 Jun 2026", "6300 Jun 2026"),
        ),
    )
