"""Closing a measure: proposed by owner or lead, done by its controller on exactly the figures."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from governance.errors import GateNotNow, StaleRequest
from governance.events import ClosureConfirmed
from governance.models import ClosureConfirmation, ClosureOutcome, GateRequest
from governance.queries import criteria, facts, requests, standing
from governance.rules import closure, duties
from governance.rules.closure import Judgement, LineProof, Outcome
from governance.rules.criteria import Moment
from governance.rules.facts import Confirmation
from governance.rules.gates import CLOSED
from governance.rules.votes import Ballot, Choice
from governance.rules.votes import Outcome as GateOutcome
from governance.services import gates, voting
from governance.services.voting import Asked, Said
from measures.models import ActualClaim, Measure
from measures.models.line import ClaimState
from measures.rules.stage import Stage
from measures.services import lock


@tenancy.act
def propose(
    *, actor: Actor, measure_id: int, note: str = "", due_on: date | None = None
) -> GateRequest:
    """Submit the gate Closed of an implemented measure; refusals as `gates.request`."""
    measure = lock.measure(actor, measure_id, Permission.SUBMIT_GATE)
    if measure.stage != Stage.IMPLEMENTED:
        raise _not_now(measure)
    return gates.request(actor=actor, measure_id=measure_id, note=note, due_on=due_on)


@tenancy.act
def confirm(
    *, actor: Actor, measure_id: int, digest: str, statement: str, shortfall_reason: str = ""
) -> ClosureConfirmation:
    """Confirm the figures whose digest was shown, and close the measure by it (domain-rules §6).

    `digest` is `MeasureFacts.figures_digest` as the page had it. Raises NotFound, NotAllowed,
    MeasureEnded, GateNotNow without a proposal, StaleRequest, NotTheController, DutiesMeet,
    EnteredTheFigures, the other refusals of a vote, GateBlocked with all that is missing, Invalid.
    """
    measure = lock.measure(actor, measure_id, Permission.CONFIRM_CLOSURE)
    asked = _proposal(measure)
    ballot = _ballot(actor, asked)
    found = facts.one(measure.pk)
    if digest != found.figures_digest:
        raise StaleRequest(gate=CLOSED.name)
    voting.ensure_fresh(asked, asked.request.digest)
    given = Confirmation(ballot.member_id, digest, shortfall_reason.strip())
    passing = replace(found, confirmation=given)
    criteria.ensure_passable(CLOSED, passing, Moment.DECISION, measure)
    judgement = closure.judge(found.lines, found.numbers)
    made = _confirmed(measure, given, judgement, _said(statement))
    _close(asked, ballot, made)
    return made


def _proposal(measure: Measure) -> Asked:
    request = requests.open_of(measure.pk)
    if request is None or request.stage is not Stage.CLOSED:
        raise _not_now(measure)
    return Asked(request, measure, CLOSED, requests.ballots(request))


def _not_now(measure: Measure) -> GateNotNow:
    stage = Stage(measure.stage).name.title()
    return GateNotNow(gate=CLOSED.name, stage=stage, lifecycle=measure.lifecycle)


def _ballot(actor: Actor, asked: Asked) -> Ballot:
    """Judge the confirmer by every duty, of the confirmation and of its vote."""
    person = standing.of(actor, asked.measure)
    duties.ensure(
        duties.confirmation_refusals(
            confirmer=person, principal=None, entered_by=_entered_by(asked.measure)
        )
    )
    request = requests.facts_of(asked.request, asked.ballots)
    duties.ensure(
        duties.vote_refusals(role=Role.CONTROLLER, voter=person, principal=None, request=request),
        gate=CLOSED.name,
    )
    return Ballot(Role.CONTROLLER, person.member_id, Choice.APPROVE)


def _entered_by(measure: Measure) -> Collection[int]:
    claims = ActualClaim.objects.filter(measure=measure, state=ClaimState.APPROVED)
    return set(claims.exclude(claimed_by=None).values_list("claimed_by_id", flat=True))


def _said(statement: str) -> str:
    if not statement.strip():
        raise Invalid(field="statement", problem="say on what you confirm the figures.")
    return statement.strip()


def _confirmed(
    measure: Measure, given: Confirmation, judgement: Judgement, statement: str
) -> ClosureConfirmation:
    is_short = judgement.outcome is Outcome.SHORTFALL
    made: ClosureConfirmation = ClosureConfirmation.objects.create(
        measure=measure,
        confirmed_by_id=given.confirmed_by,
        figures=[_proof_row(proof) for proof in judgement.proofs],
        outcome=ClosureOutcome.SHORTFALL if is_short else ClosureOutcome.ACHIEVED,
        shortfall_reason=given.shortfall_reason,
        statement=statement,
    )
    made.refresh_from_db()
    return made


def _proof_row(proof: LineProof) -> dict[str, object]:
    """Return what was proven of one line, amounts as text in the unit of the line."""
    months = proof.window
    return {
        "line": proof.line.line_id,
        "months": [month.label for month in months],
        "plan": _sum(month.plan for month in months),
        "approved": _sum(month.approved for month in months),
        "achieved": _text(proof.achieved),
        "confirmed_size": _text(proof.confirmed_size),
        "leakage": _text(proof.leakage),
    }


def _sum(amounts: Iterable[Decimal | None]) -> str:
    return str(sum((amount for amount in amounts if amount is not None), Decimal(0)))


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _close(asked: Asked, ballot: Ballot, confirmation: ClosureConfirmation) -> None:
    """Cast the controller's vote, decide, close, and tell the ledger of all three."""
    said = Said(Choice.APPROVE, confirmation.statement)
    cast = voting.cast(asked, ballot, said)
    decision = voting.settle(asked, GateOutcome.ADVANCE, ballot, said)
    audit.record(gates.vote_act(asked, cast))
    audit.record(gates.decision_act(asked, decision))
    audit.record(
        ClosureConfirmed(
            subject_id=asked.measure.pk,
            request_id=asked.request.pk,
            gate=asked.request.gate,
            confirmation_id=confirmation.pk,
            figures_digest=confirmation.figures_digest,
            outcome=confirmation.outcome,
            reason=confirmation.shortfall_reason,
        )
    )
