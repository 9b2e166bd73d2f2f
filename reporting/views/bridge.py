"""Since the last meeting: what moved the outlook of a node between two days, down to measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority, past
from reporting.queries import bridge as bridges
from reporting.queries.bridge import Bridge, MeasureStep
from reporting.rules import figures
from reporting.rules.bridge import Cause
from reporting.views import scene as scenes
from reporting.views.scene import Scene, Writer
from reporting.views.words import group_name

PAGE = 50
CAUSE_NAMES: Mapping[Cause, Promise] = {
    Cause.NEW: _("New"),
    Cause.RE_PLANNED: _("Re-planned"),
    Cause.FORECAST: _("Forecast moved"),
    Cause.CONFIRMED: _("Confirmed otherwise than forecast"),
    Cause.UNCLAIMED: _("Not claimed before the lock, or claimed late"),
    Cause.HELD: _("Put on hold or resumed"),
    Cause.CANCELLED: _("Cancelled"),
    Cause.MOVED_IN: _("Moved in from elsewhere"),
    Cause.MOVED_OUT: _("Moved out"),
    Cause.OVERLAP: _("Overlaps taken off"),
    Cause.REST: _("Rest, of measures you do not see"),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One cause in words."""

    name: Promise
    amount: str
    count: int
    is_below: bool


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure that moved, every cell as text."""

    name: str
    code: str
    url: str
    before: str
    after: str
    change: str
    why: str
    is_below: bool


@requires(Permission.VIEW)
@require_safe
def bridge(request: Request, node: UUID) -> HttpResponse:
    """Show the bridge between two days, until today and as far back as usual unless named."""
    scene = scenes.of(request, node)
    until = past.asked(request.GET.get(past.ASKED, "")) or authority.today()
    since = past.asked(request.GET.get("since", "")) or past.usual_since(until)
    past.in_order(since, until)
    found = bridges.between(request.actor, scene.node, since, until, request.GET.get("group", ""))
    write = _writer(scene, found)
    fine = scenes.writer(scene, found.group, (each.change for each in found.measures))
    page: Page[MeasureStep] = Paginator(found.measures, PAGE).get_page(request.GET.get("page"))
    context = {
        "scene": scene,
        "bridge": found,
        "scale": write.scale.value,
        "number_format": scene.number_format,
        "unit": write.unit,
        "unit_below": fine.unit,
        "opening": write.money(found.opening),
        "closing": write.money(found.closing),
        "change": write.money(found.closing - found.opening, signed=True),
        "steps": [
            StepRow(CAUSE_NAMES[each.cause], write.money(each.amount, signed=True), each.count,
                    each.amount < 0)
            for each in found.steps
        ],
        "groups": [(figures.address(each), group_name(each)) for each in found.groups],
        "chosen": "" if found.group is None else figures.address(found.group),
        "page": page,
        "rows": [_row(scene, each, fine, until) for each in page.object_list],
        "breadcrumbs": [
            *scenes.crumbs(scene, request.actor, leads_here=True),
            {"label": _("Since the last meeting"), "url": ""},
        ],
    }  # fmt: skip
    return render(request, "reporting/bridge.html", context)


def _writer(scene: Scene, found: Bridge) -> Writer:
    amounts = (found.opening, found.closing, *(each.amount for each in found.steps))
    return scenes.writer(scene, found.group, amounts)


def _row(scene: Scene, each: MeasureStep, write: Writer, until: date) -> MeasureRow:
    named = {"slug": scene.slug, "measure": each.address}
    told = [
        f"{CAUSE_NAMES[cause]} {write.money(amount, signed=True)}"
        for cause, amount in each.causes.items()
    ]
    is_today = until == scene.ground.today
    query = "" if is_today else f"?{past.ASKED}={until}"
    return MeasureRow(
        name=each.name,
        code=each.code,
        url=reverse("measures:measure", kwargs=named) + query,
        before=write.money(each.before),
        after=write.money(each.after),
        change=write.money(each.change, signed=True),
        why=", ".join(told),
        is_below=each.change < Decimal(0),
    )
