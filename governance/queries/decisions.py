"""What was decided on a measure's requests, and how a measure taken over was confirmed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from accounts.queries import people
from accounts.rules.roles import Role
from governance.models import (
    Decision,
    GateRequest,
    LifecycleDecision,
    TakeOverConfirmation,
    Vote,
)
from governance.rules.votes import Outcome, RequestState

OUTCOMES: dict[str, str] = {
    RequestState.ADVANCED: Outcome.ADVANCE,
    RequestState.RETURNED: Outcome.RETURN,
}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """The decision of one request: one of the four outcomes of a gate, or a proposal's rejection.

    `conditions` and `due_on` are those of a return; of a hold or cancellation its reason, and the
    last day of the hold.
    """

    outcome: str
    decided_by: str
    decided_at: datetime
    conditions: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class ConfirmedRow:
    """Who confirmed a take-over, in which role."""

    role: Role
    confirmed_by: str
    confirmed_at: datetime


def of_requests(request_ids: Iterable[int]) -> dict[int, DecisionRow]:
    """Return decisions by request."""
    keys = list(request_ids)
    found = list(Decision.objects.filter(request_id__in=keys))
    # The last vote decides, so whom it was for is whom the decision was for.
    votes = Vote.objects.filter(request_id__in=keys, decided_for__isnull=False)
    for_whom = {(each.request_id, each.voter_id): each.decided_for_id for each in votes}
    principals = {
        each.request_id: for_whom.get((each.request_id, each.decided_by_id)) for each in found
    }
    names = people.names_of({*principals.values(), *(each.decided_by_id for each in found)})
    return _settled(keys) | {
        each.request_id: DecisionRow(
            each.outcome,
            people.written(names, each.decided_by_id, principals[each.request_id]),
            each.decided_at,
            each.conditions,
            each.due_on,
        )
        for each in found
    }


def _settled(request_ids: list[int]) -> dict[int, DecisionRow]:
    """Return what settled requests that were neither advanced nor returned."""
    found = list(LifecycleDecision.objects.filter(settled_id__in=request_ids).order_by("pk"))
    hands = {each for row in found for each in (row.decided_by_id, row.decided_for_id)}
    names = people.names_of(hands)
    return {
        row.settled_id or 0: DecisionRow(
            row.act,
            people.written(names, row.decided_by_id, row.decided_for_id),
            row.decided_at,
            row.reason,
            row.expires_on,
        )
        for row in found
    }


def outcomes(requests: Collection[GateRequest]) -> dict[int, str]:
    """Return how requests were decided; one that was withdrawn or went stale is left out."""
    found = {each.pk: OUTCOMES.get(each.state, "") for each in requests}
    void = [each.pk for each in requests if each.state == RequestState.VOID]
    if void:
        rows = LifecycleDecision.objects.filter(settled_id__in=void)
        found |= dict(rows.values_list("settled_id", "act"))
    return {key: outcome for key, outcome in found.items() if outcome}


def of_take_over(take_over_id: int) -> list[ConfirmedRow]:
    """Return the confirmations of one take-over."""
    found = TakeOverConfirmation.objects.filter(take_over_id=take_over_id).order_by("pk")
    return [
        ConfirmedRow(Role(each.role), each.confirmed_by.name, each.confirmed_at)
        for each in found.select_related("confirmed_by")
    ]
