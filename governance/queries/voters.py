"""Who reads a request, as its voter: in their own name, or as the deputy of another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.queries import people
from accounts.rules.duties import Standing
from accounts.rules.roles import Permission, Role
from core import clock
from core.tenancy import Actor
from governance.models import GateRequest, Vote
from governance.queries import requests, standing
from governance.rules import duties
from governance.rules.gates import Gate
from governance.rules.votes import Ballot
from hierarchy.queries import authority
from hierarchy.queries.authority import Range
from measures.models import Measure
from measures.queries.measures import named

# These vote by a seat; a seat of lead or administrator can bar from other votes.
SEATS_THAT_COUNT = (Role.LEAD, Role.EXECUTIVE, Role.STEERING, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Voter:
    """Who looks, on which day, and by role the measures at which a seat gives it.

    `principal_seats` are those of whom a deputy acts for; empty for who acts in their own name.
    """

    actor: Actor
    today: date
    time_zone: str
    seats: dict[Role, frozenset[int]]
    principal_seats: dict[Role, frozenset[int]]

    def role_in(
        self, request: GateRequest, gate: Gate, measure: Measure, given: Iterable[Vote]
    ) -> Role | None:
        """Return the role in which the reader can vote on an open request, None for none."""
        member_id = self.actor.member_id
        if member_id is None:
            return None
        voter = _standing(measure, member_id, self.seats)
        principal_id = self.actor.acts_for_id
        principal = (
            None if principal_id is None else _standing(measure, principal_id, self.principal_seats)
        )
        ballots: tuple[Ballot, ...] = tuple(requests.ballot(vote) for vote in given)
        facts = requests.facts_of(request, gate, ballots)
        for wanted in gate.votes:
            refused = duties.vote_refusals(
                role=wanted.role, voter=voter, principal=principal, request=facts
            )
            if not refused and is_open_to(self.actor, measure, wanted.role):
                return wanted.role
        return None


def of(actor: Actor, measure_ids: Iterable[int]) -> Voter:
    """Return the reader of some measures; the same few queries however many they are."""
    ids = set(measure_ids)
    principal = [] if actor.acts_for_id is None else authority.seats_of(actor.acts_for_id)
    time_zone = people.time_zone()
    return Voter(
        actor,
        clock.today(time_zone),
        time_zone,
        _seated(authority.ranges(actor), ids),
        _seated(principal, ids),
    )


def is_open_to(actor: Actor, measure: Measure, role: Role) -> bool:
    """Tell whether a role is the actor's own to vote in, or one they stand in for there."""
    if actor.acts_for_id is None:
        return True
    return role in authority.stands_in(actor, Permission.VOTE_GATE, measure.node, named(measure))


def _standing(measure: Measure, member_id: int, seats: dict[Role, frozenset[int]]) -> Standing:
    held = frozenset(role for role, at in seats.items() if measure.pk in at)
    return Standing(member_id, held, standing.named(measure, member_id))


def _seated(ranges: Iterable[Range], ids: set[int]) -> dict[Role, frozenset[int]]:
    every = list(ranges)
    found = {}
    for role in SEATS_THAT_COUNT:
        own = [each for each in every if each.role is role]
        rows = Measure.objects.filter(authority.within(own, "node__"), pk__in=ids) if own else None
        found[role] = frozenset(() if rows is None else rows.values_list("pk", flat=True))
    return found
