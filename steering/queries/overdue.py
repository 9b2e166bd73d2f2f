"""Gates whose decision is overdue, and open escalations whose gate has been decided since."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet

from governance.models import GateRequest
from governance.queries import requests, schemes
from governance.rules import votes
from governance.rules.votes import RequestState
from measures.models import Measure
from measures.rules.stage import Lifecycle
from steering.models import Escalation, Watch
from steering.rules.escalation import EscalationState
from steering.rules.triggers import OverdueGate, TriggerCode


def of(measure_ids: Collection[int], today: date) -> dict[int, OverdueGate]:
    """Return the overdue gate of measures, by measure; three queries however many."""
    rows = list(_open(today).filter(measure_id__in=measure_ids).prefetch_related("votes"))
    book = schemes.book(rows)
    found = {}
    for row in rows:
        gate = book.gate_of(row)
        given = tuple(requests.ballot(vote) for vote in row.votes.all())
        waits_for = tuple(role.value for role in votes.open_votes(gate, given))
        due_on = row.due_on or today
        found[row.measure_id] = OverdueGate(gate.name, due_on, (today - due_on).days, waits_for)
    return found


def to_look_at(today: date) -> QuerySet[Measure]:
    """Return active measures with an overdue gate that nobody has looked at today."""
    seen = Watch.objects.filter(measure=OuterRef("pk"), looked_for__gte=today)
    overdue = _open(today).filter(measure=OuterRef("pk"))
    rows: QuerySet[Measure] = Measure.objects.filter(lifecycle=Lifecycle.ACTIVE)
    return rows.filter(Exists(overdue)).exclude(Exists(seen))


def settled(today: date) -> QuerySet[Escalation]:
    """Return the open escalations of gates that no longer wait: decided, withdrawn or void."""
    waiting = GateRequest.objects.filter(
        measure=OuterRef("measure"), state=RequestState.OPEN, due_on__lt=today
    )
    rows: QuerySet[Escalation] = Escalation.objects.filter(
        rule=TriggerCode.GATE_OVERDUE, state=EscalationState.OPEN
    )
    return rows.exclude(Exists(waiting))


def _open(today: date) -> QuerySet[GateRequest]:
    rows: QuerySet[GateRequest] = GateRequest.objects.filter(
        state=RequestState.OPEN, due_on__lt=today
    )
    return rows.order_by(F("pk"))
