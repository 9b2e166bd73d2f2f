"""Founds an organization of the demo: its tree, its people and their seats."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.queries import people as people_queries
from accounts.rules.roles import Role
from accounts.services import organizations, people
from accounts.services.organizations import Founding
from config.demo.script import Setting
from config.demo.timeline import SYSTEM
from core import tenancy
from core.tenancy import Actor
from hierarchy.queries import authority
from hierarchy.rules.levels import Level
from hierarchy.services import planting, seats, tree
from hierarchy.services.planting import Sapling
from hierarchy.services.seats import Appointment

PASSWORD = "follow-the-value"  # noqa: S105 -- of invented people in a demo on one machine


@dataclass(frozen=True, slots=True)
class Company:
    """A founded organization: its people as actors by name, its nodes' ids by name."""

    setting: Setting
    organization_id: int
    actors: dict[str, Actor]
    nodes: dict[str, int]

    @property
    def administrator(self) -> str:
        """The founder's name."""
        return self.setting.people[0].name

    def member(self, name: str) -> int:
        """Return the member id of a person."""
        member_id = self.actors[name].member_id
        if member_id is None:
            raise KeyError(name)
        return member_id


def found(setting: Setting) -> Company:
    """Found the organization with its tree and people, all with one password."""
    founder = setting.people[0]
    user = User.objects.create_user(setting.email(founder.name), None, name=founder.name)
    administrator = organizations.found(
        founding=Founding(
            slug=setting.slug,
            name=setting.name,
            currency=setting.currency,
            time_zone=setting.time_zone,
            fiscal_start_month=setting.fiscal_start_month,
            group_separator=setting.group_separator,
        ),
        founder=user,
    )
    with tenancy.acting(administrator):
        root = tree.plant(actor=administrator, name=setting.name)
        nodes = {setting.name: root.pk, **_planted(administrator, setting, root.pk)}
        actors = {founder.name: administrator, **_people(administrator, setting)}
        actors[SYSTEM] = tenancy.system(administrator.organization_id)
        company = Company(setting, administrator.organization_id, actors, nodes)
        _appoint(company)
    # One hash for all: hashing is slow on purpose, and the password is shown anyway.
    addresses = [setting.email(each.name) for each in setting.people]
    User.objects.filter(email__in=addresses).update(password=make_password(PASSWORD))
    return company


def _planted(actor: Actor, setting: Setting, root_id: int) -> dict[str, int]:
    saplings: list[Sapling] = []
    for portfolio, programs in setting.tree.items():
        saplings.append(Sapling(portfolio, portfolio, Level.PORTFOLIO, parent_id=root_id))
        for program, projects in programs.items():
            saplings.append(Sapling(program, program, Level.PROGRAM, parent_key=portfolio))
            for project, packages in projects.items():
                saplings.append(Sapling(project, project, Level.PROJECT, parent_key=program))
                saplings.extend(
                    Sapling(package, package, Level.PACKAGE, parent_key=project)
                    for package in packages
                )
    return planting.add_many(actor=actor, saplings=saplings)


def _people(actor: Actor, setting: Setting) -> dict[str, Actor]:
    return {
        each.name: people_queries.actor_of(
            people.add(actor=actor, name=each.name, email=setting.email(each.name))
        )
        for each in setting.people[1:]
    }


def _appoint(company: Company) -> None:
    """Give everybody the seats; the founder has been administrator since planting the tree."""
    actor = company.actors[company.administrator]
    for person in company.setting.people:
        for role, node in person.seats:
            if role is Role.ADMINISTRATOR and person.name == company.administrator:
                continue
            appointment = Appointment(
                company.member(person.name), company.nodes[node], role, authority.today()
            )
            seats.appoint(actor=actor, appointment=appointment)
