"""Escalations as people see them: what needs a decision where, whose it is, what was decided."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, QuerySet

from core import money
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from measures.models import Measure
from measures.queries import measures
from measures.rules.stage import Lifecycle
from steering.models import Escalation, EscalationDecision
from steering.queries import deciders
from steering.rules.escalation import EscalationState, open_decisions
from steering.rules.levels import LADDER, Decision
from steering.rules.stake import CENTS
from steering.rules.triggers import TRIGGERS, Severity, TriggerCode

ENDED = (Lifecycle.CLOSED, Lifecycle.CANCELLED)
GRAVITY = {Severity.CRITICAL: 0, Severity.RED: 1, Severity.AMBER: 2}
NAMES = {TriggerCode(each.code): each.name for each in TRIGGERS}


@dataclass(frozen=True, slots=True)
class EscalationRow:
    """One escalation with its measure; `decider` is empty where nobody holds the level.

    `at_stake` is in `currency`; None where no money is planned. `is_mine` tells that the reader
    is the one who is asked.
    """

    id: int
    public_id: UUID
    measure: str
    measure_code: str
    measure_id: UUID
    rule: str
    severity: Severity
    level: int
    rung: str
    sentence: str
    since: date
    opened_on: date
    days_open: int
    due_on: date
    is_overdue: bool
    decider: str
    decider_role: str
    is_mine: bool
    repeats: int
    at_stake: Decimal | None
    currency: str
    state: EscalationState
    version: int

    @property
    def colour(self) -> str:
        """Return the colour as the signs know it: critical is red."""
        return "amber" if self.severity is Severity.AMBER else "red"

    @property
    def is_about_a_hold(self) -> bool:
        """Return whether it asks what becomes of a hold, which is answered on the measure."""
        return self.rule == NAMES[TriggerCode.HOLD_EXPIRING]

    @property
    def weight(self) -> Decimal:
        """Return value at stake x days open, by which an agenda is ordered (domain-rules §12)."""
        return (self.at_stake or Decimal(0)) * max(1, self.days_open)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What was decided, by whom, and until when it holds."""

    outcome: Decision
    text: str
    level: int
    expires_on: date | None
    hold_until: date | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EscalationDetail:
    """One escalation, its decision if there is one, and what the reader may decide about it."""

    row: EscalationRow
    decision: DecisionRow | None
    former: EscalationRow | None
    back_in_band_on: date | None
    allowed: tuple[Decision, ...]
    measure: Measure


def needed(actor: Actor, node: Node | None = None) -> list[EscalationRow]:
    """Return the open escalations that the actor sees at or below a node (all without one).

    Critical and red ones first, then by value at stake x days open.
    """
    rows = _open().filter(measure__in=measures.visible(actor))
    if node is not None:
        rows = rows.filter(tree.below(node, "node__"))
    return _ordered(_rows(rows, actor))


def place(actor: Actor, public_id: UUID) -> Node:
    """Return a node where the actor may look, by seat or as named on its measure; NotFound."""
    node = tree.by_public_id(public_id)
    is_seen = authority.visible(actor).filter(pk=node.pk).exists()
    if not is_seen and not measures.visible(actor).filter(node=node).exists():
        raise NotFound(what="node")
    return node


def of_measure(actor: Actor, measure: Measure) -> list[EscalationRow]:
    """Return all escalations of one measure, open ones first, then the newest."""
    found = _rows(Escalation.objects.filter(measure=measure), actor)
    return sorted(found, key=lambda row: (row.state is not EscalationState.OPEN, -row.id))


def for_me(actor: Actor) -> list[EscalationRow]:
    """Return the open escalations whose decider the actor is, the gravest and dearest first."""
    if actor.member_id is None:
        return []
    return _ordered(_rows(_open().filter(decider_id=actor.member_id), actor))


