"""Idempotency keys: the same request again gets the same answer, and the act happens once."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from audit.errors import KeyReused, StillRunning
from audit.models import IdempotencyKey
from core import tenancy
from core.tenancy import Actor

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered the first time."""

    status: int
    body: str
    location: str


def digest_of(*parts: str | bytes) -> str:
    """Return the digest that tells one request from another."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\x1f")
    return digest.hexdigest()


def claim(*, actor: Actor, key: str, digest: str) -> Answer | None:
    """Reserve a key for this request; returns the earlier answer if there was one.

    Raises KeyReused for another request under the same key, StillRunning while the first one
    has no answer yet. The reservation is committed before the act: the act happens at most once.
    """
    with tenancy.acting(actor) as context:
        try:
            with transaction.atomic():
                IdempotencyKey.objects.create(
                    member_id=_member_id(actor),
                    key=key,
                    request_digest=digest,
                    created_at=context.now,
                )
        except IntegrityError:
            return _earlier(actor, key, digest)
    return None


def _member_id(actor: Actor) -> int:
    if actor.member_id is None:
        raise ValueError("Only people send requests that can come twice.")
    return actor.member_id


def _earlier(actor: Actor, key: str, digest: str) -> Answer:
    row = IdempotencyKey.objects.get(member_id=_member_id(actor), key=key)
    if row.request_digest != digest:
        raise KeyReused
    if row.response_status is None:
        raise StillRunning
    return Answer(row.response_status, row.response_body, row.response_location)


def keep(*, actor: Actor, key: str, answer: Answer) -> None:
    """Remember the answer that a key's request got."""
    with tenancy.acting(actor):
        IdempotencyKey.objects.filter(member_id=_member_id(actor), key=key).update(
            response_status=answer.status,
            response_body=answer.body,
            response_location=answer.location,
        )


def release(*, actor: Actor, key: str) -> None:
    """Give a key back after a refusal: nothing was changed, so it may be tried again."""
    with tenancy.acting(actor):
        IdempotencyKey.objects.filter(member_id=_member_id(actor), key=key).delete()


def forget_old(*, actor: Actor) -> int:
    """Delete keys older than a day; returns how many."""
    with tenancy.acting(actor) as context:
        deleted, _ = IdempotencyKey.objects.filter(created_at__lt=context.now - KEPT_FOR).delete()
    return deleted
