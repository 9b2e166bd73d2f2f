"""The list of zombies with what a cancellation frees, and the beginning of the shadow period."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from core import tenancy
from governance.queries import forced
from governance.services import forcing
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.queries import authority, tree
from steering.forms import ShadowForm
from steering.queries import zombies
from steering.views import rows
from steering.views.rows import chosen_node


@requires(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """List what goes on without its value, at and below a node (?node=) or everywhere."""
    return render(request, "steering/zombies.html", _context(request, ShadowForm()))


@requires(Permission.CHANGE_NUMBERS)
@require_POST
def begin_shadow(request: Request) -> HttpResponse:
    """Begin the one period in which forced decisions only report."""
    form = ShadowForm(request.POST)
    if not form.is_valid():
        with tenancy.reading(request.actor):
            context = _context(request, form)
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return render(request, "steering/zombies.html", context, status=status)
    forcing.begin_shadow(actor=request.actor, reason=form.cleaned_data["reason"])
    messages.success(request, _("The shadow period has begun."))
    return redirect(request, reverse("steering:zombies", args=[request.membership.slug]))


def _context(request: Request, form: ShadowForm) -> dict[str, object]:
    node = chosen_node(request)
    found = zombies.of(request.actor, node)
    may_begin = authority.may(request.actor, Permission.CHANGE_NUMBERS, tree.root())
    return {
        "zombies": found,
        "places": zombies.by_place(found, node),
        "total": zombies.total(found, "" if node is None else node.name),
        "node": node,
        "form": form if may_begin and not forced.has_begun() else None,
        **rows.shadow(),
        **rows.figures(),
    }
