"""The potential light: will the value come, judged from outlook against plan (domain-rules §8)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from measures.rules.amounts import percent_text
from measures.rules.calendar import Month, MonthState, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import (
    DEFAULTS,
    NO_PLAN,
    SEVERITY,
    Colour,
    Finding,
    Light,
    LightNumbers,
    Reason,
    banded,
    ended,
    held,
    light_of,
    unjudged,
)
from measures.rules.lines import Direction, GroupKey, LineFacts
from measures.rules.series import MonthEstimate, Standing, as_effects, estimates, life
from measures.rules.stage import Lifecycle, Stage
from measures.rules.windows import Sums, Window, sums_in_windows


@dataclass(frozen=True, slots=True)
class PotentialFacts:
    """What the potential light is judged from; `owner` and `controller` are named in reasons."""

    stage: Stage
    lifecycle: Lifecycle
    clock: PeriodClock
    lines: tuple[LineFacts, ...]
    forecast: Freshness
    owner: str
    controller: str
    diverges_from_kpi: bool = False
    last: Light | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Outlook against plan in one window, for a whole group or one line (`line` not empty).

    `planned` and `outlook` are exact, in the scaled whole numbers of the group's unit; `ratio` is
    r, None where nothing was planned; `missing` are the months never claimed.
    """

    window: Window
    group: GroupKey
    line: str
    planned: Fraction
    outlook: Fraction
    ratio: Fraction | None
    colour: Colour
    missing: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True)
