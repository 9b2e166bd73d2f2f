"""Sweeps over every organization: what a killed worker or a lost broker left is sent again."""

from celery import shared_task

from accounts.queries import people
from accounts.services import letters
from audit import answers, services
from core import queue, tenancy
from core.queue import TenantTask
from core.tenancy import Actor


@shared_task(name="accounts.tasks.sweep_outbox")
def sweep_outbox() -> None:
    """Send every due delivery of every organization again, one transaction each."""
    queue.sweep(people.systems(), _send_again)


def _send_again(actor: Actor) -> None:
    services.resend_due(actor=actor)
    for letter_id in letters.due(actor=actor):
        queue.send("accounts.tasks.send_letter", actor, letter_id=letter_id)


@shared_task(bind=True, base=TenantTask, name="accounts.tasks.send_letter")
def send_letter(self: TenantTask, letter_id: int) -> None:
    """Send one letter, as Assay itself."""
    letters.deliver(actor=tenancy.system(self.actor().organization_id), letter_id=letter_id)


@shared_task(name="accounts.tasks.purge")
def purge() -> None:
    """Forget answers older than a day, for a repeat that late is a new request, and old letters."""
    queue.sweep(people.systems(), _forget_old)


def _forget_old(actor: Actor) -> None:
    answers.forget_old(actor=actor)
    letters.forget_old(actor=actor)
