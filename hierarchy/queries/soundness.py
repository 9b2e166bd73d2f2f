"""Whether the tree is whole: compares parenthood with what is kept beside it, never the numbers.

The numbers have gaps and mean nothing by themselves; what must hold is that a child's interval
lies inside its parent's, that siblings do not overlap, that levels count from the root, and that
the stored ancestors are the parents all the way up.
"""

from django.db import connection

from core import tenancy

_FAULTS = """
WITH RECURSIVE walk (id, depth, above) AS (
  SELECT id, 0, ARRAY[]::bigint[] FROM hierarchy_node
   WHERE organization_id = %(organization)s AND parent_id IS NULL
  UNION ALL
  SELECT c.id, w.depth + 1, w.id || w.above FROM hierarchy_node c JOIN walk w ON c.parent_id = w.id
   WHERE c.organization_id = %(organization)s AND NOT c.id = ANY(w.id || w.above)
), node AS (
  SELECT * FROM hierarchy_node WHERE organization_id = %(organization)s
), sibling AS (
  SELECT id, name, parent_id, lft,
         max(rght) OVER (PARTITION BY parent_id ORDER BY lft, id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS used
    FROM node
)
SELECT fault, id, name, detail FROM (
  SELECT 1 AS kind, 'no root' AS fault, %(organization)s::bigint AS id, '' AS name,
         'the organization has nodes and none without a parent' AS detail
   WHERE EXISTS (SELECT 1 FROM node)
     AND NOT EXISTS (SELECT 1 FROM node WHERE parent_id IS NULL)
  UNION ALL
  SELECT 2, 'unreachable', n.id, n.name, 'its parents do not lead up to the root'
    FROM node n LEFT JOIN walk w USING (id) WHERE w.id IS NULL
  UNION ALL
  SELECT 3, 'level', n.id, n.name, format('is %%s, its parents make it %%s', n.level, w.depth)
    FROM node n JOIN walk w USING (id) WHERE n.level <> w.depth
  UNION ALL
  SELECT 4, 'ancestors', n.id, n.name,
         format('are %%s, its parents make them %%s', n.ancestor_ids, w.above)
    FROM node n JOIN walk w USING (id) WHERE n.ancestor_ids <> w.above
  UNION ALL
  SELECT 5, 'tree', n.id, n.name, format('carries tree %%s', n.tree_id)
    FROM node n WHERE n.tree_id <> %(organization)s
  UNION ALL
  SELECT 6, 'interval', n.id, n.name, format('runs from %%s to %%s', n.lft, n.rght)
    FROM node n WHERE n.lft >= n.rght
  UNION ALL
  SELECT 7, 'nesting', n.id, n.name,
         format('%%s to %%s lies not inside its parent''s %%s to %%s', n.lft, n.rght, p.lft, p.rght)
    FROM node n JOIN node p ON p.id = n.parent_id WHERE n.lft <= p.lft OR n.rght >= p.rght
  UNION ALL
  SELECT 8, 'overlap', id, name,
         format('begins at %%s, where a sibling still runs to %%s', lft, used)
    FROM sibling WHERE lft <= used
) AS found ORDER BY kind, id
"""


def faults() -> list[str]:
    """Return one sentence for each fault of the active organization's tree; empty when sound."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS, {"organization": tenancy.current_organization_id()})
        return [
            f"{fault}: node {node_id} “{name}” {detail}"
            for fault, node_id, name, detail in cursor.fetchall()
        ]
