"""The dashboard of any node, the same at all levels, and the poll by which it follows changes."""

from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import exact
from accounts.queries import people
from accounts.rules.roles import Permission, Role
from core import tenancy
from hierarchy.models import Node
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority, past, tree
from hierarchy.rules.levels import Level
from measures.queries import measures, periods
from reporting.forms import ChildrenForm
from reporting.queries import children, dashboard, version
from reporting.queries.children import Children, ChildRow
from reporting.queries.dashboard import Dashboard
from reporting.views import board, cells, looking_back, money, taken_off
from reporting.views import scene as scenes
from reporting.views.scene import Scene, Writer
from reporting.views.words import BELOW_NAMES, LEVEL_NAMES

PAGE = 50
LONGEST_PAGE = 5  # digits; no node has more pages of children
MEASURES_FIRST = "-plan"
Context = dict[str, Any]


@requires(Permission.VIEW)
@require_safe
def home(request: Request) -> HttpResponse:
    """Show the dashboard of the highest node that the reader may see."""
    places = scenes.highest(request.actor)
    if not places:
        return _no_seat(request)
    scene, on = scenes.around(request, places[0]), _day(request)
    return _page(request, scene, others=places[1:]) if on is None else _as_of(request, scene, on)


@requires(Permission.VIEW)
@require_safe
def node(request: Request, node: UUID) -> HttpResponse:
    """Show the dashboard of a node; a measure has a page of another kind."""
    found = authority.visible(request.actor).filter(public_id=node).first()
    if found is None or found.level == Level.MEASURE:
        return _measure(request, node)
    scene, on = scenes.around(request, found), _day(request)
    return _page(request, scene) if on is None else _as_of(request, scene, on)


@requires(Permission.VIEW)
@require_safe
def node_version(request: Request, node: UUID) -> HttpResponse:
    """Answer an open dashboard: nothing while it is current, else its figures anew."""
    found = scenes.seen(request.actor, node)
    asked = request.GET.copy()
    known = asked.pop("known", [""])[-1]
    if version.stamp(found).text == known:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    request.GET = asked  # type: ignore[assignment]  # addresses in the answer are the page's own
    context = _everything(request, scenes.around(request, found))
    response = render(request, "reporting/_changed.html", context)
    response["HX-Trigger"] = "figures-changed"
    return response


def _measure(request: Request, public_id: UUID) -> HttpResponse:
    measures.by_public_id(request.actor, public_id)
    named = {"slug": request.membership.slug, "measure": public_id}
    given = request.GET.get(past.ASKED, "")
    query = f"?{urlencode({past.ASKED: given})}" if given else ""
    return HttpResponseRedirect(reverse("measures:measure", kwargs=named) + query)


def _day(request: Request) -> date | None:
    return past.asked(request.GET.get(past.ASKED, ""))


def _as_of(request: Request, scene: Scene, on: date) -> HttpResponse:
    """Show the page as it was known on a day: nothing to be done there, and what is known now."""
    among = past.seen_below(request.actor, scene.node)
    with past.known_on(on):
        context = _everything(request, scenes.as_known(scene, on), among)
    figures: Dashboard = context["figures"]
    now = dashboard.dashboard(scene.node, periods.ground(on), _chosen(figures))
    context |= {
        "as_of": on,
        "live_url": scene.url(),
        "decisions": None,
        "comparison": looking_back.comparison(figures, now, context["write"]),
        "breadcrumbs": scenes.crumbs(replace(scene, as_of=on), request.actor),
    }
    return render(request, "reporting/node.html", context)


