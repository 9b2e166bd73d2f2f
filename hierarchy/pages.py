"""What every page of an organization shares: the permission it names, its frame, one act a post."""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.translation import gettext

from accounts.queries import people
from accounts.rules.roles import MEASURE_PERMISSIONS, Permission, permissions_of
from audit import answers
from audit.answers import Answer
from core import tenancy
from core.errors import NotAllowed
from core.tenancy import Actor
from hierarchy import hats, workbooks
from hierarchy.hats import Hat
from hierarchy.queries import authority

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

READING = {"GET", "HEAD"}
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 -- the name of Django's form field
# Pages that belong under another entry of the navigation than their address says.
BELONGS_TO = {
    "hierarchy:deputies": "measures:my_work",
    "governance:duties": "governance:ledger",
    "intake:runs": "hierarchy:administration",
    "intake:run": "hierarchy:administration",
    "steering:hand_over": "hierarchy:administration",
    **dict.fromkeys(
        (
            "governance:schemes",
            "governance:scheme_gate",
            "governance:scheme_number",
            "governance:scheme_proposal",
            "governance:rules_bring_in",
        ),
        "hierarchy:administration",
    ),
    "api:explorer": "hierarchy:administration",
    "measures:budget": "hierarchy:administration",
    "measures:budget_line": "hierarchy:administration",
    "measures:rates": "hierarchy:administration",
    "measures:rates_file": "hierarchy:administration",
    "measures:targets": "reporting:home",
    "measures:envelopes": "reporting:home",
    "measures:envelope_set": "reporting:home",
    "measures:overspend_ask": "reporting:home",
    "measures:overspend_decide": "reporting:home",
    "reporting:rulebook": "governance:gate_desk",
    **dict.fromkeys(
        (
            "measures:calendar",
            "measures:calendar_cut",
            "measures:calendar_holidays",
            "measures:period_lock",
            "measures:period_reopen",
        ),
        "hierarchy:administration",
    ),
    "governance:submit": "measures:my_work",
    "governance:hold": "measures:my_work",
    "governance:resume": "measures:my_work",
    "governance:cancel": "measures:my_work",
    "governance:reject": "measures:my_work",
}
ONCE = "once"  # the hidden field (or Idempotency-Key header) that makes a post happen once


class Request(HttpRequest):
    """A request inside an organization, as the middleware leaves it."""

    actor: Actor
    membership: people.Membership
    hat: Hat | None
    htmx: Any


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation."""

    label: str
    url: str
    active: bool


def requires(
    permission: Permission, *, step_up: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Name the permission a page needs; services judge it again for the very node or measure.

    GET runs in one read-only transaction. POST runs in none: the service it calls opens its own,
    and a repeated post under the same key gets the first answer. With `step_up` a post asks for
    a password given not long ago.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def page(request: Request, slug: str, **named: Any) -> HttpResponse:
            hats.put_on(request)
            with tenancy.reading(request.actor):
                people.know_time_zone(request.membership)
                ensure_anywhere(request.actor, permission)
                if request.method in READING:
                    shown = functools.partial(view, request, **named)
                    asked = workbooks.is_asked(request)
                    return workbooks.taken(request, shown) if asked else shown()
            if step_up and not is_present(request):
                return _ask_again(request)
            return _once(request, view, named)

        page.permission = permission  # type: ignore[attr-defined]
        return page

    return decorate


def render(
    request: Request,
    template: str,
    context: dict[str, Any] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Render a page or fragment of the organization, in a reading transaction."""
    with tenancy.reading(request.actor):
        framed = frame(request) if not template.rpartition("/")[2].startswith("_") else {}
        return django_render(
            request,
            template,
            {"slug": request.membership.slug, "actor": request.actor, **framed, **(context or {})},
            status=status,
        )


def redirect(request: Request, url: str) -> HttpResponse:
    """Send the browser on after a post, by HTMX's header or a 303."""
    if request.htmx:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def frame(request: Request) -> dict[str, Any]:
    """Return what base.html shows around every page of an organization."""
    profile = people.profile()
    slug = request.membership.slug
    return {
        "organization": profile,
        "member_name": request.actor.name,
        "member_roles": sorted({each.role.value for each in authority.ranges(request.actor)}),
        "nav_items": _nav(request, slug),
        "demo_clock": _demo_clock(),
    }


