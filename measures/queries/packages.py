"""The packages under which a member may propose a measure, with the path that tells them apart."""

from dataclasses import dataclass
from uuid import UUID

from django.db import models

from accounts.rules.roles import Permission
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from hierarchy.rules.levels import Level

SHOWN_ABOVE = 3  # program, project and package say enough; the portfolio is left out


@dataclass(frozen=True, slots=True)
class Package:
    """One package; `path` names it with the nodes above it."""

    id: int
    public_id: UUID
    path: str


def open_to(actor: Actor) -> list[Package]:
    """Return the packages where the actor's seats allow a proposal, in the order of the tree."""
    rows = list(tree.in_order(_open(actor)))
    above = {ancestor for row in rows for ancestor in row.ancestor_ids[: SHOWN_ABOVE - 1]}
    names = dict(Node.objects.filter(pk__in=above).values_list("pk", "name"))
    return [Package(row.pk, row.public_id, _path(row, names)) for row in rows]


def is_any_open_to(actor: Actor) -> bool:
    """Tell whether there is a package where the actor may propose."""
    return _open(actor).exists()


def _open(actor: Actor) -> models.QuerySet[Node]:
    rows = authority.visible(actor, Permission.PROPOSE_MEASURE)
    return rows.filter(level=Level.PACKAGE, archived_on__isnull=True)


def _path(package: Node, names: dict[int, str]) -> str:
    near = reversed(package.ancestor_ids[: SHOWN_ABOVE - 1])
    return " / ".join([*(names[each] for each in near if each in names), package.name])
