"""Taking a running portfolio over: what an import brings in at a stage, and its confirmation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from core.tenancy import Actor
from governance.events import TakeOverConfirmed
from governance.models import TakeOver, TakeOverConfirmation
from governance.queries import facts, standing
from governance.rules import gates
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries.measures import named
from measures.rules.stage import Stage
from measures.services import figures, lock, stage


def take_over(
    *, actor: Actor, measure: Measure, to: Stage, on: date, stage_dates: Mapping[Stage, date]
) -> TakeOver:
    """Bring a measure to its stage inside the act that has just created it (the import's).

    `on` is the day of the take-over, `stage_dates` when it entered its stages as far as known:
    dates out of order are kept as they are. What its gates would have asked and is not there is
    stored, never repaired. From Decided on the forecast opens, seeded with the plan. The caller
    records the act. Raises NotAllowed, Invalid for Closed; the database demands an administrator
    and this very transaction.
    """
    authority.ensure(actor, Permission.TAKE_OVER, measure.node)
    if not gates.can_be_taken_over_at(to):
        raise Invalid(field="stage", problem="nothing is taken over as Closed.")
    found = replace(facts.one(measure.pk), stage=to)
    taken: TakeOver = TakeOver.objects.create(
        measure=measure,
        to_stage=to,
        taken_by_id=standing.of(actor, measure).member_id,
        stage_dates={str(int(each)): day.isoformat() for each, day in stage_dates.items()},
        unmet=[
            {"code": each.code, "sentence": each.sentence, "supplied_by": each.supplied_by.value}
            for each in gates.unmet_on_take_over(found)
        ],
    )
    measure.taken_over_on = on
    lock.step(measure, "taken_over_on")
    if to is not Stage.DEFINED:
        stage.move(measure, to)
    if to >= Stage.DECIDED:
        figures.seed_forecast(measure)
    return taken


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
    roles = [role for role in (Role.SPONSOR, Role.CONTROLLER) if role in person.named]
    if not roles:
        raise NotAllowed(act=Permission.CONFIRM_TAKE_OVER.value)
    given = TakeOverConfirmation.objects.filter(take_over_id=take_over_id, role=roles[0])
    if given.exists():
        return None
    made: TakeOverConfirmation = TakeOverConfirmation.objects.create(
        take_over_id=take_over_id, role=roles[0], confirmed_by_id=person.member_id
    )
    return made
