"""The full recompute: every measure from the truth, and every node from its measures.

For repair after a fault and after great imports; the drain keeps what stands between them.
"""

from django.db import connection

from core import tenancy
from core.tenancy import Actor
from hierarchy.models import Node
from measures.models import Measure
from measures.queries import periods
from reporting.queries import lights, sums
from reporting.services import drain, lock
from reporting.services import lights as node_lights


@tenancy.act
def renew_nodes(*, actor: Actor) -> int:
    """Write the sums of every node anew from its measures, level by level, where they differ.

    Returns how many rows of figures and counts were wrong. The statements are as many for any size.
    """
    lock.take()
    arguments = {"organization": tenancy.current_organization_id()}
    wrong = 0
    with connection.cursor() as cursor:
        cursor.execute(sums.ROOM)
        for statement in (sums.REPAIR_VALUES, sums.REPAIR_COUNTS):
            cursor.execute(statement, arguments)
            wrong += cursor.rowcount
    above = Node.objects.exclude(pk__in=Measure.objects.values("node_id"))
    nodes = above.values_list("pk", flat=True)
    node_lights.store(lights.judged(nodes, {}, periods.ground().light_numbers))
    return wrong


@tenancy.act
def mark_all(*, actor: Actor) -> int:
    """Mark every measure to be derived from the truth; returns how many."""
    measure_ids = list(Measure.objects.order_by("pk").values_list("pk", flat=True))
    drain.mark(measure_ids)
    return len(measure_ids)


def rebuild(*, actor: Actor) -> int:
    """Derive everything anew; returns how many rows of nodes were wrong.

    Nodes are summed first, so that differences are spread over sums that hold, and once more at
    the end for what no difference can mend.
    """
    wrong = renew_nodes(actor=actor)
    mark_all(actor=actor)
    drain.drain_all(actor=actor)
    return wrong + renew_nodes(actor=actor)
