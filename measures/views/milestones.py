"""Milestones on the measure's page: add, revise, new date, complete, remove; one-click status."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, requires
from measures.forms import Choices, CompletionForm, MilestoneForecastForm, MilestoneForm
from measures.models import Milestone
from measures.queries import sections
from measures.services import milestones
from measures.services.milestones import MilestoneDraft
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene

SECTION = "milestones"


@requires(Permission.UPDATE_MILESTONE)
def add(request: Request, measure: UUID) -> HttpResponse:
    """Add a milestone."""
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    form = MilestoneForm(request.POST or None, members=_members(request))
    if form.is_valid():
        draft = MilestoneDraft(**form.cleaned_data)
        milestones.add(actor=request.actor, measure_id=scene.measure.pk, draft=draft)
        return dialogs.done(request, measure, SECTION, _("The milestone is added."))
    note = _("Added after the decision, it can worsen the light, never better it.")
    asked = Asked(
        SECTION,
        _("Add a milestone"),
        request.path,
        _("Add"),
        note=note if scene.is_decided else "",
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.UPDATE_MILESTONE)
def revise(request: Request, measure: UUID) -> HttpResponse:
    """Change what a milestone is, or take it out of the plan."""
    scene, found = _one(request, measure)
    initial = {name: getattr(found, name) for name in MilestoneDraft.__dataclass_fields__}
    form = MilestoneForm(request.POST or None, initial=initial, members=_members(request))
    if form.is_valid():
        milestones.revise(
            actor=request.actor,
            milestone_id=found.pk,
            version=dialogs.version_of(request),
            draft=MilestoneDraft(**form.cleaned_data),
        )
        return dialogs.done(request, measure, SECTION, _("The milestone is saved."))
    note = _("The plan was frozen when this measure was decided: name and owner can still change.")
    asked = Asked(
        SECTION,
        _("Edit the milestone"),
        request.get_full_path(),
        _("Save"),
        note=note if scene.is_decided and not found.added_after_freeze else "",
        version=found.version,
        remove_url="" if scene.is_decided else _remove_address(request, scene),
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.UPDATE_MILESTONE)
def forecast(request: Request, measure: UUID) -> HttpResponse:
    """Say when a milestone will be done."""
    scene, found = _one(request, measure)
    initial = {"forecast_end": found.forecast_end or found.plan_end}
    form = MilestoneForecastForm(request.POST or None, initial=initial)
    if form.is_valid():
        milestones.forecast(
            actor=request.actor,
            milestone_id=found.pk,
            version=dialogs.version_of(request),
            **form.cleaned_data,
        )
        return dialogs.done(request, measure, SECTION, _("The new date is saved."))
    asked = Asked(
        SECTION,
        found.name,
        request.get_full_path(),
        _("Save the date"),
        note=_("The planned end stays; lateness is counted from it."),
        version=found.version,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.UPDATE_MILESTONE)
def complete(request: Request, measure: UUID) -> HttpResponse:
    """Record that a milestone is done today."""
    scene, found = _one(request, measure)
    with tenancy.reading(request.actor):
        offered = sections.evidence_choices(scene.measure.pk)
    form = CompletionForm(
        request.POST or None, initial={"evidence_id": found.evidence_id}, evidence=offered
    )
    if form.is_valid():
        milestones.complete(
            actor=request.actor,
            milestone_id=found.pk,
            version=dialogs.version_of(request),
            **form.cleaned_data,
        )
        return dialogs.done(request, measure, SECTION, _("The milestone is completed today."))
    asked = Asked(
        SECTION,
        found.name,
        request.get_full_path(),
        _("Complete it today"),
        note=_("The day of completion is the day it is recorded: there is no back-dating."),
        version=found.version,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.UPDATE_MILESTONE)
@require_POST
def remove(request: Request, measure: UUID) -> HttpResponse:
    """Take a milestone out of the plan."""
    found = _one(request, measure)[1]
    milestones.remove(
        actor=request.actor, milestone_id=found.pk, version=dialogs.version_of(request)
    )
    return dialogs.done(request, measure, SECTION, _("The milestone is taken out of the plan."))


@requires(Permission.UPDATE_MILESTONE)
@require_POST
def confirm_status(request: Request, measure: UUID) -> HttpResponse:
    """Say in one click that the milestones stand as they are recorded."""
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    milestones.confirm_status(actor=request.actor, measure_id=scene.measure.pk)
    return dialogs.done(request, measure, SECTION, _("The status is confirmed as recorded."))


def _one(request: Request, measure: UUID) -> tuple[Scene, Milestone]:
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    with tenancy.reading(request.actor):
        return scene, sections.milestone(scene.measure.pk, dialogs.chosen(request, "milestone"))


def _members(request: Request) -> Choices:
    with tenancy.reading(request.actor):
        return list(people.members().values_list("pk", "name"))


def _remove_address(request: Request, scene: Scene) -> str:
    return f"{scene.url('measures:milestone_remove')}?{request.GET.urlencode()}"
