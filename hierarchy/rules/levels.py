"""The six levels of the tree, which may stand under which, and where a node may move."""

from dataclasses import dataclass
from enum import IntEnum

from hierarchy.errors import (
    MoveIntoOwnSubtree,
    NodeArchived,
    OtherOrganization,
    RootStays,
    SecondRoot,
    WrongLevel,
)


class Level(IntEnum):
    """How deep a node stands; the number is the depth, so a step down adds exactly one."""

    ORGANIZATION = 0
    PORTFOLIO = 1
    PROGRAM = 2
    PROJECT = 3
    PACKAGE = 4
    MEASURE = 5


NAMES: dict[Level, str] = {
    Level.ORGANIZATION: "organization",
    Level.PORTFOLIO: "portfolio",
    Level.PROGRAM: "program",
    Level.PROJECT: "project",
    Level.PACKAGE: "package",
    Level.MEASURE: "measure",
}

MAY_STAND_UNDER: dict[Level, Level] = {
    Level.PORTFOLIO: Level.ORGANIZATION,
    Level.PROGRAM: Level.PORTFOLIO,
    Level.PROJECT: Level.PROGRAM,
    Level.PACKAGE: Level.PROJECT,
    Level.MEASURE: Level.PACKAGE,
}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a node stands: `ancestors` are the ids of the nodes above it, in any order."""

    node_id: int
    organization_id: int
    name: str
    level: Level
    ancestors: frozenset[int]
    is_archived: bool = False


def may_stand_under(child: Level, parent: Level) -> bool:
    """Return whether a node of level `child` may be a direct child of a node of level `parent`."""
    return MAY_STAND_UNDER.get(child) is parent


def parent_level(child: Level) -> Level | None:
    """Return the only level `child` may stand under; None for the organization, a root."""
    return MAY_STAND_UNDER.get(child)


def child_level(parent: Level) -> Level | None:
    """Return the only level that may stand under `parent`; None for a measure, a leaf."""
    return next((child for child, above in MAY_STAND_UNDER.items() if above is parent), None)


def check_place(child: Level, parent: Position, *, organization_id: int) -> None:
    """Refuse a new node of level `child` under `parent`.

    Raises OtherOrganization, NodeArchived (of the parent), SecondRoot, WrongLevel.
    """
    if parent.organization_id != organization_id:
        raise OtherOrganization
    if parent.is_archived:
        raise NodeArchived(node=parent.name)
    wanted = MAY_STAND_UNDER.get(child)
    if wanted is None:
        raise SecondRoot
    if parent.level is not wanted:
        raise WrongLevel(child=NAMES[child], parent=NAMES[parent.level], wanted=NAMES[wanted])


def check_move(node: Position, new_parent: Position) -> None:
    """Refuse a move that would break the tree.

    Raises OtherOrganization, RootStays, NodeArchived (node or parent), MoveIntoOwnSubtree,
    WrongLevel; a move that changes nothing is lawful.
    """
    if new_parent.organization_id != node.organization_id:
        raise OtherOrganization
    if node.level is Level.ORGANIZATION:
        raise RootStays(node=node.name)
    if node.is_archived:
        raise NodeArchived(node=node.name)
    if new_parent.node_id == node.node_id or node.node_id in new_parent.ancestors:
        raise MoveIntoOwnSubtree(node=node.name)
    check_place(node.level, new_parent, organization_id=node.organization_id)
