"""What gates and closure share: locking a request, casting its vote, carrying its decision out."""

from dataclasses import dataclass
from datetime import date

from accounts.rules.roles import Permission
from core.tenancy import Actor
from governance.errors import StaleRequest
from governance.models import Decision, GateRequest, Vote
from governance.queries import requests, standing, voters
from governance.rules import duties, votes
from governance.rules.duties import Refusal
from governance.rules.gates import Gate
from governance.rules.votes import Ballot, Choice, Outcome
from measures.models import Measure
from measures.rules.stage import Stage
from measures.services import figures, lock, stage


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under lock: its row, measure and gate, and the votes given so far."""

    request: GateRequest
    measure: Measure
    gate: Gate
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a voter says; `due_on` is by when the conditions of a return are due."""

    choice: Choice
    reason: str = ""
    due_on: date | None = None


def locked(actor: Actor, request_id: int, permission: Permission) -> Asked:
    """Lock the measure of a request, then read the request; NotFound, NotAllowed, MeasureEnded."""
    measure_id = requests.by_id(request_id).measure_id
    measure = lock.measure(actor, measure_id, permission)
    request = requests.by_id(request_id)
    return Asked(request, measure, requests.gate_of(request), requests.ballots(request))


def ballot_of(actor: Actor, asked: Asked, choice: Choice) -> Ballot:
    """Return a person's vote in the first role open to them; a duty against every one refuses.

    A deputy votes in the roles that are the principal's and deputised.
    """
    voter, principal = standing.of(actor, asked.measure), standing.principal(actor, asked.measure)
    facts = requests.facts_of(asked.request, asked.gate, asked.ballots)
    refused: list[tuple[Refusal, ...]] = []
    for each in asked.gate.votes:
        found = duties.vote_refusals(
            role=each.role, voter=voter, principal=principal, request=facts
        )
        if not found and voters.is_open_to(actor, asked.measure, each.role):
            return Ballot(each.role, voter.member_id, choice, actor.acts_for_id)
        refused.append(found or (Refusal.NOT_A_DECIDER,))
    # What stands against a role the person does hold says more than "you hold another one".
    held = [found for found in refused if Refusal.NOT_A_DECIDER not in found]
    raise duties.ERRORS[(held or refused)[0][0]](gate=asked.gate.name)


def ensure_fresh(asked: Asked, digest: str) -> None:
    """Refuse a vote on anything but what was shown and still stands; StaleRequest."""
    if digest != asked.request.digest or requests.is_stale(asked.request):
        raise StaleRequest(gate=asked.gate.name)


def outcome_with(asked: Asked, ballot: Ballot) -> Outcome | None:
    """Return what the votes add up to with one more; None while another is wanted."""
    return votes.outcome_of(asked.gate, (*asked.ballots, ballot))


def cast(asked: Asked, ballot: Ballot, said: Said) -> Vote:
    """Write a vote that has been judged."""
    vote: Vote = Vote.objects.create(
        request=asked.request,
        role=ballot.role,
        voter_id=ballot.member_id,
        decided_for_id=ballot.decided_for,
        choice=said.choice,
        reason=said.reason.strip(),
        digest=asked.request.digest,
        requested_by_id=asked.request.requested_by_id,
        owner_at_request_id=asked.request.owner_at_request_id,
    )
    return vote


def settle(asked: Asked, outcome: Outcome, ballot: Ballot, said: Said) -> Decision:
    """Write the decision of a request and carry it out: an advance moves the stage.

    At Decided the forecast opens, seeded with the plan (domain-rules §2).
    """
    is_return = outcome is Outcome.RETURN
    decision: Decision = Decision.objects.create(
        request=asked.request,
        measure=asked.measure,
        outcome=outcome,
        from_stage=asked.gate.leads_from,
        from_step=asked.gate.from_step,
        to_stage=asked.gate.leads_to,
        to_step=asked.gate.to_step,
        conditions=said.reason.strip() if is_return else "",
        due_on=said.due_on if is_return else None,
        decided_by_id=ballot.member_id,
    )
    if outcome is Outcome.ADVANCE:
        stage.move(asked.measure, asked.gate.leads_to, asked.gate.to_step)
        if asked.gate.goal == (Stage.DECIDED, 0):
            figures.seed_forecast(asked.measure)
    asked.request.refresh_from_db(fields=["state"])
    return decision
