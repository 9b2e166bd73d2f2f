"""Risks of a measure: written down, watched by somebody, closed when they no longer threaten."""

from dataclasses import asdict, dataclass
from datetime import date

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound, StaleVersion
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.events import RiskAdded, RiskClosed, RiskRevised
from measures.models import Measure, Risk
from measures.models.register import Grade
from measures.services import lock

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskDraft:
    """What is known of a risk; grades are low, medium or high."""

    title: str
    likelihood: Grade | str
    impact: Grade | str
    description: str = ""
    mitigation: str = ""
    owner_id: int | None = None
    due_on: date | None = None


@tenancy.act
def add(*, actor: Actor, measure_id: int, draft: RiskDraft) -> Risk:
    """Write a risk down; NotFound, NotAllowed, MeasureEnded, Invalid."""
    measure = lock.measure(actor, measure_id, Permission.UPDATE_MILESTONE)
    risk: Risk = Risk.objects.create(measure=measure, **_judged(draft))
    audit.record(RiskAdded(subject_id=measure.pk, risk_id=risk.pk))
    return risk


@tenancy.act
def revise(*, actor: Actor, risk_id: int, version: int, draft: RiskDraft) -> Risk:
    """Change what is known of a risk; NotFound, NotAllowed, MeasureEnded, StaleVersion, Invalid."""
    measure, risk = _locked(actor, risk_id, version)
    fields = _judged(draft)
    for name, value in fields.items():
        setattr(risk, name, value)
    _step(risk, *fields)
    audit.record(RiskRevised(subject_id=measure.pk, risk_id=risk.pk))
    return risk


@tenancy.act
def close(*, actor: Actor, risk_id: int, version: int, reason: str = "") -> Risk:
    """Say that a risk no longer threatens; NotFound, NotAllowed, MeasureEnded, StaleVersion."""
    measure, risk = _locked(actor, risk_id, version)
    risk.closed_on = authority.today()
    _step(risk, "closed_on")
    audit.record(RiskClosed(subject_id=measure.pk, risk_id=risk.pk, reason=reason.strip()))
    return risk


def _locked(actor: Actor, risk_id: int, version: int) -> tuple[Measure, Risk]:
    there = Risk.objects.filter(pk=risk_id, closed_on__isnull=True)
    measure_id = there.values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise NotFound(what="open risk")
    measure = lock.measure(actor, measure_id, Permission.UPDATE_MILESTONE)
    risk = there.first()
    if risk is None:
        raise NotFound(what="open risk")
    if risk.version != version:
        raise StaleVersion(what=risk.title)
    return measure, risk


def _step(risk: Risk, *fields: str) -> None:
    risk.version += 1
    risk.save(update_fields=[*fields, "version"])


def _judged(draft: RiskDraft) -> dict[str, object]:
    title = draft.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(field="title", problem=f"enter 1 to {LONGEST_TITLE} characters.")
    for field in ("likelihood", "impact"):
        if getattr(draft, field) not in Grade.values:
            raise Invalid(field=field, problem="choose low, medium or high.")
    if draft.owner_id is not None:
        people.member(draft.owner_id)
    return asdict(draft) | {"title": title}
