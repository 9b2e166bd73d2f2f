"""The six conditions of a forced decision, who decides it, and its days (domain-rules §11)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from accounts.rules.numbers import NUMBERS, Numbers, cycle_after, problems, timing_problem
from governance.rules import forced
from governance.rules.forced import Condition, ForcedFacts
from measures.rules.calendar import Month, PeriodClock
from measures.rules.lines import Direction, EffectType, LineFacts, Nature, Recurrence
from measures.rules.remaining import Remaining, Spend, last_closed, life_ratio, promised, spend
from measures.rules.stage import Lifecycle, Stage
from measures.rules.working_days import MONDAY_TO_FRIDAY

OURS = Numbers()
TODAY = date(2026, 7, 8)
MAY = Month(2026, 5)
FINE = ForcedFacts(
    stage=Stage.DECIDED,
    lifecycle=Lifecycle.ACTIVE,
    effect_type=EffectType.HARD,
    today=TODAY,
    life_ratio=Fraction(1),
    low_since=None,
    last_closed=MAY,
    remaining=Remaining(100_00, 50_00, 0, is_known=True),
)
LOW = {"life_ratio": Fraction(49, 100), "low_since": Month(2026, 4)}
LOST = {"remaining": Remaining(232_00, 250_00, 0, is_known=True)}
AHEAD = Spend(spent=120, planned=100, at_end=200, planned_at_end=200)


def found(**changes):
    return [each.condition.value for each in forced.find(replace(FINE, **changes), OURS)]


def test_a_measure_whose_value_comes_is_left_alone():
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "condition"),
    [
        (LOW, "a"),
        (LOST, "b"),
        ({"remaining": Remaining(50_00, 50_00, 0, is_known=True)}, "b"),
        ({"effect_until": date(2026, 7, 7)}, "c"),
        ({"gate_due_on": date(2026, 6, 7)}, "d"),
        ({"premise_void_on": date(2026, 7, 1)}, "e"),
        ({"spend": AHEAD, "milestones_done": Fraction(49, 100)}, "f"),
    ],
)
def test_each_condition_forces_a_decision(changes, condition):
    assert found(**changes) == [condition]


@pytest.mark.parametrize(
    "changes",
    [
        LOW | {"life_ratio": Fraction(1, 2)},
        LOW | {"low_since": MAY},
        {"life_ratio": None, "low_since": Month(2026, 1)},
        {"remaining": Remaining(51_00, 50_00, 0, is_known=True)},
        {"remaining": Remaining(0, 0, 0, is_known=True)},
        {"remaining": Remaining(-18_00, 0, 0, is_known=True)},
        {"remaining": Remaining(0, 50_00, 0, is_known=False)},
        LOST | {"began_lost": True},
        {"effect_until": TODAY},
        {"effect_until": date(2026, 7, 1), "stage": Stage.IMPLEMENTED},
        {"gate_due_on": date(2026, 6, 8)},
        {"spend": AHEAD, "milestones_done": Fraction(1, 2)},
        {"spend": AHEAD, "milestones_done": None},
        {"spend": replace(AHEAD, spent=100), "milestones_done": Fraction(0)},
        {"spend": replace(AHEAD, at_end=199), "milestones_done": Fraction(0)},
    ],
)
def test_at_its_very_limit_no_condition_forces_anything(changes):
    assert found(**changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": Stage.DETAILED},
        {"stage": Stage.CLOSED, "lifecycle": Lifecycle.CLOSED},
        {"lifecycle": Lifecycle.CANCELLED},
    ],
)
def test_only_what_is_committed_and_lives_can_evaporate(changes):
    assert found(**LOW, **LOST, **changes) == []


def test_an_enabler_is_exempt_from_the_tests_of_value_and_from_nothing_else():
    enabler = {"effect_type": EffectType.MANDATORY}

    assert found(**enabler, **LOW, **LOST) == []
    assert found(**enabler, gate_due_on=date(2026, 5, 1)) == ["d"]


def test_every_condition_says_itself_in_a_sentence():
    everything = replace(
        FINE,
        **LOW,
        **LOST,
        effect_until=date(2026, 7, 1),
        gate_due_on=date(2026, 5, 20),
        premise_void_on=date(2026, 7, 1),
        spend=AHEAD,
        milestones_done=Fraction(1, 3),
    )

    sentences = {each.condition: each.sentence for each in forced.find(everything, OURS)}

    assert set(sentences) == set(Condition)
    assert sentences[Condition.VALUE_GONE] == (
        "The whole life is expected to bring 49 % of its plan, below 50 % for 2 closed months."
    )
    assert sentences[Condition.GATE_MISSED] == "A gate was due on 20 May 2026, 49 days ago."


def test_the_low_life_is_remembered_until_it_recovers():
    def after(before, ratio, closed=MAY):
        return forced.low_since(before, ratio, closed, OURS)

    assert after(None, Fraction(1, 4)) == MAY
    assert after(Month(2026, 3), Fraction(1, 4)) == Month(2026, 3)
    assert after(Month(2026, 3), Fraction(1, 2)) is None
    assert after(Month(2026, 3), None) is None


@pytest.mark.parametrize(
    ("day", "which"),
    [(date(2026, 7, 2), 0), (date(2026, 7, 3), 1), (date(2026, 7, 5), 1), (TODAY, 4),
     (date(2026, 7, 9), 5), (date(2026, 7, 20), 5)],
)  # fmt: skip
def test_the_days_of_an_answer_are_working_days(day, which):
    assert forced.day_of_answer(date(2026, 7, 2), date(2026, 7, 9), day, MONDAY_TO_FRIDAY) == (
        which,
        5,
    )


# --- what the facts are made of -------------------------------------------------------------------

CLOCK = PeriodClock(TODAY, claims_from=Month(2026, 1))


def row(*amounts):
    return {2026: (*amounts, *(None,) * (12 - len(amounts)))}


def test_the_last_closed_month_is_the_last_that_is_locked():
    assert last_closed(CLOCK) == MAY
    assert last_closed(PeriodClock(date(2026, 7, 15))) == Month(2026, 6)


def test_the_life_of_the_largest_benefit_is_judged():
    small = LineFacts("small", effect_type=EffectType.AVOIDANCE, plan=row(10), approved=row(0))
    large = LineFacts("large", plan=row(*[100] * 12), forecast=row(*[None] * 6, *[50] * 6))

    assert life_ratio([small, large], CLOCK) == Fraction(300, 1200)
    assert life_ratio([], CLOCK) is None


def test_spend_is_ahead_where_more_was_spent_and_the_end_is_not_cheaper():
    cost = LineFacts(
        "cost",
        nature=Nature.ONE_TIME,
        recurrence=Recurrence.ONE_OFF,
        direction=Direction.LESS,
        plan=row(*[10_00] * 8),
        approved=row(*[20_00] * 5),
        forecast=row(*[None] * 5, 10_00, 10_00, 10_00),
    )

    assert spend([cost], CLOCK, "EUR") == Spend(100_00, 50_00, 130_00, 80_00)
    assert spend([cost], CLOCK, "EUR").is_ahead


# --- nobody switches it off -----------------------------------------------------------------------

FORCED = sorted(key for key, number in NUMBERS.items() if number.cyclic)


def test_every_number_of_the_rule_waits_for_its_cycle():
    assert FORCED == [
        "forced_answer",
        "forced_cancel",
        "forced_gate_days",
        "forced_milestones",
        "forced_periods",
        "forced_ratio",
        "replan_months",
    ]
    assert cycle_after(date(2026, 12, 31)) == date(2027, 1, 1)
    assert timing_problem("forced_ratio", date(2026, 7, 31), TODAY) is not None
    assert timing_problem("forced_ratio", date(2026, 8, 1), TODAY) is None
    assert timing_problem("hold_days", TODAY, TODAY) is None


@pytest.mark.parametrize("key", FORCED)
def test_no_number_of_the_rule_can_be_made_absurd(key):
    row = NUMBERS[key]

    assert problems({key: Decimal(row.upper) + 1}) != {}
    assert problems({key: Decimal(row.lower) - 1}) != {}


def planned(nature, amounts, **more):
    row = tuple(amounts) + (None,) * (12 - len(amounts))
    return LineFacts(key=nature.value, nature=nature, plan={2026: row}, **more)


@pytest.mark.parametrize(
    ("since", "won"), [(Month(2026, 1), 100), (Month(2026, 2), -50), (Month(2027, 1), 0)]
)
def test_what_a_plan_promised_from_a_month_on_is_value_less_every_cost(since, won):
    lines = [planned(Nature.BENEFIT, [200, 50]), planned(Nature.ONE_TIME, [50, 100])]

    assert promised(lines, since, "EUR") == won


def test_months_that_nobody_owed_a_claim_for_are_no_spend_ahead_of_plan():
    line = planned(Nature.ONE_TIME, [100, 100, 100, 100])
    line = replace(line, approved={2026: (None, None, None, 120, *[None] * 8)})

    seen = spend([line], PeriodClock(today=TODAY, claims_from=Month(2026, 4)), "EUR")

    assert (seen.spent, seen.planned, seen.planned_at_end) == (120, 100, 100)
