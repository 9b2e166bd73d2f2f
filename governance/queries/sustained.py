"""Checks that a confirmed value lasts: what is due, what was found, what is left of it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from accounts.rules.duties import Act, barred_by
from accounts.rules.roles import Permission, seats_giving
from core import money
from core.tenancy import Actor
from governance.models import (
    ClosureConfirmation,
    Leakage,
    LeakageCause,
    SustainmentCheck,
    SustainmentFinding,
)
from governance.queries import standing
from hierarchy.queries import authority
from measures.models import Measure
from measures.rules.stage import Lifecycle


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check of a closing; `outcome` is empty until it is made."""

    check_id: int
    number: int
    due_on: date
    is_due: bool
    outcome: str
    found_by: str
    found_at: datetime | None
    statement: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """A check that waits for the reader, as desks list it."""

    check_id: int
    public_id: UUID
    measure: str
    code: str
    number: int
    due_on: date
    is_overdue: bool


def of_closing(closing: ClosureConfirmation) -> list[CheckRow]:
    """Return the checks of one closing in their order, with what was found."""
    found = {
        each.check_made_id: each
        for each in SustainmentFinding.objects.filter(
            check_made__confirmation=closing
        ).select_related("found_by")
    }
    today = authority.today()
    rows = SustainmentCheck.objects.filter(confirmation=closing).order_by("number")
    return [_row(row, found.get(row.pk), today) for row in rows]


def _row(check: SustainmentCheck, found: SustainmentFinding | None, today: date) -> CheckRow:
    return CheckRow(
        check_id=check.pk,
        number=check.number,
        due_on=check.due_on,
        is_due=found is None and check.due_on <= today,
        outcome="" if found is None else found.outcome,
        found_by="" if found is None else found.found_by.name,
        found_at=None if found is None else found.found_at,
        statement="" if found is None else found.statement,
    )


def due(actor: Actor) -> list[DueRow]:
    """Return the checks that are due and that the actor can make, the oldest first."""
    if actor.member_id is None:
        return []
    today = authority.today()
    seats = [
        each
        for each in authority.ranges(actor)
        if each.role in seats_giving(Permission.CHECK_SUSTAINMENT)
    ]
    newer = ClosureConfirmation.objects.filter(
        measure_id=OuterRef("measure_id"), pk__gt=OuterRef("confirmation_id")
    )
    rows = (
        SustainmentCheck.objects.filter(
            ~Exists(SustainmentFinding.objects.filter(check_made_id=OuterRef("pk"))),
            ~Exists(newer),
            Q(measure__controller_id=actor.member_id) | authority.within(seats, "measure__node__"),
            due_on__lte=today,
            measure__lifecycle=Lifecycle.CLOSED,
        )
        .select_related("measure__node")
        .order_by("due_on", "pk")
    )
    return [
        DueRow(
            check_id=row.pk,
            public_id=row.measure.node.public_id,
            measure=row.measure.node.name,
            code=row.measure.node.code,
            number=row.number,
            due_on=row.due_on,
            is_overdue=row.due_on < today,
        )
        for row in rows
        if may_check(actor, row.measure)
    ]


def may_check(actor: Actor, measure: Measure) -> bool:
    """Return whether no duty keeps the actor from checking, who holds the right to."""
    return not barred_by(Act.CHECK_SUSTAINMENT, standing.of(actor, measure))


def left_of(closing: ClosureConfirmation) -> dict[int, Decimal]:
    """Return what of each line's confirmed size still lasts, in the unit of the line."""
    lost = _lost([closing.pk])
    return {
        int(each["line"]): abs(Decimal(each["confirmed_size"])) - lost[closing.pk, each["line"]]
        for each in closing.figures
        if each["confirmed_size"] is not None
    }


def shares(confirmations: Collection[ClosureConfirmation]) -> dict[int, dict[int, Fraction]]:
    """Return by closing and line what share of the confirmed size still lasts; 1 where all does."""
    lost = _lost([each.pk for each in confirmations])
    return {
        closing.pk: {
            int(each["line"]): 1
            - Fraction(lost[closing.pk, each["line"]]) / abs(Fraction(each["confirmed_size"]))
            for each in closing.figures
            if each["confirmed_size"] is not None and Fraction(each["confirmed_size"])
        }
        for closing in confirmations
    }


def _lost(closings: Collection[int]) -> dict[tuple[int, int], Decimal]:
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    rows = Leakage.objects.filter(confirmation_id__in=closings, cause=LeakageCause.SUSTAINMENT)
    for closing, line, amount, decimals in rows.values_list(
        "confirmation_id", "line_id", "run_rate", F("line__decimals")
    ):
        found[closing, line] += money.from_scaled(amount or 0, decimals) or Decimal(0)
    return found
