"""What workers do for roll-ups and reminders: drain, sweep, turn the day, check, post letters."""

import logging

from celery import shared_task

from accounts.queries import people
from audit import services as audit
from audit.models import Event
from core import queue, tenancy
from core.errors import Busy
from core.tenancy import Actor
from reporting.queries import waiting
from reporting.services import check, day, digests, drain, recompute

logger = logging.getLogger(__name__)

LONGEST = 120  # seconds a task drains before it hands over to the next, far from its time limit


@shared_task(bind=True, base=queue.TenantTask, name="reporting.tasks.drain_rollups")
def drain_rollups(self: queue.TenantTask) -> None:
    """Drain the organization of the message until nothing is marked."""
    _drain(tenancy.system(self.actor().organization_id))


@shared_task(name="reporting.tasks.sweep_rollups")
def sweep_rollups() -> None:
    """Drain every organization in which something is marked: what a lost wake-up left."""
    queue.sweep(people.systems(), _drain)


@shared_task(name="reporting.tasks.nightly")
def nightly() -> None:
    """Where a new day has begun, mark what depends on it; once that is drained, check it all."""
    queue.sweep(people.systems(), _turn_the_day)


@shared_task(name="reporting.tasks.post_digests")
def post_digests() -> None:
    """Post the letters of what is due to whoever wants one this morning, once a period."""
    queue.sweep(people.systems(), lambda actor: digests.post(actor=actor))


@shared_task(bind=True, base=queue.TenantTask, name="reporting.tasks.renew_all")
def renew_all(self: queue.TenantTask, delivery_id: int) -> None:
    """Mark every measure, because a number of the rules was changed; follows its event."""
    actor = self.actor()

    def effect(event: Event) -> None:
        del event
        recompute.mark_all(actor=actor)

    if audit.perform(actor=actor, delivery_id=delivery_id, effect=effect):
        queue.send("reporting.tasks.drain_rollups", actor)


def _turn_the_day(actor: Actor) -> None:
    if day.turn(actor=actor):
        _drain(actor)
    if check.is_due(actor=actor):
        check.check(actor=actor)


def _drain(actor: Actor) -> None:
    """Drain if anything waits. Who holds the lock meanwhile finds what we would have found."""
    try:
        if not waiting.is_any(actor):
            return
        if not drain.drain_all(actor=actor, seconds=LONGEST):
            queue.send("reporting.tasks.drain_rollups", actor)
            return
        # The lights are new: whoever must decide is asked now, not at the clock's next round.
        queue.send("steering.tasks.evaluate", actor)
    except Busy:
        logger.info("organization %s is being drained by another", actor.organization_id)
