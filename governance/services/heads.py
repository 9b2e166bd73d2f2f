"""Publishing the ledger's head once a day: signed, into a file of the day and to the controllers.

A superuser can rewrite the ledger's tail together with its head; not what has left the building.
Whoever rewrites more than a day's acts is found (security.md §3.3).
"""

import os
from pathlib import Path

from django.conf import settings

from accounts.queries import people
from accounts.rules.roles import Role
from accounts.services import letters
from audit import papers
from audit import services as audit
from audit.models import Event, PublishedHead
from audit.queries import excerpt
from core import tenancy
from core.tenancy import Actor
from governance.events import HeadPublished
from governance.letters import HEAD
from hierarchy.models import Node
from hierarchy.queries import authority


@tenancy.act
def publish(*, actor: Actor) -> PublishedHead | None:
    """Sign where the active organization's ledger ends, once a day of its own time zone.

    Returns None where that has been done today, or nothing has been recorded yet. CannotSign.
    """
    tenancy.lock_organization("heads")
    today = authority.today()
    seq, digest = excerpt.head()
    if not seq or PublishedHead.objects.filter(on=today).exists():
        return None
    now = tenancy.current().now
    content: papers.Content = {
        "organization": people.slug(),
        "organization_id": actor.organization_id,
        "on": today.isoformat(),
        "at": now.isoformat(),
        "seq": seq,
        "hash": digest,
    }
    published = PublishedHead.objects.create(
        on=today,
        seq=seq,
        hash=digest,
        paper=papers.sealed(papers.HEAD, content),
        published_at=now,
    )
    _post(published)
    audit.record(HeadPublished(published_id=published.pk, on=today, seq=seq, hash=digest))
    return published


def _post(published: PublishedHead) -> None:
    """Have the signed line sent to every controller of the whole organization."""
    root = Node.objects.filter(parent__isnull=True).first()
    holders = [] if root is None else authority.holders(root, Role.CONTROLLER)
    for member in people.members().filter(pk__in=holders):
        letters.post(
            kind=HEAD,
            key=f"{published.on.isoformat()} {member.pk}",
            address=member.email,
            member_id=member.pk,
            subject_id=published.pk,
        )


def keep(event: Event) -> Path:
    """Append the head that an act published to the file of its day; once, however often it comes.

    The folder is HEADS_DIR; files are only ever added to. OSError where it cannot be written: the
    delivery is tried again.
    """
    published = PublishedHead.objects.get(pk=event.details["published_id"])
    path = Path(settings.HEADS_DIR) / f"{published.on.isoformat()}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{published.paper}\n".encode()
    if path.exists() and line in path.read_bytes():
        return path
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return path
