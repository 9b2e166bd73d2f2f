"""What other pages show of steering: a measure's escalations, and a node's needed decisions."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from governance.queries import forced
from hierarchy.pages import Request, render, requires
from measures.queries import measures
from steering.queries import escalations
from steering.views import rows

SHOWN = 5  # the rest stands behind the link to all


@requires(Permission.VIEW)
@require_safe
def measure_escalations(request: Request, measure: UUID) -> HttpResponse:
    """Show the escalations of one measure, open ones first."""
    found = measures.by_public_id(request.actor, measure)
    asked = forced.of_measures(request.actor, [found.pk]).values()
    context = {
        "rows": rows.shown(escalations.of_measure(request.actor, found)),
        "forced": list(asked),
        **rows.figures(),
    }
    return render(request, "steering/_measure_escalations.html", context)


@requires(Permission.VIEW)
@require_safe
def node_decisions(request: Request, node: UUID) -> HttpResponse:
    """Show the first decisions needed at and below a node."""
    place = escalations.place(request.actor, node)
    found = escalations.needed(request.actor, place)
    context = {
        "rows": rows.shown(found[:SHOWN]),
        "count": len(found),
        "more": max(0, len(found) - SHOWN),
        "forced": forced.waiting(request.actor, node=place),
        "node": place,
        **rows.figures(),
    }
    return render(request, "steering/_node_decisions.html", context)
