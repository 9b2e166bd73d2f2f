"""The stamp of a node's page: it changes when anything the page shows has changed."""

from dataclasses import dataclass

from django.db import connection

from core import tenancy
from hierarchy.models import Node
from steering.queries.escalations import ENDED
from steering.rules.escalation import EscalationState

# In SQL, for every open dashboard asks it every two seconds: to write it anew each time from
# models costs more than to run it.
_STAMP = """
SELECT n.version,
       (SELECT c.version FROM rollup_count c
         WHERE c.organization_id = n.organization_id AND c.node_id = n.id),
       (SELECT max(t.id)
          FROM measures_nodetarget t
          JOIN hierarchy_node f ON f.organization_id = t.organization_id AND f.id = t.node_id
         WHERE t.organization_id = n.organization_id AND (f.id = n.id OR f.parent_id = n.id)),
       waiting.count, waiting.newest, waiting.versions
  FROM hierarchy_node n
 CROSS JOIN LATERAL (
        SELECT count(*) AS count, max(e.id) AS newest, sum(e.version) AS versions
          FROM steering_escalation e
          JOIN hierarchy_node at ON at.organization_id = e.organization_id AND at.id = e.node_id
          LEFT JOIN measures_measure m
            ON m.organization_id = e.organization_id AND m.id = e.measure_id
         WHERE e.organization_id = n.organization_id AND e.state = %(open)s
           AND (at.id = n.id OR n.id = ANY (at.ancestor_ids))
           AND (m.lifecycle IS NULL OR m.lifecycle <> ALL (%(ended)s))) waiting
 WHERE n.organization_id = %(organization)s AND n.id = %(node)s
"""


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
    with connection.cursor() as cursor:
        cursor.execute(
            _STAMP,
            {
                "organization": tenancy.current_organization_id(),
                "node": node.pk,
                "open": EscalationState.OPEN,
                "ended": list(ENDED),
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise Node.DoesNotExist
    version, rolled_up, newest_target, waiting, newest, versions = row
    parts = (rolled_up or 0, newest_target or 0, version, waiting, newest or 0, versions or 0)
    return Stamp("-".join(map(str, parts)), waiting)
