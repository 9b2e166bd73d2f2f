"""The only writer of the ledger, and the outbox that makes effects follow events."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from audit.events import Act
from audit.models import Delivery, Event
from core import queue, tenancy
from core.errors import Invalid
from core.tenancy import Actor

FIRST_RETRY = timedelta(seconds=15)  # then doubled: a fixed back-off multiplies a backlog
LONGEST_RETRY = timedelta(hours=1)
LONGEST_REASON = 10_000  # characters; an entry is kept for good and read by people


def record(act: Act) -> Event:
    """Write one governed act into the ledger, as the last write of its transaction.

    The chain's trigger fills sequence, actor, whom a deputy acts for, time and hashes; the
    reactions named in `config/subscriptions.py` are put into the outbox in the same transaction
    and woken after it.
    Raises Invalid for a reason that nobody would read.
    """
    if len(act.reason) > LONGEST_REASON:
        raise Invalid(field="reason", problem=f"enter at most {LONGEST_REASON} characters.")
    event = Event.objects.create(
        act=act.kind,
        subject_kind=act.subject_kind,
        subject_id=act.subject_id,
        reason=act.reason,
        effective_on=act.effective_on,
        details=act.details(),
    )
    tasks = reactions().get(act.kind, ())
    if tasks:
        now = tenancy.current().now
        deliveries = Delivery.objects.bulk_create(
            Delivery(event=event, task=task, next_at=now + FIRST_RETRY) for task in tasks
        )
        for delivery in deliveries:
            queue.send_after_commit(delivery.task, delivery_id=delivery.pk)
    for task in wake_ups():
        queue.send_after_commit(task)
    return event


@functools.cache
def reactions() -> Mapping[str, Sequence[str]]:
    """Return the table event kind -> names of tasks that must follow it."""
    table: Mapping[str, Sequence[str]] = import_string(settings.SUBSCRIPTIONS)
    return table


@functools.cache
def wake_ups() -> Sequence[str]:
    """Return the tasks woken after every act; they look for rows of their own to work on."""
    table: Sequence[str] = import_string(settings.WAKE_UPS)
    return table


def perform(*, actor: Actor, delivery_id: int, effect: Callable[[Event], None]) -> bool:
    """Do an effect and mark its delivery done in one transaction; True if it was done now.

    A delivery that is done already, or held by another worker, is left alone: that makes
    every reaction happen once although messages may come twice.
    """
    with tenancy.acting(actor):
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=delivery_id, done_at__isnull=True)
            .select_related("event")
            .first()
        )
        if delivery is None:
            return False
        effect(delivery.event)
        delivery.done_at = tenancy.current().now
        delivery.save(update_fields=["done_at"])
    return True


def resend_due(*, actor: Actor, limit: int = 500) -> int:
    """Send again what is due and not done, each time later; returns how many were sent."""
    due: list[tuple[str, int]] = []
    with tenancy.acting(actor) as context:
        rows = Delivery.objects.select_for_update(skip_locked=True).filter(
            done_at__isnull=True, next_at__lte=context.now
        )
        for delivery in rows.order_by("next_at")[:limit]:
            delivery.attempts += 1
            delivery.next_at = _later(context.now, delivery.attempts)
            delivery.save(update_fields=["attempts", "next_at"])
            due.append((delivery.task, delivery.pk))
    for task, delivery_id in due:
        queue.send(task, actor, delivery_id=delivery_id)
    return len(due)


def _later(now: datetime, attempts: int) -> datetime:
    wait: timedelta = min(FIRST_RETRY * 2 ** min(attempts, 20), LONGEST_RETRY)
    return now + wait
