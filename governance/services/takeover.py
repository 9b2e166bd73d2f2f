"""Taking a running portfolio over: what an import brings in at a stage, and its confirmation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F

from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from core.tenancy import Actor
from governance.events import TakeOverConfirmed
from governance.models import TakeOver, TakeOverConfirmation
from governance.queries import facts, schemes, standing
from governance.rules import gates
from governance.rules.facts import MeasureFacts
from governance.rules.gates import Scheme
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries.measures import named
from measures.rules.stage import Stage
from measures.services import figures, lock, stage


@dataclass(frozen=True, slots=True)
class Arrival:
    """A measure made in this transaction, and where it stands; `entered` as far as known."""

    measure: Measure
    to: Stage
    entered: Mapping[Stage, date]


def take_over(
    *, actor: Actor, measure: Measure, to: Stage, on: date, stage_dates: Mapping[Stage, date]
) -> TakeOver:
    """Bring one measure to its stage; see `take_over_many`."""
    (taken,) = take_over_many(actor=actor, arrivals=[Arrival(measure, to, stage_dates)], on=on)
    return taken


def take_over_many(*, actor: Actor, arrivals: Sequence[Arrival], on: date) -> list[TakeOver]:
    """Bring measures to their stages inside the act that has just created them (the import's).

    `on` is the day of the take-over; days of stages out of order are kept as they are. What the
    gates would have asked and is not there is stored, never repaired. From Decided on the forecast
    opens, seeded with the plan. The caller records the act. Raises NotFound, NotAllowed, Invalid
    for Closed; the database demands an administrator and this very transaction.
    """
    if actor.member_id is None:
        raise NotAllowed(act=Permission.TAKE_OVER.value)
    _ensure_may(actor, arrivals)
    if not all(gates.can_be_taken_over_at(each.to) for each in arrivals):
        raise Invalid(field="stage", problem="nothing is taken over as Closed.")
    keys = [each.measure.pk for each in arrivals]
    found = facts.of(keys)
    scheme = schemes.current()
    taken = TakeOver.objects.bulk_create(
        _row(each, actor.member_id, found, scheme) for each in arrivals
    )
    Measure.objects.filter(pk__in=keys).update(taken_over_on=on, version=F("version") + 1)
    for each in arrivals:
        each.measure.taken_over_on, each.measure.version = on, each.measure.version + 1
    for to in sorted({each.to for each in arrivals} - {Stage.DEFINED}):
        stage.move_many([each.measure for each in arrivals if each.to is to], to)
    figures.seed_forecasts(each.measure for each in arrivals if each.to >= Stage.DECIDED)
    return taken


def _ensure_may(actor: Actor, arrivals: Sequence[Arrival]) -> None:
    """Refuse at the first measure where the actor takes nothing over."""
    nodes = {each.measure.node_id: each.measure.node for each in arrivals}
    own = authority.visible(actor, Permission.TAKE_OVER).filter(pk__in=nodes)
    for foreign in set(nodes) - set(own.values_list("pk", flat=True)):
        authority.ensure(actor, Permission.TAKE_OVER, nodes[foreign])


def _row(
    arrival: Arrival, taken_by_id: int, found: Mapping[int, MeasureFacts], scheme: Scheme
) -> TakeOver:
    measure = arrival.measure
    asked = replace(found[measure.pk], stage=arrival.to)
    return TakeOver(
        measure=measure,
        to_stage=arrival.to,
        taken_by_id=taken_by_id,
        stage_dates={str(int(each)): day.isoformat() for each, day in arrival.entered.items()},
        unmet=[
            {"code": each.code, "sentence": each.sentence, "supplied_by": each.supplied_by.value}
            for each in gates.unmet_on_take_over(scheme.gates, asked)
        ],
    )


@tenancy.act
def confirm(*, actor: Actor, take_over_ids: Sequence[int]) -> list[TakeOverConfirmation]:
    """Confirm measures taken over as their sponsor or controller, all or none.

    What the person has confirmed already is left as it is. Raises NotFound, NotAllowed.
    """
    rows = TakeOver.objects.filter(pk__in=take_over_ids).values_list("measure_id", "pk")
    taken = dict(rows)
    if len(taken) != len(set(take_over_ids)):
        raise NotFound(what="take-over")
    made = [
        confirmation
        for measure in lock.locked(taken)
        if (confirmation := _confirmed(actor, measure, taken[measure.pk])) is not None
    ]
    for each in made:
        audit.record(
            TakeOverConfirmed(
                subject_id=each.take_over.measure_id,
                take_over_id=each.take_over_id,
                role=each.role,
            )
        )
    return made


def _confirmed(actor: Actor, measure: Measure, take_over_id: int) -> TakeOverConfirmation | None:
    authority.ensure(actor, Permission.CONFIRM_TAKE_OVER, measure.node, named(measure))
    person = standing.of(actor, measure)
    # The permission is given by these two names alone, and nobody bears both.
    role = Role.SPONSOR if Role.SPONSOR in person.named else Role.CONTROLLER
    if TakeOverConfirmation.objects.filter(take_over_id=take_over_id, role=role).exists():
        return None
    made: TakeOverConfirmation = TakeOverConfirmation.objects.create(
        take_over_id=take_over_id, role=role, confirmed_by_id=person.member_id
    )
    return made
