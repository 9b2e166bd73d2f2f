"""Milestones: planning them, forecasting another end, completing them on the day it happens."""

from dataclasses import asdict, dataclass
from datetime import date

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound, StaleVersion
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import MilestoneDone, NameTaken, PlanFrozen
from measures.events import (
    MilestoneAdded,
    MilestoneCompleted,
    MilestoneForecast,
    MilestoneProven,
    MilestoneRemoved,
    MilestoneRevised,
    StatusConfirmed,
)
from measures.models import Evidence, Measure, Milestone
from measures.rules.calendar import day_text
from measures.rules.stage import Stage
from measures.services import lock

LONGEST_NAME, HEAVIEST = 200, 100
PLANNED = {"plan_end", "weight", "is_mandatory", "is_critical"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneDraft:
    """What a milestone is; a weight of 1 to 100 says how much it counts beside others."""

    name: str
    plan_end: date
    owner_id: int | None = None
    is_mandatory: bool = True
    is_critical: bool = False
    weight: int = 1


@tenancy.act
def add(*, actor: Actor, measure_id: int, draft: MilestoneDraft) -> Milestone:
    """Add a milestone; from Decided on it counts without bettering the light.

    Raises NotFound, NotAllowed, MeasureEnded, NameTaken, Invalid.
    """
    measure = lock.measure(actor, measure_id, Permission.UPDATE_MILESTONE)
    milestone = place(measure, draft)
    audit.record(
        MilestoneAdded(
            subject_id=measure.pk, milestone_id=milestone.pk, plan_end=milestone.plan_end
        )
    )
    return milestone


def place(
    measure: Measure,
    draft: MilestoneDraft,
    *,
    forecast_end: date | None = None,
    actual_end: date | None = None,
    is_imported: bool = False,
) -> Milestone:
    """Make a milestone inside an act that judges and records it.

    Imported dates may lie in the past; the database lets them in only in the transaction that
    creates the measure (decisions §14). Raises NotFound, NameTaken, Invalid.
    """
    milestone: Milestone = Milestone.objects.create(
        measure=measure,
        forecast_end=forecast_end,
        actual_end=actual_end,
        is_imported=is_imported,
        **_judged(measure, draft),
    )
    return milestone


@tenancy.act
def revise(*, actor: Actor, milestone_id: int, version: int, draft: MilestoneDraft) -> Milestone:
    """Change what a milestone is; from Decided on only name and owner, unless it was added later.

    Raises NotFound, NotAllowed, MeasureEnded, StaleVersion, PlanFrozen, NameTaken, Invalid.
    """
    measure, milestone = _locked(actor, milestone_id, version)
    fields = _judged(measure, draft, but=milestone)
    changed = {name for name, value in fields.items() if getattr(milestone, name) != value}
    if not changed:
        return milestone
    if changed & PLANNED:
        _refuse_frozen(measure, milestone, "the plan of a milestone")
    for name in changed:
        setattr(milestone, name, fields[name])
    _step(milestone, *changed)
    audit.record(MilestoneRevised(subject_id=measure.pk, milestone_id=milestone.pk))
    return milestone


@tenancy.act
def forecast(
    *, actor: Actor, milestone_id: int, version: int, forecast_end: date | None
) -> Milestone:
    """Say when a milestone will be done, None for as planned; the plan stays.

    Raises NotFound, NotAllowed, MeasureEnded, StaleVersion, MilestoneDone, Invalid.
    """
    measure, milestone = _locked(actor, milestone_id, version)
    _refuse_done(milestone)
    if forecast_end is not None and forecast_end < authority.today():
        raise Invalid(
            field="forecast_end", problem="lies in the past: complete the milestone, or name a day."
        )
    milestone.forecast_end = forecast_end
    _step(milestone, "forecast_end")
    audit.record(
        MilestoneForecast(
            subject_id=measure.pk, milestone_id=milestone.pk, forecast_end=forecast_end
        )
    )
    return milestone


@tenancy.act
def complete(
    *, actor: Actor, milestone_id: int, version: int, evidence_id: int | None = None
) -> Milestone:
    """Record that a milestone is done today, for there is no back-dating; with its evidence.

    Raises NotFound, NotAllowed, MeasureEnded, StaleVersion, MilestoneDone.
    """
    measure, milestone = _locked(actor, milestone_id, version)
    _refuse_done(milestone)
    milestone.actual_end = authority.today()
    fields = ["actual_end"]
    if evidence_id is not None:
        milestone.evidence_id = _evidence_of(measure, evidence_id)
        fields.append("evidence_id")
    _step(milestone, *fields)
    audit.record(MilestoneCompleted(subject_id=measure.pk, milestone_id=milestone.pk))
    return milestone


@tenancy.act
def prove(*, actor: Actor, milestone_id: int, version: int, evidence_id: int) -> Milestone:
    """Bind evidence to a milestone, before or after it was completed.

    Raises NotFound, NotAllowed, MeasureEnded, StaleVersion.
    """
    measure, milestone = _locked(actor, milestone_id, version)
    milestone.evidence_id = _evidence_of(measure, evidence_id)
    _step(milestone, "evidence_id")
    audit.record(
        MilestoneProven(subject_id=measure.pk, milestone_id=milestone.pk, evidence_id=evidence_id)
    )
    return milestone


@tenancy.act
def remove(*, actor: Actor, milestone_id: int, version: int) -> None:
    """Take a milestone out of the plan. Raises as `revise`, and MilestoneDone."""
    measure, milestone = _locked(actor, milestone_id, version)
    _refuse_done(milestone)
    _refuse_frozen(measure, milestone, "a milestone")
    milestone.removed_on = authority.today()
    _step(milestone, "removed_on")
    audit.record(MilestoneRemoved(subject_id=measure.pk, milestone_id=milestone.pk))


@tenancy.act
def confirm_status(*, actor: Actor, measure_id: int) -> Measure:
    """Say that milestones stand as they are recorded: the one-click status update of an owner.

    Raises NotFound, NotAllowed, MeasureEnded.
    """
    measure = lock.measure(actor, measure_id, Permission.UPDATE_MILESTONE)
    measure.status_confirmed_at = tenancy.current().now
    lock.step(measure, "status_confirmed_at")
    audit.record(StatusConfirmed(subject_id=measure.pk))
    return measure


def _locked(actor: Actor, milestone_id: int, version: int) -> tuple[Measure, Milestone]:
    there = Milestone.objects.filter(pk=milestone_id, removed_on__isnull=True)
    measure_id = there.values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise NotFound(what="milestone")
    measure = lock.measure(actor, measure_id, Permission.UPDATE_MILESTONE)
    milestone = there.first()
    if milestone is None:
        raise NotFound(what="milestone")
    if milestone.version != version:
        raise StaleVersion(what=milestone.name)
    return measure, milestone


def _step(milestone: Milestone, *fields: str) -> None:
    milestone.version += 1
    milestone.save(update_fields=[*fields, "version"])


def _refuse_done(milestone: Milestone) -> None:
    if milestone.actual_end is not None:
        raise MilestoneDone(milestone=milestone.name, day=day_text(milestone.actual_end))


def _refuse_frozen(measure: Measure, milestone: Milestone, what: str) -> None:
    if measure.stage >= Stage.DECIDED and not milestone.added_after_freeze:
        raise PlanFrozen(measure=measure.node.name, what=what)


def _judged(
    measure: Measure, draft: MilestoneDraft, but: Milestone | None = None
) -> dict[str, object]:
    name = draft.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(field="name", problem=f"enter 1 to {LONGEST_NAME} characters.")
    if not 1 <= draft.weight <= HEAVIEST:
        raise Invalid(field="weight", problem=f"enter 1 to {HEAVIEST}.")
    same = Milestone.objects.filter(measure=measure, name=name, removed_on__isnull=True).first()
    if same is not None and same != but:
        raise NameTaken(measure=measure.node.name, what="milestone", name=name)
    if draft.owner_id is not None and (but is None or draft.owner_id != but.owner_id):
        people.member(draft.owner_id)
    return asdict(draft) | {"name": name}


def _evidence_of(measure: Measure, evidence_id: int) -> int:
    if not Evidence.objects.filter(pk=evidence_id, measure=measure).exists():
        raise NotFound(what="evidence")
    return evidence_id
