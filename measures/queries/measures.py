"""Which measures there are for whom: by seats and by being named, by address, under a node."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value

from accounts.rules.roles import READER_PERMISSIONS, Permission, Role, seats_giving
from core import tenancy
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from hierarchy.queries.authority import Named
from measures.models import Measure, MeasureStatus
from measures.rules.stage import Lifecycle, Stage

NAMED_ON_IT = ("owner_id", "sponsor_id", "controller_id")


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One line of a list of measures; lights are None until a worker has judged them."""

    measure_id: int
    public_id: UUID
    name: str
    code: str
    package: str
    stage: Stage
    step: int
    lifecycle: Lifecycle
    owner: str
    sponsor: str
    controller: str
    size: Decimal | None
    size_unit: str
    implementation: str | None
    potential: str | None
    computed_at: datetime | None


def named(measure: Measure) -> Named:
    """Return the people of a measure, as authority judges them."""
    return Named(measure.owner_id, measure.sponsor_id, measure.controller_id)


def visible(actor: Actor, permission: Permission = Permission.VIEW) -> "models.QuerySet[Measure]":
    """Return the measures at which the actor holds a permission, by a seat or as named on them.

    Being named gives VIEW always; for other permissions only seats are looked at. Who does not
    read a confidential measure finds it under no permission. Of a past day, too, it is those of
    today: who was named then, or where a measure lay, opens nothing.
    """
    if tenancy.current().present is not None:
        with tenancy.today():
            seen = list(visible(actor, permission).values_list("pk", flat=True))
        return Measure.objects.filter(_among(seen)).select_related("node")
    sight = tenancy.current().sight
    giving = seats_giving(permission)
    seats = [each for each in authority.ranges(actor) if each.role in giving]
    condition = authority.within(seats, "node__")
    if permission is Permission.VIEW:
        condition |= named_on(actor.member_id) | deputed(actor)
    if permission in READER_PERMISSIONS and sight.opened:
        condition |= Q(node_id__in=sight.opened)
    if actor.is_system:
        condition = Q()
    return Measure.objects.filter(condition).exclude(pk__in=sight.rows).select_related("node")


def _among(ids: list[int]) -> Func:
    """Return the condition that the key is one of many: one parameter, however many."""
    given = Func(Value(ids, ArrayField(models.BigIntegerField())), template="(%(expressions)s)")
    is_one = {"arg_joiner": " = ANY ", "template": "%(expressions)s"}
    return Func(F("pk"), given, output_field=models.BooleanField(), **is_one)


def named_on(member_id: int | None) -> Q:
    """Return the condition that a member is owner, sponsor or controller."""
    if member_id is None:
        return Q(pk__in=[])
    return Q(owner_id=member_id) | Q(sponsor_id=member_id) | Q(controller_id=member_id)


def deputed(actor: Actor) -> Q:
    """Return the condition that a measure is one at which the actor stands in for another."""
    if actor.acts_for_id is None:
        return Q(pk__in=[])
    by_seat = authority.within(authority.deputed_ranges(actor), "node__")
    return by_seat | in_charge(actor, Role.SPONSOR) | in_charge(actor, Role.CONTROLLER)


def in_charge(actor: Actor, role: Role) -> Q:
    """Return the condition that the actor is sponsor or controller, or acts for who is."""
    column = f"{role.value}_id"
    if actor.acts_for_id is None:
        return Q(**{column: actor.member_id or 0})
    ranges = authority.deputed_by_name(actor, role)
    return Q(**{column: actor.acts_for_id}) & authority.within(ranges, "node__")


def by_public_id(actor: Actor, public_id: UUID | str) -> Measure:
    """Return the measure at a public address (its node's); NotFound also where not visible."""
    found = visible(actor).filter(node__public_id=public_id).first()
    if found is None:
        raise NotFound(what="measure")
    return found


def by_id(measure_id: int) -> Measure:
    """Return one measure with its node; NotFound."""
    found = Measure.objects.select_related("node").filter(pk=measure_id).first()
    if found is None:
        raise NotFound(what="measure")
    return found


def rows(measures: "models.QuerySet[Measure]") -> list[MeasureRow]:
    """Return measures as list rows with people and stored lights, in the order given."""
    found = list(measures.select_related("node__parent", "owner", "sponsor", "controller"))
    lights = statuses(each.pk for each in found)
    return [_row(each, lights.get(each.pk)) for each in found]


def statuses(measure_ids: Iterable[int]) -> dict[int, MeasureStatus]:
    """Return the stored lights by measure."""
    stored = MeasureStatus.objects.filter(measure_id__in=list(measure_ids))
    return {each.measure_id: each for each in stored}


def _row(measure: Measure, light: MeasureStatus | None) -> MeasureRow:
    parent = measure.node.parent
    return MeasureRow(
        measure_id=measure.pk,
        public_id=measure.node.public_id,
        name=measure.node.name,
        code=measure.node.code,
        package="" if parent is None else parent.name,
        stage=Stage(measure.stage),
        step=measure.step,
        lifecycle=Lifecycle(measure.lifecycle),
        owner=_name(measure.owner),
        sponsor=_name(measure.sponsor),
        controller=_name(measure.controller),
        size=measure.size,
        size_unit=measure.size_unit,
        implementation=None if light is None else light.implementation,
        potential=None if light is None else light.potential,
        computed_at=None if light is None else light.computed_at,
    )


def _name(member: object) -> str:
    return "" if member is None else str(member)
