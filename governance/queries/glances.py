"""Facts of many measures, each part read when the first criterion asks for it.

A preview judges every live measure, and most criteria look at little of one: figures are read
only where a criterion asks for them. A test holds a glance equal to `facts.of`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, cast

from governance.queries import facts, surroundings
from governance.rules.facts import GovernedDependency, GovernedMilestone, GovernedRisk, MeasureFacts
from measures.models import Measure, Milestone
from measures.rules.lines import EffectType
from measures.rules.stage import Lifecycle, Stage


class _Batch:
    """Some measures, of which each part is read once for all."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids

    @cached_property
    def whole(self) -> Mapping[int, MeasureFacts]:
        """Everything, figures included."""
        return facts.of(self.ids)

    @cached_property
    def risks(self) -> Mapping[int, list[GovernedRisk]]:
        return surroundings.risks_of(self.ids)

    @cached_property
    def dependencies(self) -> Mapping[int, list[GovernedDependency]]:
        return surroundings.dependencies_of(self.ids)

    @cached_property
    def kinds(self) -> Mapping[int, set[str]]:
        return surroundings.kinds_of(self.ids)

    @cached_property
    def milestones(self) -> Mapping[int, list[GovernedMilestone]]:
        found: dict[int, list[GovernedMilestone]] = defaultdict(list)
        rows = Milestone.objects.filter(measure_id__in=self.ids, removed_on__isnull=True)
        for measure, name, due_on, owner, mandatory, done_on, evidence in rows.order_by(
            "plan_end", "pk"
        ).values_list(
            "measure_id", "name", "plan_end", "owner_id", "is_mandatory", "actual_end",
            "evidence__sha256",
        ):  # fmt: skip
            found[measure].append(
                GovernedMilestone(
                    name, due_on, owner, mandatory, done_on is not None, evidence or ""
                )
            )
        return found


class _Glance:
    """One measure as criteria see it; what is not read here is read with all the figures."""

    def __init__(self, batch: _Batch, row: Mapping[str, Any]) -> None:
        self._batch = batch
        self.measure_id = row["pk"]
        self.stage, self.step = Stage(row["stage"]), row["step"]
        self.lifecycle = Lifecycle(row["lifecycle"])
        self.owner_id, self.sponsor_id = row["owner_id"], row["sponsor_id"]
        self.controller_id = row["controller_id"]
        self.size, self.kind = row["size"], EffectType(row["effect_type"])
        self.description = row["description"]

    @property
    def risks(self) -> tuple[GovernedRisk, ...]:
        return tuple(self._batch.risks.get(self.measure_id, ()))

    @property
    def dependencies(self) -> tuple[GovernedDependency, ...]:
        return tuple(self._batch.dependencies.get(self.measure_id, ()))

    @property
    def evidence_kinds(self) -> frozenset[str]:
        return frozenset(self._batch.kinds.get(self.measure_id, ()))

    @property
    def milestones(self) -> tuple[GovernedMilestone, ...]:
        return tuple(self._batch.milestones.get(self.measure_id, ()))

    def __getattr__(self, name: str) -> object:
        return getattr(self._batch.whole[self.measure_id], name)


COLUMNS = (
    "pk", "stage", "step", "lifecycle", "owner_id", "sponsor_id", "controller_id", "size",
    "effect_type", "description",
)  # fmt: skip


def of(measure_ids: Iterable[int]) -> dict[int, MeasureFacts]:
    """Return the facts of measures as they stand now, read as far as they are looked at."""
    ids = list(measure_ids)
    batch = _Batch(ids)
    rows = Measure.objects.filter(pk__in=ids).order_by("pk").values(*COLUMNS)
    return {row["pk"]: cast("MeasureFacts", _Glance(batch, row)) for row in rows}
