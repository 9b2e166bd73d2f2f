"""Shortfalls that were confirmed and wait for signatures: at one measure, and for one reader."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.queries import people
from accounts.rules.duties import Act, barred_by
from accounts.rules.roles import Permission, Role, seats_giving
from core.tenancy import Actor
from governance.models import ClosureConfirmation, ClosureOutcome, ShortfallApproval
from governance.queries import standing
from governance.rules.facts import MeasureFacts
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import measures
from measures.queries.measures import named
from measures.rules.stage import Lifecycle, Stage


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature under a shortfall."""

    role: Role
    by: str
    at: datetime
    statement: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A confirmed shortfall that is not closed yet, as one reader sees it.

    `is_current` tells that its figures still stand. `waits_for` are the roles that have not
    signed; `my_role` the one in which the reader can, None where none is open to them.
    """

    confirmation: ClosureConfirmation
    is_current: bool
    signatures: tuple[SignatureRow, ...]
    waits_for: tuple[Role, ...]
    my_role: Role | None

    @property
    def is_signed(self) -> bool:
        """Return whether nothing but the closing itself is left."""
        return self.is_current and not self.waits_for


@dataclass(frozen=True, slots=True)
class ShortfallRow:
    """A measure whose shortfall waits for the reader, as desks list it."""

    public_id: UUID
    measure: str
    code: str
    role: Role
    confirmed_by: str
    confirmed_at: datetime
    value: Decimal | None
    value_unit: str


def signatures(confirmation: ClosureConfirmation) -> tuple[SignatureRow, ...]:
    """Return who signed a shortfall, oldest first."""
    rows = list(ShortfallApproval.objects.filter(confirmation=confirmation).order_by("pk"))
    hands = {each for row in rows for each in (row.approved_by_id, row.decided_for_id)}
    names = people.names_of(hands)
    return tuple(
        SignatureRow(
            Role(row.role),
            people.written(names, row.approved_by_id, row.decided_for_id),
            row.approved_at,
            row.statement,
        )
        for row in rows
    )


def signed_by(actor: Actor, confirmation: int | OuterRef) -> "QuerySet[ShortfallApproval]":
    """Return the signatures under a shortfall that are the actor's, or whom they act for."""
    rows = ShortfallApproval.objects.filter(confirmation_id=confirmation)
    return rows.filter(Q(approved_by_id__in=actor.people) | Q(decided_for_id__in=actor.people))


def pending(
    actor: Actor, measure: Measure, found: MeasureFacts, latest: ClosureConfirmation | None
) -> Pending | None:
    """Return the shortfall of an implemented measure that waits; None where there is none."""
    is_open = (measure.stage, measure.lifecycle) == (Stage.IMPLEMENTED, Lifecycle.ACTIVE)
    if latest is None or latest.outcome != ClosureOutcome.SHORTFALL or not is_open:
        return None
    given = found.confirmation
    is_current = (
        latest.figures_digest == found.figures_digest
        and latest.controller_then == measure.controller_id
    )
    waits_for = []
    if given is None or measure.sponsor_id not in given.countersigned_by:
        waits_for.append(Role.SPONSOR)
    approvals = 0 if given is None else given.steering_approvals
    if latest.needs_steering and approvals < found.numbers.steering_approvals:
        waits_for.append(Role.STEERING)
    return Pending(
        confirmation=latest,
        is_current=is_current,
        signatures=signatures(latest),
        waits_for=tuple(waits_for),
        my_role=_my_role(actor, measure, latest, waits_for) if is_current else None,
    )


def waiting(actor: Actor) -> list[ShortfallRow]:
    """Return the shortfalls that wait for the actor as sponsor or steering, oldest first."""
    if actor.member_id is None:
        return []
    own = authority.ranges(actor) if actor.acts_for_id is None else authority.deputed_ranges(actor)
    seats = [each for each in own if each.role in seats_giving(Permission.APPROVE_SHORTFALL)]
    sponsored = Measure.objects.filter(measures.in_charge(actor, Role.SPONSOR)).values("pk")
    latest = ClosureConfirmation.objects.filter(measure_id=OuterRef("measure_id"))
    rows = (
        ClosureConfirmation.objects.filter(
            ~Exists(latest.filter(pk__gt=OuterRef("pk"))),
            ~Exists(signed_by(actor, OuterRef("pk"))),
            Q(decided_for_id=F("measure__controller_id"))
            | Q(decided_for__isnull=True, confirmed_by_id=F("measure__controller_id")),
            Q(measure__in=sponsored)
            | (Q(needs_steering=True) & authority.within(seats, "measure__node__")),
            outcome=ClosureOutcome.SHORTFALL,
            measure__stage=Stage.IMPLEMENTED,
            measure__lifecycle=Lifecycle.ACTIVE,
        )
        .select_related("measure__node", "confirmed_by")
        .order_by("pk")
    )
    return [row for each in rows if (row := _row(actor, each)) is not None]


def _row(actor: Actor, confirmation: ClosureConfirmation) -> ShortfallRow | None:
    measure = confirmation.measure
    role = _my_role(actor, measure, confirmation, [Role.SPONSOR, Role.STEERING])
    if role is None:
        return None
    return ShortfallRow(
        public_id=measure.node.public_id,
        measure=measure.node.name,
        code=measure.node.code,
        role=role,
        confirmed_by=confirmation.confirmed_by.name,
        confirmed_at=confirmation.confirmed_at,
        value=measure.size,
        value_unit=measure.size_unit,
    )


ACTS = {Role.SPONSOR: Act.COUNTERSIGN_SHORTFALL, Role.STEERING: Act.APPROVE_SHORTFALL}
PERMISSIONS = {
    Role.SPONSOR: Permission.COUNTERSIGN_SHORTFALL,
    Role.STEERING: Permission.APPROVE_SHORTFALL,
}


def _my_role(
    actor: Actor, measure: Measure, confirmation: ClosureConfirmation, waits_for: list[Role]
) -> Role | None:
    if actor.member_id is None:
        return None
    if actor.people & {confirmation.confirmed_by_id, confirmation.decided_for_id}:
        return None
    both = [standing.of(actor, measure), standing.principal(actor, measure)]
    for role in waits_for:
        is_asked = role is Role.SPONSOR or confirmation.needs_steering
        is_barred = any(barred_by(ACTS[role], each) for each in both if each is not None)
        if is_asked and not is_barred and _holds(actor, measure, role):
            return role
    return None


def _holds(actor: Actor, measure: Measure, role: Role) -> bool:
    """Tell whether the actor, or whom they act for, signs in a role.

    The sponsor is the one named on this measure; the committee sits above it.
    """
    if actor.acts_for_id is not None:
        permission = PERMISSIONS[role]
        return role in authority.stands_in(actor, permission, measure.node, named(measure))
    person = standing.of(actor, measure)
    return role in (person.named if role is Role.SPONSOR else person.seats)
