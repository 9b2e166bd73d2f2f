"""The stamp of a node's page: it changes when anything the page shows has changed."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from hierarchy.models import Node
from hierarchy.queries import tree
from measures.models import NodeTarget
from reporting.models import RollupCount
from steering.models import Escalation
from steering.queries.escalations import ENDED
from steering.rules.escalation import EscalationState


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an open page compares every two seconds, and how many decisions wait on it.

    They are the open escalations at and below the node, for a reader whose seat lies at or above.
    """

    text: str
    decisions: int

    def __str__(self) -> str:
        return self.text


def stamp(node: Node) -> Stamp:
    """Return the stamp of a node; one query by keys.

    Targets are no part of the sums, so the newest of the node and its children stands beside.
    """
    rollup = RollupCount.objects.filter(node_id=OuterRef("pk")).values("version")
    version, rolled_up, newest_target, waiting = (
        Node.objects.filter(pk=node.pk)
        .annotate(
            rolled_up=Subquery(rollup),
            newest_target=Subquery(_newest_target()),
            waiting=Subquery(_waiting(node)),
        )
        .values_list("version", "rolled_up", "newest_target", "waiting")
        .get()
    )
    found = waiting or {"count": 0, "newest": 0, "versions": 0}
    parts = (rolled_up or 0, newest_target or 0, version, *found.values())
    return Stamp("-".join(map(str, parts)), found["count"])


def _newest_target() -> "QuerySet[NodeTarget, Any]":
    of_family = Q(node_id=OuterRef("pk")) | Q(node__parent_id=OuterRef("pk"))
    rows = NodeTarget.objects.filter(of_family).order_by().values("organization_id")
    return rows.annotate(newest=Max("pk")).values("newest")


def _waiting(node: Node) -> "QuerySet[Escalation, Any]":
    """Return count, newest and versions of what waits; no row where nothing does."""
    rows = (
        Escalation.objects.filter(tree.below(node, "node__"), state=EscalationState.OPEN)
        .exclude(measure__lifecycle__in=ENDED)
        .order_by()
        .values("organization_id")
    )
    figures = JSONObject(count=Count("pk"), newest=Max("pk"), versions=Sum("version"))
    return rows.annotate(found=figures).values("found")