class Potential:
    """The light, everything that was judged for it, and the same against the first commitment."""

    light: Light
    judged: tuple[Judged, ...] = ()
    against_original: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as an effect, with its months as they stand today; `life_plan` None: no plan."""

    facts: LineFacts
    months: tuple[MonthEstimate, ...]
    life_plan: int | None

    @property
    def weight(self) -> int:
        return self.life_plan or 0


def potential(facts: PotentialFacts, numbers: LightNumbers = DEFAULTS) -> Potential:
    """Return the potential light with its reasons and the figures behind it."""
    if facts.lifecycle in {Lifecycle.CANCELLED, Lifecycle.CLOSED}:
        is_cancelled = facts.lifecycle is Lifecycle.CANCELLED
        return Potential(ended(facts.lifecycle.value, facts.last if is_cancelled else None))
    if facts.lifecycle is Lifecycle.ON_HOLD:
        return Potential(held(facts.last))
    if facts.stage < Stage.DECIDED:
        return Potential(unjudged(Colour.GREY, "not_decided"))
    lines = _prepared(facts.lines, facts.clock)
    judged = _judge_groups(lines, facts.clock, numbers)
    original = tuple(line.as_original() for line in facts.lines)
    against_original = judge_lines(original, facts.clock, numbers)
    return Potential(_light(facts, lines, judged, numbers), judged, against_original)


def judge_lines(
    lines: Sequence[LineFacts], clock: PeriodClock, numbers: LightNumbers = DEFAULTS
) -> tuple[Judged, ...]:
    """Return every window of every group, and of each line that makes up a fifth of its group.

    Lines without any plan are left out; windows below the materiality limit are skipped.
    """
    return _judge_groups(_prepared(lines, clock), clock, numbers)


def _prepared(lines: Iterable[LineFacts], clock: PeriodClock) -> tuple[_Line, ...]:
    return tuple(
        _Line(line, estimates(line, clock), life(line.plan)) for line in map(as_effects, lines)
    )


def _judge_groups(
    lines: Iterable[_Line], clock: PeriodClock, numbers: LightNumbers
) -> tuple[Judged, ...]:
    groups: dict[tuple[GroupKey, Direction], list[_Line]] = defaultdict(list)
    for line in lines:
        if line.life_plan is not None:
            groups[line.facts.group, line.facts.direction].append(line)
    found: list[Judged] = []
    for members in groups.values():
        found += _judge(members, "", clock, numbers)
        for member in _weighty(members, numbers):
            found += _judge([member], member.facts.key, clock, numbers)
    return tuple(found)


def ratio_of(planned: Fraction, outlook: Fraction, direction: Direction) -> Fraction | None:
    """Return r = 1 + d, where d is the favourable deviation from plan; None if P = 0 (§8)."""
    if planned == 0:
        return None
    deviation = (outlook - planned) / abs(planned)
    if direction is Direction.EXACT:
        return 1 - abs(deviation)
    return 1 + deviation if direction is Direction.MORE else 1 - deviation


def colour_of(
    planned: Fraction, outlook: Fraction, direction: Direction, numbers: LightNumbers = DEFAULTS
) -> Colour:
    """Return the colour of outlook against plan; P = 0 is green unless the outlook is adverse."""
    ratio = ratio_of(planned, outlook, direction)
    if ratio is not None:
        return banded(ratio, numbers.ratio_green, numbers.ratio_amber)
    if direction is Direction.EXACT:
        return Colour.GREEN if outlook == 0 else Colour.RED
    is_adverse = outlook < 0 if direction is Direction.MORE else outlook > 0
    return Colour.RED if is_adverse else Colour.GREEN


def _weighty(members: Sequence[_Line], numbers: LightNumbers) -> list[_Line]:
    """Return the lines judged alone, so that none hides behind another (§8)."""
    if len(members) == 1:
        return []
    limit = abs(sum(member.weight for member in members)) * Fraction(numbers.alone_share)
    return [member for member in members if abs(member.weight) >= limit]


def _judge(
    members: Sequence[_Line], line: str, clock: PeriodClock, numbers: LightNumbers
) -> list[Judged]:
    """Judge a basis in each window, with the missing months and without, and keep the worse.

    A missing cost counts as planned; without the second look it would dilute an overrun.
    """
    least = abs(sum(member.weight for member in members)) * Fraction(numbers.materiality)
    found: dict[Window, Judged] = {}
    for with_missing in (True, False):
        for window, sums in _basis(members, clock, with_missing=with_missing).items():
            if abs(sums.planned) < least and abs(sums.outlook) < least:
                continue
            judged = _judged(window, sums, members[0].facts, line, numbers)
            found[window] = max(found.get(window, judged), judged, key=_severity)
    return list(found.values())


def _basis(
    members: Sequence[_Line], clock: PeriodClock, *, with_missing: bool
) -> dict[Window, Sums]:
    """Add up the windows of several lines of one group."""
    basis: dict[Window, Sums] = {}
    for member in members:
        windows = sums_in_windows(member.facts, member.months, clock, with_missing=with_missing)
        for window, sums in windows.items():
            basis[window] = basis[window].plus(sums) if window in basis else sums
    return basis


def _judged(
    window: Window, sums: Sums, facts: LineFacts, line: str, numbers: LightNumbers
) -> Judged:
    return Judged(
        window=window,
        group=facts.group,
        line=line,
        planned=sums.planned,
        outlook=sums.outlook,
        ratio=ratio_of(sums.planned, sums.outlook, facts.direction),
        colour=colour_of(sums.planned, sums.outlook, facts.direction, numbers),
        missing=sums.missing,
    )


def _severity(judged: Judged) -> tuple[int, Fraction]:
    lowest = judged.ratio if judged.ratio is not None else Fraction(0)
    return SEVERITY[judged.colour], -lowest


def _light(
    facts: PotentialFacts,
    lines: tuple[_Line, ...],
    judged: tuple[Judged, ...],
    numbers: LightNumbers,
) -> Light:
    if all(line.life_plan is None for line in lines):
        return unjudged(Colour.GREY, NO_PLAN, owner=facts.owner)
    caps = (*_unapproved(facts, lines, numbers), *_other_caps(facts, lines))
    return light_of(_findings(facts, judged), caps, _marks(facts, lines))


def _findings(facts: PotentialFacts, judged: tuple[Judged, ...]) -> list[Finding]:
    if not judged:
        return [Finding(Colour.GREY, Reason("nothing_due"))]
    ordered = sorted(judged, key=_severity, reverse=True)
    if ordered[0].colour is Colour.GREEN:
        ratios = [each.ratio for each in judged if each.ratio is not None]
        lowest = percent_text(min(ratios, default=Fraction(1)))
        return [Finding(Colour.GREEN, Reason("on_plan", {"percent": lowest}))]
    return [
        Finding(each.colour, _short_reason(each, facts))
        for each in ordered
        if each.colour is not Colour.GREEN
    ]


def _short_reason(judged: Judged, facts: PotentialFacts) -> Reason:
    of_line = "_line" if judged.line else ""
    params = {"line": judged.line, "owner": facts.owner}
    if judged.ratio is None:
        return Reason(f"unplanned{of_line}", params)
    params["percent"] = percent_text(judged.ratio)
    if judged.window is Window.YEAR_TO_DATE and judged.missing:
        params["months"] = facts.clock.calendar.labels(judged.missing)
        return Reason(f"short_{judged.window}{of_line}_unclaimed", params)
    return Reason(f"short_{judged.window}{of_line}", params)


def _unapproved(
    facts: PotentialFacts, lines: tuple[_Line, ...], numbers: LightNumbers
) -> list[Finding]:
    """Return the caps of locked months without an approved actual, naming who is late (§8).

    Costs cap too: a cost nobody claimed counts as planned, and only the cap answers for it.
    """
    pending = _months_standing(lines, Standing.PENDING)
    missing = _months_standing(lines, Standing.MISSING)
    count = len({*pending, *missing})
    if count < numbers.unapproved_amber:
        return []
    colour = Colour.RED if count >= numbers.unapproved_red else Colour.AMBER
    labels, found = facts.clock.calendar.labels, []
    if pending:
        params = {"months": labels(pending), "controller": facts.controller}
        found.append(Finding(colour, Reason("months_unconfirmed", params)))
    if missing:
        params = {"months": labels(missing), "owner": facts.owner}
        found.append(Finding(colour, Reason("months_unclaimed", params)))
    return found


def _months_standing(
    lines: Iterable[_Line], standing: Standing, state: MonthState = MonthState.LOCKED
) -> tuple[Month, ...]:
    """Return the months in a state in which some line has this standing."""
    found = {
        each.month
        for line in lines
        for each in line.months
        if each.standing is standing and each.state is state
    }
    return tuple(sorted(found))


def _other_caps(facts: PotentialFacts, lines: Iterable[_Line]) -> Iterable[Finding]:
    params = {"owner": facts.owner}
    if facts.forecast is Freshness.STALE:
        yield Finding(Colour.AMBER, Reason("forecast_stale", params))
    if facts.forecast is Freshness.EXPIRED:
        yield Finding(Colour.RED, Reason("forecast_expired", params))
    if facts.diverges_from_kpi:
        yield Finding(Colour.AMBER, Reason("diverges_from_kpi"))
    for line in lines:
        if line.life_plan is None:
            reason = Reason("line_without_plan", {"line": line.facts.key, **params})
            yield Finding(Colour.AMBER, reason)


def _marks(facts: PotentialFacts, lines: tuple[_Line, ...]) -> tuple[Reason, ...]:
    """Return the provisional months: marked, without effect on colour (§4)."""
    waiting = {
        *_months_standing(lines, Standing.PENDING, MonthState.PROVISIONAL),
        *_months_standing(lines, Standing.FORECAST, MonthState.PROVISIONAL),
    }
    if not waiting:
        return ()
    months = facts.clock.calendar.labels(tuple(sorted(waiting)))
    return (Reason("months_provisional", {"months": months}),)
