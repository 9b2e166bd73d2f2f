"""Acts on the tree: plant, add, rename, move, archive, each under the organization's lock."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import Invalid, StaleVersion
from core.tenancy import Actor
from hierarchy.errors import (
    CodeTaken,
    MeasureNotArchived,
    MeasuresAreProposed,
    NodeArchived,
    NodeNotEmpty,
    RootStays,
    SecondRoot,
)
from hierarchy.events import NodeAdded, NodeMoved, NodeRenamed, NodeWasArchived, TreePlanted
from hierarchy.models import Node, Seat
from hierarchy.queries import authority, tree
from hierarchy.rules import levels
from hierarchy.rules.levels import Level
from hierarchy.rules.numbering import WIDTHS
from hierarchy.services import numbering

LONGEST_NAME, LONGEST_CODE = 200, 60
NAMED_IN_REFUSAL = 5

_MARK_DIRTY = """
INSERT INTO rollup_dirty (organization_id, measure_id)
SELECT m.organization_id, m.id FROM measures_measure m
  JOIN hierarchy_node n ON n.organization_id = m.organization_id AND n.id = m.node_id
 WHERE n.organization_id = %(organization)s AND n.lft >= %(first)s AND n.rght <= %(last)s
"""


@tenancy.act
def plant(*, actor: Actor, name: str) -> Node:
    """Make the organization's root and seat its planter as first administrator; SecondRoot."""
    tenancy.lock_organization()
    if Node.objects.filter(parent__isnull=True).exists():
        raise SecondRoot
    root: Node = Node.objects.create(
        name=checked_name(name),
        lft=1,
        rght=WIDTHS[Level.ORGANIZATION],
        tree_id=actor.organization_id,
        level=Level.ORGANIZATION,
    )
    if actor.member_id is not None:
        Seat.objects.create(
            member_id=actor.member_id,
            node=root,
            role=Role.ADMINISTRATOR,
            valid_from=authority.today(),
        )
    audit.record(TreePlanted(subject_id=root.pk))
    return root


@tenancy.act
def add(
    *, actor: Actor, parent_id: int, name: str, code: str = "", level: Level | None = None
) -> Node:
    """Add a node; its level follows from the parent, and `level`, if given, must agree.

    Raises NotFound, NotAllowed, NodeArchived, WrongLevel, MeasuresAreProposed, CodeTaken, Invalid.
    """
    tenancy.lock_organization()
    parent = tree.node(parent_id)
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, parent)
    wanted = level or levels.child_level(Level(parent.level)) or Level.MEASURE
    levels.check_place(wanted, position(parent), organization_id=actor.organization_id)
    if wanted is Level.MEASURE:
        raise MeasuresAreProposed(package=parent.name)
    node = _insert(parent, name, code)
    audit.record(NodeAdded(subject_id=node.pk, parent_id=parent.pk, level=node.level))
    return node


def place(parent: Node, name: str, code: str = "", *, level: Level = Level.MEASURE) -> Node:
    """Put a new node under a parent inside another app's act, which judges who may and records.

    Takes the organization's lock. Raises NotFound, NodeArchived, WrongLevel, CodeTaken, Invalid.
    """
    tenancy.lock_organization()
    parent = tree.node(parent.pk)
    levels.check_place(level, position(parent), organization_id=tenancy.current_organization_id())
    return _insert(parent, name, code)


@tenancy.act
def rename(*, actor: Actor, node_id: int, version: int, name: str, code: str) -> Node:
    """Give a node another name and code; StaleVersion, NodeArchived, CodeTaken, Invalid."""
    tenancy.lock_organization()
    node = tree.node(node_id)
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, node)
    relabel(node, version=version, name=name, code=code)
    audit.record(NodeRenamed(subject_id=node.pk))
    return node


def relabel(node: Node, *, version: int, name: str, code: str) -> None:
    """Rename inside another app's act, as a measure's does; the same refusals as `rename`."""
    if node.version != version:
        raise StaleVersion(what=node.name)
    if node.archived_on is not None:
        raise NodeArchived(node=node.name)
    label, code = checked_name(name), checked_code(code, but=node.pk)
    changed = Node.objects.filter(pk=node.pk, version=version).update(
        name=label, code=code, version=version + 1
    )
    if not changed:
        raise StaleVersion(what=node.name)
    node.name, node.code, node.version = label, code, version + 1


