"""What a measure's page takes from reporting: its cumulative curve, as a fragment."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from hierarchy.pages import Request, render, requires
from measures.queries import measures
from measures.rules.stage import Stage
from reporting.queries import dashboard
from reporting.views import board
from reporting.views import scene as scenes


@requires(Permission.VIEW)
@require_safe
def measure_chart(request: Request, measure: UUID) -> HttpResponse:
    """Show the curve of one group of a measure's figures, and the way to its other groups."""
    found = measures.by_public_id(request.actor, measure)
    scene = scenes.around(request, found.node)
    figures = dashboard.dashboard(found.node, scene.ground, request.GET.get("group", ""))
    write = board.writer_of(scene, figures)
    context = {
        "measure": measure,
        "curve": board.curve(scene, figures, write),
        "is_decided": found.stage >= Stage.DECIDED,
        "groups": board.groups(figures),
        "number_format": scene.number_format,
    }
    return render(request, "reporting/_measure_chart.html", context)
