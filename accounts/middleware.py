"""Finds whose organization a request is in, and turns refusals into pages in one place."""

from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from accounts.queries import people
from core import tenancy
from core.errors import DomainError, NotFound
from core.tenancy import Actor


class OrganizationMiddleware:
    """Sets `request.actor` for addresses below /o/<slug>/; a stranger gets the same 404 as nobody.

    No transaction is opened here: a page opens one that reads, a service one that writes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the organization's time of day ends with it."""
        with timezone.override(None):
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        arguments: tuple[object, ...],
        named: dict[str, object],
    ) -> HttpResponse | None:
        """Resolve the membership before the view runs; programs bring a token instead."""
        slug = named.get("slug")
        if slug is None or getattr(view, "takes_token", False):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = people.membership(request.user.pk, str(slug))
        if membership is None:
            return refusal_response(request, NotFound(what=gettext("page")))
        timezone.activate(ZoneInfo(membership.time_zone))
        request.membership = membership  # type: ignore[attr-defined]
        request.actor = Actor(  # type: ignore[attr-defined]
            organization_id=membership.organization_id,
            member_id=membership.member_id,
            user_id=request.user.pk,
            name=membership.name,
        )
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal, of a service or of the database, into a sentence with its status."""
        if isinstance(error, DatabaseError):
            refusal = tenancy.refusal_of(error)
            return None if refusal is None else refusal_response(request, refusal)
        if isinstance(error, DomainError):
            return refusal_response(request, error)
        return None


def refusal_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Render a refusal: a fragment for HTMX, a page otherwise; 404 looks the same for everybody."""
    status = HTTPStatus(error.status)
    if status is HTTPStatus.NOT_FOUND:
        return render(request, "errors/404.html", status=status)
    missing = error.details.get("missing_rows", [])
    context = {
        "refusal": {
            "sentence": str(error),
            "code": error.details.get("guard", error.code),
            "status": int(status),
            "missing": missing,
        },
        "back_url": request.headers.get("Referer", "/"),
    }
    if getattr(request, "htmx", False):
        response = render(request, "components/_refusal.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#notices", "innerHTML"
        return response
    return render(request, "errors/refusal.html", context, status=status)
