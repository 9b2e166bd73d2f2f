"""The gate desk: requests that wait for the reader's vote, the others, and what could be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import exact
from accounts.rules.roles import Permission
from core.tenancy import Actor
from governance.queries import (
    docket,
    premises,
    rollbacks,
    schemes,
    shortfalls,
    sustained,
    waiting,
)
from governance.queries.desk import RequestRow
from governance.queries.docket import Wanted
from governance.queries.waiting import Met
from governance.views import rows, scene
from governance.views.rows import RequestView
from hierarchy.pages import Request, redirect, render, requires
from measures.queries import periods, stages

PAGE = 50


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One request with its words, and how many criteria its measure meets today."""

    each: RequestView
    criteria: Met


@dataclass(frozen=True, slots=True)
class RollBackRow:
    """A roll-back that the reader is asked to confirm; `to` is the name of the stage."""

    measure: str
    public_id: UUID
    to: str
    proposed_by: str
    proposed_at: datetime
    reason: str


@requires(Permission.VIEW)
@require_safe
def gate_desk(request: Request) -> HttpResponse:
    """Show what waits for the reader's vote first, then the other open requests."""
    actor = request.actor
    wanted = Wanted(*(request.GET.get(name, "") for name in ("gate", "q", "show")))
    mine = frozenset(row.request_id for row in docket.mine(actor))
    page = Paginator(docket.ordered(actor, wanted, mine), exact.rows_a_page(PAGE)).get_page(
        request.GET.get("page")
    )
    listed = _rows(docket.rows(list(page), actor))
    count = docket.count(actor)
    context = {
        "mine": [each for each in listed if each.each.my_role is not None],
        "others": [each for each in listed if each.each.my_role is None],
        "ready": waiting.ready(request.actor),
        "roll_backs": _roll_backs(actor),
        "page": page,
        "count": count,
        "count_mine": len(mine),
        "gates": [(gate.code, gate.name) for gate in schemes.current().gates],
        "gate": wanted.gate,
        "text": wanted.text,
        "show": wanted.show,
        "is_filtered": page.paginator.count < count,
        **scene.figures(),
    }
    return render(request, "governance/gate_desk.html", context)


@requires(Permission.VIEW)
@require_safe
def waiting_for_me(request: Request) -> HttpResponse:
    """Show what waits for the reader's vote, for "My work"; the gate desk without scripts."""
    if not request.htmx:
        return redirect(request, reverse("governance:gate_desk", args=[request.membership.slug]))
    ground = periods.ground()
    ahead = ground.today + timedelta(days=ground.numbers.look_ahead_days)
    context = {
        "today": ground.today,
        "premises_due": premises.due(request.actor, ahead),
        "requests": rows.shown(docket.mine(request.actor)),
        "shortfalls": rows.shortfalls(shortfalls.waiting(request.actor)),
        "checks_due": sustained.due(request.actor),
        "roll_backs": _roll_backs(request.actor),
        **scene.figures(),
    }
    return render(request, "governance/_waiting_for_me.html", context)


def _roll_backs(actor: Actor) -> list[RollBackRow]:
    names = stages.names()
    return [
        RollBackRow(
            each.measure.node.name,
            each.measure.node.public_id,
            names.of(each.to_stage),
            by,
            each.proposed_at,
            each.reason,
        )
        for each, by in rollbacks.waiting_for(actor)
    ]


def _rows(found: Iterable[RequestRow]) -> list[DeskRow]:
    shown = list(found)
    criteria = waiting.criteria_met(shown)
    return [DeskRow(rows.one(row), criteria[row.request_id]) for row in shown]
