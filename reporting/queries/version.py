"""The stamp of a node's page: it changes when anything the page shows of roll-ups has changed."""

from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from hierarchy.models import Node
from measures.models import NodeTarget
from reporting.models import RollupCount


def stamp(node: Node) -> str:
    """Return what an open page compares every two seconds; one query by keys.

    Targets are no part of the sums, so the newest of the node and its children stands beside.
    """
    rollup = RollupCount.objects.filter(node_id=OuterRef("pk")).values("version")
    found = (
        Node.objects.filter(pk=node.pk)
        .annotate(rolled_up=Subquery(rollup), newest_target=Subquery(_newest_target()))
        .values_list("version", "rolled_up", "newest_target")
        .get()
    )
    version, rolled_up, newest_target = found
    return f"{rolled_up or 0}-{newest_target or 0}-{version}"


def _newest_target() -> "QuerySet[NodeTarget, Any]":
    of_family = Q(node_id=OuterRef("pk")) | Q(node__parent_id=OuterRef("pk"))
    rows = NodeTarget.objects.filter(of_family).order_by().values("organization_id")
    return rows.annotate(newest=Max("pk")).values("newest")
