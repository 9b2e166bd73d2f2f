"""The first step of every act on a closed measure: lock it, judge who may, refuse what runs."""

from accounts.rules.roles import Permission
from core.errors import NotFound
from core.tenancy import Actor
from governance.errors.closing import NotClosed
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries.measures import named
from measures.rules.stage import Lifecycle
from measures.services import lock


def measure(actor: Actor, measure_id: int, permission: Permission) -> Measure:
    """Lock a closed measure for an act; NotFound, NotAllowed, NotClosed."""
    found = next(iter(lock.locked([measure_id])), None)
    if found is None:
        raise NotFound(what="measure")
    authority.ensure(actor, permission, found.node, named(found))
    if found.lifecycle != Lifecycle.CLOSED:
        raise NotClosed(measure=found.node.name)
    return found
