"""What workers do for governance: give out where ledgers end, book what holds cost a year."""

from celery import shared_task

from accounts.queries import people
from audit import services as audit
from audit.models import Event
from core import queue, tenancy
from governance.services import heads, leakage


@shared_task(name="governance.tasks.publish_heads")
def publish_heads() -> None:
    """Publish the head of every organization in which a new day has begun."""
    queue.sweep(people.systems(), lambda actor: heads.publish(actor=actor))


@shared_task(name="governance.tasks.book_holds")
def book_holds() -> None:
    """Book in every organization what holds cost the fiscal year that is over."""
    queue.sweep(people.systems(), lambda actor: leakage.book_holds(actor=actor))


@shared_task(bind=True, base=queue.TenantTask, name="governance.tasks.keep_head")
def keep_head(self: queue.TenantTask, delivery_id: int) -> None:
    """Write a published head into the file of its day; follows its event."""
    actor = tenancy.system(self.actor().organization_id)

    def effect(event: Event) -> None:
        heads.keep(event)

    audit.perform(actor=actor, delivery_id=delivery_id, effect=effect)
