"""What workers do for measures: record the steps of each period on its way to its lock."""

from celery import shared_task

from accounts.queries import people
from core import queue
from measures.services import closing


@shared_task(name="measures.tasks.close_periods")
def close_periods() -> None:
    """Let every organization's periods take the steps that the calendar has brought."""
    queue.sweep(people.systems(), lambda actor: closing.advance(actor=actor))
