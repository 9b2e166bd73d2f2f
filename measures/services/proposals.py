"""The measure itself: proposing it, describing it, and naming its three people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict, TypeVar, Unpack

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from hierarchy.services import tree as places
from measures.errors import PeopleFixed, PlanFrozen, SecondOwner
from measures.events import MeasureDescribed, MeasureProposed, PeopleNamed
from measures.models import Measure
from measures.rules.lines import EffectType
from measures.rules.stage import Stage
from measures.services import lock, naming

Named = TypeVar("Named")  # by key, or by what a page or program calls a person

LARGEST_SIZE = Decimal(10) ** 15
LONGEST_UNIT = 20
FROZEN = {"effect_type": "the kind of effect", "size": "its size", "size_unit": "its size"}


class Changes(TypedDict, total=False):
    """What `describe` can change; a key left out stays as it is."""

    name: str
    code: str
    description: str
    effect_type: EffectType
    size: Decimal | None
    size_unit: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a measure begins with; `size` is its rough yearly run-rate in `size_unit` or money."""

    name: str
    description: str
    effect_type: EffectType
    code: str = ""
    size: Decimal | None = None
    size_unit: str = ""


@tenancy.act
def propose(  # noqa: PLR0913 -- the entry criteria of Defined, one by one (domain-rules §2)
    *,
    actor: Actor,
    package_id: int,
    name: str,
    description: str,
    effect_type: EffectType | str,
    code: str = "",
    size: Decimal | None = None,
    size_unit: str = "",
) -> Measure:
    """Put a new measure under a package, at Defined.

    Raises NotFound, NotAllowed, Invalid, and the tree's WrongLevel, NodeArchived, CodeTaken.
    """
    package = tree.node(package_id)
    authority.ensure(actor, Permission.PROPOSE_MEASURE, package)
    proposal = Proposal(name, description, kind_of(effect_type), code, size, size_unit)
    measure = place(package, proposal, proposer_id=actor.member_id)
    audit.record(
        MeasureProposed(
            subject_id=measure.pk, node_id=measure.node_id, package_id=measure.node.parent_id
        )
    )
    return measure


def place(package: Node, proposal: Proposal, *, proposer_id: int | None) -> Measure:
    """Make a measure inside an act that judges and records it (the import's); Invalid."""
    text = _described(proposal.description)
    size, unit = _sized(proposal.size, proposal.size_unit)
    node = places.place(package, proposal.name, proposal.code)
    measure: Measure = Measure.objects.create(
        node=node,
        description=text,
        effect_type=proposal.effect_type,
        size=size,
        size_unit=unit,
        proposer_id=proposer_id,
    )
    return measure


@tenancy.act
def describe(*, actor: Actor, measure_id: int, version: int, **changes: Unpack[Changes]) -> Measure:
    """Change text, size, kind or dates of a measure; what is left out stays as it is.

    Raises NotFound, NotAllowed, MeasureEnded, StaleVersion, PlanFrozen (kind and size from
    Decided on), Invalid, CodeTaken.
    """
    measure = lock.measure(actor, measure_id, Permission.EDIT_MEASURE, version=version)
    given = _judged(measure, changes)
    fields = [name for name, value in given.items() if getattr(measure, name) != value]
    _refuse_frozen(measure, fields)
    renamed = _relabel(measure.node, changes)
    if not fields and not renamed:
        return measure
    for name in fields:
        setattr(measure, name, given[name])
    lock.step(measure, *fields)
    audit.record(MeasureDescribed(subject_id=measure.pk, fields=sorted({*fields, *renamed})))
    return measure


@tenancy.act
def name_people(
    *,
    actor: Actor,
    measure_id: int,
    version: int,
    owner_id: int | None,
    sponsor_id: int | None,
    controller_id: int | None,
) -> Measure:
    """Name owner, sponsor and controller: three different members, or nobody yet.

    Raises NotFound (also for a member who left), NotAllowed, MeasureEnded, StaleVersion,
    SamePerson, PersonNeeded; PeopleFixed from Decided on for all but a lead, lest owners choose
    their own controller. Open gate requests are voided by the database.
    """
    measure = lock.measure(actor, measure_id, Permission.NAME_PEOPLE, version=version)
    named = {"owner": owner_id, "sponsor": sponsor_id, "controller": controller_id}
    before = {role: getattr(measure, f"{role}_id") for role in named}
    if named == before:
        return measure
    if not naming.may_choose(actor, measure):
        raise PeopleFixed
    naming.give(measure, named)
    audit.record(
        PeopleNamed(
            subject_id=measure.pk,
            owner_id=owner_id,
            sponsor_id=sponsor_id,
            controller_id=controller_id,
        )
    )
    return measure


def sole_owner(candidates: Collection[Named]) -> Named | None:
    """Return the one owner among those named, None if nobody is; SecondOwner."""
    if len(candidates) > 1:
        raise SecondOwner(count=len(candidates))
    return next(iter(candidates), None)


def kind_of(given: EffectType | str) -> EffectType:
    """Return the kind of effect that a word names; Invalid."""
    try:
        return EffectType(given)
    except ValueError:
        kinds = ", ".join(EffectType)
        raise Invalid(field="effect_type", problem=f"choose one of {kinds}.") from None


def _judged(measure: Measure, changes: Changes) -> dict[str, object]:
    """Return the measure's own columns among the changes, each judged."""
    given: dict[str, object] = {}
    if "description" in changes:
        given["description"] = _described(changes["description"])
    if "effect_type" in changes:
        given["effect_type"] = kind_of(changes["effect_type"]).value
    if "size" in changes or "size_unit" in changes:
        size, unit = _sized(
            changes.get("size", measure.size), changes.get("size_unit", measure.size_unit)
        )
        given |= {"size": size, "size_unit": unit}
    starts = changes.get("starts_on", measure.starts_on)
    ends = changes.get("ends_on", measure.ends_on)
    if starts is not None and ends is not None and ends < starts:
        raise Invalid(field="ends_on", problem="must not lie before the start.")
    return given | {"starts_on": starts, "ends_on": ends}


def _refuse_frozen(measure: Measure, fields: Collection[str]) -> None:
    frozen = next((FROZEN[name] for name in fields if name in FROZEN), None)
    if frozen is not None and measure.stage >= Stage.DECIDED:
        raise PlanFrozen(measure=measure.node.name, what=frozen)


def _relabel(node: Node, changes: Changes) -> list[str]:
    """Rename the measure's node where a change asks for it; returns what was changed."""
    name, code = changes.get("name", node.name), changes.get("code", node.code)
    renamed = [
        field
        for field, new, old in (
            ("name", name.strip(), node.name),
            ("code", code.strip(), node.code),
        )
        if new != old
    ]
    if renamed:
        places.relabel(node, version=node.version, name=name, code=code)
    return renamed


def _described(description: str) -> str:
    text = description.strip()
    if not text:
        raise Invalid(field="description", problem="say in a sentence what will change.")
    return text


def _sized(size: Decimal | None, unit: str) -> tuple[Decimal | None, str]:
    unit = unit.strip()
    if len(unit) > LONGEST_UNIT:
        raise Invalid(field="size_unit", problem=f"at most {LONGEST_UNIT} characters.")
    if size is None:
        return None, unit
    if not size.is_finite() or abs(size) >= LARGEST_SIZE:
        raise Invalid(field="size", problem="enter an ordinary number of at most 15 digits.")
    if size != size.quantize(Decimal("0.01")):
        raise Invalid(field="size", problem="enter at most two decimals.")
    return size, unit
