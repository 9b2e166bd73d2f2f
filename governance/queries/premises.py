"""Premises of measures: the one that counts, and since when it is void."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from governance.models import Premise, PremiseVoid


@dataclass(frozen=True, slots=True)
class Standing:
    """The premise that counts of a measure, and that it was declared void, if it was."""

    premise: Premise
    void: PremiseVoid | None


def of_measure(measure_id: int) -> Standing | None:
    """Return the premise of a measure; None where none was ever stated."""
    rows = Premise.objects.filter(measure_id=measure_id).select_related("checked_by", "stated_by")
    found = rows.order_by("-number").first()
    if found is None:
        return None
    void = PremiseVoid.objects.filter(premise=found).select_related("declared_by").first()
    return Standing(found, void)


def void_since(measure_ids: Collection[int]) -> dict[int, date]:
    """Return for each measure whose premise is void the day it was declared so; one query."""
    latest = (
        Premise.objects.filter(measure_id__in=list(measure_ids))
        .order_by("measure_id", "-number")
        .distinct("measure_id")
    )
    rows = PremiseVoid.objects.filter(premise__in=latest.values("pk"))
    return dict(rows.values_list("measure_id", "declared_on"))
