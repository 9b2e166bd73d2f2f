"""The rulebook: the rules of a day on a page and on paper, for every member alike."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from core.errors import Invalid
from governance.queries import proposals
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority
from hierarchy.rules.given import day_in
from reporting import printing
from reporting.queries import rulebook


@requires(Permission.VIEW)
@require_safe
def page(request: Request) -> HttpResponse:
    """Show the rules in force on a day, today unless named by `as_of`."""
    on = _day(request)
    book = rulebook.read(on)
    context: dict[str, Any] = {
        "book": book,
        "today": authority.today(),
        "is_past": on < authority.today(),
        "draft": proposals.open_one(),
        "anchors": [
            {"label": _(each.title), "url": f"#{each.key}", "count": None, "current": False}
            for each in book.chapters
        ],
    }
    return render(request, "reporting/rulebook.html", context)


@requires(Permission.VIEW)
@require_safe
def paper(request: Request) -> HttpResponse:
    """Give out the same as a PDF."""
    book = rulebook.read(_day(request))
    response = HttpResponse(printing.pdf(book), content_type="application/pdf")
    name = f"{request.membership.slug}-rulebook-{book.on:%Y-%m-%d}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _day(request: Request) -> date:
    given = request.GET.get("as_of", "")
    if not given:
        return authority.today()
    on = day_in(given)
    if on is None:
        raise Invalid(field="as of", problem=f"must be a day like {authority.today()}.")
    return on
