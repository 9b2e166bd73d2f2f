"""Forced decisions as people and workers see them: what waits, for whom, and what it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from accounts.queries import people
from accounts.rules.roles import Permission, Role
from core import money
from core.errors import NotFound
from core.tenancy import Actor
from governance.models import ForcedAnswer, ForcedDecision, ShadowPeriod
from governance.queries import standing
from governance.rules import forced as rules
from governance.rules.forced import WAITING, Answer, ForcedState
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from measures.models import Measure
from measures.queries import measures, periods

CENTS = 2
ABOVE = (Role.STEERING, Role.EXECUTIVE)


@dataclass(frozen=True, slots=True)
class ForcedRow:
    """One forced decision with its measure; amounts in `currency`.

    `day` of `days` is the working day of its time; `is_mine` tells that the reader is asked.
    """

    id: int
    public_id: UUID
    measure_id: int
    measure: str
    measure_code: str
    address: UUID
    state: ForcedState
    conditions: tuple[str, ...]
    question: str
    to_gain: Decimal
    to_spend: Decimal
    spent: Decimal
    currency: str
    decider: str
    decider_role: str
    opened_on: date
    due_on: date
    day: int
    days: int
    as_of: datetime | None
    is_mine: bool

    @property
    def net(self) -> Decimal:
        """What going on would still win."""
        return self.to_gain - self.to_spend

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has still to decide, or to pass Decided again."""
        return self.state in WAITING


def waiting(actor: Actor, *, node: Node | None = None, mine: bool = False) -> list[ForcedRow]:
    """Return what waits among the measures the actor sees, the soonest due first.

    At and below a node, or everywhere; with `mine` only what the actor is asked.
    """
    rows = _with_measure().filter(state__in=WAITING, measure__in=measures.visible(actor))
    if node is not None:
        rows = rows.filter(tree.below(node, "measure__node__"))
    found = [_row(each, actor) for each in rows.order_by("due_on", "pk")]
    return [each for each in found if each.is_mine] if mine else found


def detail(actor: Actor, public_id: UUID) -> tuple[ForcedDecision, ForcedRow]:
    """Return one forced decision; NotFound also where its measure is not visible."""
    seen = _with_measure().filter(public_id=public_id, measure__in=measures.visible(actor))
    found = seen.first()
    if found is None:
        raise NotFound(what="forced decision")
    return found, _row(found, actor)


def of_measures(actor: Actor, measure_ids: Iterable[int]) -> dict[int, ForcedRow]:
    """Return the latest forced decision of each measure that has one."""
    rows = _with_measure().filter(measure_id__in=list(measure_ids))
    latest = rows.order_by("measure_id", "-pk").distinct("measure_id")
    return {each.measure_id: _row(each, actor) for each in latest}


def waiting_of(measure_id: int) -> ForcedDecision | None:
    """Return the forced decision that waits on a measure."""
    return ForcedDecision.objects.filter(measure_id=measure_id, state__in=WAITING).first()


def unforced(measure_ids: Iterable[int], *, in_shadow: bool) -> set[int]:
    """Return those of the measures on which nothing waits, nor is reported in the shadow."""
    ids = set(measure_ids)
    states = [*WAITING, ForcedState.REPORTED] if in_shadow else [*WAITING]
    busy = ForcedDecision.objects.filter(measure_id__in=ids, state__in=states)
    return ids - set(busy.values_list("measure_id", flat=True))


def lapsed(today: date) -> list[int]:
    """Return the measures whose forced decision nobody has answered in time."""
    promised = ForcedAnswer.objects.filter(forced=OuterRef("pk")).values("until")[:1]
    rows = ForcedDecision.objects.annotate(promised=Subquery(promised)).filter(
        Q(state=ForcedState.OPEN, due_on__lt=today)
        | Q(state=ForcedState.REPLANNING, promised__lt=today)
    )
    found = rows.filter(measure__lifecycle="active").order_by("measure_id")
    return list(found.values_list("measure_id", flat=True))


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What was decided about a forced decision, by whom ("A for B"), why and until when."""

    outcome: Answer
    text: str
    until: date | None
    decided_by: str
    decided_at: datetime


def answer_of(forced_id: int) -> AnswerRow | None:
    """Return what was decided."""
    row = ForcedAnswer.objects.filter(forced_id=forced_id).first()
    if row is None:
        return None
    names = people.names_of({row.decided_by_id, row.decided_for_id})
    return AnswerRow(
        Answer(row.outcome),
        row.text,
        row.until,
        people.written(names, row.decided_by_id, row.decided_for_id),
        row.decided_at,
    )


def last_replan(measure_id: int) -> datetime | None:
    """Return when a measure was last to be planned anew by a forced decision."""
    rows = ForcedAnswer.objects.filter(forced__measure_id=measure_id, outcome=Answer.REPLAN.value)
    found: datetime | None = rows.aggregate(last=Max("decided_at"))["last"]
    return found


def shadow() -> ShadowPeriod | None:
    """Return the shadow period of the organization, past or not; None if it never had one."""
    return ShadowPeriod.objects.first()


def has_begun() -> bool:
    """Return whether the organization has begun: by its shadow period, or a decision forced."""
    return shadow() is not None or ForcedDecision.objects.exists()


def in_shadow(today: date) -> bool:
    """Return whether forced decisions only report today."""
    period = shadow()
    return period is not None and period.begins_on <= today <= period.ends_on


def may_decide(actor: Actor, found: ForcedDecision) -> bool:
    """Return whether the actor is among those who decide; duties are judged when it is done.

    A deputy decides in a role that cancels, for these are the roles that are asked.
    """
    if actor.member_id is None:
        return False
    measure: Measure = found.measure
    if actor.acts_for_id is not None:
        roles = authority.stands_in(actor, Permission.CANCEL, measure.node, measures.named(measure))
        return bool(roles - {Role.SPONSOR}) or found.decider_role in roles
    if measure.owner_id == actor.member_id:
        return False
    person = standing.of(actor, measure)
    if Role.ADMINISTRATOR in person.seats:
        return False
    by_name = found.decider_role == Role.SPONSOR and Role.SPONSOR in person.named
    return by_name or bool(person.seats & frozenset(ABOVE))


def _with_measure() -> QuerySet[ForcedDecision]:
    rows: QuerySet[ForcedDecision] = ForcedDecision.objects.select_related(
        "measure__node", "decider"
    )
    return rows


def _row(found: ForcedDecision, actor: Actor) -> ForcedRow:
    node = found.measure.node
    day, days = rules.day_of_answer(
        found.opened_on, found.due_on, authority.today(), periods.working_days()
    )
    return ForcedRow(
        id=found.pk,
        public_id=found.public_id,
        measure_id=found.measure_id,
        measure=node.name,
        measure_code=node.code,
        address=node.public_id,
        state=ForcedState(found.state),
        conditions=tuple(each["sentence"] for each in found.conditions),
        question=found.question,
        to_gain=_units(found.to_gain),
        to_spend=_units(found.to_spend),
        spent=_units(found.spent),
        currency=found.currency,
        decider="" if found.decider is None else found.decider.name,
        decider_role=found.decider_role,
        opened_on=found.opened_on,
        due_on=found.due_on,
        day=day,
        days=days,
        as_of=found.as_of,
        is_mine=found.decider_id in actor.people,
    )


def _units(scaled: int) -> Decimal:
    return money.from_scaled(scaled, CENTS) or Decimal(0)
