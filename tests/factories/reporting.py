"""Roll-ups for tests: draining, what is stored of a node, and the same summed in plain Python."""

from collections import defaultdict
from collections.abc import Iterable

from core import tenancy
from hierarchy.models import Node
from measures.models import Measure
from measures.queries import facts, overlaps, periods
from reporting.queries import deductions, drift, stored, truth
from reporting.queries.children import Children, ChildRow, Filter
from reporting.queries.dashboard import Dashboard, dashboard
from reporting.queries.drift import DriftCell
from reporting.rules.rollup import Tally
from reporting.rules.spread import NOTHING, Figures, ValueKey
from reporting.services import drain
from tests.factories.organizations import TestOrganization

Sums = dict[int, dict[ValueKey, Figures]]


def drained(organization: TestOrganization) -> None:
    """Drain everything, as a worker does."""
    assert drain.drain_all(actor=tenancy.system(organization.id))


def drifted(organization: TestOrganization) -> list[DriftCell]:
    """Return every cell that differs from the recompute."""
    with tenancy.reading(tenancy.system(organization.id)):
        return drift.cells()


def sums(organization: TestOrganization) -> Sums:
    """Return what is stored of every node, rows that are all zero left out."""
    with tenancy.reading(tenancy.system(organization.id)):
        return dict(stored.values_at(Node.objects.values_list("pk", flat=True)))


def tallies(organization: TestOrganization) -> dict[int, Tally]:
    """Return the stored tally of every node that has anything below."""
    with tenancy.reading(tenancy.system(organization.id)):
        found = stored.tallies_at(Node.objects.values_list("pk", flat=True))
    return {node: tally for node, tally in found.items() if tally.numbers}


def plain(organization: TestOrganization) -> tuple[Sums, dict[int, Tally]]:
    """Add up in plain Python, from the truth and the tree as they are, for every node."""
    with tenancy.reading(tenancy.system(organization.id)):
        ids = list(Measure.objects.values_list("pk", flat=True))
        ground = periods.ground()
        figures = facts.of(ids, ground.today, ground)
        derived = truth.derive(figures, ground)
        taken = deductions.derive(overlaps.posted(None), figures, derived)
    rows: dict[int, dict[ValueKey, list[int]]] = defaultdict(dict)
    counts: dict[int, Tally] = defaultdict(Tally)
    for standing in (*(each.standing for each in derived.values()), *taken.values()):
        for node in standing.path:
            counts[node] = counts[node].plus(standing.tally)
            for key, row in standing.rows.items():
                into = rows[node].setdefault(key, list(NOTHING))
                for at, value in enumerate(row):
                    into[at] += value
    return _without_zeros(rows), {node: tally for node, tally in counts.items() if tally.numbers}


def seen(organization: TestOrganization, node: Node, group: str = "") -> Dashboard:
    """Return a node's dashboard as its page has it."""
    with tenancy.reading(organization.actor("executive")):
        fresh = Node.objects.get(pk=node.pk)
        return dashboard(fresh, periods.ground(), group)


def children_of(
    organization: TestOrganization, node: Node, wanted: Filter | None = None
) -> list[ChildRow]:
    """Return the rows of a node's children table, in its leading group."""
    group = seen(organization, node).group
    with tenancy.reading(organization.actor("executive")):
        return list(Children(node, periods.ground(), group, wanted))


def _without_zeros(rows: dict[int, dict[ValueKey, list[int]]]) -> Sums:
    found = {
        node: {key: tuple(figures) for key, figures in at.items() if any(figures)}
        for node, at in rows.items()
    }
    return {node: at for node, at in found.items() if at}


def total_of(rows: Iterable[Figures]) -> int:
    """Return the sum of all months of some rows."""
    return sum(sum(row) for row in rows)
