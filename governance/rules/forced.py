"""The forced decision: six conditions under which a measure must be decided about (§11)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from accounts.rules.numbers import Numbers
from measures.rules.amounts import percent_text
from measures.rules.calendar import Month, day_text
from measures.rules.lines import EffectType
from measures.rules.remaining import Remaining, Spend
from measures.rules.stage import Lifecycle, Stage
from measures.rules.working_days import WorkingDays

SHADOW_DAYS = 60  # fixed by domain-rules §11: once, not renewable


class Condition(StrEnum):
    """The conditions (a) to (f), by what each finds."""

    VALUE_GONE = "a"
    NOT_WORTH_IT = "b"
    TOO_LATE = "c"
    GATE_MISSED = "d"
    PREMISE_VOID = "e"
    SPENT_AHEAD = "f"


class Answer(StrEnum):
    """What may be decided, and nothing else."""

    REPLAN = "replan"
    HOLD = "hold"
    CANCEL = "cancel"


class ForcedState(StrEnum):
    """Where a forced decision stands.

    Reported: found in the shadow period, without any effect. Lapsed: nobody decided, so Assay set
    the hold. Ended: the measure was closed meanwhile.
    """

    OPEN = "open"
    REPLANNING = "replanning"
    DECIDED = "decided"
    LAPSED = "lapsed"
    REPORTED = "reported"
    ENDED = "ended"


WAITING = (ForcedState.OPEN, ForcedState.REPLANNING)


@dataclass(frozen=True, slots=True)
class ForcedFacts:
    """What the conditions look at in one measure.

    `life_ratio` is r(life); `low_since` the first closed month at which it was seen below the
    limit, `last_closed` the last closed month. `effect_until` is the latest day for an effect,
    `gate_due_on` the oldest due date of a gate still missed, `premise_void_on` the day somebody
    declared the premise void. `milestones_done` is the share done by weight, None without any.
    `began_lost`: the plan with which it was taken over won nothing any more at its cut-over.
    """

    stage: Stage
    lifecycle: Lifecycle
    effect_type: EffectType
    today: date
    life_ratio: Fraction | None
    low_since: Month | None
    last_closed: Month
    remaining: Remaining
    effect_until: date | None = None
    gate_due_on: date | None = None
    premise_void_on: date | None = None
    spend: Spend | None = None
    milestones_done: Fraction | None = None
    began_lost: bool = False

    @property
    def is_exempt(self) -> bool:
        """Whether the tests of value do not apply: a mandatory measure or an enabler."""
        return self.effect_type is EffectType.MANDATORY


@dataclass(frozen=True, slots=True)
class Found:
    """A condition that holds, in words; amounts are left to who writes them."""

    condition: Condition
    sentence: str


def is_low(ratio: Fraction | None, numbers: Numbers) -> bool:
    """Return whether r(life) lies below the limit, on the unrounded value."""
    return ratio is not None and ratio < Fraction(numbers.forced_ratio)


def low_since(
    before: Month | None, ratio: Fraction | None, closed: Month, numbers: Numbers
) -> Month | None:
    """Return the first closed month at which r(life) was seen low without a break."""
    if not is_low(ratio, numbers):
        return None
    return closed if before is None else min(before, closed)


def _value_gone(facts: ForcedFacts, numbers: Numbers) -> str | None:
    since, ratio = facts.low_since, facts.life_ratio
    if facts.is_exempt or since is None or ratio is None or not is_low(ratio, numbers):
        return None
    periods = facts.last_closed.index - since.index + 1
    if periods < numbers.forced_periods:
        return None
    limit = percent_text(Fraction(numbers.forced_ratio))
    return (
        f"The whole life is expected to bring {percent_text(ratio)} of its plan, "
        f"below {limit} for {periods} closed months."
    )


def _not_worth_it(facts: ForcedFacts, numbers: Numbers) -> str | None:
    del numbers
    if facts.is_exempt or facts.began_lost or not facts.remaining.is_lost:
        return None
    return "What is left to gain does not exceed what is left to spend."


def _too_late(facts: ForcedFacts, numbers: Numbers) -> str | None:
    del numbers
    until = facts.effect_until
    if facts.stage is not Stage.DECIDED or until is None or facts.today <= until:
        return None
    return f"The latest day for an effect, {day_text(until)}, has passed."


def _gate_missed(facts: ForcedFacts, numbers: Numbers) -> str | None:
    due = facts.gate_due_on
    if due is None or facts.today <= due + timedelta(days=numbers.forced_gate_days):
        return None
    days = (facts.today - due).days
    return f"A gate was due on {day_text(due)}, {days} days ago."


def _premise_void(facts: ForcedFacts, numbers: Numbers) -> str | None:
    del numbers
    if facts.premise_void_on is None:
        return None
    return f"Its premise was declared void on {day_text(facts.premise_void_on)}."


def _spent_ahead(facts: ForcedFacts, numbers: Numbers) -> str | None:
    done = facts.milestones_done
    if facts.spend is None or done is None or not facts.spend.is_ahead:
        return None
    if done >= Fraction(numbers.forced_milestones):
        return None
    return f"Spend is ahead of its plan to the end, with {percent_text(done)} of milestones done."


CONDITIONS: tuple[tuple[Condition, Callable[[ForcedFacts, Numbers], str | None]], ...] = (
    (Condition.VALUE_GONE, _value_gone),
    (Condition.NOT_WORTH_IT, _not_worth_it),
    (Condition.TOO_LATE, _too_late),
    (Condition.GATE_MISSED, _gate_missed),
    (Condition.PREMISE_VOID, _premise_void),
    (Condition.SPENT_AHEAD, _spent_ahead),
)


def find(facts: ForcedFacts, numbers: Numbers) -> tuple[Found, ...]:
    """Return every condition that holds for a measure, in the order of the rules.

    Only what was committed can evaporate: below Decided, gates and escalations answer for it.
    """
    is_committed = Stage.DECIDED <= facts.stage < Stage.CLOSED
    is_running = facts.lifecycle in {Lifecycle.ACTIVE, Lifecycle.ON_HOLD}
    if not (is_committed and is_running):
        return ()
    found = ((code, look(facts, numbers)) for code, look in CONDITIONS)
    return tuple(Found(code, sentence) for code, sentence in found if sentence is not None)


def day_of_answer(
    opened_on: date, due_on: date, today: date, working: WorkingDays
) -> tuple[int, int]:
    """Return which working day of how many it is: "day 4 of 5"; past the last it stays there."""
    days = working.between(opened_on, due_on)
    return min(max(working.between(opened_on, today), 0), days), days
