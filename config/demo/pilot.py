"""How a measure of Halvern's pilot is written down: its people, its days, and kinds of lines."""

from datetime import date

from config.demo import halvern
from config.demo.script import Amounts, LineScript, MeasureScript, MilestoneScript, flat
from measures.rules.calendar import Month
from measures.rules.lines import Direction, EffectType, Nature, Recurrence
from measures.rules.stage import Stage

YEAR = 2026
TODAY = date(YEAR, 7, 8)
REPORTED = date(YEAR, 7, 6)
PROPOSED = date(2025, 11, 3)
# The pilot was asked for a forecast in June too, and looked at by the workers before the rest.
REPORTED_BEFORE = date(YEAR, 6, 8)
MEETING = date(YEAR, 5, 13)  # of the steering committee: the last before the visit
LOOKED, LOOKED_AGAIN = date(YEAR, 6, 10), date(YEAR, 8, 31)
FORCED = date(YEAR, 7, 2)  # the visit begins on the fourth of five working days after it
CLIMBED = (date(YEAR, 6, 16), date(YEAR, 6, 24))
# What the workers found in the rest of the portfolio before the morning of the visit.
TOLD_IN_TIME = date(YEAR, 6, 25)
FOUND = (date(YEAR, 6, 29), date(YEAR, 7, 1), date(YEAR, 7, 3))
JUNE, JULY, LAST = Month(YEAR, 6), Month(YEAR, 7), Month(2027, 12)
K = 1000

# Everything of the pilot was decided before the year began.
DECIDED = {
    Stage.IDENTIFIED: date(2025, 11, 5),
    Stage.DETAILED: date(2025, 11, 17),
    Stage.DECIDED: date(2025, 12, 1),
}


def month(number: int, year: int = YEAR) -> Month:
    """Return a month of Halvern's fiscal year, which is the calendar's."""
    return Month(year, number)


def benefit(name: str, first: int, monthly: int, claims: Amounts) -> LineScript:
    """Return a recurring hard benefit of the same amount each month from `first` of YEAR."""
    return LineScript(
        name=name,
        plan=flat(month(first), LAST, monthly),
        full_effect=month(first),
        claims=claims,
        waiting=frozenset({JUNE}),
    )


def cost(name: str, plan: Amounts, claims: Amounts) -> LineScript:
    """Return a one-time cost, approved month by month as it was spent."""
    return LineScript(
        name=name,
        plan=plan,
        nature=Nature.ONE_TIME,
        recurrence=Recurrence.ONE_OFF,
        direction=Direction.LESS,
        baseline=dict.fromkeys(plan, 0),
        claims=claims,
        waiting=frozenset({JUNE}),
    )


def from_july(monthly: int, last: Month = LAST) -> Amounts:
    """Return a forecast of the same amount for every open month."""
    return flat(JULY, last, monthly)


def done(name: str, planned: date) -> MilestoneScript:
    """Return a milestone completed on its planned day."""
    return MilestoneScript(name, planned, done_on=planned)


def story(  # noqa: PLR0913 -- the head of a measure, one by one
    number: int,
    name: str,
    package: str,
    description: str,
    *,
    lines: tuple[LineScript, ...],
    milestones: tuple[MilestoneScript, ...],
    size: int | None = None,
    effect_type: EffectType = EffectType.HARD,
    owner: int = 0,
) -> MeasureScript:
    """Return a decided measure of the pilot with the people of its portfolio."""
    portfolio = halvern.PORTFOLIO_OF[package]
    return MeasureScript(
        code=f"HG-{number:03d}",
        name=name,
        package=package,
        description=description,
        owner=halvern.OWNERS[portfolio][owner],
        sponsor=halvern.SPONSORS[portfolio][0],
        controller=halvern.CONTROLLERS[portfolio],
        lines=lines,
        milestones=milestones,
        size=size,
        effect_type=effect_type,
        gates=DECIDED,
        proposed_on=PROPOSED,
        reported_on=REPORTED,
    )
