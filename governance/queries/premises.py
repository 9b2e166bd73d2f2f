"""Premises of measures: the one that counts, since when it is void, and who is to look when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from core.tenancy import Actor
from governance.models import Premise, PremiseVoid
from measures.queries import measures
from measures.rules.stage import Lifecycle


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


@dataclass(frozen=True, slots=True)
class CheckDue:
    """A premise to be looked at, as reminders list it."""

    public_id: UUID
    measure: str
    statement: str
    checked_by: str
    check_on: date


def due(actor: Actor, until: date) -> list[CheckDue]:
    """Return the premises to be checked by a day, to who stated them and who checks them.

    The first first; one that was stated anew, declared void, or whose measure has ended asks
    nothing any more.
    """
    if actor.member_id is None:
        return []
    newer = Premise.objects.filter(measure=OuterRef("measure"), number__gt=OuterRef("number"))
    rows = Premise.objects.filter(
        ~Exists(newer),
        ~Exists(PremiseVoid.objects.filter(premise=OuterRef("pk"))),
        Q(stated_by_id=actor.member_id) | Q(checked_by_id=actor.member_id),
        measure__in=measures.visible(actor),
        measure__lifecycle__in=[Lifecycle.ACTIVE, Lifecycle.ON_HOLD],
        check_on__lte=until,
    )
    return [
        CheckDue(
            public_id=row.measure.node.public_id,
            measure=row.measure.node.name,
            statement=row.statement,
            checked_by=row.checked_by.name,
            check_on=row.check_on,
        )
        for row in rows.select_related("measure__node", "checked_by").order_by("check_on", "pk")
    ]
