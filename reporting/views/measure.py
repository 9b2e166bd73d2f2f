"""What a measure's page takes from reporting: its cumulative curve, as a fragment."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from hierarchy.pages import Request, render, requires
from hierarchy.queries import past
from measures.queries import measures
from measures.queries import past as known_then
from measures.rules.stage import Stage
from reporting.queries import dashboard
from reporting.views import board
from reporting.views import scene as scenes


@requires(Permission.VIEW)
@require_safe
def measure_chart(request: Request, measure: UUID) -> HttpResponse:
    """Show the curve of one group of a measure's figures, now or as known on a past day."""
    found = measures.by_public_id(request.actor, measure)
    scene, on = scenes.around(request, found.node), past.asked(request.GET.get(past.ASKED, ""))
    with past.as_asked(on):
        if on is not None:
            scene, found = scenes.as_known(scene, on), known_then.known(found, on)
        figures = dashboard.dashboard(scene.node, scene.ground, request.GET.get("group", ""))
        write = board.writer_of(scene, figures)
        context = {
            "measure": measure,
            "as_of": on,
            "curve": board.curve(scene, figures, write),
            "is_decided": found.stage >= Stage.DECIDED,
            "groups": board.groups(figures),
            "number_format": scene.number_format,
        }
    return render(request, "reporting/_measure_chart.html", context)
