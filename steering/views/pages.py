"""What needs a decision, one escalation with its history, and the act of deciding it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from core import tenancy
from governance.queries import forced
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.queries import authority, tree
from hierarchy.rules.given import whole_number
from measures.queries import measures
from steering.forms import DecisionForm
from steering.queries import escalations
from steering.queries.escalations import EscalationDetail
from steering.rules.levels import Decision
from steering.services import decisions as deciding
from steering.views import rows


@requires(Permission.VIEW)
@require_safe
def decisions(request: Request) -> HttpResponse:
    """List what needs a decision, at and below a node (?node=) or wherever the reader may look."""
    node = rows.chosen_node(request)
    found = escalations.needed(request.actor, node)
    mine = [row for row in found if row.is_mine]
    is_mine_only = request.GET.get("mine") == "1"
    context = {
        "rows": rows.shown(mine if is_mine_only else found),
        "forced": forced.waiting(request.actor, node=node, mine=is_mine_only),
        "count": len(found),
        "mine": len(mine),
        "is_mine_only": is_mine_only,
        "node": node,
        **rows.shadow(),
        **rows.figures(),
    }
    return render(request, "steering/decisions.html", context)


@requires(Permission.VIEW)
@require_safe
def escalation(request: Request, escalation: UUID) -> HttpResponse:
    """Show one escalation: what fired, whose it is, what was decided, and the form to decide."""
    found = escalations.detail(request.actor, escalation)
    form = DecisionForm(allowed=found.allowed) if found.allowed else None
    return render(request, "steering/escalation.html", _context(request, found, form))


@requires(Permission.DECIDE_ESCALATION)
def decide(request: Request, escalation: UUID) -> HttpResponse:
    """Decide an escalation, then show it."""
    with tenancy.reading(request.actor):
        found = escalations.detail(request.actor, escalation)
    url = reverse("steering:escalation", args=[request.membership.slug, escalation])
    if request.method != "POST":
        return redirect(request, url)
    # Who may decide nothing is refused by the service, whose sentence says who can.
    form = DecisionForm(request.POST, allowed=found.allowed or tuple(Decision))
    if not form.is_valid():
        with tenancy.reading(request.actor):
            context = _context(request, found, form)
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return render(request, "steering/escalation.html", context, status=status)
    deciding.decide(
        actor=request.actor,
        escalation_id=found.row.id,
        version=_version(request),
        choice=form.choice(),
    )
    messages.success(request, _("The decision is recorded."))
    return redirect(request, url)


def _version(request: Request) -> int:
    given = whole_number(request.POST.get("version", ""))
    return -1 if given is None else given


def _context(
    request: Request, found: EscalationDetail, form: DecisionForm | None
) -> dict[str, Any]:
    (each,) = rows.shown([found.row])
    return {
        "each": each,
        "row": found.row,
        "version": request.POST.get("version", found.row.version),
        "decision": found.decision,
        "outcome": rows.outcome(found.decision),
        "former": found.former,
        "back_in_band_on": found.back_in_band_on,
        "form": form,
        "path": tree.path(found.measure.node)[:-1],
        "may_read_history": authority.may(
            request.actor,
            Permission.VIEW_LEDGER,
            found.measure.node,
            measures.named(found.measure),
        ),
        **rows.figures(),
    }
