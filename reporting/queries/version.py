"""The stamp of a node's page: it changes when anything the page shows of roll-ups has changed."""

from django.db.models import Max, Q

from hierarchy.models import Node
from measures.models import NodeTarget
from reporting.models import RollupCount


def stamp(node: Node) -> str:
    """Return what an open page compares every two seconds; two queries by key.

    Targets are no part of the sums, so the newest of the node and its children stands beside.
    """
    version = RollupCount.objects.filter(node_id=node.pk).values_list("version", flat=True).first()
    targets = NodeTarget.objects.filter(Q(node_id=node.pk) | Q(node__parent_id=node.pk))
    newest = targets.aggregate(newest=Max("pk"))["newest"]
    return f"{version or 0}-{newest or 0}-{node.version}"