@tenancy.act
def move(*, actor: Actor, node_id: int, parent_id: int, version: int) -> Node:
    """Hang a node with all below it under another parent; measures below are marked dirty.

    Raises NotFound, NotAllowed, StaleVersion and the refusals of `rules.levels.check_move`.
    """
    tenancy.lock_organization()
    node, parent = tree.node(node_id), tree.node(parent_id)
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, node)
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, parent)
    if node.version != version:
        raise StaleVersion(what=node.name)
    levels.check_move(position(node), position(parent))
    former_id = node.ancestor_ids[0]
    if former_id == parent.pk:
        return node
    numbering.hang(node, parent, numbering.room(parent, node.rght - node.lft + 1))
    moved = tree.node(node_id)
    measures = _mark_dirty(moved)
    audit.record(
        NodeMoved(
            subject_id=node.pk, from_parent_id=former_id, to_parent_id=parent.pk, measures=measures
        )
    )
    return moved


@tenancy.act
def archive(*, actor: Actor, node_id: int, version: int) -> Node:
    """Close a node to new children; NodeNotEmpty while it holds active ones, RootStays."""
    tenancy.lock_organization()
    node = tree.node(node_id)
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, node)
    if node.version != version:
        raise StaleVersion(what=node.name)
    _check_may_end(node)
    node.archived_on, node.version = authority.today(), version + 1
    Node.objects.filter(pk=node.pk).update(archived_on=node.archived_on, version=node.version)
    audit.record(NodeWasArchived(subject_id=node.pk))
    return node


def position(node: Node) -> levels.Position:
    """Return where a node stands, as the rules of levels judge it."""
    return levels.Position(
        node_id=node.pk,
        organization_id=node.organization_id,  # type: ignore[arg-type]  # never null
        name=node.name,
        level=Level(node.level),
        ancestors=frozenset(node.ancestor_ids),
        is_archived=node.archived_on is not None,
    )


def checked_name(name: str) -> str:
    """Return a name as it is stored; Invalid when it is empty, too long or unprintable."""
    return _text("name", name, LONGEST_NAME, may_be_empty=False)


def checked_code(code: str, *, but: int = 0) -> str:
    """Return a code as it is stored; CodeTaken when another node than `but` has it, Invalid."""
    code = _text("code", code, LONGEST_CODE, may_be_empty=True)
    holder = Node.objects.filter(code=code).exclude(pk=but).first() if code else None
    if holder is not None:
        raise CodeTaken(code=code, node=tenancy.current().sight.name(holder.pk, holder.name))
    return code


def _text(field: str, given: str, longest: int, *, may_be_empty: bool) -> str:
    text = given.strip()
    if not text and not may_be_empty:
        raise Invalid(field=field, problem="must not be empty.")
    if len(text) > longest:
        raise Invalid(field=field, problem=f"must not be longer than {longest} characters.")
    if not text.isprintable():
        raise Invalid(field=field, problem="must be one line of printable characters.")
    return text


def fields_under(parent: Node, *, first: int, width: int) -> dict[str, Any]:
    """Return the columns that say where a new child stands, so that django-mptt only inserts."""
    return {
        "parent_id": parent.pk,
        "ancestor_ids": [parent.pk, *parent.ancestor_ids],
        "level": parent.level + 1,
        "tree_id": parent.tree_id,
        "lft": first,
        "rght": min(first + width - 1, numbering.UNNUMBERED),
    }


def _insert(parent: Node, name: str, code: str) -> Node:
    """Insert a child with its numbers set, so that nothing is shifted."""
    label, code = checked_name(name), checked_code(code)
    width = WIDTHS[Level(parent.level + 1)]
    first = numbering.room(parent, width)
    standing = fields_under(parent, first=first or numbering.UNNUMBERED, width=width)
    node: Node = Node.objects.create(name=label, code=code, **standing)
    if first is None:
        numbering.renumber()
        node.refresh_from_db()
    return node


def _check_may_end(node: Node) -> None:
    if node.level == Level.ORGANIZATION:
        raise RootStays(node=node.name)
    if node.level == Level.MEASURE:
        raise MeasureNotArchived(node=node.name)
    if node.archived_on is not None:
        raise NodeArchived(node=node.name)
    names = tree.active_children(node)
    if names:
        raise NodeNotEmpty(node=node.name, count=len(names), names=_listed(names))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMED_IN_REFUSAL])
    more = len(names) - NAMED_IN_REFUSAL
    return f"{shown} and {more} more" if more > 0 else shown


def _mark_dirty(node: Node) -> int:
    """Queue every measure below for a new roll-up; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK_DIRTY,
            {"organization": node.organization_id, "first": node.lft, "last": node.rght},
        )
        marked: int = cursor.rowcount
    return marked
