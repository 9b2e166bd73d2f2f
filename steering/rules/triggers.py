"""The triggers as one table: what each looks for, how grave it is, and where it starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from accounts.rules.numbers import Numbers
from measures.rules.calendar import day_text
from measures.rules.stage import Lifecycle, Stage
from measures.rules.working_days import WorkingDays


class TriggerCode(StrEnum):
    """The rules of the catalogue (domain-rules §12) that are active."""

    MILESTONE_LATE = "T1"
    POTENTIAL_RED = "T2"
    UPDATE_STALE = "T4"
    GATE_OVERDUE = "T9"
    HOLD_EXPIRING = "T10"
    LEDGER_DIFFERS = "T13"
    VALUE_LOST = "T17"


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
class OverdueGate:
    """A gate without a decision by its day; `waits_for` are the roles that have not voted."""

    name: str
    due_on: date
    days_late: int
    waits_for: tuple[str, ...]


class HoldPhase(StrEnum):
    """How near a hold is to its end: asked beforehand, run out, or so long that it is to end."""

    EXPIRING = "expiring"
    EXPIRED = "expired"
    TO_CANCEL = "to_cancel"


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A hold that asks for a decision; `until` is its last day, `asked_on` the day that asks."""

    until: date
    asked_on: date
    phase: HoldPhase


@dataclass(frozen=True, slots=True)
class LossFacts:
    """What a check after the closing found lost; `lost` says by line how much a year."""

    found_on: date
    lost: str
    finding_id: int


@dataclass(frozen=True, slots=True)
class LedgerGap:
    """What a budget line booked in a locked month beyond what claims explain and tolerance allows.

    `amount` is for reading, with its currency; `size` compares, in hundredths.
    """

    budget_line: str
    month: str
    since: date
    amount: str
    size: Fraction


@dataclass(frozen=True, slots=True)
class SteeringFacts:
    """What triggers look at in one measure.

    `update_due_on`: the day a status update was due that has gone stale; None when fresh or due.
    `red_since`: the day the potential light turned red; None when it is not red.
    `cut_over_on`: the day a running measure was taken over; None for one that began here.
    `overdue_gate`: the requested gate whose day has passed without a decision.
    `hold`: the hold that nears its end or has run out; None where none does.
    `loss`: what the latest check of a closed measure found lost; None where its value lasts.
    `ledger_gaps`: what its budget lines booked beyond the tolerance, where it is the one asked.
    """

    measure_id: int
    stage: Stage
    lifecycle: Lifecycle
    update_due_on: date | None = None
    late_milestones: tuple[LateMilestone, ...] = ()
    red_since: date | None = None
    potential_reason: str = ""
    cut_over_on: date | None = None
    hold: HoldFacts | None = None
    overdue_gate: OverdueGate | None = None
    loss: LossFacts | None = None
    ledger_gaps: tuple[LedgerGap, ...] = ()


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
    lifecycle: Lifecycle = Lifecycle.ACTIVE
    from_stage: Stage = Stage.DECIDED


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


# What a hold asks: severity, level, and the sentence. Level 2 is the program's, 3 the committee's.
_HOLD_ASKS: dict[HoldPhase, tuple[Severity, int, str]] = {
    HoldPhase.EXPIRING: (
        Severity.AMBER,
        1,
        "The hold ends on {until}: resume, extend or cancel.",
    ),
    HoldPhase.EXPIRED: (
        Severity.RED,
        2,
        "The hold ended on {until} and nobody decided: resume, extend or cancel.",
    ),
    HoldPhase.TO_CANCEL: (
        Severity.CRITICAL,
        3,
        "The hold ended on {until} and nobody decided: Assay proposes to cancel.",
    ),
}


def _look_hold(trigger: Trigger, facts: SteeringFacts) -> Firing | None:
    if facts.hold is None:
        return None
    severity, level, sentence = _HOLD_ASKS[facts.hold.phase]
    return Firing(
        code=trigger.code,
        severity=severity,
        level=level,
        since=facts.hold.asked_on,
        sentence=sentence.format(until=day_text(facts.hold.until)),
        about=(facts.hold.until.isoformat(), facts.hold.phase.value),
    )


def _look_loss(trigger: Trigger, facts: SteeringFacts) -> Firing | None:
    if facts.loss is None:
        return None
    return Firing(
        code=trigger.code,
        severity=trigger.severity,
        level=trigger.first_level,
        since=facts.loss.found_on,
        sentence=f"The check after the closing found lost a year: {facts.loss.lost}.",
        about=(str(facts.loss.finding_id),),
    )


