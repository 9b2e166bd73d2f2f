"""What workers do for escalations: events and the clock lead to the same, repeats to nothing."""

import pytest

from audit.models import Delivery, Event
from core import queue, tenancy
from core.errors import TenantMissing
from measures.services import milestones
from steering import tasks
from tests.factories.steering import a_measure_left_alone, escalations


@pytest.fixture
def alone(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    return subject


def headers(subject) -> dict[str, object]:
    return queue.headers_of(tenancy.system(subject.organization.id))


def test_the_clock_looks_at_every_organization(alone):
    tasks.run_clock()

    assert set(escalations(alone)) == {"T1", "T2", "T4"}


def test_a_wake_up_looks_at_what_waits_and_again_changes_nothing(alone):
    for _ in range(2):
        tasks.evaluate.apply(headers=headers(alone), throw=True)

    assert {each.version for each in escalations(alone).values()} == {1}


def test_a_delivered_event_has_its_measure_looked_at_once(alone):
    milestones.confirm_status(actor=alone.actor("owner"), measure_id=alone.measure_id)
    with tenancy.acting(tenancy.system(alone.organization.id)) as context:
        event = Event.objects.filter(subject_kind="measure").latest("seq")
        delivery = Delivery.objects.create(
            event=event, task="steering.tasks.evaluate", next_at=context.now
        )

    for _ in range(2):
        tasks.evaluate.apply(
            kwargs={"delivery_id": delivery.pk}, headers=headers(alone), throw=True
        )

    with tenancy.reading(tenancy.system(alone.organization.id)):
        assert Delivery.objects.get(pk=delivery.pk).done_at is not None
    # The status has just been confirmed, so only the milestone and the value fire.
    assert set(escalations(alone)) == {"T1", "T2"}


def test_a_message_without_an_organization_is_refused(alone):
    with pytest.raises(TenantMissing):
        tasks.evaluate.apply(throw=True)
