"""How many measures stand at each step that an organization has added inside a stage."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from core import tenancy
from core.money import from_scaled
from hierarchy.models import Node
from measures.rules.stage import Stage

CENTS = 2


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many measures stand at one step, and their plan in units, as the stage counts them."""

    stage: Stage
    step: int
    count: int
    value: Decimal


# A measure's own tally counts as one at its stage, so that the steps add up to what the stage has.
_VALUE = " ".join(f"WHEN {stage.value} THEN c.stage_{stage.value}_value" for stage in Stage)
_STEPS = f"""
SELECT m.stage, m.step, sum(c.measures),
       sum(CASE m.stage {_VALUE} END)
  FROM measures_measure m
  JOIN hierarchy_node n ON n.organization_id = m.organization_id AND n.id = m.node_id
  JOIN rollup_count c ON c.organization_id = m.organization_id AND c.node_id = m.node_id
 WHERE m.organization_id = %s AND m.step > 0 AND %s = ANY (n.ancestor_ids)
 GROUP BY m.stage, m.step
 ORDER BY m.stage, m.step
"""  # noqa: S608 -- only numbers of stages are put in


def below(node: Node) -> tuple[StepCount, ...]:
    """Return the steps below a node at which any measure stands that the reader may see.

    Nothing where the node's own counts are withheld: steps would tell what they do not.
    """
    if node.pk in tenancy.current().sight.sums:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [tenancy.current_organization_id(), node.pk])
        rows = cursor.fetchall()
    return tuple(
        StepCount(Stage(stage), step, int(count), from_scaled(int(value), CENTS) or Decimal(0))
        for stage, step, count, value in rows
    )
