"""The tree as an administrator looks at it: rows with counts, candidates for a parent."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from accounts.rules.roles import Permission, seats_giving
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from hierarchy.rules.levels import NAMES, Level, child_level, parent_level

CANDIDATES = 200


@dataclass(slots=True)
class Row:
    """One node of the overview; `rows` is what is shown below it without asking again."""

    node: Node
    level_name: str
    child_name: str
    count: int
    rows: list["Row"] = field(default_factory=list)

    @property
    def may_add(self) -> bool:
        """True where a child is added here and not proposed on another page."""
        return self.child_name not in {"", NAMES[Level.MEASURE]} and not self.node.archived_on


def tops(actor: Actor) -> list[Row]:
    """Return the nodes whose structure the actor administers, outermost first, two levels deep."""
    giving = seats_giving(Permission.ADMINISTER_STRUCTURE)
    held = {each.node.pk for each in authority.ranges(actor) if each.role in giving}
    starts = [row for row in _rows(Node.objects.filter(pk__in=held)) if not held & _above(row.node)]
    shown = starts
    for _ in range(2):
        shown = _unfold(shown)
    return starts


def opened(node: Node) -> Row:
    """Return a node with what stands directly below it, archived ones last."""
    row = _row(node, 0)
    row.rows = sorted(
        _rows(Node.objects.filter(parent=node)), key=lambda each: each.node.archived_on is not None
    )
    row.count = sum(each.node.archived_on is None for each in row.rows)
    return row


def totals() -> list[tuple[str, int]]:
    """Return how many active nodes each level has, from portfolios down."""
    counts = dict(
        Node.objects.filter(archived_on__isnull=True, level__gt=Level.ORGANIZATION)
        .order_by()
        .values_list("level")
        .annotate(Count("pk"))
    )
    return [(NAMES[level], counts.get(level, 0)) for level in list(Level)[1:]]


def possible_parents(actor: Actor, node: Node, search: str = "") -> list[Node]:
    """Return where a node may be moved, by name: at most CANDIDATES, narrowed by `search`."""
    level = parent_level(Level(node.level))
    if level is None:
        return []
    rows = authority.visible(actor, Permission.ADMINISTER_STRUCTURE).filter(
        level=level, archived_on__isnull=True
    )
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(code__icontains=search))
    return list(
        rows.exclude(pk=node.parent_id or 0).order_by(tree.InOrder("name"), "pk")[:CANDIDATES]
    )


def level_name(node: Node) -> str:
    """Return the name of a node's level."""
    return NAMES[Level(node.level)]


def _unfold(rows: list[Row]) -> list[Row]:
    """Hang the children of some rows below them with one query, and return them."""
    by_node = {row.node.pk: row for row in rows}
    found = _rows(Node.objects.filter(parent__in=by_node, archived_on__isnull=True))
    for row in found:
        by_node[row.node.parent_id or 0].rows.append(row)
    return found


def _rows(nodes: QuerySet[Node]) -> list[Row]:
    counted = nodes.annotate(
        active_children=Count("children", filter=Q(children__archived_on__isnull=True))
    ).order_by("level", tree.InOrder("name"), "pk")
    return [_row(node, node.active_children) for node in counted]


def _row(node: Node, count: int) -> Row:
    below_it = child_level(Level(node.level))
    return Row(
        node=node,
        level_name=level_name(node),
        child_name="" if below_it is None else NAMES[below_it],
        count=count,
    )


def _above(node: Node) -> set[int]:
    return set(node.ancestor_ids)
