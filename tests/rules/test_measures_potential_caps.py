"""The caps of the potential light: who is late, and what is too old (domain-rules §8)."""

from datetime import date

import pytest

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lines import Direction, Nature
from measures.rules.potential import (
    potential,
)
from measures.rules.windows import Window
from tests.rules.potential_lines import A, G, N, R, facts, light, line, year


def test_one_line_without_a_plan_caps_the_others_at_amber():
    found = light(line(), line("B", plan={}))

    assert (found.colour, found.uncapped) == (A, G)
    assert found.reason.sentence == "Line B has no plan (owner: Olga)."


def test_a_provisional_month_is_marked_and_has_no_effect():
    found = light(line(pending={}))

    assert found.colour == G
    assert [mark.sentence for mark in found.marks] == [
        "Jun 2026 provisional: not yet confirmed, without effect on the colour."
    ]


@pytest.mark.parametrize(
    ("approved", "pending", "colour", "sentences"),
    [
        (6, 0, G, []),
        (5, 1, A, ["Jun 2026 actuals not yet confirmed (controller: Carl)."]),
        (5, 0, A, ["Jun 2026 actuals not claimed (owner: Olga)."]),
        (4, 2, R, ["May 2026, Jun 2026 actuals not yet confirmed (controller: Carl)."]),
        (
            4,
            1,
            R,
            [
                "May 2026 actuals not yet confirmed (controller: Carl).",
                "Jun 2026 actuals not claimed (owner: Olga).",
            ],
        ),
    ],
)
def test_locked_months_unapproved_cap_and_name_who_is_late(approved, pending, colour, sentences):
    rest = 12 - approved - pending
    given = line(
        approved=year(*[130] * approved, *[N] * (12 - approved)),
        pending=year(*[N] * approved, *[100] * pending, *[N] * rest),
    )

    found = light(given, clock=PeriodClock(date(2026, 7, 20)))

    caps = [each.sentence for each in found.reasons if each.code.startswith("months_")]
    assert (found.colour, found.uncapped, caps) == (colour, G, sentences)


def test_two_lines_late_in_the_same_month_are_one_month():
    late = {"approved": year(*[130] * 5, *[N] * 7), "pending": year(*[N] * 5, 100, *[N] * 6)}

    found = light(line("A", **late), line("B", **late), clock=PeriodClock(date(2026, 7, 20)))

    assert found.colour == A


def test_a_cost_nobody_claimed_counts_as_planned_and_caps():
    cost = line("Cost", nature=Nature.RUNNING, direction=Direction.LESS, pending={})
    saving = line(approved=year(*[100] * 6, *[N] * 6))

    found = light(saving, cost, clock=PeriodClock(date(2026, 7, 20)))

    assert (found.colour, found.uncapped) == (A, G)
    assert found.reason.sentence == "Jun 2026 actuals not claimed (owner: Olga)."


def test_months_before_the_take_over_leave_both_sides():
    taken_over = line(approved={}, pending={})
    clock = PeriodClock(date(2026, 7, 20), claims_from=Month(2026, 7))

    found = potential(facts(taken_over, clock=clock))

    assert found.light.colour == G
    assert {each.window: each.planned for each in found.judged} == {
        Window.FISCAL_YEAR: 600,
        Window.RUN_RATE: 1200,
    }


@pytest.mark.parametrize(
    ("given", "colour", "code"),
    [
        ({"forecast": Freshness.DUE}, G, "on_plan"),
        ({"forecast": Freshness.STALE}, A, "forecast_stale"),
        ({"forecast": Freshness.EXPIRED}, R, "forecast_expired"),
        ({"diverges_from_kpi": True}, A, "diverges_from_kpi"),
    ],
)
def test_an_old_or_doubtful_forecast_caps(given, colour, code):
    found = light(line(), **given)

    assert (found.colour, found.uncapped, found.reason_code) == (colour, G, code)
