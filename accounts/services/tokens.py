"""API tokens: issued once in clear, kept as a digest, bound to one organization and member."""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.errors import TokenRefused
from accounts.events import TokenIssued, TokenRevoked
from accounts.models import ApiToken, Member, TokenUse
from audit import services as audit
from core import tenancy
from core.errors import NotAllowed, NotFound
from core.tenancy import Actor

LIFETIME = timedelta(days=90)
PREFIX = "assay_"
# A use is noted to this fineness, so that a busy program does not write with every question.
NOTED_EVERY = timedelta(minutes=1)


def digest_of(token: str) -> str:
    """Return what is stored of a token: SHA-256, for a token is long and random."""
    return hashlib.sha256(token.encode()).hexdigest()


@tenancy.act
def issue(*, actor: Actor, member_id: int, name: str, may_write: bool) -> str:
    """Make a token for oneself and return it in clear: the only time it can be seen.

    Raises NotAllowed for another member: a token acts as its member, and nobody acts as another.
    """
    if member_id != actor.member_id:
        raise NotAllowed(act="make a token for somebody else")
    member = Member.objects.filter(pk=member_id, left_on__isnull=True).first()
    if member is None:
        raise NotFound(what="member")
    now = tenancy.current().now
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        member=member,
        name=name,
        prefix=secret[: len(PREFIX) + 4],
        digest=digest_of(secret),
        may_write=may_write,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    audit.record(TokenIssued(subject_id=token.pk, member_id=member.pk, may_write=may_write))
    return secret


@tenancy.act
def revoke(*, actor: Actor, token_id: int) -> None:
    """End a token now; NotFound."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if token is None:
        raise NotFound(what="token")
    token.revoked_at = tenancy.current().now
    token.save(update_fields=["revoked_at"])
    audit.record(TokenRevoked(subject_id=token.pk))


def holder(secret: str, now: datetime) -> ApiToken:
    """Return the live token behind a secret in the active organization; TokenRefused."""
    token = (
        ApiToken.objects.select_related("member")
        .filter(
            digest=digest_of(secret),
            revoked_at__isnull=True,
            expires_at__gt=now,
            member__left_on__isnull=True,
        )
        .first()
    )
    if token is None:
        raise TokenRefused
    return token


def is_noted(token: ApiToken, now: datetime) -> bool:
    """Tell whether the use of a token just now is on record already, as finely as it is kept."""
    return TokenUse.objects.filter(token=token, last_used_at__gt=now - NOTED_EVERY).exists()


@tenancy.act
def note_use(*, actor: Actor, token_id: int) -> None:
    """Keep when a token was last used; no act of anybody, so the ledger is not told."""
    TokenUse.objects.bulk_create(
        [TokenUse(token_id=token_id, last_used_at=tenancy.current().now)],
        update_conflicts=True,
        update_fields=["last_used_at"],
        unique_fields=["organization", "token"],
    )
