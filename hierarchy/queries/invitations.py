"""Invitations as administration looks at them: who was asked, and whether the letter got there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounts.models import Letter
from accounts.rules.letters import Outcome
from core import tenancy
from hierarchy.models import Invitation, Node
from hierarchy.rules.levels import Level

PLACES = 500


class Post(StrEnum):
    """Where an open invitation stands."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """One open invitation; `said` is what the mail server answered where it refused or waits."""

    public_id: UUID
    name: str
    email: str
    seats: tuple[str, ...]
    invited_by: str
    sent_at: datetime
    expires_at: datetime
    post: Post
    said: str


def open_ones() -> list[OpenInvitation]:
    """Return the invitations nobody has accepted or withdrawn, the latest first."""
    rows = list(
        Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)
        .select_related("invited_by")
        .prefetch_related("seats__node")
        .order_by("-sent_at", "pk")
    )
    letters = {
        letter.key: letter
        for letter in Letter.objects.filter(
            kind="invitation", subject_id__in=[row.pk for row in rows]
        )
    }
    return [_shown(row, letters.get(f"{row.pk} no. {row.serial}")) for row in rows]


def places() -> list[Node]:
    """Return the nodes an invitation can bring a seat at, as the tree runs; no measures."""
    return list(
        Node.objects.filter(level__lt=Level.MEASURE, archived_on__isnull=True).order_by("lft")[
            :PLACES
        ]
    )


def _shown(row: Invitation, letter: Letter | None) -> OpenInvitation:
    return OpenInvitation(
        public_id=row.public_id,
        name=row.name,
        email=row.email,
        seats=tuple(f"{each.role}, {each.node.name}" for each in row.seats.all()),
        invited_by=row.invited_by.name,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        post=_post(row, letter),
        said="" if letter is None else letter.last_error,
    )


def _post(row: Invitation, letter: Letter | None) -> Post:
    if letter is not None and letter.outcome == Outcome.REFUSED:
        return Post.REFUSED
    if row.expires_at <= tenancy.current().now:
        return Post.EXPIRED
    return Post.SENT if letter is not None and letter.outcome == Outcome.SENT else Post.WAITING
