"""Confidential measures for tests: made so by their owner, with readers their sponsor names."""

from core.tenancy import Actor
from measures.models.confidential import SecretKind
from measures.services import confidential
from tests.factories.measures import Subject

WHY = "The works council is told in autumn."


def hidden(subject: Subject, *readers: Actor, because: str = WHY) -> Subject:
    """Make a measure confidential, and name readers."""
    confidential.make(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        kind=SecretKind.HEADCOUNT,
        reason=because,
    )
    for reader in readers:
        named(subject, reader)
    return subject


def named(subject: Subject, reader: Actor) -> int:
    """Have the sponsor name a reader; returns the row."""
    assert reader.member_id is not None
    made = confidential.name_reader(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        member_id=reader.member_id,
        reason="Prepares the talks.",
    )
    return int(made.pk)
