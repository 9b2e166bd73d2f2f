"""Separation of duties in governance: who may not vote, confirm or hold, and why."""

from collections.abc import Iterable
from enum import StrEnum

from accounts.rules.duties import Act, Standing, barred_by
from accounts.rules.roles import Role
from core.errors import DomainError
from governance import errors
from governance.rules import votes
from governance.rules.gates import Gate
from governance.rules.votes import RequestFacts, RequestState

NAMED_DECIDERS = (Role.SPONSOR, Role.CONTROLLER)


class Refusal(StrEnum):
    """Why a duty refuses; the value is the code of the error in ERRORS, which has the sentence."""

    ALREADY_DECIDED = "already_decided"
    NOT_A_DECIDER = "not_a_decider"
    OWN_REQUEST = "own_request"
    OWN_MEASURE = "own_measure"
    DUTIES_MEET = "duties_meet"
    ALREADY_VOTED = "already_voted"
    ROLE_ALREADY_VOTED = "role_already_voted"
    NOT_THE_CONTROLLER = "not_the_controller"
    ENTERED_THE_FIGURES = "entered_the_figures"


ERRORS: dict[Refusal, type[DomainError]] = {
    Refusal.ALREADY_DECIDED: errors.AlreadyDecided,
    Refusal.NOT_A_DECIDER: errors.NotADecider,
    Refusal.OWN_REQUEST: errors.OwnRequest,
    Refusal.OWN_MEASURE: errors.OwnMeasure,
    Refusal.DUTIES_MEET: errors.DutiesMeet,
    Refusal.ALREADY_VOTED: errors.AlreadyVoted,
    Refusal.ROLE_ALREADY_VOTED: errors.RoleAlreadyVoted,
    Refusal.NOT_THE_CONTROLLER: errors.NotTheController,
    Refusal.ENTERED_THE_FIGURES: errors.EnteredTheFigures,
}


def vote_refusals(
    *, role: Role, voter: Standing, principal: Standing | None, request: RequestFacts
) -> tuple[Refusal, ...]:
    """Return all reasons why `voter` may not vote in `role` on `request`; empty when they may.

    `principal` is the person a deputy votes for: the role must be the principal's, and every
    duty binds both (domain-rules §3).
    """
    gate = request.gate
    people = _people(voter, principal)
    hands = {member for ballot in request.ballots for member in ballot.people}
    wanted = {vote.role for vote in gate.votes}
    given = role in wanted and role not in votes.open_votes(gate, request.ballots)
    found = {
        Refusal.ALREADY_DECIDED: request.state is not RequestState.OPEN,
        Refusal.NOT_A_DECIDER: role not in wanted or not _holds(role, principal or voter),
        Refusal.OWN_REQUEST: request.requested_by in people,
        Refusal.OWN_MEASURE: _is_owner(voter, principal) or request.owner_at_request in people,
        Refusal.DUTIES_MEET: _bars(gate, voter, principal),
        Refusal.ALREADY_VOTED: bool(people & hands),
        Refusal.ROLE_ALREADY_VOTED: given,
    }
    return _those(found)


def confirmation_refusals(
    *, confirmer: Standing, principal: Standing | None, entered_by: Iterable[int]
) -> tuple[Refusal, ...]:
    """Return all reasons why a person may not confirm the value of a measure (§6, condition 6).

    `entered_by` are all members who entered a figure that would be confirmed.
    """
    found = {
        Refusal.NOT_THE_CONTROLLER: Role.CONTROLLER not in (principal or confirmer).named,
        Refusal.DUTIES_MEET: _is_barred(Act.CONFIRM_CLOSURE, confirmer, principal),
        Refusal.ENTERED_THE_FIGURES: bool(_people(confirmer, principal) & set(entered_by)),
    }
    return _those(found)


def act_refusals(
    *, act: Act, actor: Standing, principal: Standing | None = None
) -> tuple[Refusal, ...]:
    """Return whether a duty forbids a hold, a resumption, a cancellation or a decision.

    Of a deputy's act the duties of both people are asked.
    """
    return _those({Refusal.DUTIES_MEET: _is_barred(act, actor, principal)})


def ensure(refusals: Iterable[Refusal], **details: object) -> None:
    """Raise the error of the first refusal, if there is one; `details` fill its sentence."""
    for refusal in refusals:
        raise ERRORS[refusal](**details)


def _those(found: dict[Refusal, bool]) -> tuple[Refusal, ...]:
    return tuple(refusal for refusal, is_so in found.items() if is_so)


def _people(voter: Standing, principal: Standing | None) -> set[int]:
    return {each.member_id for each in (voter, principal) if each is not None}


def _holds(role: Role, standing: Standing) -> bool:
    # Others decide by a seat; sponsor and controller are those named on this very measure.
    return role in (standing.named if role in NAMED_DECIDERS else standing.seats)


def _is_owner(voter: Standing, principal: Standing | None) -> bool:
    return any(Role.OWNER in each.named for each in (voter, principal) if each is not None)


def _bars(gate: Gate, voter: Standing, principal: Standing | None) -> bool:
    return any(_is_barred(act, voter, principal) for act in gate.acts)


def _is_barred(act: Act, voter: Standing, principal: Standing | None) -> bool:
    return any(barred_by(act, each) for each in (voter, principal) if each is not None)