def _page(request: Request, scene: Scene, others: list[Node] | None = None) -> HttpResponse:
    """Show the whole page, or the children alone where only they were asked for anew."""
    if request.htmx and request.htmx.target == "children":
        response = render(request, "reporting/_children.html", _without_charts(request, scene))
    else:
        context = _everything(request, scene) | {
            "others": others or [],
            "breadcrumbs": scenes.crumbs(scene, request.actor),
        }
        response = render(request, "reporting/node.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _everything(request: Request, scene: Scene, among: tuple[int, ...] | None = None) -> Context:
    """Return what the page shows, all of it from one snapshot.

    `among` are the nodes that can be children of a node on a past day.
    """
    shown = _without_charts(request, scene, among)
    figures, write, page = shown["figures"], shown["write"], shown["page"]
    is_whole = not shown["is_filtered"] and page.paginator.num_pages == 1
    largest = (
        page.object_list
        if is_whole
        else children.largest(scene.node, scene.ground, figures.group, among)
    )
    return shown | {
        "level": LEVEL_NAMES[Level(scene.node.level)],
        "groups": board.groups(figures),
        "tiles": board.tiles(scene, figures, write),
        "lifecycles": board.lifecycles(figures),
        "money_notices": _money_notices(figures, write),
        "quadrant": board.children_quadrant(scene, largest, write),
        "withheld_below": any(row.is_withheld for row in largest),
        "curve": board.curve(scene, figures, write),
        "stages": board.stages(scene, figures, write),
    }


def _money_notices(figures: Dashboard, write: Writer) -> list[str]:
    """Return what the figures in the organization's currency do not hold, in words."""
    effect = "" if figures.fx is None else money.fx_sentence(figures.fx, write)
    return list(filter(None, (effect, money.left_out_sentence(figures.left_out, figures.unit))))


def _without_charts(
    request: Request, scene: Scene, among: tuple[int, ...] | None = None
) -> Context:
    figures = dashboard.dashboard(scene.node, scene.ground, request.GET.get("group", ""))
    write = board.writer_of(scene, figures)
    stamp, sight = version.stamp(scene.node), tenancy.current().sight
    return {
        "scene": scene,
        "figures": figures,
        "scale": write.scale.value,
        "number_format": scene.number_format,
        "write": write,
        "implementation": board.light(figures.implementation),
        "potential": board.light(figures.potential),
        "decisions": stamp.decisions,
        "known": stamp.text,
        "confidential": sight.hidden_below(scene.node.pk),
        "is_withheld": scene.node.pk in sight.sums,
        "pool": sight.pool,
        "may_read_history": authority.may(request.actor, Permission.VIEW_LEDGER, scene.node),
        **_children(request, scene, figures, write, among),
    }


def _children(
    request: Request,
    scene: Scene,
    figures: Dashboard,
    write: Writer,
    among: tuple[int, ...] | None,
) -> Context:
    form = ChildrenForm(request.GET)
    wanted = replace(form.wanted(MEASURES_FIRST), among=among)
    asked = request.GET.get("page", "1")
    is_number = asked.isdecimal() and len(asked) <= LONGEST_PAGE
    length = exact.rows_a_page(PAGE)
    first = max(int(asked) - 1, 0) * length if is_number else 0
    expected = slice(first, first + length)
    found = Children(scene.node, scene.ground, figures.group, wanted, expected=expected)
    page: Page[ChildRow] = Paginator(found, length).get_page(asked)
    chosen = _chosen(figures)
    group = chosen if request.GET.get("group") == chosen else ""
    return {
        "form": form,
        "sort": wanted.sort,
        "is_filtered": bool(wanted.search or wanted.implementation or wanted.potential),
        "page": page,
        "rows": list(cells.of(scene, page.object_list, write, group)),
        "delta": board.delta(figures, write),
        "taken_off": taken_off.at_node(request.actor, scene, figures, write),
        "are_measures": scene.node.level == Level.PACKAGE,
        "below": BELOW_NAMES[Level(scene.node.level)],
    }


def _chosen(figures: Dashboard) -> str:
    return next((each.address for each in figures.groups if each.is_chosen), "")


def _no_seat(request: Request) -> HttpResponse:
    """Say who can give a seat to somebody who has none."""
    holders = authority.holders(tree.root(), Role.ADMINISTRATOR)
    names = ", ".join(people.names_of(set(holders)).values())
    text = _(
        "You hold no seat in this organization, so there is no portfolio to show you. "
        "An administrator can give you one: %(names)s."
    ) % {"names": names}
    return render(request, "reporting/no_seat.html", {"text": text})
