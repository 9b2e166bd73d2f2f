"""What follows a closing: its certificate, the checks that the value lasts, and a reopening."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from governance import printing
from governance.forms import CheckForm, ReasonForm, ReopeningForm
from governance.models import ClosureCertificate, ClosureConfirmation, SustainmentCheck
from governance.queries import sustained
from governance.services import reopening, sustainment
from governance.views import scene as scenes
from governance.views.scene import Asked, Scene
from hierarchy.pages import Request, requires
from hierarchy.queries import authority
from measures.models import Line
from measures.queries.measures import named
from measures.rules.amounts import CellReader
from measures.rules.lines import Unit

CLOSURE = "governance:closure"
TYPES = {"json": "application/json", "pdf": "application/pdf"}


@requires(Permission.VIEW)
@require_safe
def certificate(request: Request, measure: UUID, paper: UUID, form: str) -> HttpResponse:
    """Give out a certificate as it was signed, or printed from that, to who sees the measure."""
    scene = scenes.of(request, measure)
    with tenancy.reading(request.actor):
        found = ClosureCertificate.objects.filter(public_id=paper, measure=scene.measure).first()
    if found is None or form not in TYPES:
        raise NotFound(what="certificate")
    content = printing.pdf(found.paper) if form == "pdf" else found.paper.encode()
    node = scene.measure.node
    name = f"certificate-{slugify(f'{node.code} {node.name}')}-{found.issued_at:%Y-%m-%d}.{form}"
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@requires(Permission.REOPEN, step_up=True)
def propose_reopening(request: Request, measure: UUID) -> HttpResponse:
    """Propose to take a closing back."""
    scene = _scene(request, measure, Permission.REOPEN)
    asked = Asked(
        _("Propose to reopen"),
        _("Propose to reopen"),
        note=_("The other of controller and sponsor confirms it; until then nothing changes."),
    )
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    reopening.propose(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
    return scenes.done(request, scene.url(CLOSURE), _("Reopening is proposed."))


@requires(Permission.REOPEN, step_up=True)
def reopen(request: Request, measure: UUID) -> HttpResponse:
    """Confirm, as the second of the two, that a closing is taken back."""
    scene = _scene(request, measure, Permission.REOPEN)
    asked = Asked(
        _("Reopen the measure"),
        _("Reopen"),
        note=_("It is open and active again. The closing and its certificate stay on file."),
        is_danger=True,
    )
    form = ReopeningForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    reopening.confirm(actor=request.actor, measure_id=scene.measure.pk)
    return scenes.done(request, scene.url(), _("The measure runs again."))


@requires(Permission.CHECK_SUSTAINMENT, step_up=True)
def check(request: Request, measure: UUID, number: int) -> HttpResponse:
    """Say months after the closing whether the value lasts."""
    scene = _scene(request, measure, Permission.CHECK_SUSTAINMENT)
    with tenancy.reading(request.actor):
        found = _check(scene, number)
        form = _check_form(request, found.confirmation)
    asked = Asked(
        _("Does the value last?"),
        _("Record the check"),
        note=_("What is lost is booked as leakage, and escalated. Leave it empty if all lasts."),
    )
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    losses: dict[int, Decimal] = form.losses()
    said: dict[str, Any] = {
        "actor": request.actor,
        "check_id": found.pk,
        "statement": form.cleaned_data["statement"],
    }
    if losses:
        sustainment.fail(**said, losses=losses)
        return scenes.done(request, scene.url(CLOSURE), _("The loss is booked as leakage."))
    sustainment.confirm(**said)
    return scenes.done(request, scene.url(CLOSURE), _("It is recorded that the value lasts."))


def _scene(request: Request, measure: UUID, permission: Permission) -> Scene:
    """Return the measure; a form that would only be refused is not offered."""
    with tenancy.reading(request.actor):
        scene = scenes.of(request, measure)
        found = scene.measure
        authority.ensure(request.actor, permission, found.node, named(found))
    return scene


def _check(scene: Scene, number: int) -> SustainmentCheck:
    """Return a check of the closing that stands; NotFound."""
    closing = ClosureConfirmation.objects.filter(measure=scene.measure).order_by("-pk").first()
    found = (
        SustainmentCheck.objects.filter(confirmation=closing, number=number)
        .select_related("confirmation")
        .first()
    )
    if closing is None or found is None:
        raise NotFound(what="check")
    return found


def _check_form(request: Request, closing: ClosureConfirmation) -> CheckForm:
    """Return the form with a field for each line that has something left to lose."""
    left = sustained.left_of(closing)
    lines = Line.objects.filter(pk__in=[pk for pk, amount in left.items() if amount > 0])
    written_as = scenes.number_format(people.profile())
    readers = [
        (line, CellReader(Unit(line.unit, line.decimals), line.currency, written_as))
        for line in lines.order_by("pk")
    ]
    return CheckForm(request.POST or None, lines=readers)