def detail(actor: Actor, public_id: UUID | str) -> EscalationDetail:
    """Return one escalation; NotFound also where its measure is not visible."""
    found = (
        Escalation.objects.filter(public_id=public_id, measure__in=measures.visible(actor))
        .select_related("measure__node", "reopened_from")
        .first()
    )
    if found is None:
        raise NotFound(what="escalation")
    former = [] if found.reopened_from_id is None else [found.reopened_from_id]
    (row, *others) = _rows(Escalation.objects.filter(pk=found.pk), actor) + _rows(
        Escalation.objects.filter(pk__in=former), actor
    )
    return EscalationDetail(
        row=row,
        decision=_decision(found),
        former=others[0] if others else None,
        back_in_band_on=found.back_in_band_on,
        allowed=_allowed(actor, found),
        measure=found.measure,
    )


def highest_levels(measure_ids: Collection[int]) -> Mapping[int, int]:
    """Return the level of the highest open escalation of each measure that has one."""
    rows = Escalation.objects.filter(
        measure_id__in=list(measure_ids), state=EscalationState.OPEN
    ).values("measure_id")
    return {row["measure_id"]: row["highest"] for row in rows.annotate(highest=Max("level"))}


def counted_under(actor: Actor, nodes: Iterable[Node]) -> dict[int, int]:
    """Return how many decisions are needed at or below each of some nodes, by its id."""
    places = list(
        _open()
        .filter(measure__in=measures.visible(actor))
        .values_list("node_id", "node__ancestor_ids")
    )
    return {
        node.pk: sum(node.pk == place or node.pk in above for place, above in places)
        for node in nodes
    }


def _open() -> QuerySet[Escalation]:
    rows: QuerySet[Escalation] = Escalation.objects.filter(state=EscalationState.OPEN)
    return rows.exclude(measure__lifecycle__in=ENDED)


def _rows(rows: QuerySet[Escalation], actor: Actor) -> list[EscalationRow]:
    today = authority.today()
    return [_row(each, actor, today) for each in rows.select_related("node", "decider")]


def _row(row: Escalation, actor: Actor, today: date) -> EscalationRow:
    opened_on = row.opened_at.date()
    return EscalationRow(
        id=row.pk,
        public_id=row.public_id,
        measure=row.node.name,
        measure_code=row.node.code,
        measure_id=row.node.public_id,
        rule=NAMES[TriggerCode(row.rule)],
        severity=Severity(row.severity),
        level=row.level,
        rung=LADDER[row.level].name,
        sentence=str(row.facts.get("sentence", "")),
        since=row.since,
        opened_on=opened_on,
        days_open=max(0, (today - opened_on).days),
        due_on=row.due_on,
        is_overdue=row.state == EscalationState.OPEN and today > row.due_on,
        decider="" if row.decider is None else row.decider.name,
        decider_role=row.decider_role,
        is_mine=actor.member_id is not None and row.decider_id == actor.member_id,
        repeats=row.repeats,
        at_stake=money.from_scaled(row.value_at_stake, CENTS),
        currency=row.currency,
        state=EscalationState(row.state),
        version=row.version,
    )


def _ordered(rows: Iterable[EscalationRow]) -> list[EscalationRow]:
    def agenda(row: EscalationRow) -> tuple[int, Decimal, int]:
        return (GRAVITY[row.severity], -row.weight, row.id)

    return sorted(rows, key=agenda)


def _decision(escalation: Escalation) -> DecisionRow | None:
    found = (
        EscalationDecision.objects.filter(escalation=escalation)
        .select_related("decided_by")
        .first()
    )
    if found is None:
        return None
    return DecisionRow(
        outcome=Decision(found.outcome),
        text=found.text,
        level=found.level,
        expires_on=found.expires_on,
        hold_until=_day(found.effects.get("hold_until")),
        by=found.decided_by.name,
        at=found.decided_at,
    )


def _day(written: object) -> date | None:
    return date.fromisoformat(written) if isinstance(written, str) else None


def _allowed(actor: Actor, escalation: Escalation) -> tuple[Decision, ...]:
    if escalation.state != EscalationState.OPEN:
        return ()
    holdings = deciders.holdings(actor, escalation.measure)
    return open_decisions(TriggerCode(escalation.rule), escalation.level, holdings)
