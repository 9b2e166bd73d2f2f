"""The report of duties that met in one person; it must be empty."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from governance.queries import conflicts
from governance.words import CONFLICT_KINDS
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority, tree


@requires(Permission.VIEW_LEDGER)
@require_safe
def duties(request: Request) -> HttpResponse:
    """Show every conflict of duties, to who may read the whole ledger."""
    authority.ensure(request.actor, Permission.VIEW_LEDGER, tree.root())
    found = [(CONFLICT_KINDS[each.kind], each) for each in conflicts.found()]
    return render(request, "governance/duties.html", {"found": found})
