"""Refusals of the tree: every "no" about where a node may stand."""

from http import HTTPStatus

from core.errors import DomainError


class WrongLevel(DomainError):
    """The level of a node does not fit under the level of its parent."""

    code = "wrong_level"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "A {child} cannot stand under a {parent}: the order is organization, portfolio, program, "
        "project, package, measure. Choose a {wanted} as its parent."
    )


class MoveIntoOwnSubtree(DomainError):
    """A node would become its own ancestor."""

    code = "move_into_own_subtree"
    status = HTTPStatus.CONFLICT
    message = "{node} cannot be moved under itself or a node below it. Choose a parent outside it."


class OtherOrganization(DomainError):
    """The new parent belongs to another organization: the answer is that it does not exist."""

    code = "parent_not_found"
    status = HTTPStatus.NOT_FOUND
    message = "There is no such parent here. Choose a node of your own organization."


class NodeArchived(DomainError):
    """A node that was archived takes no children and does not move."""

    code = "node_archived"
    status = HTTPStatus.CONFLICT
    message = "{node} is archived. An administrator can choose another parent."


class RootStays(DomainError):
    """The root of an organization is neither moved nor archived."""

    code = "root_stays"
    status = HTTPStatus.CONFLICT
    message = "{node} is the root of the organization: it can be renamed, not moved or archived."


class SecondRoot(DomainError):
    """An organization would get a second tree, or a tree inside its tree."""

    code = "second_root"
    status = HTTPStatus.CONFLICT
    message = "An organization has exactly one tree, and its root stands under nothing."


class NodeNotEmpty(DomainError):
    """A node still carries active children."""

    code = "node_not_empty"
    status = HTTPStatus.CONFLICT
    message = (
        "{node} still holds {count} active nodes. Move, close or cancel them first, "
        "then archive it."
    )


class SeatTaken(DomainError):
    """The member already holds this role at this node."""

    code = "seat_taken"
    status = HTTPStatus.CONFLICT
    message = "{member} already is {role} at {node}."
