"""The rest of Halvern's portfolio: generated measures, the same on every machine and day.

Sizes follow a curve on which the largest forty hold about two thirds of the value; plans and
forecasts are then fitted so that the whole comes to the totals of the demo.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from config.demo import halvern
from config.demo.halvern_names import SUBJECTS
from config.demo.pilot import JULY, JUNE, LAST, REPORTED, TODAY, YEAR, from_july
from config.demo.script import Amounts, LineScript, MeasureScript, MilestoneScript, flat
from config.demo.sums import RUNNING, year_of
from measures.rules.amounts import allocate
from measures.rules.calendar import FiscalCalendar, Month
from measures.rules.lines import EffectType
from measures.rules.stage import Stage

CUT_OVER = date(YEAR, 1, 5)
MAY, DUE_SINCE = Month(YEAR, 5), date(YEAR, 6, 3)  # of owners who have June still to report
SEED = 2026
STAGES = {
    Stage.DEFINED: 28,
    Stage.IDENTIFIED: 40,
    Stage.DETAILED: 36,
    Stage.DECIDED: 197,
    Stage.IMPLEMENTED: 85,
}
COUNT = sum(STAGES.values())
TOLD = 3  # measures at Detailed that have a story of their own instead
CALENDAR = FiscalCalendar()

# Yearly run-rates between these corners fall by the same factor from rank to rank.
CORNERS = ((1, 1_950_000), (32, 360_000), (33, 150_000), (192, 58_000), (COUNT, 9_000))

# How a started measure performs against its plan, in percent, and how many of a hundred do so.
FARES = ((99, 58), (102, 22), (82, 13), (61, 7))
LATE = 0.3  # of the milestones that were due last
TUNABLE = 95  # from this percentage on an outlook may be fitted without changing a colour


@dataclass(frozen=True, slots=True)
class _Fate:
    """What chance has decided of one measure; who is owing has not reported since June began."""

    number: int
    size: int
    stage: Stage
    program: str
    name: str
    starts: Month
    percent: int
    is_late: bool
    is_silent: bool
    is_owing: bool


def portfolio(plan_total: int, outlook_total: int) -> tuple[MeasureScript, ...]:
    """Return the generated measures, fitted to this year's plan and outlook (in whole units)."""
    chance = random.Random(SEED)  # noqa: S311 -- the same on every machine is the point
    fates = list(_fates(chance))
    drafts = [_script(fate, chance) for fate in fates]
    planned = _fitted_plan(drafts, plan_total)
    running = [_with_actuals(each, fate, chance) for each, fate in zip(planned, fates, strict=True)]
    fitted = _fitted_outlook(running, fates, outlook_total)
    detailed = [each for each in fitted if each.stage is Stage.DETAILED]
    told = [each for each in detailed if each.effect_type is EffectType.HARD][:TOLD]
    return tuple(each for each in fitted if each not in told)


def _fates(chance: random.Random) -> Iterator[_Fate]:
    stages = [stage for stage, count in STAGES.items() for _ in range(count)]
    chance.shuffle(stages)
    names = _names(chance)
    for rank, stage in enumerate(stages, start=1):
        program, name = names[rank % len(names)].pop()
        percent = chance.choices([each for each, _ in FARES], [at for _, at in FARES])[0]
        yield _Fate(
            number=rank,
            size=_size(rank),
            stage=stage,
            program=program,
            name=name,
            starts=_start(stage, chance),
            percent=percent,
            is_late=chance.random() < LATE,
            is_silent=rank % 61 == 0,
            is_owing=rank % 9 == 0 and percent >= TUNABLE,
        )


def _names(chance: random.Random) -> list[list[tuple[str, str]]]:
    """Return for each program its possible measures, in an order of their own."""
    found = []
    for program, (things, places) in SUBJECTS.items():
        names = [(program, f"{thing}, {place}") for thing in things for place in places]
        chance.shuffle(names)
        found.append(names)
    return found


def _size(rank: int) -> int:
    for (first, high), (last, low) in pairwise(CORNERS):
        if first <= rank <= last:
            share = (rank - first) / (last - first)
            dozens: float = high * (low / high) ** share / 1200
            return round(dozens) * 1200
    raise ValueError(rank)


def _start(stage: Stage, chance: random.Random) -> Month:
    """Return the month of the first effect: past for what is implemented, ahead for ideas."""
    first, last = {
        Stage.IMPLEMENTED: (Month(YEAR - 1, 1), Month(YEAR - 1, 11)),
        Stage.DECIDED: (Month(YEAR - 1, 8), Month(YEAR, 4)),
    }.get(stage, (Month(YEAR, 9), Month(YEAR + 1, 6)))
    return Month.at(chance.randint(first.index, last.index))


def _script(fate: _Fate, chance: random.Random) -> MeasureScript:
    package = chance.choice(halvern.PACKAGES_OF[fate.program])
    area = halvern.PORTFOLIO_OF[package]
    thing, place = fate.name.rsplit(", ", 1)
    kind = EffectType.AVOIDANCE if fate.number % 23 == 0 else EffectType.HARD
    return MeasureScript(
        code=f"HG-{100 + fate.number}",
        name=fate.name,
        package=package,
        description=f"{thing} in {place}, as agreed with the site.",
        owner=halvern.OWNERS[area][fate.number % 4],
        sponsor=halvern.SPONSORS[area][fate.number % len(halvern.SPONSORS[area])],
        controller=halvern.CONTROLLERS[area],
        lines=(_line(fate, kind),) if fate.stage is not Stage.DEFINED else (),
        milestones=_milestones(fate),
        stage=fate.stage,
        size=fate.size,
        effect_type=kind,
        reported_on=_reported(fate),
    )


