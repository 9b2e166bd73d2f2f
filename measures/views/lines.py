"""Effect lines on the measure's page: add, revise, take out."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, requires
from measures.forms import LineForm
from measures.models import Line
from measures.queries import sections
from measures.services import lines
from measures.services.lines import LineDraft
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene

SECTION = "value"


@requires(Permission.EDIT_MEASURE)
def add(request: Request, measure: UUID) -> HttpResponse:
    """Add a line."""
    scene = scenes.of(request, measure, Permission.EDIT_MEASURE)
    initial = {"currency": scene.ground.currency, "effect_type": scene.measure.effect_type}
    form = LineForm(request.POST or None, initial=initial, evidence=_evidence(request, scene))
    if form.is_valid():
        draft = LineDraft(**form.cleaned_data)
        lines.add(actor=request.actor, measure_id=scene.measure.pk, draft=draft)
        return dialogs.done(request, measure, SECTION, _("The line is added."))
    asked = Asked(
        SECTION,
        _("Add a line"),
        request.path,
        _("Add"),
        note=_("One effect or cost in one unit. Costs are entered positive."),
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.EDIT_MEASURE)
def revise(request: Request, measure: UUID) -> HttpResponse:
    """Change what a line is, or take it out of the plan."""
    scene, found = _one(request, measure)
    initial = {name: getattr(found, name) for name in LineDraft.__dataclass_fields__}
    form = LineForm(
        request.POST or None, initial=initial, evidence=_evidence(request, scene), is_new=False
    )
    if form.is_valid():
        lines.revise(
            actor=request.actor,
            line_id=found.pk,
            version=dialogs.version_of(request),
            draft=LineDraft(**form.cleaned_data),
        )
        return dialogs.done(request, measure, SECTION, _("The line is saved."))
    address = f"{scene.url('measures:line_remove')}?{request.GET.urlencode()}"
    note = _("The plan was frozen when this measure was decided: name and budget line can change.")
    asked = Asked(
        SECTION,
        found.name,
        request.get_full_path(),
        _("Save"),
        note=note if scene.is_decided else "",
        version=found.version,
        remove_url="" if scene.is_decided else address,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.EDIT_MEASURE)
@require_POST
def remove(request: Request, measure: UUID) -> HttpResponse:
    """Take a line out of the plan."""
    found = _one(request, measure)[1]
    lines.remove(actor=request.actor, line_id=found.pk, version=dialogs.version_of(request))
    return dialogs.done(request, measure, SECTION, _("The line is taken out of the plan."))


def _one(request: Request, measure: UUID) -> tuple[Scene, Line]:
    scene = scenes.of(request, measure, Permission.EDIT_MEASURE)
    with tenancy.reading(request.actor):
        return scene, sections.line(scene.measure.pk, dialogs.chosen(request, "line"))


def _evidence(request: Request, scene: Scene) -> list[tuple[int, str]]:
    with tenancy.reading(request.actor):
        return sections.evidence_choices(scene.measure.pk)
