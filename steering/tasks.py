"""What workers do for escalations: look when an event asks for it, and let time pass."""

from celery import shared_task

from accounts.queries import people
from audit import services as audit
from audit.models import Event
from core import queue, tenancy
from core.tenancy import Actor
from steering.services import clock, evaluation, leaving


@shared_task(bind=True, base=queue.TenantTask, name="steering.tasks.evaluate")
def evaluate(self: queue.TenantTask, delivery_id: int | None = None) -> None:
    """Look at the measure of a delivered event, or without one at all that waits to be looked at.

    The effect of an event happens once; a wake-up may come any number of times.
    """
    actor = tenancy.system(self.actor().organization_id)
    if delivery_id is None:
        clock.run(actor=actor)
        return

    def effect(event: Event) -> None:
        if event.subject_kind == "measure" and event.subject_id is not None:
            evaluation.evaluate(actor=actor, measure_ids=[event.subject_id])

    audit.perform(actor=actor, delivery_id=delivery_id, effect=effect)


@shared_task(name="steering.tasks.run_clock")
def run_clock() -> None:
    """Let time pass in every organization: who leaves today goes, and escalations climb."""
    queue.sweep(people.systems(), _let_time_pass)


def _let_time_pass(actor: Actor) -> None:
    leaving.let_leave(actor=actor)
    clock.run(actor=actor)
