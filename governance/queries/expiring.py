"""Holds that end soon on the measures a person is named on, for reminders."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Q

from core.tenancy import Actor
from governance.models import LifecycleDecision
from governance.rules.holds import Move
from measures.models import Measure
from measures.queries import measures
from measures.rules.stage import Lifecycle

SET_AN_END = (Move.HOLD.value, Move.EXTEND.value)


@dataclass(frozen=True, slots=True)
class HoldEnding:
    """A measure on hold, and the last day of its hold."""

    public_id: UUID
    measure: str
    expires_on: date


def for_me(actor: Actor, until: date) -> list[HoldEnding]:
    """Return the holds that end by a day, on measures the actor is named on, the first first."""
    held = Measure.objects.filter(
        measures.named_on(actor.member_id), lifecycle=Lifecycle.ON_HOLD
    ).annotate(
        latest=Max("lifecycle_decisions__id", filter=Q(lifecycle_decisions__act__in=SET_AN_END))
    )
    latest = held.values_list("latest", flat=True)
    rows = LifecycleDecision.objects.filter(pk__in=latest, expires_on__lte=until)
    return [
        HoldEnding(row.measure.node.public_id, row.measure.node.name, row.expires_on)
        for row in rows.select_related("measure__node").order_by("expires_on", "pk")
        if row.expires_on is not None
    ]
