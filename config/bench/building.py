"""Builds organizations of N measures x 36 months, their people and structure by their services.

Going through every gate would take days for 100,000 measures, so these are written by the
superuser, set by set, with the triggers off, as a running portfolio that was decided a year ago.
Roll-ups are derived by the product from one measure of each pattern and copied to the measures
like it; the check of the roll-ups, which derives every measure anew, proves that they hold.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from accounts.models import User
from accounts.queries import people as people_queries
from accounts.rules.roles import Role
from accounts.services import organizations, people
from accounts.services.organizations import Founding
from config.bench import filling
from core import tenancy
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority
from hierarchy.rules.levels import Level
from hierarchy.services import numbering, planting, seats, tree
from hierarchy.services.planting import Sapling
from hierarchy.services.seats import Appointment
from reporting.services import drain, recompute

TEN = 10  # measures a package, packages a project, projects a program
MOST_PORTFOLIOS = 5
SEATED = (Role.EXECUTIVE, Role.LEAD, Role.SPONSOR, Role.CONTROLLER, Role.OWNER)


@dataclass(frozen=True, slots=True)
class Built:
    """An organization of a given size."""

    id: int
    slug: str
    measures: int
    root_id: int
    actors: dict[Role, Actor]
    package_ids: list[int] = field(default_factory=list)

    @property
    def system(self) -> Actor:
        """Assay itself, as a worker acts."""
        return tenancy.system(self.id)

    def user(self, role: Role) -> User:
        """Return the login of the person in a role."""
        return User.objects.get(email=f"{role}@{self.slug}.example")


def build(superuser: psycopg.Connection, measures: int) -> Built:
    """Make an organization of so many decided measures with three years of figures each."""
    built = _founded(measures)
    built.package_ids.extend(_structure(built))
    with switched_off(superuser, filling.TABLES):
        for statement in filling.MEASURES:
            superuser.execute(statement, _names(built))
    superuser.execute("ANALYZE")
    _number(built)
    _roll_up(superuser, built)
    return built


def _founded(measures: int) -> Built:
    slug = f"bench-{measures}"
    founder = User.objects.create_user(f"administrator@{slug}.example", name="Administrator")
    founding = Founding(slug=slug, name=f"Bench {measures}", currency="EUR", time_zone="UTC")
    administrator = organizations.found(founding=founding, founder=founder)
    actors = {Role.ADMINISTRATOR: administrator}
    with tenancy.acting(administrator):
        root = tree.plant(actor=administrator, name=founding.name)
        for role in SEATED:
            member = people.add(
                actor=administrator, name=role.capitalize(), email=f"{role}@{slug}.example"
            )
            appointment = Appointment(member.pk, root.pk, role, valid_from=authority.today())
            seats.appoint(actor=administrator, appointment=appointment)
            actors[role] = people_queries.actor_of(member)
    return Built(administrator.organization_id, slug, measures, root.pk, actors)


def _structure(built: Built) -> list[int]:
    """Add everything down to packages and return the packages' ids."""
    packages = -(-built.measures // TEN)
    projects = -(-packages // TEN)
    programs = -(-projects // TEN)
    counts = {
        Level.PORTFOLIO: min(MOST_PORTFOLIOS, programs),
        Level.PROGRAM: programs,
        Level.PROJECT: projects,
        Level.PACKAGE: packages,
    }
    saplings: list[Sapling] = []
    for level, count in counts.items():
        above = counts.get(Level(level - 1), 0)
        saplings += [
            Sapling(
                key=f"{level.name}-{number}",
                name=f"{level.name.capitalize()} {number + 1}",
                level=level,
                parent_id=None if above else built.root_id,
                parent_key=f"{Level(level - 1).name}-{number % above}" if above else None,
            )
            for number in range(count)
        ]
    made = planting.add_many(actor=built.actors[Role.ADMINISTRATOR], saplings=saplings)
    return [made[f"{Level.PACKAGE.name}-{number}"] for number in range(packages)]


def _names(built: Built) -> dict[str, object]:
    return {
        "organization": built.id,
        "measures": built.measures,
        "packages": built.package_ids,
        "owner": built.actors[Role.OWNER].member_id,
        "sponsor": built.actors[Role.SPONSOR].member_id,
        "controller": built.actors[Role.CONTROLLER].member_id,
        "patterns": filling.PATTERNS,
    }


def _number(built: Built) -> None:
    with tenancy.acting(built.system):
        tenancy.lock_organization()
        numbering.renumber()


def _roll_up(superuser: psycopg.Connection, built: Built) -> None:
    """Derive one measure of each pattern, copy what came of it, and sum every node."""
    chosen = [row[0] for row in superuser.execute(filling.FIRST_OF_PATTERN, _names(built))]
    with tenancy.acting(built.system):
        drain.mark(chosen)
    drain.drain_all(actor=built.system)
    with switched_off(superuser, filling.DERIVED_TABLES):
        for statement in filling.DERIVED:
            superuser.execute(statement, _names(built))
    superuser.execute("ANALYZE")
    recompute.renew_nodes(actor=built.system)
    superuser.execute("VACUUM (ANALYZE)")


@contextmanager
def switched_off(superuser: psycopg.Connection, tables: tuple[str, ...]) -> Iterator[None]:
    """Have the triggers of tables off for one transaction, and afterwards on as they were."""
    states = superuser.execute(
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
        " WHERE tgrelid = ANY(%s::regclass[]) AND NOT tgisinternal",
        [list(tables)],
    ).fetchall()
    with superuser.transaction():
        for table in tables:
            superuser.execute(
                sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(sql.Identifier(table))
            )
        yield
        for table in tables:
            superuser.execute(
                sql.SQL("ALTER TABLE {} ENABLE TRIGGER ALL").format(sql.Identifier(table))
            )
        for table, name, state in states:
            if state == b"A":
                superuser.execute(
                    sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}").format(
                        sql.Identifier(table), sql.Identifier(name)
                    )
                )


def some_packages(built: Built) -> list[Node]:
    """Return up to a thousand packages, spread over the whole tree."""
    step = max(1, len(built.package_ids) // 1000)
    with tenancy.reading(built.system):
        return list(Node.objects.filter(pk__in=built.package_ids[::step]))
