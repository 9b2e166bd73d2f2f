"""Sweeps over every organization: what a killed worker or a lost broker left is sent again."""

from celery import shared_task

from accounts.queries import people
from audit import answers, services
from core import tenancy


@shared_task(name="accounts.tasks.sweep_outbox")
def sweep_outbox() -> None:
    """Send every due delivery of every organization again, one transaction each."""
    for organization in people.organizations():
        services.resend_due(actor=tenancy.system(organization.pk))


@shared_task(name="accounts.tasks.purge")
def purge() -> None:
    """Forget answers older than a day: a repeated request that late is a new one."""
    for organization in people.organizations():
        answers.forget_old(actor=tenancy.system(organization.pk))