def _reported(fate: _Fate) -> date | None:
    if fate.stage < Stage.DECIDED:
        return None
    if fate.is_silent:
        return date(YEAR, 5, 22)
    return DUE_SINCE if fate.is_owing else REPORTED


def _line(fate: _Fate, kind: EffectType) -> LineScript:
    monthly = fate.size // 12
    ramp = {fate.starts: monthly // 2}
    full = fate.starts.plus(1)
    return LineScript(
        name="Effect",
        plan={**ramp, **flat(full, LAST, monthly)},
        effect_type=kind,
        full_effect=full,
    )


def _milestones(fate: _Fate) -> tuple[MilestoneScript, ...]:
    if fate.stage < Stage.DETAILED:
        return ()
    begins = CALENDAR.first_day(fate.starts)
    days = (("Concept agreed", -120), ("Ready to start", -35), ("Rolled out", 75))
    return tuple(_milestone(name, begins + timedelta(days=by), fate) for name, by in days)


def _milestone(name: str, due: date, fate: _Fate) -> MilestoneScript:
    due = _working_day(due)
    if fate.stage is Stage.IMPLEMENTED:
        past = min(due, CUT_OVER - timedelta(days=20))
        return MilestoneScript(name, past, done_on=past)
    if due > REPORTED:
        return MilestoneScript(name, due)
    if fate.is_late and fate.stage is Stage.DECIDED and due > date(YEAR, 5, 25):
        return MilestoneScript(name, due, forecast_end=max(due + timedelta(days=6), TODAY))
    return MilestoneScript(name, due, done_on=due)


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _fitted_plan(drafts: Sequence[MeasureScript], total: int) -> list[MeasureScript]:
    """Scale the plans of what is committed so that this year's add up to `total`."""
    now = sum(_this_year(each)[0] for each in drafts) // 100
    scaled = [_scaled(each, total, now) if _is_summed(each) else each for each in drafts]
    rest = total - sum(_this_year(each)[0] for each in scaled) // 100
    largest = max(range(len(scaled)), key=lambda at: _this_year(scaled[at])[0])
    scaled[largest] = _shifted(scaled[largest], rest)
    return scaled


def _is_summed(script: MeasureScript) -> bool:
    return script.stage >= Stage.DECIDED and script.effect_type is EffectType.HARD


def _this_year(script: MeasureScript) -> tuple[int, int]:
    return year_of(script, RUNNING, halvern.HALVERN, TODAY, CUT_OVER)


def _scaled(script: MeasureScript, total: int, now: int) -> MeasureScript:
    (line,) = script.lines
    plan = {month: round(amount * total / now / 10) * 10 for month, amount in line.plan.items()}
    return replace(script, lines=(replace(line, plan=plan),), size=12 * plan[LAST])


def _shifted(script: MeasureScript, by: int) -> MeasureScript:
    """Add what rounding left over to the plan of December."""
    (line,) = script.lines
    plan = {**line.plan, Month(YEAR, 12): line.plan[Month(YEAR, 12)] + by}
    return replace(script, lines=(replace(line, plan=plan),))


def _with_actuals(script: MeasureScript, fate: _Fate, chance: random.Random) -> MeasureScript:
    """Let the months since the cut-over bring what chance has decided."""
    if script.stage < Stage.DECIDED:
        return script
    (line,) = script.lines
    last = MAY if fate.is_owing else JUNE
    months = [month for month in line.plan if Month(YEAR, 1) <= month <= last]
    claims = {
        month: round(line.plan[month] * (fate.percent + chance.uniform(-2, 2)) / 1000) * 10
        for month in months
    }
    is_quick = script.controller == halvern.CONTROLLERS[halvern.COMMERCIAL]
    # What has not started yet is expected as planned.
    percent = fate.percent if claims else 100
    open_months = {month: at for month, at in line.plan.items() if month >= JULY}
    forecast = {month: round(at * percent / 1000) * 10 for month, at in open_months.items()}
    line = replace(
        line,
        claims=claims,
        waiting=frozenset() if is_quick else frozenset({JUNE}),
        forecast=None if percent == 100 else forecast,  # noqa: PLR2004 -- as planned
    )
    return replace(script, lines=(line,))


def _fitted_outlook(
    scripts: Sequence[MeasureScript], fates: Sequence[_Fate], total: int
) -> list[MeasureScript]:
    """Spread what is missing to `total` over the open months of what runs well."""
    found = list(scripts)
    gap = total - sum(_this_year(each)[1] for each in found) // 100
    tunable = [
        at
        for at, (script, fate) in enumerate(zip(found, fates, strict=True))
        if _is_summed(script) and fate.percent >= TUNABLE and script.lines[0].claims
    ]
    weights = [_this_year(found[at])[0] for at in tunable]
    for at, share in zip(tunable, allocate(gap, weights), strict=True):
        (line,) = found[at].lines
        forecast: Amounts = line.forecast or from_july(0)
        months = [Month(YEAR, number) for number in range(7, 13)]
        parts = allocate(share, [1] * len(months))
        fitted = {month: forecast[month] + part for month, part in zip(months, parts, strict=True)}
        found[at] = replace(found[at], lines=(replace(line, forecast={**forecast, **fitted}),))
    return found
