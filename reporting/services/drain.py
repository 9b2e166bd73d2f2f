"""The drain: measures that were marked are derived anew, and only differences travel up.

Repeats and reordering change nothing: what a measure should have put in is derived from the truth
and compared with what it did put in (decisions §3).
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import connection
from django.db.models import F

from core import tenancy
from core.tenancy import Actor
from measures.queries import facts, overlaps, periods
from measures.queries.periods import Ground
from measures.services import lights as measure_lights
from reporting.models import RollupLeaf, RollupState
from reporting.queries import deductions, lights, stored, truth
from reporting.queries.truth import Derived
from reporting.rules.spread import Spread, Standing, differences
from reporting.services import deductions as write_deductions
from reporting.services import lights as node_lights
from reporting.services import lock, spread

BATCH = 200  # measures a transaction: about a second's work, so that no other waits in vain

# Presence decides, never an id: the order of a sequence is not the order of commits. Rows that
# appear after this statement stay for the next batch, whatever they are about.
_TAKE = """
WITH waiting AS (
  SELECT measure_id FROM rollup_dirty WHERE organization_id = %(organization)s
   ORDER BY id LIMIT %(limit)s * 20
), taken AS (
  DELETE FROM rollup_dirty
   WHERE organization_id = %(organization)s
     AND measure_id IN (SELECT DISTINCT measure_id FROM waiting LIMIT %(limit)s)
  RETURNING measure_id
)
SELECT DISTINCT measure_id FROM taken ORDER BY measure_id
"""


@tenancy.act
def drain(*, actor: Actor, limit: int = BATCH) -> int:
    """Derive up to `limit` marked measures anew and spread what changed; returns how many.

    One transaction under the roll-up lock; the number of statements does not follow the batch.
    """
    lock.take()
    measure_ids = _take(limit)
    if measure_ids:
        _refresh(measure_ids, periods.ground())
    return len(measure_ids)


def drain_all(*, actor: Actor, seconds: float = math.inf) -> bool:
    """Drain until nothing is marked, one transaction a batch; False if time ran out before."""
    ends_at = time.monotonic() + seconds
    while drain(actor=actor):
        if time.monotonic() > ends_at:
            return False
    return True


def _take(limit: int) -> list[int]:
    organization = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"organization": organization, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _refresh(measure_ids: Sequence[int], ground: Ground) -> None:
    """Derive measures and what they overlap in; the other side of an overlap is only looked at."""
    today = ground.today
    shared = overlaps.posted(measure_ids)
    figures = facts.of(sorted({*measure_ids, *deductions.partners(shared)}), today, ground)
    own = {pk: figures[pk] for pk in measure_ids if pk in figures}
    measure_lights.recompute(measure_ids, today, ground=ground, figures=own)
    before, derived = stored.standings(measure_ids), truth.derive(figures, ground)
    after = {pk: derived[pk] for pk in own}
    taken = deductions.standings(each.pk for each in shared) if shared else {}
    should = deductions.derive(shared, figures, derived)
    standing = {pk: each.standing for pk, each in after.items()}
    spread.add([*_between(before, standing), *_between(taken, should)])
    write_deductions.remember(shared, taken, should)
    _judge(before, after, ground)
    _remember(after, today)
    _count_up()


def _between(before: Mapping[int, Standing], after: Mapping[int, Standing]) -> list[Spread]:
    nothing = Standing()
    return [
        each
        for pk, standing in after.items()
        for each in differences(before.get(pk, nothing), standing)
    ]


def _judge(before: Mapping[int, Standing], after: Mapping[int, Derived], ground: Ground) -> None:
    rows = {derived.standing.path[0]: derived.row for derived in after.values()}
    nodes = {node for derived in after.values() for node in derived.standing.path}
    nodes |= {node for standing in before.values() for node in standing.path}
    node_lights.store(lights.judged(nodes, rows, ground.light_numbers))


def _remember(after: Mapping[int, Derived], today: date) -> None:
    RollupLeaf.objects.bulk_create(
        (
            RollupLeaf(
                measure_id=measure,
                node_id=derived.standing.path[0],
                ancestor_ids=list(derived.standing.path[1:]),
                computed_for=today,
            )
            for measure, derived in sorted(after.items())
        ),
        update_conflicts=True,
        unique_fields=["organization", "measure"],
        update_fields=["ancestor_ids", "computed_for"],
    )


def _count_up() -> None:
    now = tenancy.current().now
    if not RollupState.objects.update(version=F("version") + 1, drained_at=now):
        RollupState.objects.create(version=1, drained_at=now)


def mark(measure_ids: Iterable[int]) -> None:
    """Mark measures to be derived anew, in the running transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rollup_dirty (organization_id, measure_id)"
            " SELECT %s, unnest(%s::bigint[])",
            [tenancy.current_organization_id(), list(measure_ids)],
        )