def around_refusal(request: Request) -> dict[str, Any]:
    """Return the frame of a refusal's page: the way on for whoever was refused."""
    with tenancy.reading(request.actor):
        return {"slug": request.membership.slug, **frame(request)}


def _nav(request: Request, slug: str) -> list[NavItem]:
    entries = [
        (gettext("Portfolio"), "reporting:home"),
        (gettext("My work"), "measures:my_work"),
        (gettext("Gates"), "governance:gate_desk"),
        (gettext("Approvals"), "governance:approval_desk"),
        (gettext("Ledger"), "governance:ledger"),
        (gettext("Administration"), "hierarchy:administration"),
    ]
    roles = {each.role for each in authority.ranges(request.actor)}
    shown = []
    for label, name in entries:
        if name == "hierarchy:administration" and (
            Permission.ADMINISTER_STRUCTURE not in permissions_of(roles)
        ):
            continue
        shown.append((label, reverse(name, kwargs={"slug": slug})))
    # The dashboard's address begins every other one, so the longest that fits is where we are.
    at = request.resolver_match
    under = BELONGS_TO.get(at.view_name) if at else None
    path = reverse(under, kwargs={"slug": slug}) if under else request.path
    home = shown[0][1]
    is_own = at is not None and at.namespace == "hierarchy"  # such as letters: under no entry
    fitting = (url for _, url in shown if path.startswith(url) and not (is_own and url == home))
    here = max(fitting, key=len, default="")
    return [NavItem(label, url, url == here) for label, url in shown]


def _demo_clock() -> object:
    """Return the shifted time when this database's clock is not the world's."""
    name = str(connection.settings_dict["NAME"])
    return tenancy.current().now if _is_demo(name) else None


@functools.cache
def _is_demo(_database: str) -> bool:
    """Tell whether a database is a demo's; it is made one at its founding or never."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM system_clock WHERE purpose = 'demo'")
        return cursor.fetchone() is not None


def ensure_anywhere(actor: Actor, permission: Permission) -> None:
    """Refuse what no seat of the actor gives, nor of whom they stand in for.

    Being named on a measure is judged there, and so is what a deputy may do.
    """
    if any(permission in granted for granted in MEASURE_PERMISSIONS.values()):
        return
    seats = [*authority.ranges(actor), *authority.deputed_ranges(actor)]
    roles = {each.role for each in seats}
    if permission not in permissions_of(roles):
        raise NotAllowed(act=permission.value)


def is_present(request: Request) -> bool:
    """Tell whether the password was given not long ago, at login or since."""
    records = get_authentication_records(request, request.user)
    last: float = max((each["at"] for each in records), default=0)
    return time.time() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _ask_again(request: Request) -> HttpResponse:
    if request.htmx:
        answer = django_render(request, "components/_step_up.html", status=HTTPStatus.FORBIDDEN)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#notices", "innerHTML"
        return answer
    url = f"{reverse('account_reauthenticate')}?next={request.headers.get('Referer', '/')}"
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def _once(
    request: Request, view: Callable[..., HttpResponse], named: dict[str, Any]
) -> HttpResponse:
    key = request.headers.get("Idempotency-Key") or request.POST.get(ONCE, "")
    if not key:
        return view(request, **named)
    digest = _digest(request)
    earlier = answers.claim(actor=request.actor, key=key, digest=digest)
    if earlier is not None:
        return _repeat(earlier)
    try:
        response = view(request, **named)
    except BaseException:
        answers.release(actor=request.actor, key=key)
        raise
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        answers.release(actor=request.actor, key=key)
    else:
        answers.keep(actor=request.actor, key=key, answer=_answer(request, response))
    return response


def _digest(request: Request) -> str:
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST if name != TOKEN)
    files = [
        (name, each.name, each.size)
        for name in sorted(request.FILES)
        for each in request.FILES.getlist(name)
    ]
    return answers.digest_of(request.path, repr(fields), repr(files))


def _answer(request: Request, response: HttpResponse) -> Answer:
    if "no-store" in response.headers.get("Cache-Control", ""):
        # It showed a secret, once: what is kept only leads back to the page.
        return Answer(HTTPStatus.SEE_OTHER, "", request.path)
    location = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
    body = "" if response.streaming else response.content.decode()
    return Answer(response.status_code, body, location)


def _repeat(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    if answer.location:
        header = "HX-Redirect" if answer.status == HTTPStatus.NO_CONTENT else "Location"
        response[header] = answer.location
    return response
