"""The tree as others see it: subtree, path, children; nobody else knows its numbers."""

from typing import ClassVar

from django.db import connection, models
from django.db.models import Q

from core import tenancy
from core.errors import NotFound
from hierarchy.models import Node
from hierarchy.rules.levels import Level

_ACTIVE_CHILDREN = """
SELECT n.id, n.name FROM hierarchy_node n
 WHERE n.organization_id = %s AND n.parent_id = %s AND n.archived_on IS NULL
   AND NOT EXISTS (SELECT 1 FROM measures_measure m
                    WHERE m.organization_id = n.organization_id AND m.node_id = n.id
                      AND m.lifecycle IN ('closed', 'cancelled'))
 ORDER BY assay_in_order(n.name), n.id
"""


class InOrder(models.Func):
    """A name as it is looked for: numbers by their value, letters without case and accents."""

    function = "assay_in_order"
    output_field: ClassVar = models.TextField()


def root() -> Node:
    """Return the organization's own node; NotFound before it is planted."""
    found = Node.objects.filter(parent__isnull=True).first()
    if found is None:
        raise NotFound(what="organization")
    return found


def node(node_id: int) -> Node:
    """Return one node; NotFound."""
    found = Node.objects.filter(pk=node_id).first()
    if found is None:
        raise NotFound(what="node")
    return found


def by_public_id(public_id: object) -> Node:
    """Return the node at a public address; NotFound."""
    found = Node.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what="node")
    return found


def children(of: Node, *, archived: bool = False) -> models.QuerySet[Node]:
    """Return the nodes directly below one, by name."""
    rows = Node.objects.filter(parent=of)
    return (rows if archived else rows.filter(archived_on__isnull=True)).order_by(
        InOrder("name"), "pk"
    )


def path(of: Node) -> list[Node]:
    """Return the nodes from the root down to and with this one."""
    above = {each.pk: each for each in Node.objects.filter(pk__in=of.ancestor_ids)}
    return [above[pk] for pk in reversed(of.ancestor_ids) if pk in above] + [of]


def subtree(of: Node, level: Level | None = None) -> models.QuerySet[Node]:
    """Return the node and all below it, or only those of one level."""
    rows = Node.objects.filter(below(of))
    return rows if level is None else rows.filter(level=level)


def below(of: Node, prefix: str = "") -> Q:
    """Return the condition "is this node or lies below it" for a model that points at nodes.

    `prefix` is the path to the node, such as "node__"; the organization's filter is the manager's.
    The numbers are those of today: on a past day the ancestors of then tell it.
    """
    if tenancy.current().present is not None:
        return Q(**{f"{prefix}pk": of.pk}) | Q(**{f"{prefix}ancestor_ids__contains": [of.pk]})
    return Q(**{f"{prefix}lft__gte": of.lft, f"{prefix}rght__lte": of.rght})


def active_children(of: Node) -> list[str]:
    """Return the names of what still lives directly below a node, by name.

    A measure that was closed or cancelled lives no more, although its node is never archived.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE_CHILDREN, [of.organization_id, of.pk])
        sight = tenancy.current().sight
        return [sight.name(pk, name) for pk, name in cursor.fetchall()]


def in_order(nodes: models.QuerySet[Node]) -> models.QuerySet[Node]:
    """Return nodes in the order of the tree: each before those below it."""
    return nodes.order_by("lft")
