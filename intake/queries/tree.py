"""What stands in the tree already: nodes above measures by place and name, and codes taken."""

from collections.abc import Collection
from dataclasses import dataclass

from hierarchy.models import Node
from hierarchy.queries import tree as places
from hierarchy.rules.levels import Level

Branch = tuple[str, ...]
"""The names from the portfolio down to a node."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The nodes above measures: ids by the names that lead to them, and the root's."""

    root_id: int
    branches: dict[Branch, int]


def standing() -> Standing:
    """Return every node above measures by the names that lead to it."""
    rows = Node.objects.filter(level__lt=Level.MEASURE, archived_on__isnull=True)
    found = list(rows.order_by("level", "pk").values_list("pk", "parent_id", "name"))
    root_id = places.root().pk
    leading: dict[int, Branch] = {root_id: ()}
    branches: dict[Branch, int] = {}
    for pk, parent_id, name in found:
        if parent_id in leading:
            leading[pk] = (*leading[parent_id], name)
            branches.setdefault(leading[pk], pk)
    return Standing(root_id, branches)


def by_level_and_name() -> dict[tuple[int, str], Node]:
    """Return the nodes above measures by level and name; the root also under an empty name."""
    rows = Node.objects.filter(level__lt=Level.MEASURE, archived_on__isnull=True)
    found = {(row.level, row.name): row for row in rows.order_by("-pk")}
    return found | {(int(Level.ORGANIZATION), ""): places.root()}


def taken(codes: Collection[str]) -> dict[str, int]:
    """Return which codes belong to a node already, with the level of that node."""
    return dict(Node.objects.filter(code__in=list(codes)).values_list("code", "level"))
