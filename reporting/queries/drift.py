"""The check: what is stored against what the truth gives, cell by cell, in one snapshot.

Measures that still wait for the drain are no drift and are left out; nodes are compared with the
sum of what their measures have put in, which must hold at every moment.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection

from core import tenancy
from hierarchy.models import Node
from measures.models import Measure, Overlap, RollupDirty
from measures.models.line import PERIODS
from measures.queries import facts, overlaps, periods
from measures.rules.lines import Bucket, GroupKey
from reporting.models import RollupCount, RollupLeaf
from reporting.queries import deductions, lights, stored, sums, truth
from reporting.rules.rollup import Tally
from reporting.rules.spread import NOTHING, TALLY_NAMES, Standing, ValueKey

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


def cells(measure_ids: Collection[int] | None = None) -> list[DriftCell]:
    """Return every differing cell of the active organization; empty if all is well.

    With `measure_ids` only these are derived anew, which is what takes long; sums and lights are
    compared for every node all the same.
    """
    found = [*_of_sums(), *_of_lights(), *_of_measures(measure_ids), *_of_overlaps(measure_ids)]
    names = dict(Node.objects.filter(pk__in={each[0] for each in found}).values_list("pk", "name"))
    return [DriftCell(node, names.get(node, "?"), *rest) for node, *rest in found]


_Cell = tuple[int, str, str, str, str]


def _of_sums() -> Iterator[_Cell]:
    """Yield node rows that are not the sum of what the measures below have put in."""
    keys = stored.groups()
    missing = {
        (node, ValueKey(keys[group], Bucket(bucket), series, year)): figures
        for node, group, bucket, series, year, *figures in _differing(sums.DIFFERING_VALUES)
    }
    rows = stored.values_at({node for node, _ in missing})
    for (node, key), lacking in sorted(missing.items()):
        figures = rows.get(node, {}).get(key, NOTHING)
        yield from _cells(node, key_text(key), PERIODS, figures, lacking)
    counts = {node: numbers for node, *numbers in _differing(sums.DIFFERING_COUNTS)}
    tallies = stored.tallies_at(counts)
    for node, lacking in sorted(counts.items()):
        tally = tallies.get(node, Tally())
        numbers = [tally[name] for name in TALLY_NAMES]
        yield from _cells(node, "counts", sums.NUMBERS, numbers, lacking)


def _differing(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sums.ROOM)
        cursor.execute(query, {"organization": tenancy.current_organization_id()})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _cells(
    node: int, row: str, columns: Sequence[str], stored_as: Sequence[int], lacking: Sequence[int]
) -> Iterator[_Cell]:
    for column, was, less in zip(columns, stored_as, lacking, strict=True):
        if less:
            yield node, row, column, str(was), str(was + less)


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


def _of_measures(only: Iterable[int] | None) -> Iterator[_Cell]:
    """Yield what measures put in otherwise than the truth of the day they were derived for."""
    waiting = RollupDirty.objects.values("measure_id")
    settled = Measure.objects.exclude(pk__in=waiting).order_by("pk")
    if only is not None:
        settled = settled.filter(pk__in=list(only))
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


def _of_overlaps(only: Collection[int] | None) -> Iterator[_Cell]:
    """Yield what overlaps put in otherwise than both their measures give, as last derived."""
    waiting = set(RollupDirty.objects.values_list("measure_id", flat=True))
    settled = [
        each for each in overlaps.posted(only) if not {each.measure_id, each.other_id} & waiting
    ]
    days = stored.days(deductions.partners(settled))
    by_day: dict[date, list[Overlap]] = defaultdict(list)
    for each in settled:
        if each.measure_id in days and each.other_id in days:
            by_day[max(days[each.measure_id], days[each.other_id])].append(each)
    for day, same_day in sorted(by_day.items()):
        ground = periods.ground(day)
        figures = facts.of(sorted(deductions.partners(same_day)), day, ground)
        should = deductions.derive(same_day, figures, truth.derive(figures, ground))
        put_in = deductions.standings(should)
        for overlap, standing in should.items():
            yield from _between(put_in[overlap], standing)


def _between(was: Standing, should: Standing) -> Iterator[_Cell]:
    if not (was.path or should.path):
        return
    node = (should.path or was.path)[0]
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
