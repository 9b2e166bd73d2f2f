"""The rules of holds and cancellations: who extends, what is judged again, what must be said."""

from datetime import date, timedelta

import pytest

from accounts.rules.numbers import Numbers
from core.errors import Invalid
from governance import errors
from governance.rules import holds
from governance.rules.holds import Ending, Held, Rank
from measures.rules.calendar import Month, PeriodClock
from measures.rules.lines import Direction, EffectType, LineFacts, Nature, Recurrence, Unit
from measures.rules.remaining import last_planned, remaining
from measures.rules.stage import Stage

NUMBERS = Numbers()
TODAY = date(2026, 7, 8)
CLOCK = PeriodClock(TODAY)


def held(**changes):
    fields = {
        "people": frozenset({1}),
        "rank": Rank.PROJECT,
        "since": date(2026, 5, 15),
        "until": date(2026, 8, 13),
        "was_extended": False,
    }
    return Held(**(fields | changes))


@pytest.mark.parametrize(
    ("by_rank", "extended_by", "rank"),
    [
        (Rank.PROJECT, 2, Rank.PROGRAM),
        (Rank.PROGRAM, 2, Rank.STEERING),
        (Rank.STEERING, 2, Rank.EXECUTIVE),
        (Rank.EXECUTIVE, 2, Rank.EXECUTIVE),
        (Rank.NONE, 2, Rank.PROJECT),
    ],
)
def test_a_hold_is_extended_by_one_level_higher(by_rank, extended_by, rank):
    holds.check_extension(
        held(rank=by_rank), by=frozenset({extended_by}), rank=rank, until=TODAY + timedelta(days=60)
    )


@pytest.mark.parametrize(
    ("changes", "by", "rank"),
    [
        ({}, [2], Rank.PROJECT),
        ({"rank": Rank.STEERING}, [2], Rank.STEERING),
        ({"rank": Rank.EXECUTIVE}, [1], Rank.EXECUTIVE),
        ({}, [1, 2], Rank.EXECUTIVE),
        ({"people": frozenset({1, 3})}, [2, 3], Rank.EXECUTIVE),
        ({"was_extended": True}, [2], Rank.EXECUTIVE),
    ],
)
def test_a_hold_is_extended_neither_from_its_own_level_nor_twice(changes, by, rank):
    with pytest.raises(errors.NotHigher):
        holds.check_extension(
            held(**changes), by=frozenset(by), rank=rank, until=TODAY + timedelta(days=60)
        )


def test_an_extension_lengthens():
    with pytest.raises(Invalid):
        holds.check_extension(held(), by=frozenset({2}), rank=Rank.PROGRAM, until=date(2026, 8, 13))


@pytest.mark.parametrize(("days", "is_asked"), [(60, False), (61, True)])
def test_criteria_are_judged_again_after_more_than_sixty_days(days, is_asked):
    since = TODAY - timedelta(days=days)

    assert holds.needs_recheck(held(since=since), TODAY, NUMBERS) is is_asked


def test_a_review_lies_inside_its_hold():
    until = date(2026, 8, 13)
    holds.check_review(None, until=until, today=TODAY)
    holds.check_review(until, until=until, today=TODAY)

    for day in (TODAY - timedelta(days=1), until + timedelta(days=1)):
        with pytest.raises(Invalid):
            holds.check_review(day, until=until, today=TODAY)


def test_a_committed_measure_is_not_cancelled_without_its_lessons():
    holds.check_ending(Ending(), stage=Stage.DETAILED, flows=False)
    with pytest.raises(errors.LessonsMissing):
        holds.check_ending(Ending(), stage=Stage.DECIDED, flows=False)


def test_an_effect_that_flows_is_not_cancelled_in_silence():
    with pytest.raises(errors.EffectStillFlows):
        holds.check_ending(Ending(lessons="Ask first."), stage=Stage.DECIDED, flows=True)
    said = Ending(lessons="Ask first.", ending="The third shift comes back in July.")
    holds.check_ending(said, stage=Stage.DECIDED, flows=True)


def test_a_cancellation_is_taken_back_for_thirty_days():
    holds.check_restorable(TODAY - timedelta(days=30), TODAY, NUMBERS)
    with pytest.raises(errors.RestoredTooLate):
        holds.check_restorable(TODAY - timedelta(days=31), TODAY, NUMBERS)


# --- what is left ---------------------------------------------------------------------------------


def year(*amounts):
    return {2026: (*amounts, *(None,) * (12 - len(amounts)))}


def a_benefit(**changes):
    fields = {"plan": year(*[60_00] * 12), "forecast": year(*[None] * 6, *[8_00] * 6)}
    return LineFacts("Service desk", **(fields | changes))


def a_cost(**changes):
    fields = {
        "nature": Nature.ONE_TIME,
        "recurrence": Recurrence.ONE_OFF,
        "direction": Direction.LESS,
        "plan": year(*[100_00] * 8),
        "approved": year(*[100_00] * 6),
        "forecast": year(*[None] * 6, 30_00, 30_00),
    }
    return LineFacts("Portal", **(fields | changes))


def test_what_is_left_is_the_outlook_of_the_months_that_have_not_ended():
    left = remaining([a_benefit(), a_cost()], CLOCK, "EUR")

    assert (left.to_gain, left.to_spend, left.spent) == (48_00, 60_00, 600_00)
    assert (left.net, left.is_lost) == (-12_00, True)


def test_other_currencies_and_what_claims_no_money_are_left_out():
    lines = [
        a_benefit(currency="USD"),
        a_benefit(effect_type=EffectType.QUALITATIVE),
        a_cost(),
    ]

    assert remaining(lines, CLOCK, "EUR").to_gain == 0


def test_a_measure_with_nothing_left_on_either_side_waits_to_be_closed_and_is_not_lost():
    ended = year(*[60_00] * 6)
    left = remaining([a_benefit(plan=ended, forecast=ended, approved=ended)], CLOCK, "EUR")

    assert (left.net, left.is_lost) == (0, False)


def test_figures_of_other_decimals_come_as_hundredths():
    left = remaining(
        [a_benefit(unit=Unit("money", 0), plan=year(*[60] * 7), forecast=year(*[None] * 6, 8))],
        CLOCK,
        "EUR",
    )

    assert left.to_gain == 8_00


def test_the_last_planned_month_is_that_of_the_benefits():
    assert last_planned([a_benefit(plan=year(0, 5)), a_cost()]) == Month(2026, 2)
    assert last_planned([a_cost()]) is None
