"""The numbers of the nested set, in SQL of our own: room for a child, moves, numbering anew.

Every function expects the organization's lock to be held and reads the tree only after it.
"""

from dataclasses import dataclass

from django.db import connection

from core import tenancy
from hierarchy.models import Node
from hierarchy.rules import numbering
from hierarchy.rules.levels import Level

UNNUMBERED = numbering.LARGEST  # stands last among its siblings until `renumber` has run

_SLOTS = """
SELECT n.lft, n.rght,
       coalesce((SELECT max(c.rght) FROM hierarchy_node c
                  WHERE c.organization_id = n.organization_id AND c.parent_id = n.id), n.lft)
  FROM hierarchy_node n
 WHERE n.organization_id = %(organization)s AND n.id = ANY(%(nodes)s)
 ORDER BY n.level DESC
"""

_SHIFT = """
UPDATE hierarchy_node
   SET lft = CASE WHEN lft > %(edge)s THEN lft + %(by)s ELSE lft END, rght = rght + %(by)s
 WHERE organization_id = %(organization)s AND lft > %(first)s AND lft < %(last)s
   AND rght < %(last)s AND rght >= %(edge)s
"""

_HANG = """
UPDATE hierarchy_node n
   SET lft = n.lft + %(by)s, rght = n.rght + %(by)s,
       parent_id = CASE WHEN n.id = %(node)s THEN %(parent)s ELSE n.parent_id END,
       version = n.version + CASE WHEN n.id = %(node)s THEN 1 ELSE 0 END,
       ancestor_ids = n.ancestor_ids[1 : n.level - %(level)s] || %(ancestors)s::bigint[]
 WHERE n.organization_id = %(organization)s AND n.lft >= %(first)s AND n.lft <= %(last)s
   AND n.rght <= %(last)s
"""

# A node's interval holds those of its children, its gap and its own two numbers: sizes are summed
# level by level from the measures up, and numbers are given from the root down, where a child
# begins after its elder siblings. Only siblings are sorted, and no row is looked up twice, so the
# cost grows as the tree does.
_OF_MEASURES = """
sized_5 AS MATERIALIZED (
  SELECT id, parent_id, lft, 2 + (%(gaps)s::bigint[])[6] AS size FROM hierarchy_node
   WHERE organization_id = %(organization)s AND level = 5
)"""
_OF_LEVEL = """
sized_{level} AS MATERIALIZED (
  SELECT n.id, n.parent_id, n.lft, 2 + (%(gaps)s::bigint[])[{place}] + coalesce(c.size, 0) AS size
    FROM hierarchy_node n
    LEFT JOIN (SELECT parent_id, sum(size)::bigint AS size FROM sized_{place} GROUP BY parent_id) c
      ON c.parent_id = n.id
   WHERE n.organization_id = %(organization)s AND n.level = {level}
)"""
_SIZED = ",".join(
    [_OF_MEASURES, *(_OF_LEVEL.format(level=at, place=at + 1) for at in range(4, -1, -1))]
)
_RENUMBER = f"""
WITH RECURSIVE {_SIZED}, placed AS MATERIALIZED (
  SELECT id, parent_id, size, (sum(size) OVER (PARTITION BY parent_id ORDER BY lft, id))::bigint
         - size AS after FROM ({" UNION ALL ".join(f"SELECT * FROM sized_{at}" for at in range(6))})
      AS sized
), fresh (id, above, lft, rght) AS (
  SELECT id, ARRAY[]::bigint[], 1::bigint, size FROM placed WHERE parent_id IS NULL
  UNION ALL
  SELECT c.id, w.id || w.above, w.lft + 1 + c.after, w.lft + c.after + c.size
    FROM placed c JOIN fresh w ON c.parent_id = w.id
)
UPDATE hierarchy_node n SET lft = f.lft, rght = f.rght, ancestor_ids = f.above
  FROM fresh f
 WHERE n.organization_id = %(organization)s AND n.id = f.id
   AND (n.lft, n.rght, n.ancestor_ids) IS DISTINCT FROM (f.lft, f.rght, f.above)
"""  # noqa: S608 -- numbers of levels


@dataclass(frozen=True, slots=True)
class _Slot:
    """A node's interval and the last number its children use."""

    first: int
    last: int
    used: int

    @property
    def free(self) -> int:
        return self.last - 1 - self.used

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def room(parent: Node, width: int) -> int | None:
    """Return the first of `width` free numbers in the parent, widening it when it is full.

    None when the organization has no numbers left: write the node UNNUMBERED, then `renumber`.
    """
    slot = _slots([parent.pk])[0]
    if slot.free < width and not _widen(parent, slot, width):
        return None
    return slot.used + 1


def hang(node: Node, parent: Node, first: int | None) -> None:
    """Give a node another parent, with new numbers and ancestors for all below, in one UPDATE."""
    node.refresh_from_db(fields=["lft", "rght"])
    with connection.cursor() as cursor:
        cursor.execute(
            _HANG,
            {
                "organization": tenancy.current_organization_id(),
                "node": node.pk,
                "parent": parent.pk,
                "level": node.level,
                "ancestors": [parent.pk, *parent.ancestor_ids],
                "first": node.lft,
                "last": node.rght,
                "by": 0 if first is None else first - node.lft,
            },
        )
    if first is None:
        renumber()


def renumber() -> int:
    """Number the whole tree anew with fresh gaps, from parenthood alone; returns rows changed."""
    organization = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, count(*) FROM hierarchy_node WHERE organization_id = %s GROUP BY level",
            [organization],
        )
        counts = {Level(level): count for level, count in cursor.fetchall()}
        gaps = numbering.gaps(counts, numbering.LARGEST)
        # An import numbers what it has just inserted, of which no statistics exist yet: taken for
        # one row, the tree would be joined row by row, in the square of its size. And the siblings
        # of a great tree are to be sorted in memory.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'")
        cursor.execute(_RENUMBER, {"organization": organization, "gaps": list(gaps)})
        changed: int = cursor.rowcount
        cursor.execute("SET LOCAL enable_nestloop = DEFAULT; SET LOCAL work_mem = DEFAULT")
    return changed


def _widen(parent: Node, slot: _Slot, width: int) -> bool:
    """Shift what stands right of the parent, within the nearest ancestor that has the room."""
    by = numbering.growth(slot.size, width - slot.free)
    within = next(
        (above for above in _slots(parent.ancestor_ids) if above.free >= by),
        _Slot(0, numbering.LARGEST + 1, 0),
    )
    if within.first == 0 and _end() + by > numbering.LARGEST:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            _SHIFT,
            {
                "organization": tenancy.current_organization_id(),
                "edge": slot.last,
                "by": by,
                "first": within.first,
                "last": within.last,
            },
        )
    return True


def _slots(node_ids: list[int]) -> list[_Slot]:
    """Return the intervals of some nodes, the deepest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SLOTS, {"organization": tenancy.current_organization_id(), "nodes": node_ids}
        )
        return [_Slot(*row) for row in cursor.fetchall()]


def _end() -> int:
    """Return the organization's last number, its root's."""
    last: int = Node.objects.get(parent__isnull=True).rght
    return last
