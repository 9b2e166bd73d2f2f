"""Reopenings of a measure: proposed, confirmed, and which of the two may act now."""

from dataclasses import dataclass
from datetime import datetime

from accounts.rules.duties import Act, barred_by
from accounts.rules.roles import Permission
from core.tenancy import Actor
from governance.models import ClosureConfirmation, Reopening, ReopeningConfirmation
from governance.queries import standing
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries.measures import named
from measures.rules.stage import Lifecycle


@dataclass(frozen=True, slots=True)
class ReopeningRow:
    """A reopening; `confirmed_by` is empty while only one of the two has spoken."""

    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reopenings:
    """Every reopening of a measure, the newest first, and what the reader may do now."""

    rows: tuple[ReopeningRow, ...]
    may_propose: bool
    may_confirm: bool


def of(actor: Actor, measure: Measure) -> Reopenings:
    """Return the reopenings of a measure (with its node)."""
    found = list(
        Reopening.objects.filter(measure=measure).select_related("proposed_by").order_by("-pk")
    )
    seconds = {
        each.reopening_id: each
        for each in ReopeningConfirmation.objects.filter(reopening__measure=measure).select_related(
            "confirmed_by"
        )
    }
    waiting = _waiting(measure, found)
    may = _may(actor, measure)
    return Reopenings(
        rows=tuple(_row(each, seconds.get(each.pk)) for each in found),
        may_propose=may and waiting is None,
        may_confirm=may and waiting is not None and waiting.proposed_by_id != actor.member_id,
    )


def _waiting(measure: Measure, found: list[Reopening]) -> Reopening | None:
    """Return the proposal on the closing that stands, if there is one."""
    closing = ClosureConfirmation.objects.filter(measure=measure).order_by("-pk").first()
    return next(
        (each for each in found if closing is not None and each.confirmation_id == closing.pk), None
    )


def _may(actor: Actor, measure: Measure) -> bool:
    if actor.member_id is None or measure.lifecycle != Lifecycle.CLOSED:
        return False
    return authority.may(actor, Permission.REOPEN, measure.node, named(measure)) and not barred_by(
        Act.REOPEN, standing.of(actor, measure)
    )


def _row(proposed: Reopening, second: ReopeningConfirmation | None) -> ReopeningRow:
    return ReopeningRow(
        reason=proposed.reason,
        proposed_by=proposed.proposed_by.name,
        proposed_at=proposed.proposed_at,
        confirmed_by="" if second is None else second.confirmed_by.name,
        confirmed_at=None if second is None else second.confirmed_at,
    )
