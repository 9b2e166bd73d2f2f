"""The check: what is stored against what the truth gives, cell by cell, in one snapshot.

Measures that still wait for the drain are no drift and are left out; nodes are compared with the
sum of what their measures have put in, which must hold at every moment.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import connection

from core import tenancy
from hierarchy.models import Node
from measures.models import Measure, RollupDirty
from measures.models.line import PERIODS
from measures.queries import facts, periods
from measures.rules.lines import GroupKey
from reporting.models import RollupCount, RollupLeaf
from reporting.queries import lights, stored, sums, truth
from reporting.rules.spread import NOTHING, Standing, ValueKey

BATCH = 500


@dataclass(frozen=True, slots=True)
class DriftCell:
    """One cell that is not what it should be.

    `where` is the node's name; `row` and `column` say which figure of it.
    """

    node_id: int
    where: str
    row: str
    column: str
    stored: str
    recomputed: str


def cells() -> list[DriftCell]:
    """Return every differing cell of the active organization; empty if all is well."""
    found = [*_of_sums(), *_of_lights(), *_of_measures()]
    names = dict(Node.objects.filter(pk__in={each[0] for each in found}).values_list("pk", "name"))
    return [DriftCell(node, names.get(node, "?"), *rest) for node, *rest in found]


_Cell = tuple[int, str, str, str, str]


def _of_sums() -> Iterator[_Cell]:
    groups = {pk: group_text(key) for pk, key in stored.groups().items()}

    def value_row(keys: Sequence[object]) -> str:
        group, bucket, series, year = keys
        return f"{bucket} {series} {year} of {groups[int(str(group))]}"

    yield from _differing(sums.DIFFERING_VALUES, len(sums.KEY), PERIODS, value_row)
    yield from _differing(sums.DIFFERING_COUNTS, 1, sums.NUMBERS, lambda _: "counts")


def _differing(
    query: str, keys: int, columns: Sequence[str], row_text: Callable[[Sequence[object]], str]
) -> Iterator[_Cell]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"organization": tenancy.current_organization_id()})
        rows = cursor.fetchall()
    for row in rows:
        old, new = row[keys : keys + len(columns)], row[keys + len(columns) :]
        for column, was, should in zip(columns, old, new, strict=True):
            if was != should:
                yield row[0], row_text(row[1:keys]), column, str(was), str(should)


def _of_lights() -> Iterator[_Cell]:
    """Yield nodes whose lights do not follow from their counts and their children."""
    rows = {
        row.node_id: row
        for row in RollupCount.objects.exclude(node_id__in=RollupLeaf.objects.values("node_id"))
    }
    waiting = {node for path in _waiting_paths() for node in path}
    judged = lights.judged(rows.keys(), {}, periods.ground().light_numbers)
    for node, light in judged.items():
        row = rows[node]
        pairs = (
            ("implementation", row.implementation, light.implementation.value),
            ("potential", row.potential, light.potential.value),
        )
        for column, was, should in pairs:
            if was != should and node not in waiting:
                yield node, "lights", column, was, should


def _waiting_paths() -> Iterator[list[int]]:
    """Yield the paths of measures that wait, as they were and as they are: both may be judged."""
    waiting = list(RollupDirty.objects.values_list("measure_id", flat=True).distinct())
    yield from RollupLeaf.objects.filter(measure_id__in=waiting).values_list(
        "ancestor_ids", flat=True
    )
    yield from Measure.objects.filter(pk__in=waiting).values_list("node__ancestor_ids", flat=True)


def _of_measures() -> Iterator[_Cell]:
    """Yield what measures put in otherwise than the truth of the day they were derived for."""
    waiting = RollupDirty.objects.values("measure_id")
    settled = Measure.objects.exclude(pk__in=waiting).order_by("pk")
    nodes = dict(settled.values_list("pk", "node_id"))
    measure_ids = list(nodes)
    for at in range(0, len(measure_ids), BATCH):
        batch = measure_ids[at : at + BATCH]
        yield from _of_batch(batch, nodes)


def _of_batch(measure_ids: Sequence[int], nodes: Mapping[int, int]) -> Iterator[_Cell]:
    put_in, days = stored.standings(measure_ids), stored.days(measure_ids)
    for measure in measure_ids:
        if measure not in put_in:
            yield nodes[measure], "measure", "derived", "never", "due"
    by_day = sorted(put_in, key=lambda measure: days[measure])
    for day, same_day in groupby(by_day, key=lambda measure: days[measure]):
        ground = periods.ground(day)
        figures = facts.of(list(same_day), day, ground)
        for measure, derived in truth.derive(figures, ground).items():
            yield from _between(put_in[measure], derived.standing)


def _between(was: Standing, should: Standing) -> Iterator[_Cell]:
    node = should.path[0]
    if was.path != should.path:
        yield node, "place", "path", str(list(was.path)), str(list(should.path))
    for key in sorted({*was.rows, *should.rows}):
        old, new = was.rows.get(key, NOTHING), should.rows.get(key, NOTHING)
        for period, before, after in zip(PERIODS, old, new, strict=True):
            if before != after:
                yield node, key_text(key), period, str(before), str(after)
    for name in sorted({*was.tally.numbers, *should.tally.numbers}):
        if was.tally[name] != should.tally[name]:
            yield node, "counts", name, str(was.tally[name]), str(should.tally[name])


def key_text(key: ValueKey) -> str:
    """Return the key of a row in words."""
    return f"{key.bucket} {key.series} {key.fiscal_year} of {group_text(key.group)}"


def group_text(group: GroupKey) -> str:
    """Return a group in words."""
    unit = group.currency or group.unit.code
    return f"{group.nature} {group.effect_type} {group.recurrence} {unit}"
