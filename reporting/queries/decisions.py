"""How many decisions a node waits for, and a stamp that changes when any of them does."""

from dataclasses import dataclass

from django.db.models import Count, Max, Sum

from hierarchy.models import Node
from hierarchy.queries import tree
from steering.models import Escalation
from steering.queries.escalations import ENDED
from steering.rules.escalation import EscalationState


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open escalations at and below a node, for a reader whose seat lies at or above it."""

    count: int
    stamp: str


def waiting(node: Node) -> Waiting:
    """Return what waits at and below a node; one query."""
    found = (
        Escalation.objects.filter(tree.below(node, "node__"), state=EscalationState.OPEN)
        .exclude(measure__lifecycle__in=ENDED)
        .aggregate(count=Count("pk"), newest=Max("pk"), versions=Sum("version"))
    )
    stamp = f"{found['count']}-{found['newest'] or 0}-{found['versions'] or 0}"
    return Waiting(found["count"], stamp)
