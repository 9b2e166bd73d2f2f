"""What votes add up to: a request advances when every required role approves, else it returns."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.rules.roles import Role
from governance.errors import ConditionsMissing
from governance.rules.gates import Gate

LONGEST_WORDS = 4000  # characters, of a reason, a note or a statement


class Choice(StrEnum):
    """What one vote says."""

    APPROVE = "approve"
    RETURN = "return"


class Outcome(StrEnum):
    """What a gate can end with (domain-rules §2); hold and cancel are decided in rules.holds."""

    ADVANCE = "advance"
    RETURN = "return"
    HOLD = "hold"
    CANCEL = "cancel"


class RequestState(StrEnum):
    """Where a request stands; void: the measure was held, cancelled or changed under it."""

    OPEN = "open"
    ADVANCED = "advanced"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    VOID = "void"


STATE_AFTER: dict[Outcome, RequestState] = {
    Outcome.ADVANCE: RequestState.ADVANCED,
    Outcome.RETURN: RequestState.RETURNED,
    Outcome.HOLD: RequestState.VOID,
    Outcome.CANCEL: RequestState.VOID,
}


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote given: in which role, by whom, and for whom where a deputy voted ("A for B")."""

    role: Role
    member_id: int
    choice: Choice
    decided_for: int | None = None

    @property
    def people(self) -> frozenset[int]:
        """Return the ids of all whose vote this is: who voted and who was voted for."""
        return frozenset(each for each in (self.member_id, self.decided_for) if each is not None)


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One request as its voters find it; ids are members', `digest` is of what was shown."""

    gate: Gate
    scheme_version: int
    digest: str
    requested_by: int
    owner_at_request: int | None
    state: RequestState = RequestState.OPEN
    ballots: tuple[Ballot, ...] = ()


def open_votes(gate: Gate, ballots: Iterable[Ballot]) -> tuple[Role, ...]:
    """Return the roles of which a vote is still wanted, in the order of the table."""
    given = Counter(ballot.role for ballot in ballots)
    return tuple(vote.role for vote in gate.votes if given[vote.role] < vote.quorum)


def outcome_of(gate: Gate, ballots: Iterable[Ballot]) -> Outcome | None:
    """Return what the votes add up to; None while a vote is missing and nobody has returned it."""
    given = tuple(ballots)
    if any(ballot.choice is Choice.RETURN for ballot in given):
        return Outcome.RETURN
    return None if open_votes(gate, given) else Outcome.ADVANCE


def check_return(*, conditions: str, due_on: date | None, today: date) -> None:
    """Refuse a return without conditions or without a due date after today: ConditionsMissing."""
    if not conditions.strip() or due_on is None or due_on <= today:
        raise ConditionsMissing
