"""Every component in all its states, for those who build pages; nowhere in production."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from core.errors import NotFound
from hierarchy.pages import Request, requires
from reporting.component_samples import samples

SHOWN_FOR = {"demo", "test"}


@requires(Permission.VIEW)
@require_safe
def components(request: Request) -> HttpResponse:
    """Show the components with invented figures."""
    if settings.ENVIRONMENT.purpose not in SHOWN_FOR:
        raise NotFound(what="page")
    return render(request, "components/index.html", samples())
