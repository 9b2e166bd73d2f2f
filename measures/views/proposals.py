"""Proposing a measure under a package: how every measure begins."""

from django.http import HttpResponse
from django.urls import reverse

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, redirect, render, requires
from measures.forms import ProposalForm
from measures.queries import packages, periods
from measures.rules.amounts import CellReader
from measures.rules.lines import MONEY, Unit
from measures.services import proposals
from measures.services.cells import number_format


@requires(Permission.PROPOSE_MEASURE)
def propose(request: Request) -> HttpResponse:
    """Write a proposal and put it under a package."""
    with tenancy.reading(request.actor):
        offered = packages.open_to(request.actor)
        reader = CellReader(Unit(MONEY), periods.ground().currency, number_format())
    chosen = [each.id for each in offered if str(each.public_id) == request.GET.get("package")]
    form = ProposalForm(
        request.POST or None,
        initial={"package_id": next(iter(chosen), None)},
        packages=[(each.id, each.path) for each in offered],
        reader=reader,
    )
    if not form.is_valid():
        context = {"form": form, "has_package": bool(offered)}
        return render(
            request, "measures/propose.html", context, status=422 if form.is_bound else 200
        )
    made = proposals.propose(actor=request.actor, **form.cleaned_data)
    where = {"slug": request.membership.slug, "measure": made.node.public_id}
    return redirect(request, reverse("measures:measure", kwargs=where))
