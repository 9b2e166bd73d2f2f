"""The acts around a closing: stating a line, signing a shortfall, closing what was signed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from governance.forms import ClosingForm, LineStatementForm, SignatureForm
from governance.queries import facts, statements
from governance.queries.statements import Stated
from governance.rules import proofs
from governance.services import closure, shortfall
from governance.services import statements as stating
from governance.services.statements import Statement
from governance.views import scene as scenes
from governance.views.scene import Asked, Scene
from hierarchy.pages import Request, requires
from hierarchy.queries import authority
from measures.models import Evidence, Line
from measures.models.evidence import EvidenceKind
from measures.queries.measures import named
from measures.rules.lines import EffectType, Nature
from measures.words import EVIDENCE_KIND_NAMES

CLOSURE = "governance:closure"


@requires(Permission.COUNTERSIGN_SHORTFALL, step_up=True)
def countersign(request: Request, measure: UUID) -> HttpResponse:
    """Sign a shortfall as the sponsor."""
    scene = _scene(request, measure, Permission.COUNTERSIGN_SHORTFALL)
    asked = Asked(
        _("Countersign the shortfall"),
        _("Countersign"),
        note=_("You sign exactly the figures shown; any change of them makes your signature void."),
    )
    form = SignatureForm(request.POST or None, initial=_digest(request, scene))
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    shortfall.countersign(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
    return scenes.done(request, scene.url(CLOSURE), _("The shortfall is countersigned."))


@requires(Permission.APPROVE_SHORTFALL, step_up=True)
def approve(request: Request, measure: UUID) -> HttpResponse:
    """Approve a closing below half of the plan as one of the steering committee."""
    scene = _scene(request, measure, Permission.APPROVE_SHORTFALL)
    asked = Asked(
        _("Approve the closing"),
        _("Approve as steering committee"),
        note=_("Less than half of the planned value is proven. The rest is booked as leakage."),
    )
    form = SignatureForm(request.POST or None, initial=_digest(request, scene))
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    shortfall.approve(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
    return scenes.done(request, scene.url(CLOSURE), _("The closing is approved."))


@requires(Permission.CONFIRM_CLOSURE, step_up=True)
def close(request: Request, measure: UUID) -> HttpResponse:
    """Close a measure on its signed shortfall."""
    scene = _scene(request, measure, Permission.CONFIRM_CLOSURE)
    asked = Asked(
        _("Close with the shortfall"),
        _("Book the leakage and close"),
        note=_("The leakage is booked, and nothing of the measure can be changed afterwards."),
    )
    form = ClosingForm(request.POST or None, initial=_digest(request, scene))
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    closure.close(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
    return scenes.done(
        request, scene.url(CLOSURE), _("The leakage is booked and the measure is closed.")
    )


@requires(Permission.ATTACH_EVIDENCE)
def state(request: Request, measure: UUID, line: int) -> HttpResponse:
    """Say what proves a line, and what became of its budget."""
    scene = _scene(request, measure, Permission.ATTACH_EVIDENCE)
    with tenancy.reading(request.actor):
        found = Line.objects.filter(pk=line, measure=scene.measure, removed_on=None).first()
        if found is None:
            raise NotFound(what="line")
        form = _statement_form(request, found)
    wanted = proofs.fitting(Nature(found.nature), EffectType(found.effect_type))
    note = _("Its method demands %(wanted)s.") % {"wanted": proofs.in_words(wanted)}
    asked = Asked(found.name, _("State"), note=note if wanted else "")
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    stating.state(actor=request.actor, line_id=found.pk, statement=Statement(**form.cleaned_data))
    return scenes.done(request, scene.url(CLOSURE), _("It is stated."))


def _scene(request: Request, measure: UUID, permission: Permission) -> Scene:
    """Return the measure; a form that would only be refused is not offered."""
    with tenancy.reading(request.actor):
        scene = scenes.of(request, measure)
        found = scene.measure
        authority.ensure(request.actor, permission, found.node, named(found))
    return scene


def _digest(request: Request, scene: Scene) -> dict[str, Any]:
    """Return what the page shows now; a form sent back keeps what it was opened with."""
    with tenancy.reading(request.actor):
        return {"digest": facts.one(scene.measure.pk).figures_digest}


def _statement_form(request: Request, line: Line) -> LineStatementForm:
    """Return the form with the files that prove such a line, filled with what was said last."""
    nature, effect = Nature(line.nature), EffectType(line.effect_type)
    fitting = proofs.fitting(nature, effect)
    rows = Evidence.objects.filter(measure_id=line.measure_id, kind__in=fitting).order_by("-pk")
    said = statements.of([line.measure_id]).get(line.pk, Stated())
    return LineStatementForm(
        request.POST or None,
        files=[
            (row.pk, f"{row.title} ({EVIDENCE_KIND_NAMES[EvidenceKind(row.kind)]})") for row in rows
        ],
        has_budget=proofs.needs_budget_statement(nature, effect),
        initial={
            "evidence_id": said.evidence_id,
            "budget": said.budget,
            "budget_note": said.budget_note,
        },
    )
