"""Finds whose organization a request is in, and turns refusals into pages in one place."""

from collections.abc import Callable
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string
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
            answer = self.get_response(request)
            if isinstance(answer, HttpResponseNotAllowed) and not answer.content:
                return _by_its_form(request, answer)
            return answer

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
        if not enter(request, str(slug)):
            return refusal_response(request, NotFound(what=gettext("page")))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal, of a service or of the database, into a sentence with its status."""
        if isinstance(error, DatabaseError):
            refusal = tenancy.refusal_of(error)
            return None if refusal is None else refusal_response(request, refusal)
        if isinstance(error, DomainError):
            return refusal_response(request, error)
        return None


def enter(request: HttpRequest, slug: str) -> bool:
    """Put the reader's place in an organization on the request; False for who is not of it."""
    # A page that is not there may be asked for before anybody is known.
    user_id = getattr(getattr(request, "user", None), "pk", None)
    membership = None if user_id is None else people.membership(user_id, slug)
    if membership is None:
        return False
    timezone.activate(ZoneInfo(membership.time_zone))
    request.membership = membership  # type: ignore[attr-defined]
    request.actor = Actor(  # type: ignore[attr-defined]
        organization_id=membership.organization_id,
        member_id=membership.member_id,
        user_id=user_id,
        name=membership.name,
    )
    return True


def around(request: HttpRequest) -> dict[str, object]:
    """Return what stands around a refusal: its reader's navigation, nothing for a stranger.

    It is made above this app and asked for by name; where the database cannot tell, nothing is.
    """
    if not hasattr(request, "actor"):
        return {}
    frame: Callable[[HttpRequest], dict[str, object]] = import_string(settings.REFUSAL_FRAME)
    try:
        return frame(request)
    except DatabaseError:
        return {}


def _by_its_form(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponse:
    """Say in a page what an address that only takes a form's post answers to who opens it."""
    page = render(request, "errors/405.html", around(request), status=refused.status_code)
    page["Allow"] = refused["Allow"]
    return page


def refusal_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Render a refusal: a fragment for HTMX, a page otherwise; 404 looks the same for everybody."""
    status = HTTPStatus(error.status)
    if status is HTTPStatus.NOT_FOUND:
        return render(request, "errors/404.html", around(request), status=status)
    missing = error.details.get("missing_rows", [])
    context = {
        "refusal": {
            "sentence": error.above_list() if missing else str(error),
            "code": error.details.get("guard", error.code),
            "status": int(status),
            "missing": missing,
        },
        "back_url": request.headers.get("Referer", ""),
    }
    if getattr(request, "htmx", False):
        response = render(request, "components/_refusal.html", context, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#notices", "innerHTML"
        return response
    return render(request, "errors/refusal.html", context | around(request), status=status)
