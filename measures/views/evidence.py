"""Evidence files: attaching them, and giving them out as attachments only."""

from typing import cast
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from hierarchy.pages import Request, requires
from measures.forms import EvidenceForm
from measures.services import evidence as files
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked

SECTION = "evidence"


@requires(Permission.ATTACH_EVIDENCE)
def attach(request: Request, measure: UUID) -> HttpResponse:
    """Attach a file."""
    scene = scenes.of(request, measure, Permission.ATTACH_EVIDENCE)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        files.attach(
            actor=request.actor,
            measure_id=scene.measure.pk,
            kind=form.cleaned_data["kind"],
            title=form.cleaned_data["title"],
            content=form.cleaned_data["file"],
        )
        return dialogs.done(request, measure, SECTION, _("The file is attached."))
    asked = Asked(SECTION, _("Attach evidence"), request.path, _("Attach"), has_file=True)
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.VIEW)
def download(request: Request, evidence: UUID) -> HttpResponse:
    """Give a file out as an attachment, whatever its type: a browser never shows it as a page."""
    found, content = files.opened(actor=request.actor, public_id=evidence)
    response = FileResponse(
        content,
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", response)  # a stream, which pages never look into
