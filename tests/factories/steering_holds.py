"""Holds for tests of steering: a decided measure on hold, and the days that pass."""

from datetime import timedelta

from core import tenancy
from governance.services import lifecycle
from hierarchy.queries import authority
from steering.models import Escalation
from steering.services import clock
from tests.factories.measures import Subject, a_decided_measure
from tests.factories.organizations import TestOrganization

HELD_ON = (2026, 7, 8, 9)
AUTUMN = (2026, 10, 12, 9)
YEAR_LOCKED = (2027, 1, 18, 9)  # ten working days after the end of December have passed


def a_held_measure(clock_at, days: int = 30, by: str = "sponsor") -> Subject:
    """Decide a measure in July and put it on hold for some days."""
    clock_at(*HELD_ON)
    subject = a_decided_measure()
    hold(subject, days, by)
    return subject


def a_measure_held_over(clock_at) -> Subject:
    """Decide a measure of 10 k a month in October and hold it until 9 January."""
    clock_at(*AUTUMN)
    subject = a_decided_measure()
    hold(subject, 89)
    return subject


def hold(subject: Subject, days: int, by: str = "sponsor") -> None:
    """Put a measure on hold for some days from today."""
    with tenancy.acting(subject.actor(by)):
        until = authority.today() + timedelta(days=days)
        lifecycle.hold(
            actor=subject.actor(by),
            measure_id=subject.measure_id,
            reason_code="budget",
            reason="Funds were moved.",
            until=until,
        )


def a_day_begins(subject: Subject) -> None:
    """Judge the lights as the new day asks, and let steering's clock run."""
    subject.judged()
    clock.run(actor=tenancy.system(subject.organization.id))


def asked(organization: TestOrganization) -> list[tuple[str, str, int, str]]:
    """Return the escalations about holds: state, severity, level, and who is asked, in order."""
    with tenancy.reading(tenancy.system(organization.id)):
        rows = Escalation.objects.filter(rule="T10").order_by("pk")
        return [(each.state, each.severity, each.level, each.decider_role) for each in rows]
