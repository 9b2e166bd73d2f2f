"""The way to workers: tasks by name after commit, with tenant and actor in their headers."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from uuid import UUID

import celery
from celery import current_app
from django.db import transaction

from core import tenancy
from core.errors import TenantMissing
from core.tenancy import Actor

logger = logging.getLogger(__name__)

HEADERS = ("assay_organization", "assay_member", "assay_user", "assay_name", "assay_request")


_is_unheard: ContextVar[bool] = ContextVar("assay_queue_is_unheard", default=False)


@contextmanager
def unheard() -> Iterator[None]:
    """Send nothing from inside the block: for a past that is told at once, and settled at its end.

    What must happen is in the outbox as ever; only the wake-ups are left out.
    """
    token = _is_unheard.set(True)
    try:
        yield
    finally:
        _is_unheard.reset(token)


def send_after_commit(task_name: str, **arguments: int | str | None) -> None:
    """Send a task once the transaction has committed, for the active organization and actor.

    A wake-up only: the broker may lose it. What must happen is a row that a sweep finds.
    """
    if _is_unheard.get():
        return
    actor = tenancy.current().actor
    transaction.on_commit(partial(_send, task_name, arguments, headers_of(actor)), robust=True)


def send(task_name: str, actor: Actor, **arguments: int | str | None) -> None:
    """Send a task now, for sweeps that run outside any transaction."""
    _send(task_name, arguments, headers_of(actor))


def headers_of(actor: Actor) -> dict[str, object]:
    """Return the message headers that carry tenant and actor."""
    return {
        "assay_organization": actor.organization_id,
        "assay_member": actor.member_id,
        "assay_user": actor.user_id,
        "assay_name": actor.name,
        "assay_request": str(actor.request_id),
    }


def _send(
    task_name: str, arguments: dict[str, int | str | None], headers: dict[str, object]
) -> None:
    try:
        current_app.send_task(task_name, kwargs=arguments, headers=headers, retry=False)
    except Exception:
        logger.warning("broker unreachable: %s is left to the sweep", task_name)


class SweepIncomplete(RuntimeError):
    """A sweep that some organizations were left out of; what failed there is in the log."""


def sweep(actors: Iterable[Actor], work: Callable[[Actor], object]) -> None:
    """Do the same for every organization: a fault in one keeps nobody else from their turn.

    Raises SweepIncomplete at the end, so that the task counts as failed.
    """
    failed = []
    for actor in actors:
        try:
            work(actor)
        except Exception:
            logger.exception("organization %s is left out of this sweep", actor.organization_id)
            failed.append(actor.organization_id)
    if failed:
        raise SweepIncomplete(f"left out: organizations {', '.join(map(str, failed))}")


class TenantTask(celery.Task):  # type: ignore[misc]  # celery ships no types
    """A task of one organization: reads its actor from the headers, and raises without them."""

    abstract = True

    def actor(self) -> Actor:
        """Return the actor the message was sent for; TenantMissing if it names none."""
        headers = dict.fromkeys(HEADERS)
        for name in HEADERS:
            # A worker puts headers beside the request's own fields; an eager call keeps a dict.
            headers[name] = (self.request.headers or {}).get(name, self.request.get(name))
        organization_id = headers["assay_organization"]
        if organization_id is None:
            raise TenantMissing(f"{self.name} came without an organization in its headers")
        member, user = headers["assay_member"], headers["assay_user"]
        return Actor(
            organization_id=int(organization_id),
            member_id=None if member is None else int(member),
            user_id=None if user is None else int(user),
            name=str(headers["assay_name"]),
            request_id=UUID(str(headers["assay_request"])),
        )
