"""What criteria of the catalogue look at besides figures: risks, dependencies, evidence, size."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import TypedDict

from django.db import connection

from core import tenancy
from core.sight import UNNAMED
from governance.queries import claims_on_budgets
from governance.rules.facts import ClaimedBudget, GovernedDependency, GovernedRisk
from measures.models import Dependency, Evidence, Measure, Risk
from measures.queries import confidential, lights
from measures.rules.lights import Colour

VALUES = """
SELECT m.id, v.run_rate, v.one_time
  FROM measures_measure m, LATERAL assay_governed_value(m.organization_id, m.id) v
 WHERE m.organization_id = %s AND m.id = ANY(%s)
"""


class Around(TypedDict):
    """The fields of governance.rules.facts.MeasureFacts that are read here."""

    step: int
    description: str
    run_rate: Decimal | None
    one_time: Decimal | None
    risks: tuple[GovernedRisk, ...]
    dependencies: tuple[GovernedDependency, ...]
    claimed: tuple[ClaimedBudget, ...]
    evidence_kinds: frozenset[str]


def of(measure_ids: Collection[int]) -> dict[int, Around]:
    """Return by measure what surrounds it; the same few queries however many measures."""
    ids = list(measure_ids)
    sizes = _sizes(ids)
    risks, needed, kinds = risks_of(ids), dependencies_of(ids), kinds_of(ids)
    claimed = claims_on_budgets.of(ids)
    rows = Measure.objects.filter(pk__in=ids).values_list("pk", "step", "description")
    return {
        pk: Around(
            step=step,
            description=description,
            run_rate=sizes[pk][0],
            one_time=sizes[pk][1],
            risks=tuple(risks[pk]),
            dependencies=tuple(needed[pk]),
            claimed=tuple(claimed.get(pk, ())),
            evidence_kinds=frozenset(kinds[pk]),
        )
        for pk, step, description in rows
    }


def _sizes(ids: list[int]) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """Return run-rate and one-time cost as the database compares them with limits."""
    with connection.cursor() as cursor:
        cursor.execute(VALUES, [tenancy.current_organization_id(), ids])
        return {pk: (run_rate, one_time) for pk, run_rate, one_time in cursor.fetchall()}


def risks_of(ids: list[int]) -> dict[int, list[GovernedRisk]]:
    """Return the open risks of measures."""
    found: dict[int, list[GovernedRisk]] = defaultdict(list)
    rows = Risk.objects.filter(measure_id__in=ids, closed_on__isnull=True).order_by("pk")
    for row in rows:
        found[row.measure_id].append(GovernedRisk(row.title, row.owner_id, row.mitigation))
    return found


def dependencies_of(ids: list[int]) -> dict[int, list[GovernedDependency]]:
    """Return what measures wait for."""
    found: dict[int, list[GovernedDependency]] = defaultdict(list)
    rows = list(
        Dependency.objects.filter(measure_id__in=ids, removed_at__isnull=True).order_by("pk")
    )
    names = confidential.names_of(row.needs_id for row in rows) if rows else {}
    stored = lights.of({row.needs_id for row in rows})
    owners = _owners(pk for pk, name in names.items() if name != UNNAMED)
    for row in rows:
        colours = stored.get(row.needs_id)
        colour: Colour | None = None if colours is None else colours.implementation.colour
        found[row.measure_id].append(
            GovernedDependency(
                names[row.needs_id],
                row.accepted_by_id is not None,
                row.is_blocking,
                colour,
                owners.get(row.needs_id, ""),
            )
        )
    return found


def _owners(measure_ids: Iterable[int]) -> dict[int, str]:
    """Return who owns each of these measures, by name; those without an owner are left out."""
    rows = Measure.objects.filter(pk__in=list(measure_ids), owner__isnull=False)
    return dict(rows.values_list("pk", "owner__name"))


def kinds_of(ids: list[int]) -> dict[int, set[str]]:
    """Return the kinds of evidence that measures have."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Evidence.objects.filter(measure_id__in=ids).values_list("measure_id", "kind").distinct()
    for measure_id, kind in rows:
        found[measure_id].add(kind)
    return found
