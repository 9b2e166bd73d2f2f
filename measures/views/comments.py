"""Remarks on the measure's page."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from hierarchy.pages import Request, requires
from measures.services import comments
from measures.views import dialogs
from measures.views import scene as scenes


@requires(Permission.COMMENT)
@require_POST
def add(request: Request, measure: UUID) -> HttpResponse:
    """Write a remark."""
    scene = scenes.of(request, measure, Permission.COMMENT)
    text = request.POST.get("text", "")
    comments.add(actor=request.actor, measure_id=scene.measure.pk, text=text)
    return dialogs.done(request, measure, "comments", _("The comment is written."))
