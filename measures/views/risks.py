"""Risks on the measure's page: write down, change, close."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, requires
from measures.forms import RiskForm
from measures.models import Risk
from measures.queries import sections
from measures.services import risks
from measures.services.risks import RiskDraft
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene

SECTION = "risks"


@requires(Permission.UPDATE_MILESTONE)
def add(request: Request, measure: UUID) -> HttpResponse:
    """Write a risk down."""
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    form = RiskForm(request.POST or None, members=_members(request))
    if form.is_valid():
        draft = RiskDraft(**form.cleaned_data)
        risks.add(actor=request.actor, measure_id=scene.measure.pk, draft=draft)
        return dialogs.done(request, measure, SECTION, _("The risk is written down."))
    asked = Asked(SECTION, _("Add a risk"), request.path, _("Add"))
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.UPDATE_MILESTONE)
def revise(request: Request, measure: UUID) -> HttpResponse:
    """Change what is known of a risk."""
    scene, found = _one(request, measure)
    initial = {name: getattr(found, name) for name in RiskDraft.__dataclass_fields__}
    form = RiskForm(request.POST or None, initial=initial, members=_members(request))
    if form.is_valid():
        risks.revise(
            actor=request.actor,
            risk_id=found.pk,
            version=dialogs.version_of(request),
            draft=RiskDraft(description=found.description, **form.cleaned_data),
        )
        return dialogs.done(request, measure, SECTION, _("The risk is saved."))
    asked = Asked(
        SECTION, _("Edit the risk"), request.get_full_path(), _("Save"), version=found.version
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.UPDATE_MILESTONE)
def close(request: Request, measure: UUID) -> HttpResponse:
    """Say that a risk no longer threatens."""
    scene, found = _one(request, measure)
    if request.method == "POST":
        risks.close(actor=request.actor, risk_id=found.pk, version=dialogs.version_of(request))
        return dialogs.done(request, measure, SECTION, _("The risk is closed."))
    asked = Asked(
        SECTION,
        found.title,
        request.get_full_path(),
        _("Close the risk"),
        note=_("It no longer threatens; it stays in the list as closed."),
        version=found.version,
    )
    return dialogs.ask(request, scene, asked, forms.Form())


def _one(request: Request, measure: UUID) -> tuple[Scene, Risk]:
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    with tenancy.reading(request.actor):
        return scene, sections.risk(scene.measure.pk, dialogs.chosen(request, "risk"))


def _members(request: Request) -> list[tuple[int, str]]:
    with tenancy.reading(request.actor):
        return list(people.members().values_list("pk", "name"))
