"""Taking the ledger out as a file: by permission, recorded like any other act, not without end."""

from datetime import timedelta

from accounts.rules.roles import Permission
from audit import services as audit
from audit.models import Event
from audit.queries import excerpt
from core import tenancy
from core.tenancy import Actor
from governance.errors import TooManyExports
from governance.events import LedgerExported
from hierarchy.queries import authority, tree

MOST = 10  # exports an hour and person (security.md §6.6)
HOUR = timedelta(hours=1)


@tenancy.act
def begin(*, actor: Actor, form: str) -> int:
    """Record that the actor takes the ledger out in a form; returns the number of this very act.

    NotAllowed without a seat at the root that gives it, TooManyExports after ten in an hour.
    """
    authority.ensure(actor, Permission.EXPORT_LEDGER, tree.root())
    lately = Event.objects.filter(
        act=LedgerExported.kind,
        actor_id=actor.member_id,
        recorded_at__gt=tenancy.current().now - HOUR,
    )
    if lately.count() >= MOST:
        raise TooManyExports(most=MOST)
    seq, _ = excerpt.head()
    event = audit.record(LedgerExported(form=form, seq=seq))
    event.refresh_from_db(fields=["seq"])  # given by the chain
    return event.seq
