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
from governance.events import ClosureConfirmed, ShortfallConfirmed
from governance.models import ClosureConfirmation, ClosureOutcome, GateRequest
from governance.queries import criteria, facts, requests, schemes, standing
from governance.rules import closure, duties
from governance.rules.closure import Judgement, LineProof, Outcome
from governance.rules.criteria import Moment
from governance.rules.facts import Confirmation
from governance.rules.votes import Ballot, Choice
from governance.rules.votes import Outcome as GateOutcome
from governance.services import certificates, gates, leakage, voting
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
    """Confirm the figures whose digest was shown; as planned, the measure is closed by it (§6).

    A shortfall waits for its sponsor, below half also for the steering committee; the controller
    closes it then. `digest` is `MeasureFacts.figures_digest` as the page had it.
    Raises NotFound, NotAllowed, MeasureEnded, GateNotNow without a proposal, StaleRequest,
    NotTheController, DutiesMeet, EnteredTheFigures, the other refusals of a vote, GateBlocked with
    all that is missing, Invalid.
    """
    measure = lock.measure(actor, measure_id, Permission.CONFIRM_CLOSURE)
    asked = _proposal(measure)
    ballot = _ballot(actor, asked)
    found = facts.one(measure.pk)
    if digest != found.figures_digest:
        raise StaleRequest(gate=asked.gate.name)
    voting.ensure_fresh(asked, asked.request.digest)
    given = Confirmation(ballot.decided_for or ballot.member_id, digest, shortfall_reason.strip())
    passing = replace(found, confirmation=given)
    criteria.ensure_passable(asked.gate, passing, Moment.CONFIRMATION, measure)
    judgement = closure.judge(found.lines, found.numbers)
    made = _confirmed(measure, given, judgement, _said(statement))
    if judgement.is_short:
        audit.record(
            ShortfallConfirmed(
                subject_id=measure.pk,
                confirmation_id=made.pk,
                figures_digest=made.figures_digest,
                needs_steering=made.needs_steering,
                reason=made.shortfall_reason,
            )
        )
    else:
        _close(asked, ballot, made, judgement)
    return made


@tenancy.act
def close(*, actor: Actor, measure_id: int, digest: str) -> ClosureConfirmation:
    """Close a measure on its signed shortfall, whose figures still have the digest shown.

    Books the leakage. Refusals as `confirm`; GateBlocked while a signature is missing.
    """
    measure = lock.measure(actor, measure_id, Permission.CONFIRM_CLOSURE)
    asked = _proposal(measure)
    ballot = _ballot(actor, asked)
    found = facts.one(measure.pk)
    if digest != found.figures_digest:
        raise StaleRequest(gate=asked.gate.name)
    voting.ensure_fresh(asked, asked.request.digest)
    criteria.ensure_passable(asked.gate, found, Moment.DECISION, measure)
    made = ClosureConfirmation.objects.filter(measure=measure).latest("pk")
    _close(asked, ballot, made, closure.judge(found.lines, found.numbers))
    return made


def _proposal(measure: Measure) -> Asked:
    request = requests.open_of(measure.pk)
    if request is None or request.stage is not Stage.CLOSED:
        raise _not_now(measure)
    return Asked(request, measure, requests.gate_of(request), requests.ballots(request))


def _not_now(measure: Measure) -> GateNotNow:
    stage = Stage(measure.stage).name.title()
    closed = schemes.current().gate_to(Stage.CLOSED)
    return GateNotNow(gate=closed.name, stage=stage, lifecycle=measure.lifecycle)


def _ballot(actor: Actor, asked: Asked) -> Ballot:
    """Judge the confirmer by every duty, of the confirmation and of its vote."""
    person, principal = standing.of(actor, asked.measure), standing.principal(actor, asked.measure)
    duties.ensure(
        duties.confirmation_refusals(
            confirmer=person, principal=principal, entered_by=_entered_by(asked.measure)
        )
    )
    request = requests.facts_of(asked.request, asked.gate, asked.ballots)
    duties.ensure(
        duties.vote_refusals(
            role=Role.CONTROLLER, voter=person, principal=principal, request=request
        ),
        gate=asked.gate.name,
    )
    return Ballot(Role.CONTROLLER, person.member_id, Choice.APPROVE, actor.acts_for_id)


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
    is_short = judgement.is_short
    made: ClosureConfirmation = ClosureConfirmation.objects.create(
        measure=measure,
        confirmed_by_id=given.confirmed_by,
        figures=[_proof_row(proof) for proof in judgement.proofs],
        outcome=ClosureOutcome.SHORTFALL if is_short else ClosureOutcome.ACHIEVED,
        needs_steering=judgement.outcome is Outcome.STEERING_DECIDES,
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


def _close(
    asked: Asked, ballot: Ballot, confirmation: ClosureConfirmation, judgement: Judgement
) -> None:
    """Book the leakage, cast the controller's vote, close, tell the ledger, issue the paper."""
    if judgement.is_short:
        leakage.book_shortfall(confirmation, judgement)
    said = Said(Choice.APPROVE, confirmation.statement)
    cast = voting.cast(asked, ballot, said)
    decision = voting.settle(asked, GateOutcome.ADVANCE, ballot, said)
    audit.record(gates.vote_act(asked, cast))
    audit.record(gates.decision_act(asked, decision))
    told = audit.record(
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
    certificates.issue(asked.measure, asked.request, confirmation, told)
