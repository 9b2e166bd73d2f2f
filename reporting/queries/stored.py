"""The roll-up as it is stored: what each measure put in, the groups, the state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from measures.models.line import PERIODS
from measures.rules.lines import Bucket, EffectType, GroupKey, Nature, Recurrence, Unit
from reporting.models import RollupCount, RollupGroup, RollupLeaf, RollupState, RollupValue
from reporting.rules.rollup import Tally
from reporting.rules.spread import TALLY_NAMES, Figures, Standing, ValueKey

COLUMNS: Mapping[str, str] = {name: name.replace(".", "_") for name in TALLY_NAMES}
"""The column of RollupCount that holds each name of a tally."""


def groups() -> dict[int, GroupKey]:
    """Return every group the organization has figures in, by id."""
    return {row.pk: group_key(row) for row in RollupGroup.objects.all()}


def group_key(row: RollupGroup) -> GroupKey:
    """Return the rules' group behind a row."""
    return GroupKey(
        unit=Unit(row.unit, row.decimals),
        currency=row.currency,
        effect_type=EffectType(row.effect_type),
        recurrence=Recurrence(row.recurrence),
        nature=Nature(row.nature),
    )


def standings(measure_ids: Iterable[int]) -> dict[int, Standing]:
    """Return what each of the measures has put in; one never drained is left out. 4 queries."""
    leaves = RollupLeaf.objects.filter(measure_id__in=list(measure_ids))
    paths = {
        node: (measure, (node, *ancestors))
        for measure, node, ancestors in leaves.values_list("measure_id", "node_id", "ancestor_ids")
    }
    rows, tallies = values_at(paths), tallies_at(paths)
    return {
        measure: Standing(path, rows[node], tallies.get(node, Tally()))
        for node, (measure, path) in paths.items()
    }


def values_at(nodes: Iterable[int]) -> dict[int, dict[ValueKey, Figures]]:
    """Return the stored rows of nodes by key, those that are all zero left out. 2 queries."""
    known = groups()
    found: dict[int, dict[ValueKey, Figures]] = defaultdict(dict)
    rows = RollupValue.objects.filter(node_id__in=list(nodes)).values_list(
        "node_id", "group_id", "bucket", "series", "fiscal_year", *PERIODS
    )
    for node, group, bucket, series, year, *figures in rows:
        if any(figures):
            found[node][ValueKey(known[group], Bucket(bucket), series, year)] = tuple(figures)
    return found


def rows_of(node: int) -> dict[ValueKey, Figures]:
    """Return every stored row of one node by key, also those that came to zero. 1 query."""
    rows = RollupValue.objects.filter(node_id=node).select_related("group")
    return {
        ValueKey(group_key(row.group), Bucket(row.bucket), row.series, row.fiscal_year): row.periods
        for row in rows
    }


def keys_below(node: int) -> dict[ValueKey, Figures]:
    """Return by key a stored row of what stands right below a node and the reader reads.

    For choosing a group where the node's own rows are withheld: no sum is made of them.
    """
    rows = RollupValue.objects.filter(node__parent_id=node).select_related("group")
    return {
        ValueKey(group_key(row.group), Bucket(row.bucket), row.series, row.fiscal_year): row.periods
        for row in rows
    }


def tallies_at(nodes: Iterable[int]) -> dict[int, Tally]:
    """Return the stored tallies of nodes."""
    rows = RollupCount.objects.filter(node_id__in=list(nodes))
    return {
        node: tally_from(numbers)
        for node, *numbers in rows.values_list("node_id", *COLUMNS.values())
    }


def tally_from(numbers: Iterable[int]) -> Tally:
    """Return the tally whose numbers stand in the order of TALLY_NAMES."""
    named = zip(TALLY_NAMES, numbers, strict=True)
    return Tally({name: number for name, number in named if number})


def days(measure_ids: Iterable[int]) -> dict[int, date]:
    """Return for which day each measure was last derived."""
    rows = RollupLeaf.objects.filter(measure_id__in=list(measure_ids))
    return dict(rows.values_list("measure_id", "computed_for"))


def state() -> RollupState | None:
    """Return how far the organization's roll-up is; None before the first drain."""
    return RollupState.objects.first()
