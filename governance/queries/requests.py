"""Gate requests as rules and desks read them, each beside the digest of what it says now."""

from uuid import UUID

from django.db.models import F, Func, QuerySet, TextField

from accounts.rules.roles import Role
from core.errors import NotFound
from governance.models import GateRequest, Vote
from governance.queries import schemes
from governance.rules.gates import Gate
from governance.rules.votes import Ballot, Choice, RequestFacts, RequestState

DIGEST_NOW = Func(
    F("organization_id"),
    F("measure_id"),
    F("from_stage"),
    F("from_step"),
    F("gate"),
    F("step"),
    function="assay_gate_digest",
    output_field=TextField(),
)


def current() -> "QuerySet[GateRequest]":
    """Return requests with `digest_now`, computed by the database as its guards compute it."""
    return GateRequest.objects.annotate(digest_now=DIGEST_NOW)


def by_id(request_id: int) -> GateRequest:
    """Return one request; NotFound."""
    found = current().filter(pk=request_id).first()
    if found is None:
        raise NotFound(what="request")
    return found


def by_public_id(public_id: UUID | str) -> GateRequest:
    """Return the request at a public address; NotFound."""
    found = current().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what="request")
    return found


def open_of(measure_id: int) -> GateRequest | None:
    """Return the open request of a measure, if there is one."""
    return current().filter(measure_id=measure_id, state=RequestState.OPEN).first()


def is_stale(request: GateRequest) -> bool:
    """Tell whether the measure no longer says what the voters were shown; asks of `current`."""
    digest_now: str = request.digest_now  # type: ignore[attr-defined]  # annotated above
    return request.state == RequestState.OPEN and request.digest != digest_now


def gate_of(request: GateRequest) -> Gate:
    """Return what a request asks to pass, by the scheme it was judged by."""
    return schemes.book([request]).gate_of(request)


def ballots(request: GateRequest) -> tuple[Ballot, ...]:
    """Return the votes given on a request, in their order."""
    rows = Vote.objects.filter(request=request).order_by("cast_at", "pk")
    return tuple(ballot(row) for row in rows)


def ballot(vote: Vote) -> Ballot:
    """Return one vote as the rules read it."""
    return Ballot(Role(vote.role), vote.voter_id, Choice(vote.choice), vote.decided_for_id)


def facts_of(request: GateRequest, gate: Gate, given: tuple[Ballot, ...]) -> RequestFacts:
    """Return a request as its voters find it."""
    return RequestFacts(
        gate=gate,
        scheme_version=request.scheme_version,
        digest=request.digest,
        requested_by=request.requested_by_id,
        owner_at_request=request.owner_at_request_id,
        state=RequestState(request.state),
        ballots=given,
    )
