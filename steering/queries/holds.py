"""Holds that ask for a decision, and open escalations whose hold has been decided about."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.rules.numbers import Numbers
from governance.models import LifecycleDecision
from governance.rules.holds import Move
from measures.rules.stage import Lifecycle
from measures.rules.working_days import WorkingDays
from steering.models import Escalation
from steering.rules.escalation import EscalationState
from steering.rules.triggers import HoldFacts, TriggerCode, hold_facts

HELD_BY = (Move.HOLD.value, Move.EXTEND.value)


def asking(
    measure_ids: Collection[int], today: date, numbers: Numbers, working: WorkingDays
) -> dict[int, HoldFacts]:
    """Return what the holds of measures ask today, by measure; those that ask nothing are left out.

    The measures are on hold; one query however many.
    """
    latest = (
        LifecycleDecision.objects.filter(measure_id__in=measure_ids, act__in=HELD_BY)
        .order_by("measure_id", "-pk")
        .distinct("measure_id")
        .values_list("measure_id", "expires_on", "decided_by_id")
    )
    asked = {
        measure: hold_facts(until, today, numbers, working, is_ours=decided_by is None)
        for measure, until, decided_by in latest
        if until is not None
    }
    return {measure: facts for measure, facts in asked.items() if facts is not None}


def settled(today: date) -> QuerySet[Escalation]:
    """Return the open escalations of holds that were resumed, or extended past what they ask."""
    later = LifecycleDecision.objects.filter(
        measure=OuterRef("measure"),
        act=Move.EXTEND.value,
        decided_at__gt=OuterRef("opened_at"),
        expires_on__gte=today,
    )
    running = Q(measure__lifecycle=Lifecycle.ACTIVE)
    rows: QuerySet[Escalation] = Escalation.objects.filter(
        rule=TriggerCode.HOLD_EXPIRING, state=EscalationState.OPEN
    )
    return rows.filter(running | Exists(later)).order_by("measure_id", "pk")
