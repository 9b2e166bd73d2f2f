"""What the clock of steering has to do: measures not looked at yet, timers missed, what ended."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.queries import forced
from measures.models import Measure, MeasureStatus
from measures.rules.stage import Lifecycle, Stage
from steering.models import Escalation, Watch
from steering.queries import holds, losses, overdue
from steering.rules.escalation import EscalationState
from steering.rules.levels import HIGHEST
from steering.rules.triggers import TriggerCode

ENDED = (Lifecycle.CLOSED, Lifecycle.CANCELLED)
ASKS_ABOUT_CLOSED = Q(rule=TriggerCode.VALUE_LOST)


def to_look_at(today: date, limit: int) -> list[int]:
    """Return measures that were decided, or are on hold, judged anew or not looked at today.

    Measures whose gate is overdue are looked at once a day, whatever their stage, and those closed
    whose value was found not to last.
    """
    seen = Watch.objects.filter(
        measure=OuterRef("measure_id"), looked_for__gte=today, judged_at=OuterRef("computed_at")
    )
    unseen = MeasureStatus.objects.filter(measure=OuterRef("pk")).exclude(Exists(seen))
    is_running = Q(decided_on__isnull=False, stage__lt=Stage.CLOSED, lifecycle=Lifecycle.ACTIVE)
    rows = Measure.objects.filter(is_running | Q(lifecycle=Lifecycle.ON_HOLD)).filter(
        Exists(unseen)
    )
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    late = overdue.to_look_at(today).exclude(pk__in=found).order_by("pk")
    found += late.values_list("pk", flat=True)[: limit - len(found)]
    looked_at = Watch.objects.filter(measure=OuterRef("measure"), looked_for__gte=today)
    losing = losses.failing().exclude(Exists(looked_at)).values_list("measure_id", flat=True)
    return [*found, *losing[: limit - len(found)]]


def missed(today: date) -> QuerySet[Escalation]:
    """Return the open escalations whose day has passed and that can still climb."""
    rows: QuerySet[Escalation] = Escalation.objects.filter(
        state=EscalationState.OPEN, due_on__lt=today, level__lt=HIGHEST
    )
    ended = rows.filter(measure__lifecycle__in=ENDED).exclude(ASKS_ABOUT_CLOSED)
    return rows.exclude(pk__in=ended.values("pk")).order_by("measure_id", "pk")


def bereft(today: date) -> QuerySet[Escalation]:
    """Return the open escalations that lost their subject by a decision of its own.

    The measure has been closed or cancelled, the hold they ask about resumed or extended, or the
    gate they ask about decided; what asks about a closed measure ends when that is reopened.
    """
    settled = holds.settled(today).order_by().values("pk")
    decided = overdue.settled(today).order_by().values("pk")
    rows: QuerySet[Escalation] = Escalation.objects.filter(state=EscalationState.OPEN).filter(
        (Q(measure__lifecycle__in=ENDED) & ~ASKS_ABOUT_CLOSED)
        | (ASKS_ABOUT_CLOSED & ~Q(measure__lifecycle=Lifecycle.CLOSED))
        | Q(pk__in=settled)
        | Q(pk__in=decided)
    )
    return rows.order_by("measure_id", "pk")


def open_on(measure_ids: Iterable[int]) -> QuerySet[Escalation]:
    """Return the open escalations of some measures."""
    rows: QuerySet[Escalation] = Escalation.objects.filter(
        state=EscalationState.OPEN, measure_id__in=list(measure_ids)
    )
    return rows.order_by("measure_id", "pk")


def deserted() -> QuerySet[Escalation]:
    """Return the open escalations whose decider has left."""
    rows: QuerySet[Escalation] = Escalation.objects.filter(
        state=EscalationState.OPEN, decider__left_on__isnull=False
    )
    return rows.exclude(measure__lifecycle__in=ENDED).order_by("measure_id", "pk")


def is_any(today: date) -> bool:
    """Tell whether the clock has anything to do."""
    if forced.lapsed(today):
        return True
    found = (missed(today), bereft(today), deserted())
    return bool(to_look_at(today, 1)) or any(each.exists() for each in found)