def _look_ledger(trigger: Trigger, facts: SteeringFacts) -> Firing | None:
    gaps = [each for each in facts.ledger_gaps if _is_ours(each.since, facts)]
    if not gaps:
        return None
    worst = max(gaps, key=lambda each: each.size)
    others = f" and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return Firing(
        code=trigger.code,
        severity=trigger.severity,
        level=trigger.first_level,
        since=min(each.since for each in gaps),
        sentence=(
            f"Budget line {worst.budget_line} booked {worst.amount} in {worst.month} that claims "
            f"do not explain{others}."
        ),
        about=tuple(sorted(f"{each.budget_line} {each.month}" for each in gaps)),
    )


def hold_facts(
    until: date,
    today: date,
    numbers: Numbers,
    working: WorkingDays,
    *,
    is_ours: bool = False,
) -> HoldFacts | None:
    """Return what a hold asks today; None while its end is far (domain-rules §11).

    Beforehand it asks, from its end on it is overdue, and after working days of silence Assay
    proposes to cancel: at once where Assay itself set the hold (`is_ours`).
    """
    asked_on = until - timedelta(days=numbers.hold_notice_days)
    if today < asked_on:
        return None
    if today <= until:
        return HoldFacts(until, asked_on, HoldPhase.EXPIRING)
    is_silent = is_ours or today > working.after(until, numbers.hold_silence)
    return HoldFacts(until, asked_on, HoldPhase.TO_CANCEL if is_silent else HoldPhase.EXPIRED)


def _look_gate(trigger: Trigger, facts: SteeringFacts) -> Firing | None:
    gate = facts.overdue_gate
    if gate is None:
        return None
    waits = f" It waits for: {', '.join(gate.waits_for)}." if gate.waits_for else ""
    return Firing(
        code=trigger.code,
        severity=trigger.severity,
        level=trigger.first_level,
        since=gate.due_on,
        sentence=(
            f"{gate.name} was to be decided by {day_text(gate.due_on)}, "
            f"{gate.days_late} day{'' if gate.days_late == 1 else 's'} ago.{waits}"
        ),
        about=(gate.name, gate.due_on.isoformat()),
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
    Trigger(
        code=TriggerCode.GATE_OVERDUE,
        name="Gate overdue",
        condition="a requested gate has no decision by its due date",
        severity=Severity.RED,
        first_level=1,
        look=_look_gate,
        from_stage=Stage.DEFINED,
    ),
    Trigger(
        code=TriggerCode.HOLD_EXPIRING,
        name="Hold ends",
        condition="a hold nears its end; past it, it climbs until somebody resumes or cancels",
        severity=Severity.AMBER,
        first_level=1,
        look=_look_hold,
        lifecycle=Lifecycle.ON_HOLD,
        from_stage=Stage.DEFINED,
    ),
    Trigger(
        code=TriggerCode.LEDGER_DIFFERS,
        name="Ledger differs",
        condition="a budget line booked in a locked month beyond what claims explain",
        severity=Severity.AMBER,
        first_level=1,
        look=_look_ledger,
    ),
    Trigger(
        code=TriggerCode.VALUE_LOST,
        name="Value does not last",
        condition="the latest check after the closing found that part of the value is lost",
        severity=Severity.RED,
        first_level=1,
        look=_look_loss,
        lifecycle=Lifecycle.CLOSED,
    ),
)


def is_watched(facts: SteeringFacts) -> bool:
    """Return whether triggers look: active from Decided, at a late gate, on hold, or losing."""
    is_committed = Stage.DECIDED <= facts.stage < Stage.CLOSED
    is_asked = is_committed or facts.overdue_gate is not None
    is_running = is_asked and facts.lifecycle is Lifecycle.ACTIVE
    is_losing = facts.lifecycle is Lifecycle.CLOSED and facts.loss is not None
    return is_running or is_losing or facts.lifecycle is Lifecycle.ON_HOLD


def asked_of(facts: SteeringFacts) -> tuple[TriggerCode, ...]:
    """Return the triggers that look at a measure in its lifecycle; the others leave it alone."""
    return tuple(
        each.code
        for each in TRIGGERS
        if each.lifecycle is facts.lifecycle and facts.stage >= each.from_stage
    )


def firings(facts: SteeringFacts, rules: Iterable[Trigger] = TRIGGERS) -> tuple[Firing, ...]:
    """Return every trigger that fires for one measure, in the order of the table."""
    if not is_watched(facts):
        return ()
    asked = asked_of(facts)
    found = (trigger.look(trigger, facts) for trigger in rules if trigger.code in asked)
    return tuple(firing for firing in found if firing is not None)
