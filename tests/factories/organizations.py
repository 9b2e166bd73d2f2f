"""Organizations for tests: people with a seat at the root for each role, and the first branch."""

import functools
import itertools
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.events import MemberAdded
from accounts.models import Member, User
from accounts.queries import people as people_queries
from accounts.rules.roles import Role
from accounts.services import organizations, people
from accounts.services.organizations import Founding
from audit import services as audit
from core import tenancy
from core.tenancy import Actor
from hierarchy.events import MemberAppointed, NodeAdded
from hierarchy.models import Invitation, Node, Seat
from hierarchy.queries import authority
from hierarchy.rules import levels
from hierarchy.services import invitations, seats, tree
from hierarchy.services.invitations import Promise
from hierarchy.services.seats import Appointment

PASSWORD = "correct horse battery staple"

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Branch:
    """One node of each level below the root, ready for a measure."""

    portfolio: Node
    program: Node
    project: Node
    package: Node


@dataclass(frozen=True, slots=True)
class TestOrganization:
    """An organization with one member for each role, seated at the root."""

    __test__ = False  # pytest collects classes by this prefix

    id: int
    slug: str
    root: Node
    actors: dict[Role, Actor]

    def actor(self, role: Role | str) -> Actor:
        """Return the member who holds a role, as an actor."""
        return self.actors[Role(role)]

    actor_of = actor

    def user(self, role: Role | str) -> User:
        """Return the login of the member who holds a role; its password is PASSWORD."""
        return User.objects.get(pk=self.actor(role).user_id)

    def newcomer(self, name: str = "") -> Actor:
        """Add a member without any seat."""
        name = name or f"Newcomer {next(_numbers):05}"
        email = f"newcomer.{next(_numbers)}@{self.slug}.example"
        member = people.add(
            actor=self.actor("administrator"), name=name, email=email, password=PASSWORD
        )
        return people_queries.actor_of(member)

    def seat(self, who: Actor, role: Role | str, node: Node | None = None) -> None:
        """Appoint a member to a role at a node (the root unless given), from today."""
        administrator = self.actor("administrator")
        with tenancy.acting(administrator):
            seats.appoint(
                actor=administrator,
                appointment=Appointment(
                    member_id=who.member_id,
                    node_id=(node or self.root).pk,
                    role=Role(role),
                    valid_from=authority.today(),
                ),
            )

    def add(self, parent: Node, name: str, code: str = "") -> Node:
        """Add a node as the administrator."""
        return tree.add(
            actor=self.actor("administrator"), parent_id=parent.pk, name=name, code=code
        )

    def branch(self, name: str = "Energy") -> Branch:
        """Add a portfolio, a program, a project and a package, one below the other."""
        with tenancy.acting(self.actor("administrator")):
            portfolio = _placed(self.root, f"{name} portfolio")
            program = _placed(portfolio, f"{name} program")
            project = _placed(program, f"{name} project")
            package = _placed(project, f"{name} package")
        return Branch(portfolio, program, project, package)


def _placed(parent: Node, name: str) -> Node:
    """Add a node as `tree.add` does, without asking whether the administrator may."""
    level = levels.child_level(levels.Level(parent.level))
    assert level is not None
    node = tree.place(parent, name, level=level)
    audit.record(NodeAdded(subject_id=node.pk, parent_id=parent.pk, level=node.level))
    return node


def a_user(email: str = "", name: str = "") -> User:
    """Make a person who can log in with PASSWORD and belongs nowhere yet."""
    number = next(_numbers)
    return User.objects.create_user(
        email or f"person.{number}@people.example", PASSWORD, name=name or f"Person {number:05}"
    )


def an_organization(
    *,
    name: str = "Halvern Group",
    currency: str = "EUR",
    time_zone: str = "UTC",
    fiscal_start_month: int = 1,
) -> TestOrganization:
    """Found an organization under an address of its own, with a member for each role."""
    slug = f"halvern-{next(_numbers)}"
    founder = a_user(f"administrator@{slug}.example", "Ada Administrator")
    founding = Founding(
        slug=slug,
        name=name,
        currency=currency,
        time_zone=time_zone,
        fiscal_start_month=fiscal_start_month,
    )
    administrator = organizations.found(founding=founding, founder=founder)
    with tenancy.acting(administrator):
        root = tree.plant(actor=administrator, name=name)
        others = _people_with_seats(slug, root)
    actors = {Role.ADMINISTRATOR: administrator, **others}
    return TestOrganization(administrator.organization_id, slug, root, actors)


def _people_with_seats(slug: str, root: Node) -> dict[Role, Actor]:
    """Add a member for each other role and seat each at the root; inside the founding.

    Row by row what `people.add` and `seats.appoint` do, whose own tests try them: as they ask the
    database for each person alone, they took half the time of a test.
    """
    roles = [role for role in Role if role is not Role.ADMINISTRATOR]
    users = User.objects.bulk_create(
        User(
            email=f"{role}@{slug}.example",
            name=f"{role.capitalize()} Person",
            password=_hashed(PASSWORD),
        )
        for role in roles
    )
    members = Member.objects.bulk_create(
        Member(user=user, name=user.name, email=user.email) for user in users
    )
    today = authority.today()
    granted_by = tenancy.current().actor.member_id
    seated = Seat.objects.bulk_create(
        Seat(member=member, node=root, role=role, valid_from=today, granted_by_id=granted_by)
        for member, role in zip(members, roles, strict=True)
    )
    for member, seat in zip(members, seated, strict=True):
        audit.record(MemberAdded(subject_id=member.pk))
        audit.record(
            MemberAppointed(
                subject_id=seat.pk,
                member_id=member.pk,
                node_id=root.pk,
                role=Role(seat.role),
                valid_from=today,
                valid_to=None,
            )
        )
    return {
        role: people_queries.actor_of(member) for role, member in zip(roles, members, strict=True)
    }


@functools.cache
def _hashed(password: str) -> str:
    return make_password(password)


def an_invitation(
    organization: TestOrganization, *, email: str = "", seats: tuple[Promise, ...] = ()
) -> Invitation:
    """Invite somebody as the administrator."""
    return invitations.invite(
        actor=organization.actor("administrator"),
        name="Nora Newcomer",
        email=email or f"nora.{next(_numbers)}@{organization.slug}.example",
        seats=seats,
    )
