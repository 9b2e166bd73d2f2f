"""The lights of nodes judged from what is stored: from the bottom up, children before parents."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from core import tenancy
from core.sight import UNNAMED
from hierarchy.rules.levels import Level
from measures.rules.lights import Colour, Light, LightNumbers
from reporting.queries.stored import COLUMNS, tally_from
from reporting.rules.contribution import MeasureRow
from reporting.rules.rollup import Child, NodeLights, Tally, node_lights

_FAMILY = f"""
SELECT n.id, n.parent_id, n.level,
       CASE WHEN EXISTS (SELECT 1 FROM measures_measure m JOIN measures_confidentiality s
                             ON s.organization_id = m.organization_id AND s.measure_id = m.id
                          WHERE m.organization_id = n.organization_id AND m.node_id = n.id
                            AND n.level = 5 AND s.opened_at IS NULL)
            THEN %(unnamed)s ELSE n.name END,
       c.implementation, c.potential, c.has_open_level_3,
       {", ".join(f"c.{column}" for column in COLUMNS.values())}
  FROM hierarchy_node n
  JOIN rollup_count c ON c.organization_id = n.organization_id AND c.node_id = n.id
 WHERE n.organization_id = %(organization)s
   AND (n.id = ANY(%(nodes)s) OR n.parent_id = ANY(%(nodes)s))
 ORDER BY n.level DESC, n.id
"""  # noqa: S608 -- only names of columns are put in


@dataclass(frozen=True, slots=True)
class _Place:
    """A node of the family of those judged: where it hangs, and what its parent sees of it."""

    node: int
    parent: int | None
    level: int
    seen: Child
    tally: Tally


@dataclass(frozen=True, slots=True)
class Judged:
    """What is stored of a node's lights; a measure's reasons stand in its own status."""

    implementation: Colour
    potential: Colour
    implementation_reasons: str = "[]"
    potential_reasons: str = "[]"
    has_open_level_3: bool = False


def judged(
    nodes: Iterable[int], measures: Mapping[int, MeasureRow], numbers: LightNumbers
) -> dict[int, Judged]:
    """Return the lights of nodes above measures, and what the measures' own nodes count as.

    `measures` are those just derived, by their node. One query, whatever the batch.
    """
    found = {node: _of_measure(row) for node, row in measures.items()}
    above = set(nodes) - found.keys()
    family = _family(above)
    children = defaultdict(list)
    for place in family:
        if place.parent is not None:
            children[place.parent].append(place)
    for place in family:  # from the lowest level up, so that each parent sees its children judged
        if place.node not in above or place.level == Level.MEASURE:
            continue
        seen = [_seen(child, found.get(child.node)) for child in children[place.node]]
        found[place.node] = _of_node(node_lights(place.tally, seen, numbers))
    return found


def _family(nodes: set[int]) -> list[_Place]:
    with connection.cursor() as cursor:
        cursor.execute(
            _FAMILY,
            {
                "organization": tenancy.current_organization_id(),
                "nodes": list(nodes),
                "unnamed": UNNAMED,
            },
        )
        return [_place(row) for row in cursor.fetchall()]


def _place(row: tuple[Any, ...]) -> _Place:
    node, parent, level, name, implementation, potential, escalated, *numbers = row
    tally = tally_from(numbers)
    seen = Child(
        name=name,
        implementation=Colour(implementation),
        potential=Colour(potential),
        weight=tally["weight"],
        counted=tally["counted"],
        has_open_level_3=escalated,
    )
    return _Place(node, parent, level, seen, tally)


def _seen(child: _Place, judged: Judged | None) -> Child:
    if judged is None:
        return child.seen
    return replace(
        child.seen,
        implementation=judged.implementation,
        potential=judged.potential,
        has_open_level_3=judged.has_open_level_3,
    )


def _of_measure(row: MeasureRow) -> Judged:
    return Judged(row.implementation, row.potential, has_open_level_3=row.has_open_level_3)


def _of_node(lights: NodeLights) -> Judged:
    return Judged(
        lights.implementation.colour,
        lights.potential.colour,
        _reasons(lights.implementation),
        _reasons(lights.potential),
    )


def _reasons(light: Light) -> str:
    return json.dumps(
        [{"code": reason.code, "params": dict(reason.params)} for reason in light.reasons]
    )
