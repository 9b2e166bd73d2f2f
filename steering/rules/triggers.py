"""The triggers as one table: what each looks for, how grave it is, and where it starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from measures.rules.calendar import day_text
from measures.rules.stage import Lifecycle, Stage


class TriggerCode(StrEnum):
    """The rules of the catalogue (domain-rules §12) that are active."""

    MILESTONE_LATE = "T1"
    POTENTIAL_RED = "T2"
    UPDATE_STALE = "T4"


class Severity(StrEnum):
    """How grave: a red escalation never closes without a decision, nor does an amber one."""

    AMBER = "amber"
    RED = "red"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class LateMilestone:
    """An open milestone whose lateness is red; `due_on` is the end of its plan."""

    name: str
    due_on: date
    days_late: int
    is_critical: bool


@dataclass(frozen=True, slots=True)
class SteeringFacts:
    """What triggers look at in one measure.

    `update_due_on`: the day a status update was due that has gone stale; None when fresh or due.
    `red_since`: the day the potential light turned red; None when it is not red.
    `cut_over_on`: the day a running measure was taken over; None for one that began here.
    """

    measure_id: int
    stage: Stage
    lifecycle: Lifecycle
    update_due_on: date | None = None
    late_milestones: tuple[LateMilestone, ...] = ()
    red_since: date | None = None
    potential_reason: str = ""
    cut_over_on: date | None = None


@dataclass(frozen=True, slots=True)
class Firing:
    """A trigger that fires now; `since` is the earliest day of what it found.

    `about` names what it found, without what changes by the day: another `about` is a repeat.
    """

    code: TriggerCode
    severity: Severity
    level: int
    since: date
    sentence: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """One row: `look` returns the firing that the facts give, without regard to the cut-over."""

    code: TriggerCode
    name: str
    condition: str
    severity: Severity
    first_level: int
    look: Callable[["Trigger", SteeringFacts], Firing | None]


# Critical triggers start at level 2 (domain-rules §12).
CRITICAL_LEVEL = 2


def _look_milestones(trigger: Trigger, facts: SteeringFacts) -> Firing | None:
    late = [each for each in facts.late_milestones if _is_ours(each.due_on, facts)]
    if not late:
        return None
    worst = max(late, key=lambda each: (each.is_critical, each.days_late))
    others = f" and {len(late) - 1} more" if len(late) > 1 else ""
    return Firing(
        code=trigger.code,
        severity=Severity.CRITICAL if worst.is_critical else trigger.severity,
        level=CRITICAL_LEVEL if worst.is_critical else trigger.first_level,
        since=min(each.due_on for each in late),
        sentence=f"{worst.name} is {worst.days_late} days late{others}.",
        about=tuple(sorted(each.name for each in late)),
    )


def _look_potential(trigger: Trigger, facts: SteeringFacts) -> Firing | None:
    if facts.red_since is None or not _is_ours(facts.red_since, facts):
        return None
    return Firing(
        code=trigger.code,
        severity=trigger.severity,
        level=trigger.first_level,
        since=facts.red_since,
        sentence=facts.potential_reason,
        about=(facts.red_since.isoformat(),),
    )


def _look_update(trigger: Trigger, facts: SteeringFacts) -> Firing | None:
    due_on = facts.update_due_on
    if due_on is None or not _is_ours(due_on, facts):
        return None
    sentence = f"The status update due on {day_text(due_on)} is missing."
    return Firing(
        code=trigger.code,
        severity=trigger.severity,
        level=trigger.first_level,
        since=due_on,
        sentence=sentence,
        about=(due_on.isoformat(),),
    )


def _is_ours(onset: date, facts: SteeringFacts) -> bool:
    # What had gone wrong before the take-over is shown as a finding, never escalated (issue 2).
    return facts.cut_over_on is None or onset >= facts.cut_over_on


TRIGGERS: tuple[Trigger, ...] = (
    Trigger(
        code=TriggerCode.MILESTONE_LATE,
        name="Milestone late",
        condition="an open milestone is red; a critical one starts at level 2",
        severity=Severity.RED,
        first_level=0,
        look=_look_milestones,
    ),
    Trigger(
        code=TriggerCode.POTENTIAL_RED,
        name="Potential red",
        condition="the potential light has turned red",
        severity=Severity.RED,
        first_level=1,
        look=_look_potential,
    ),
    Trigger(
        code=TriggerCode.UPDATE_STALE,
        name="Update stale",
        condition="the status update is stale or expired",
        severity=Severity.AMBER,
        first_level=0,
        look=_look_update,
    ),
)


def is_watched(facts: SteeringFacts) -> bool:
    """Return whether triggers look at a measure: from Decided on, while it is active."""
    is_committed = Stage.DECIDED <= facts.stage < Stage.CLOSED
    return is_committed and facts.lifecycle is Lifecycle.ACTIVE


def firings(facts: SteeringFacts, rules: Iterable[Trigger] = TRIGGERS) -> tuple[Firing, ...]:
    """Return every trigger that fires for one measure, in the order of the table."""
    if not is_watched(facts):
        return ()
    found = (trigger.look(trigger, facts) for trigger in rules)
    return tuple(firing for firing in found if firing is not None)
