"""Adding many nodes at once, as an import does: one lock, one insert a level, one numbering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from hierarchy.errors import CodeTaken, MeasuresAreProposed
from hierarchy.events import NodesAdded
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from hierarchy.rules import levels
from hierarchy.rules.levels import Level
from hierarchy.rules.numbering import WIDTHS
from hierarchy.services import numbering
from hierarchy.services.tree import checked_name, fields_under, position

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Sapling:
    """A node to add: below a node that stands already, or below another sapling by its key."""

    key: str
    name: str
    level: Level
    code: str = ""
    parent_id: int | None = None
    parent_key: str | None = None


@tenancy.act
def add_many(*, actor: Actor, saplings: Sequence[Sapling]) -> dict[str, int]:
    """Add nodes down to packages and return their ids by key; one refusal refuses them all.

    Raises NotFound, NotAllowed, NodeArchived, WrongLevel, MeasuresAreProposed, CodeTaken, Invalid.
    """
    tenancy.lock_organization()
    for parent_id in sorted({each.parent_id for each in saplings if each.parent_id is not None}):
        authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, tree.node(parent_id))
    for each in saplings:
        if each.level is Level.MEASURE:
            raise MeasuresAreProposed(package=each.name)
    placed = place_many(saplings)
    audit.record(NodesAdded(count=len(placed)))
    return {key: node.pk for key, node in placed.items()}


def place_many(saplings: Sequence[Sapling]) -> dict[str, Node]:
    """Put many nodes inside another app's act, which judges who may and records.

    Returns them by key, without their numbers. The same refusals as `services.tree.place`.
    """
    tenancy.lock_organization()
    _check_keys_and_codes(saplings)
    standing = {
        node.pk: node
        for node in Node.objects.filter(pk__in={each.parent_id for each in saplings} - {None})
    }
    placed: dict[str, Node] = {}
    for level in Level:
        row = [each for each in saplings if each.level is level]
        made = [_seedling(each, _parent(each, standing, placed)) for each in row]
        Node.objects.bulk_create(made, batch_size=BATCH)
        placed |= {each.key: node for each, node in zip(row, made, strict=True)}
    numbering.renumber()
    return placed


def _check_keys_and_codes(saplings: Sequence[Sapling]) -> None:
    """Refuse what two of the batch would share, and what stands in the tree already."""
    if len({each.key for each in saplings}) != len(saplings):
        raise Invalid(field="key", problem="must be another one for each node of a batch.")
    codes: dict[str, str] = {}
    for each in saplings:
        if not each.code:
            continue
        if each.code in codes:
            raise CodeTaken(code=each.code, node=codes[each.code])
        codes[each.code] = each.name
    taken = Node.objects.filter(code__in=list(codes)).first()
    if taken is not None:
        raise CodeTaken(code=taken.code, node=tenancy.current().sight.name(taken.pk, taken.name))


def _parent(each: Sapling, standing: Mapping[int, Node], placed: Mapping[str, Node]) -> Node:
    if each.parent_key is not None and each.parent_key in placed:
        return placed[each.parent_key]
    if each.parent_id is not None and each.parent_id in standing:
        return standing[each.parent_id]
    raise Invalid(field="parent", problem=f"of {each.name} is not here, or not one level above.")


def _seedling(each: Sapling, parent: Node) -> Node:
    levels.check_place(
        each.level, position(parent), organization_id=tenancy.current_organization_id()
    )
    return Node(
        name=checked_name(each.name),
        code=each.code.strip(),
        **fields_under(parent, first=numbering.UNNUMBERED, width=WIDTHS[each.level]),
    )
