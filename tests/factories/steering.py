"""Escalations for tests: a measure left alone until rules fire, and looking at it as workers do."""

from core import tenancy
from steering.models import Escalation, EscalationDecision
from steering.services import clock, evaluation
from tests.factories.measures import Subject, a_decided_measure
from tests.factories.organizations import TestOrganization

# A measure decided in July whose milestone of 1 December nobody has touched by then.
DECIDED_ON = (2026, 7, 8, 9)
TOO_LATE = (2026, 12, 21, 9)


def a_measure_left_alone(clock_at, organization: TestOrganization | None = None) -> Subject:
    """Decide a measure in July and let the days pass until shortly before Christmas."""
    clock_at(*DECIDED_ON)
    subject = a_decided_measure(organization)
    clock_at(*TOO_LATE)
    return subject


def looked_at(subject: Subject) -> int:
    """Look at a measure; returns how many escalations were changed."""
    return evaluation.evaluate(
        actor=tenancy.system(subject.organization.id), measure_ids=[subject.measure_id]
    )


def time_passed(organization: TestOrganization) -> int:
    """Let the clock run once; returns how many escalations were changed."""
    return clock.run(actor=tenancy.system(organization.id))


def escalations(subject: Subject) -> dict[str, Escalation]:
    """Return the latest escalation of the measure by rule."""
    with tenancy.reading(tenancy.system(subject.organization.id)):
        rows = Escalation.objects.filter(measure_id=subject.measure_id).order_by("pk")
        return {row.rule: row for row in rows}


def decisions(subject: Subject) -> list[EscalationDecision]:
    """Return what was decided about the measure's escalations, oldest first."""
    with tenancy.reading(tenancy.system(subject.organization.id)):
        rows = EscalationDecision.objects.filter(escalation__measure_id=subject.measure_id)
        return list(rows.order_by("pk"))
