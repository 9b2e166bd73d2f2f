"""The rule set as a file: given out to every member, read back by administrators."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from core.errors import Invalid
from governance.queries import rulesets
from hierarchy.pages import Request, requires
from hierarchy.queries import authority
from hierarchy.rules.given import day_in


@requires(Permission.VIEW)
@require_safe
def file(request: Request) -> HttpResponse:
    """Give out the rules of a day, today unless named by `as_of`, as a signed file."""
    given = request.GET.get("as_of", "")
    on = day_in(given) if given else authority.today()
    if on is None:
        raise Invalid(field="as of", problem=f"must be a day like {authority.today()}.")
    response = HttpResponse(f"{rulesets.paper(on)}\n", content_type="application/json")
    name = f"{request.membership.slug}-rules-{on:%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
