"""The gate desk: open requests by value at stake and days open, and what waits for a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.queries import people
from accounts.rules.roles import Role
from core.tenancy import Actor
from governance.models import GateRequest, TakeOver, TakeOverConfirmation, Vote
from governance.queries import decisions, requests, schemes, standing, voters
from governance.queries.voters import Voter
from governance.rules.gates import Gate
from governance.rules.votes import RequestState
from measures.models import Measure
from measures.queries import measures
from measures.rules.stage import Stage


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A vote that a gate wants; `choice` is empty until it is given."""

    role: Role
    subject: str
    voter: str
    choice: str
    reason: str
    cast_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as desks and the measure's page show it.

    `address` is the request's public id, `public_id` the measure's. `value` is the rough yearly
    run-rate of the measure in money or in `value_unit`. `my_role` is the role in which the reader
    can vote now, None where no vote of theirs is wanted. A vote must carry `digest`; `is_stale`
    tells that the measure no longer says what was submitted. `outcome` is how the request was
    decided: advance, return, hold, cancel or reject; empty where it was not.
    """

    request_id: int
    address: UUID
    measure_id: int
    public_id: UUID
    measure: str
    code: str
    stage: Stage
    gate: str
    rule: Gate
    state: RequestState
    requested_by: str
    requested_at: datetime
    days_open: int
    due_on: date | None
    is_overdue: bool
    value: Decimal | None
    value_unit: str
    note: str
    digest: str
    is_stale: bool
    votes: tuple[VoteRow, ...]
    my_role: Role | None
    outcome: str

    @property
    def waits_for(self) -> tuple[Role, ...]:
        """Return the roles whose vote is still wanted."""
        return tuple(dict.fromkeys(vote.role for vote in self.votes if not vote.choice))

    @property
    def urgency(self) -> Decimal:
        """Return value at stake x days open, the day of the request counting as one."""
        return abs(self.value or Decimal(0)) * (self.days_open + 1)


@dataclass(frozen=True, slots=True)
class TakeOverRow:
    """A measure taken over that the reader is to confirm; `unmet` are the findings stored."""

    take_over_id: int
    public_id: UUID
    measure: str
    code: str
    stage: Stage
    taken_on: date | None
    unmet: tuple[str, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request with what it asks to pass, its measure and the votes given."""

    request: GateRequest
    gate: Gate
    measure: Measure
    given: Sequence[Vote]
    outcome: str


def gate_desk(actor: Actor) -> list[RequestRow]:
    """Return every open request the actor may see, the most urgent first."""
    visible = measures.visible(actor).values("pk")
    found = requests.current().filter(measure_id__in=visible, state=RequestState.OPEN)
    return sorted(rows(found, actor), key=most_urgent)


def of_measure(actor: Actor, measure_id: int) -> list[RequestRow]:
    """Return every request of one measure, the newest first."""
    found = requests.current().filter(measure_id=measure_id).order_by("-requested_at", "-pk")
    return rows(found, actor)


def rows(found: Iterable[GateRequest], actor: Actor) -> list[RequestRow]:
    """Return requests (of `requests.current`) as rows, in the order given."""
    asked = list(found)
    subjects = Measure.objects.select_related("node").in_bulk({each.measure_id for each in asked})
    votes: dict[int, list[Vote]] = {}
    for vote in Vote.objects.filter(request_id__in=[each.pk for each in asked]):
        votes.setdefault(vote.request_id, []).append(vote)
    hands = {
        each
        for given in votes.values()
        for vote in given
        for each in (vote.voter_id, vote.decided_for_id)
    }
    names = people.names_of({*hands, *(each.requested_by_id for each in asked)})
    reader = voters.of(actor, subjects)
    book, outcomes = schemes.book(asked), decisions.outcomes(asked)
    return [
        _row(
            _Asked(
                each,
                book.gate_of(each),
                subjects[each.measure_id],
                votes.get(each.pk, []),
                outcomes.get(each.pk, ""),
            ),
            names,
            reader,
        )
        for each in asked
    ]


def take_overs_to_confirm(actor: Actor) -> list[TakeOverRow]:
    """Return the measures taken over that wait for the actor as their sponsor or controller."""
    if actor.member_id is None:
        return []
    mine = Measure.objects.filter(measures.named_on(actor.member_id)).values("pk")
    found = TakeOver.objects.filter(measure_id__in=mine).select_related("measure__node")
    confirmed = TakeOverConfirmation.objects.filter(take_over__measure_id__in=mine)
    given = set(confirmed.values_list("take_over_id", "role"))
    return [
        _take_over_row(each, role)
        for each in found.order_by("pk")
        for role in (Role.SPONSOR, Role.CONTROLLER)
        if role in standing.named(each.measure, actor.member_id) and (each.pk, role) not in given
    ]


def most_urgent(row: RequestRow) -> tuple[Decimal, datetime, int]:
    """Return what sorts the request with the most value at stake for the longest first."""
    return (-row.urgency, row.requested_at, row.request_id)


def _row(asked: _Asked, names: dict[int, str], reader: Voter) -> RequestRow:
    request, measure = asked.request, asked.measure
    is_stale = requests.is_stale(request)
    opened_on = request.requested_at.astimezone(ZoneInfo(reader.time_zone)).date()
    is_open = request.state == RequestState.OPEN
    return RequestRow(
        request_id=request.pk,
        address=request.public_id,
        measure_id=measure.pk,
        public_id=measure.node.public_id,
        measure=measure.node.name,
        code=measure.node.code,
        stage=request.stage,
        gate=asked.gate.name,
        rule=asked.gate,
        state=RequestState(request.state),
        requested_by=names.get(request.requested_by_id, ""),
        requested_at=request.requested_at,
        days_open=(reader.today - opened_on).days,
        due_on=request.due_on,
        is_overdue=is_open and request.due_on is not None and request.due_on < reader.today,
        value=measure.size,
        value_unit=measure.size_unit,
        note=request.note,
        digest=request.digest,
        is_stale=is_stale,
        votes=_votes(asked, names),
        my_role=None
        if is_stale or not is_open
        else reader.role_in(request, asked.gate, measure, asked.given),
        outcome=asked.outcome,
    )


def _votes(asked: _Asked, names: dict[int, str]) -> tuple[VoteRow, ...]:
    """Return each vote given, and one row for each that is still wanted."""
    found = []
    for wanted in asked.gate.votes:
        given = [vote for vote in asked.given if vote.role == wanted.role]
        found += [
            VoteRow(
                wanted.role,
                wanted.subject,
                people.written(names, vote.voter_id, vote.decided_for_id),
                vote.choice,
                vote.reason,
                vote.cast_at,
            )
            for vote in given
        ]
        missing = VoteRow(wanted.role, wanted.subject, "", "", "", None)
        found += [missing] * (wanted.quorum - len(given))
    return tuple(found)


def _take_over_row(taken: TakeOver, role: Role) -> TakeOverRow:
    return TakeOverRow(
        take_over_id=taken.pk,
        public_id=taken.measure.node.public_id,
        measure=taken.measure.node.name,
        code=taken.measure.node.code,
        stage=Stage(taken.to_stage),
        taken_on=taken.measure.taken_over_on,
        unmet=tuple(each["sentence"] for each in taken.unmet),
        role=role,
    )
