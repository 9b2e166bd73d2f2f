"""Storing the lights of nodes: in one statement, and only where one has changed."""

from collections.abc import Mapping

from django.db import connection

from core import tenancy
from reporting.queries.lights import Judged

_STORE = """
UPDATE rollup_count c
   SET version = c.version + 1, implementation = j.implementation, potential = j.potential,
       implementation_reasons = j.implementation_reasons, potential_reasons = j.potential_reasons,
       has_open_level_3 = j.has_open_level_3
  FROM unnest(%(node)s::bigint[], %(implementation)s::text[], %(potential)s::text[],
              %(implementation_reasons)s::jsonb[], %(potential_reasons)s::jsonb[],
              %(has_open_level_3)s::boolean[])
       AS j (node_id, implementation, potential, implementation_reasons, potential_reasons,
             has_open_level_3)
 WHERE c.organization_id = %(organization)s AND c.node_id = j.node_id
   AND (c.implementation, c.potential, c.implementation_reasons, c.potential_reasons,
        c.has_open_level_3)
       IS DISTINCT FROM (j.implementation, j.potential, j.implementation_reasons,
                         j.potential_reasons, j.has_open_level_3)
"""


def store(judged: Mapping[int, Judged]) -> None:
    """Write the lights of nodes; a node whose lights are what they were keeps its version."""
    rows = sorted(judged.items())
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            {
                "organization": tenancy.current_organization_id(),
                "node": [node for node, _ in rows],
                "implementation": [each.implementation.value for _, each in rows],
                "potential": [each.potential.value for _, each in rows],
                "implementation_reasons": [each.implementation_reasons for _, each in rows],
                "potential_reasons": [each.potential_reasons for _, each in rows],
                "has_open_level_3": [each.has_open_level_3 for _, each in rows],
            },
        )
