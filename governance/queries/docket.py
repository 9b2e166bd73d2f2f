"""The open requests in the order of their urgency, narrowed, counted and paged by the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce, TruncDate

from accounts.queries import people
from accounts.rules.roles import Permission, Role, seats_giving
from core import clock
from core.tenancy import Actor
from governance.models import GateRequest, Vote
from governance.queries import desk, requests, schemes
from governance.queries.desk import RequestRow
from governance.rules.votes import RequestState
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import measures


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the docket is narrowed: by gate, a part of the measure's name or code, and a sort."""

    gate: str = ""
    text: str = ""
    show: str = ""


EVERYTHING = Wanted()


def ordered(
    actor: Actor, wanted: Wanted = EVERYTHING, first: frozenset[int] = frozenset()
) -> "QuerySet[GateRequest]":
    """Return the open requests the actor may see: those in `first`, then the most urgent.

    Urgency is value at stake x days open, as `RequestRow.urgency`.
    """
    zone = people.time_zone()
    days = Func(
        Value(clock.today(zone)),
        TruncDate("requested_at", tzinfo=ZoneInfo(zone)),
        template="(%(expressions)s + 1)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    size = Abs(Coalesce(F("measure__size"), Value(0, output_field=DecimalField())))
    urgency = ExpressionWrapper(
        size * days, output_field=DecimalField(max_digits=24, decimal_places=2)
    )
    is_later = Case(When(pk__in=first, then=Value(0)), default=Value(1))
    found = _narrowed(_open(actor), wanted, first, zone)
    return found.order_by(is_later, urgency.desc(), "requested_at", "pk")


def rows(page: Iterable[GateRequest], actor: Actor) -> list[RequestRow]:
    """Return a page of requests as rows, in its order; what they say now is read for these only."""
    keys = [each.pk for each in page]
    found = {each.pk: each for each in requests.current().filter(pk__in=keys)}
    return desk.rows([found[key] for key in keys], actor)


def mine(actor: Actor) -> list[RequestRow]:
    """Return the open requests on which the actor's vote is wanted, the most urgent first."""
    if actor.member_id is None:
        return []
    found = desk.rows(requests.current().filter(pk__in=_candidates(actor).values("pk")), actor)
    return sorted((row for row in found if row.my_role is not None), key=desk.most_urgent)


def count(actor: Actor) -> int:
    """Return how many open requests the actor may see."""
    return _open(actor).count()


def _open(actor: Actor) -> "QuerySet[GateRequest]":
    visible = measures.visible(actor).values("pk")
    return GateRequest.objects.filter(measure_id__in=visible, state=RequestState.OPEN)


def _candidates(actor: Actor) -> "QuerySet[GateRequest]":
    """Return the requests on which a vote of the actor's may be wanted; the rules judge these."""
    giving = seats_giving(Permission.VOTE_GATE) | {Role.EXECUTIVE, Role.STEERING}
    seats = [*authority.ranges(actor), *authority.deputed_ranges(actor)]
    by_seat = authority.within((each for each in seats if each.role in giving), "node__")
    by_name = measures.in_charge(actor, Role.SPONSOR) | measures.in_charge(actor, Role.CONTROLLER)
    deciding = Measure.objects.filter(by_seat | by_name).values("pk")
    votes = Vote.objects.filter(request_id=OuterRef("pk"), voter_id__in=actor.people)
    return (
        GateRequest.objects.filter(measure_id__in=deciding, state=RequestState.OPEN)
        .exclude(requested_by_id__in=actor.people)
        .filter(~Exists(votes))
    )


def _narrowed(
    found: "QuerySet[GateRequest]", wanted: Wanted, first: frozenset[int], zone: str
) -> "QuerySet[GateRequest]":
    gate = next((each for each in schemes.current().gates if each.code == wanted.gate), None)
    if gate is not None:
        found = found.filter(gate=gate.leads_to, step=gate.to_step)
    if text := wanted.text.strip():
        named = Q(measure__node__name__icontains=text) | Q(measure__node__code__icontains=text)
        found = found.filter(named)
    if wanted.show == "mine":
        found = found.filter(pk__in=first)
    if wanted.show == "overdue":
        found = found.filter(due_on__lt=clock.today(zone))
    if wanted.show == "stale":
        found = found.annotate(digest_now=requests.DIGEST_NOW).exclude(digest=F("digest_now"))
    return found
