"""What was decided on a measure's requests, and how a measure taken over was confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from accounts.queries import people
from accounts.rules.roles import Role
from governance.models import Decision, TakeOverConfirmation, Vote


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """The decision of one request; conditions and their day where it was returned."""

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
    return {
        each.request_id: DecisionRow(
            people.written(names, each.decided_by_id, principals[each.request_id]),
            each.decided_at,
            each.conditions,
            each.due_on,
        )
        for each in found
    }


def of_take_over(take_over_id: int) -> list[ConfirmedRow]:
    """Return the confirmations of one take-over."""
    found = TakeOverConfirmation.objects.filter(take_over_id=take_over_id).order_by("pk")
    return [
        ConfirmedRow(Role(each.role), each.confirmed_by.name, each.confirmed_at)
        for each in found.select_related("confirmed_by")
    ]
