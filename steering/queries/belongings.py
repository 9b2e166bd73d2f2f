"""What a member holds: measures by role, open votes, escalations, seats, tokens, milestones."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import ApiToken, Member
from accounts.queries import people
from accounts.rules.roles import Role
from core import tenancy
from governance.queries import docket
from governance.queries.desk import RequestRow
from hierarchy.models import Deputyship, Node, Seat
from hierarchy.queries import authority, rights, tree
from measures.models import Measure, Milestone
from measures.queries import measures
from measures.rules.stage import Lifecycle, Stage
from steering.queries import escalations
from steering.queries.escalations import EscalationRow

LIVE = (Lifecycle.ACTIVE.value, Lifecycle.ON_HOLD.value)


@dataclass(frozen=True, slots=True)
class NamedOn:
    """A live measure and the role a member has on it; `others` are its other two people."""

    measure_id: int
    public_id: UUID
    name: str
    code: str
    stage: Stage
    role: Role
    version: int
    others: str

    @property
    def key(self) -> str:
        """Return what names this duty in a form."""
        return f"{self.role}-{self.measure_id}"


@dataclass(frozen=True, slots=True)
class Belongings:
    """All that must be given to somebody else, or ends, when a member leaves."""

    duties: list[NamedOn]
    votes: list[RequestRow]
    escalations: list[EscalationRow]
    seats: list[Seat]
    deputyships: list[Deputyship]
    tokens: int
    milestones: int


def of(member: Member) -> Belongings:
    """Return what a member holds now."""
    actor = people.actor_of(member)
    return Belongings(
        duties=duties(member.pk),
        votes=docket.mine(actor),
        escalations=escalations.for_me(actor),
        seats=rights.held_by(member.pk),
        deputyships=deputyships(member.pk),
        tokens=live_tokens(member.pk),
        milestones=milestones(member.pk).count(),
    )


def duties(member_id: int, below: Node | None = None) -> list[NamedOn]:
    """Return each role a member has on a live measure, at or below a node, by name of measure."""
    rows = Measure.objects.filter(measures.named_on(member_id), lifecycle__in=LIVE)
    if below is not None:
        rows = rows.filter(tree.below(below, "node__"))
    found = list(rows.select_related("node").order_by(tree.InOrder("node__name"), "pk"))
    names = people.names_of({row for each in found for row in _people(each).values()})
    sight = tenancy.current().sight
    return [
        NamedOn(
            measure_id=each.pk,
            public_id=each.node.public_id,
            name=sight.name(each.node_id, each.node.name),
            code="" if each.node_id in sight.nodes else each.node.code,
            stage=Stage(each.stage),
            role=role,
            version=each.version,
            others=", ".join(
                f"{names[pk]} ({other})"
                for other, pk in _people(each).items()
                if pk is not None and other is not role
            ),
        )
        for each in found
        for role, held_by in _people(each).items()
        if held_by == member_id
    ]


def milestones(member_id: int) -> QuerySet[Milestone]:
    """Return the open milestones of live measures that a member answers for."""
    rows: QuerySet[Milestone] = Milestone.objects.filter(
        owner_id=member_id,
        removed_on__isnull=True,
        actual_end__isnull=True,
        measure__lifecycle__in=LIVE,
    )
    return rows


def deputyships(member_id: int) -> list[Deputyship]:
    """Return where a member stands in for another, or another for them, now or to come."""
    rows = Deputyship.objects.filter(revoked_at__isnull=True, last_on__gte=authority.today())
    rows = rows.filter(Q(principal_id=member_id) | Q(deputy_id=member_id))
    return list(rows.select_related("principal", "deputy", "node").order_by("pk"))


def live_tokens(member_id: int) -> int:
    """Return how many tokens of a member work now."""
    rows = ApiToken.objects.filter(member_id=member_id, revoked_at__isnull=True)
    return rows.filter(expires_at__gt=tenancy.current().now).count()


def _people(measure: Measure) -> dict[Role, int | None]:
    return {
        Role.OWNER: measure.owner_id,
        Role.SPONSOR: measure.sponsor_id,
        Role.CONTROLLER: measure.controller_id,
    }
