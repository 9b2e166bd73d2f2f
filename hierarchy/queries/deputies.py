"""Who stands in for whom: what a deputy may do in another's place, and the lists of a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from accounts.models import Member
from accounts.queries import people
from accounts.rules.roles import Role
from core import clock, tenancy
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.errors import DeputyEnded, NoDeputy, NotForDeputies
from hierarchy.models import Deputyship, Node


@dataclass(frozen=True, slots=True)
class StandIn:
    """One duty that a deputy may do in another's place today, as an interval of the tree."""

    role: Role
    node: Node
    last_on: date

    def covers(self, node: Node) -> bool:
        """Tell whether a node lies where it holds."""
        return self.node.lft <= node.lft and node.rght <= self.node.rght


def in_force(on: date | None = None) -> "models.QuerySet[Deputyship]":
    """Return the deputyships of present members that hold on a day, else today."""
    day = clock.today(people.time_zone()) if on is None else on
    return Deputyship.objects.filter(
        first_on__lte=day,
        last_on__gte=day,
        revoked_at__isnull=True,
        principal__left_on__isnull=True,
        deputy__left_on__isnull=True,
    ).select_related("principal", "deputy", "node", "named_by")


def of(actor: Actor) -> list[StandIn]:
    """Return what the actor may do for the member they act for; asked once a page."""
    key = (actor.member_id, actor.acts_for_id)
    if None in key:
        return []
    return tenancy.once_today(("deputyships", *key), lambda: _of(actor))


def _of(actor: Actor) -> list[StandIn]:
    rows = in_force().filter(deputy_id=actor.member_id, principal_id=actor.acts_for_id)
    return [StandIn(Role(each.role), each.node, each.last_on) for each in rows]


def at(actor: Actor, node: Node) -> frozenset[Role]:
    """Return the roles in which the actor stands in at a node."""
    return frozenset(each.role for each in of(actor) if each.covers(node))


def ensure_any(actor: Actor) -> None:
    """Raise DeputyEnded or NoDeputy where nothing stands today of what the actor claims to be."""
    if actor.acts_for_id is None or of(actor):
        return
    name = people.names_of({actor.acts_for_id}).get(actor.acts_for_id, "that member")
    latest = (
        Deputyship.objects.filter(deputy_id=actor.member_id, principal_id=actor.acts_for_id)
        .filter(first_on__lte=clock.today(people.time_zone()))
        .order_by("-last_on", "-pk")
        .first()
    )
    if latest is None:
        raise NoDeputy(principal=name)
    raise DeputyEnded(principal=name, last=day_of(_ended_on(latest)))


def refuse(actor: Actor, *, act: str) -> None:
    """Raise NotForDeputies for what even a principal's right does not let a deputy do."""
    if actor.acts_for_id is not None:
        name = people.names_of({actor.acts_for_id}).get(actor.acts_for_id, "")
        raise NotForDeputies(principal=name, act=act)


def _ended_on(row: Deputyship) -> date:
    """Return the last day on which it held: that of its revocation, if it was revoked."""
    if row.revoked_at is None:
        return row.last_on
    return min(row.last_on, row.revoked_at.astimezone(ZoneInfo(people.time_zone())).date())


def day_of(day: date) -> str:
    """Return a day as sentences say it: "3 July 2026"."""
    return f"{day.day} {day:%B %Y}"


def principals_of(member_id: int | None) -> list[Member]:
    """Return whom a member stands in for today, by name."""
    rows = in_force().filter(deputy_id=member_id or 0)
    found = {each.principal_id: each.principal for each in rows}
    return sorted(found.values(), key=lambda each: (each.name, each.pk))


def by_public_id(public_id: UUID) -> Deputyship:
    """Return the deputyship at a public address; NotFound."""
    found = Deputyship.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what="deputyship")
    return found


def listed(deputyship_id: int) -> Deputyship:
    """Return one deputyship with the people and the place in it."""
    return _listed(Q(pk=deputyship_id)).get()


def seen_by(member_id: int) -> "models.QuerySet[Deputyship]":
    """Return every deputyship that a member gave or has, the latest first."""
    return _listed(Q(principal_id=member_id) | Q(deputy_id=member_id))


def everybody(nodes: "models.QuerySet[Node] | Iterable[int]") -> "models.QuerySet[Deputyship]":
    """Return the deputyships at some nodes that are not over, for administration."""
    today = clock.today(people.time_zone())
    return _listed(Q(node__in=nodes, revoked_at__isnull=True, last_on__gte=today))


def _listed(condition: Q) -> "models.QuerySet[Deputyship]":
    rows = Deputyship.objects.filter(condition)
    return rows.select_related("principal", "deputy", "node", "named_by", "revoked_by").order_by(
        "-last_on", "-pk"
    )
