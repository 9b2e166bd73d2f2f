"""The targets of a node: the ambition given from above, version by version."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.models import Node
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.queries import authority, tree
from measures.forms import TargetForm
from measures.models.target import Horizon
from measures.queries import periods, sections
from measures.rules.amounts import CellReader
from measures.rules.lines import MONEY, Unit
from measures.services import targets as service
from measures.services.cells import number_format
from measures.words import HORIZON_NAMES


@requires(Permission.VIEW)
def targets(request: Request, node: UUID) -> HttpResponse:
    """Show the targets of a node, and set its next one."""
    with tenancy.reading(request.actor):
        found = tree.by_public_id(node)
        authority.ensure(request.actor, Permission.VIEW, found)
        ground = periods.ground()
        form = TargetForm(
            request.POST or None,
            initial={"fiscal_year": ground.clock().fiscal_year},
            reader=CellReader(Unit(MONEY), ground.currency, number_format()),
        )
    if form.is_valid():
        service.set_target(actor=request.actor, node_id=found.pk, **form.cleaned_data)
        messages.success(request, _("The target is set."))
        return redirect(request, request.path)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    with tenancy.reading(request.actor):
        context = {
            "node": found,
            "path": tree.path(found),
            "targets": [
                (row, HORIZON_NAMES[Horizon(row.horizon)]) for row in sections.targets(found)
            ],
            "may_set": authority.may(request.actor, Permission.SET_TARGET, _giver(found)),
            "form": form,
            "currency": ground.currency,
            "number_format": number_format(),
            "scale": "units",
        }
        return render(request, "measures/targets.html", context, status=status)


def _giver(node: Node) -> Node:
    """Return the node whose leader gives this one its targets: the parent, at the root itself."""
    return node if node.parent_id is None else tree.node(node.parent_id)
