"""The gate desk: requests that wait for the reader's vote, the others, and what could be asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from governance.queries import desk, schemes, shortfalls, waiting
from governance.queries.desk import RequestRow
from governance.queries.waiting import Met
from governance.views import rows, scene
from governance.views.rows import RequestView
from hierarchy.pages import Request, redirect, render, requires

PAGE = 50


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One request with its words, and how many criteria its measure meets today."""

    each: RequestView
    criteria: Met


@requires(Permission.VIEW)
@require_safe
def gate_desk(request: Request) -> HttpResponse:
    """Show what waits for the reader's vote first, then the other open requests."""
    found = desk.gate_desk(request.actor)
    shown = _filtered(request, found)
    # Sorted by urgency already; what waits for the reader comes first.
    ordered = sorted(shown, key=lambda row: row.my_role is None)
    page: Page[RequestRow] = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    listed = _rows(page.object_list)
    context = {
        "mine": [each for each in listed if each.each.my_role is not None],
        "others": [each for each in listed if each.each.my_role is None],
        "ready": waiting.ready(request.actor),
        "page": page,
        "count": len(found),
        "count_mine": sum(row.my_role is not None for row in found),
        "gates": [(gate.code, gate.name) for gate in schemes.current().gates],
        "gate": request.GET.get("gate", ""),
        "text": request.GET.get("q", ""),
        "show": request.GET.get("show", ""),
        "is_filtered": len(shown) < len(found),
        **scene.figures(),
    }
    return render(request, "governance/gate_desk.html", context)


@requires(Permission.VIEW)
@require_safe
def waiting_for_me(request: Request) -> HttpResponse:
    """Show what waits for the reader's vote, for "My work"; the gate desk without scripts."""
    if not request.htmx:
        return redirect(request, reverse("governance:gate_desk", args=[request.membership.slug]))
    context = {
        "requests": rows.shown(desk.waiting(request.actor)),
        "shortfalls": rows.shortfalls(shortfalls.waiting(request.actor)),
        **scene.figures(),
    }
    return render(request, "governance/_waiting_for_me.html", context)


def _filtered(request: Request, found: Iterable[RequestRow]) -> list[RequestRow]:
    """Return the rows that the filter in the address leaves."""
    gate, show = request.GET.get("gate", ""), request.GET.get("show", "")
    text = request.GET.get("q", "").strip().casefold()
    known = {each.code for each in schemes.current().gates}
    return [
        row
        for row in found
        if (row.rule.code == gate or gate not in known)
        and (not text or text in f"{row.measure} {row.code}".casefold())
        and (show != "mine" or row.my_role is not None)
        and (show != "overdue" or row.is_overdue)
        and (show != "stale" or row.is_stale)
    ]


def _rows(found: Iterable[RequestRow]) -> list[DeskRow]:
    shown = list(found)
    criteria = waiting.criteria_met(shown)
    return [DeskRow(rows.one(row), criteria[row.request_id]) for row in shown]
