"""Opening, repeating and raising one escalation, inside the acts that judge when."""

from dataclasses import dataclass
from datetime import date

from accounts.rules.numbers import Numbers
from audit import services as audit
from measures.models import Measure
from measures.rules.working_days import WorkingDays
from steering.events import (
    BackInBand,
    EscalationEnded,
    EscalationOpened,
    EscalationPassedOn,
    EscalationRaised,
    EscalationRepeated,
)
from steering.models import Escalation
from steering.queries.deciders import People
from steering.queries.facts import Seen
from steering.rules import levels
from steering.rules.escalation import EscalationState
from steering.rules.triggers import Firing


@dataclass(frozen=True, slots=True)
class Ladder:
    """What is needed to find who decides: the people of one measure, the day, the numbers.

    `working` are the working days in which its timers count.
    """

    people: People
    today: date
    numbers: Numbers
    working: WorkingDays


@dataclass(frozen=True, slots=True)
class Case:
    """One locked measure as it is looked at."""

    measure: Measure
    seen: Seen
    ladder: Ladder
    currency: str = ""


def open_one(
    case: Case, firing: Firing, level: int, former: Escalation | None = None
) -> Escalation:
    """Ask for a decision about what fired, at a level or above it where it is vacant.

    `former` is the decided escalation that did not end what comes back now.
    """
    measure, seen, ladder = case.measure, case.seen, case.ladder
    asked = levels.asked(level, ladder.people)
    escalation: Escalation = Escalation.objects.create(
        measure=measure,
        node_id=measure.node_id,
        rule=firing.code,
        severity=firing.severity,
        level=asked.level,
        since=firing.since,
        facts=facts_of(firing),
        value_at_stake=seen.value_at_stake,
        currency=seen.currency,
        decider_id=asked.member_id,
        decider_role=asked.role,
        level_since=ladder.today,
        due_on=levels.due_on(asked.level, ladder.today, ladder.numbers, ladder.working),
        reopened_from=former,
    )
    audit.record(
        EscalationOpened(
            subject_id=escalation.pk,
            measure_id=measure.pk,
            rule=firing.code,
            severity=firing.severity,
            level=asked.level,
            decider_id=asked.member_id,
            due_on=escalation.due_on,
            reopened_from_id=None if former is None else former.pk,
        )
    )
    return escalation


def facts_of(firing: Firing) -> dict[str, object]:
    """Return what an escalation keeps of a firing: the sentence, and what it is about."""
    return {"sentence": firing.sentence, "about": list(firing.about)}


def repeat(escalation: Escalation, firing: Firing) -> bool:
    """Add to an open escalation what its rule found besides; False if it found nothing new."""
    is_same = escalation.facts.get("about") == list(firing.about)
    if is_same and escalation.severity == firing.severity:
        return False
    escalation.facts = facts_of(firing)
    escalation.severity = firing.severity
    escalation.repeats += 1
    step(escalation, "facts", "severity", "repeats")
    audit.record(
        EscalationRepeated(
            subject_id=escalation.pk,
            measure_id=escalation.measure_id,
            repeats=escalation.repeats,
        )
    )
    return True


def raise_to(escalation: Escalation, level: int, ladder: Ladder) -> None:
    """Have an open escalation climb to a level, or above it where it is vacant."""
    former = escalation.level
    asked = levels.asked(level, ladder.people)
    escalation.level = asked.level
    escalation.decider_id, escalation.decider_role = asked.member_id, asked.role
    escalation.level_since = ladder.today
    escalation.due_on = levels.due_on(asked.level, ladder.today, ladder.numbers, ladder.working)
    step(escalation, "level", "decider", "decider_role", "level_since", "due_on")
    audit.record(
        EscalationRaised(
            subject_id=escalation.pk,
            measure_id=escalation.measure_id,
            from_level=former,
            to_level=asked.level,
            decider_id=asked.member_id,
            due_on=escalation.due_on,
        )
    )


def pass_on(escalation: Escalation, ladder: Ladder) -> bool:
    """Ask whoever is to be asked now at an open escalation's level; False if that is the same.

    A level that nobody holds any more is climbed over.
    """
    asked = levels.asked(escalation.level, ladder.people)
    if asked.level > escalation.level:
        raise_to(escalation, asked.level, ladder)
        return True
    if (asked.member_id, asked.role) == (escalation.decider_id, escalation.decider_role):
        return False
    former = escalation.decider_id
    escalation.decider_id, escalation.decider_role = asked.member_id, asked.role
    step(escalation, "decider", "decider_role")
    audit.record(
        EscalationPassedOn(
            subject_id=escalation.pk,
            measure_id=escalation.measure_id,
            from_id=former,
            decider_id=asked.member_id,
        )
    )
    return True


def end(escalation: Escalation) -> None:
    """End what lost its subject: the measure was closed or cancelled by a decision of its own."""
    escalation.state = EscalationState.ENDED
    step(escalation, "state")
    audit.record(EscalationEnded(subject_id=escalation.pk, measure_id=escalation.measure_id))


def note_back_in_band(escalation: Escalation, today: date) -> None:
    """Remember the first day on which what was decided about no longer fires."""
    escalation.back_in_band_on = today
    step(escalation, "back_in_band_on")
    audit.record(BackInBand(subject_id=escalation.pk, measure_id=escalation.measure_id))


def step(escalation: Escalation, *fields: str) -> None:
    """Write changed fields of an escalation as its next version."""
    escalation.version += 1
    escalation.save(update_fields=[*fields, "version"])
