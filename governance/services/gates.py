"""Passing a gate: the owner or lead submits it, each role votes, the last vote decides."""

from dataclasses import replace
from datetime import date

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.tenancy import Actor
from governance.errors import (
    AlreadyDecided,
    NoFastTrack,
    NotASubmitter,
    RequestAlreadyOpen,
)
from governance.events import GateDecided, GateRequested, RequestWithdrawn, VoteCast
from governance.models import Decision, GateRequest, Vote
from governance.queries import criteria, facts, requests, schemes, standing
from governance.rules import gates, votes
from governance.rules.criteria import Moment
from governance.rules.facts import MeasureFacts
from governance.rules.gates import Gate
from governance.rules.votes import Ballot, Choice, Outcome, RequestState
from governance.services import voting
from governance.services.voting import Asked, Said
from hierarchy.queries import authority
from measures.models import Measure
from measures.services import lock


@tenancy.act
def request(
    *,
    actor: Actor,
    measure_id: int,
    note: str = "",
    due_on: date | None = None,
    fast_track: bool = False,
) -> GateRequest:
    """Submit the gate that begins where the measure stands; its voters find what it says now.

    `due_on` may ask for a decision earlier than the scheme allows, never for a later one. With
    `fast_track` the next gate is passed with it, where the scheme has it and the measure is small.
    Raises NotFound, NotAllowed, MeasureEnded, GateNotNow, NoFastTrack, NotASubmitter,
    RequestAlreadyOpen, and GateBlocked with all unmet criteria. An open request that went stale is
    made void.
    """
    measure = lock.measure(actor, measure_id, Permission.SUBMIT_GATE)
    requester = standing.of(actor, measure)
    found = replace(facts.one(measure.pk), recommendation=note)
    gate = _next_gate(found, fast_track=fast_track)
    if not requester.named & set(gate.submitted_by) and not requester.seats & set(
        gate.submitted_by
    ):
        raise NotASubmitter(gate=gate.name, roles=", ".join(gate.submitted_by))
    _clear_the_way(measure, gate)
    criteria.ensure_passable(gate, found, Moment.SUBMISSION, measure)
    made: GateRequest = GateRequest.objects.create(
        measure=measure,
        gate=gate.leads_to,
        step=gate.to_step,
        requested_by_id=requester.member_id,
        note=note.strip(),
        due_on=due_on,
        unmet=_still_to_come(gate, found),
    )
    made.refresh_from_db()
    audit.record(
        GateRequested(
            subject_id=measure.pk,
            request_id=made.pk,
            gate=made.gate,
            step=made.step,
            digest=made.digest,
            reason=made.note,
        )
    )
    return made


@tenancy.act
def vote(
    *,
    actor: Actor,
    request_id: int,
    choice: Choice | str,
    digest: str,
    reason: str = "",
    due_on: date | None = None,
) -> GateRequest:
    """Vote on exactly what was shown (`digest`); the last vote wanted decides and moves the stage.

    A return needs its conditions as `reason` and a `due_on` after today. Raises NotFound,
    NotAllowed, MeasureEnded, StaleRequest, ConditionsMissing, the refusals of rules.duties, and
    GateBlocked where the criteria of the decision are unmet.
    """
    said = Said(Choice(choice), reason, due_on)
    asked = voting.locked(actor, request_id, Permission.VOTE_GATE)
    ballot = _judged(actor, asked, said, digest)
    outcome = voting.outcome_with(asked, ballot)
    if outcome is Outcome.ADVANCE:
        found = replace(facts.one(asked.measure.pk), recommendation=asked.request.note)
        criteria.ensure_passable(asked.gate, found, Moment.DECISION, asked.measure)
    cast = voting.cast(asked, ballot, said)
    decision = None if outcome is None else voting.settle(asked, outcome, ballot, said)
    audit.record(vote_act(asked, cast))
    if decision is not None:
        audit.record(decision_act(asked, decision))
    return asked.request


@tenancy.act
def withdraw(*, actor: Actor, request_id: int, reason: str = "") -> GateRequest:
    """Take back a request that has no decision yet; NotFound, NotAllowed, AlreadyDecided."""
    asked = voting.locked(actor, request_id, Permission.SUBMIT_GATE)
    if asked.request.state != RequestState.OPEN:
        raise AlreadyDecided(gate=asked.gate.name)
    asked.request.state = RequestState.WITHDRAWN
    asked.request.save(update_fields=["state"])
    audit.record(
        RequestWithdrawn(
            subject_id=asked.measure.pk,
            request_id=asked.request.pk,
            gate=asked.request.gate,
            step=asked.request.step,
            reason=reason.strip(),
        )
    )
    return asked.request


def vote_act(asked: Asked, cast: Vote) -> VoteCast:
    """Return what the ledger is told of a vote."""
    return VoteCast(
        subject_id=asked.measure.pk,
        request_id=asked.request.pk,
        gate=asked.request.gate,
        step=asked.request.step,
        vote_id=cast.pk,
        role=cast.role,
        choice=cast.choice,
        digest=cast.digest,
        reason=cast.reason,
    )


def decision_act(asked: Asked, decision: Decision) -> GateDecided:
    """Return what the ledger is told of a decision."""
    return GateDecided(
        subject_id=asked.measure.pk,
        request_id=asked.request.pk,
        gate=asked.request.gate,
        step=asked.request.step,
        decision_id=decision.pk,
        outcome=decision.outcome,
        from_stage=decision.from_stage,
        due_on=decision.due_on,
        reason=decision.conditions,
    )


def _next_gate(found: MeasureFacts, *, fast_track: bool) -> Gate:
    """Return what begins where the measure stands; NoFastTrack where two are asked in vain."""
    scheme = schemes.current()
    gate = scheme.gate_from(found.stage, found.step)
    assert gate is not None  # noqa: S101 -- a measure at Closed has ended, and the lock refuses it
    if not fast_track:
        return gate
    both = scheme.fast_track(found)
    if both is None:
        raise NoFastTrack(gate=gate.name)
    return both


def _clear_the_way(measure: Measure, gate: Gate) -> None:
    """Refuse a second open request; one that no longer says what was shown is made void."""
    earlier = requests.open_of(measure.pk)
    if earlier is None:
        return
    if not requests.is_stale(earlier):
        raise RequestAlreadyOpen(gate=gate.name)
    earlier.state = RequestState.VOID
    earlier.save(update_fields=["state"])


def _still_to_come(gate: Gate, found: MeasureFacts) -> list[dict[str, str]]:
    """Return what only the decision can bring, for those who are asked to bring it."""
    return [
        {"code": each.code, "sentence": each.sentence, "supplied_by": each.supplied_by.value}
        for each in gates.unmet(gate, found, Moment.DECISION)
    ]


def _judged(actor: Actor, asked: Asked, said: Said, digest: str) -> Ballot:
    ballot = voting.ballot_of(actor, asked, said.choice)
    voting.ensure_fresh(asked, digest)
    if said.choice is Choice.RETURN:
        votes.check_return(conditions=said.reason, due_on=said.due_on, today=authority.today())
    return ballot
