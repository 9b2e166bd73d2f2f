"""What a figure is made of: the measures behind it, with source, age and approval."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import exact
from accounts.rules.roles import Permission
from accounts.templatetags import signs as amounts
from core import tenancy
from core.errors import NotFound
from hierarchy.pages import Request, render, requires
from hierarchy.queries import past
from measures.queries import measures, stages
from measures.rules.stage import Lifecycle
from measures.words import LIFECYCLE_NAMES, SERIES_NAMES
from reporting.queries import dashboard
from reporting.queries.dashboard import Dashboard
from reporting.queries.provenance import (
    Figure,
    Part,
    SourceRow,
    Sources,
    UsedRate,
    parts,
    taken_off,
)
from reporting.rules.figures import Horizon, Measured, ratio
from reporting.views import board
from reporting.views import scene as scenes
from reporting.views.scene import Scene, Writer
from reporting.views.taken_off import of_figure
from reporting.views.words import HORIZON_NAMES, MEASURED_NAMES, RATE_NOTES, group_name

PAGE = 50
RATE_DECIMALS = 4
CAN_BE_CONFIRMED = {Measured.PLAN, Measured.OUTLOOK}
ONLY_THIS_YEAR = {Measured.CLAIMED, Measured.UNCLAIMED}


@dataclass(frozen=True, slots=True)
class Cells:
    """One measure behind a figure, every cell as text."""

    name: str
    under: str
    url: str
    stage: str
    amount: str
    share: str
    source: str
    recorded_at: datetime | None
    approval: str
    freshness: str
    rates: str


@dataclass(frozen=True, slots=True)
class PartCells:
    """One node right below with what it puts in; its own address unfolds it further."""

    name: str
    code: str
    url: str
    amount: str
    share: str


@requires(Permission.VIEW)
@require_safe
def provenance(request: Request, node: UUID, measured: str, horizon: str) -> HttpResponse:
    """Show the measures that a figure of a node is the sum of."""
    scene, on = scenes.of(request, node), past.asked(request.GET.get(past.ASKED, ""))
    crumbs = scenes.crumbs(replace(scene, as_of=on), request.actor, leads_here=True)
    wanted = _Wanted(measured, horizon, past.seen_below(request.actor, scene.node) if on else None)
    with past.as_asked(on):
        context = _shown(request, scene if on is None else scenes.as_known(scene, on), wanted)
    context["breadcrumbs"] = [*crumbs, {"label": context["heading"], "url": ""}]
    if on is not None:
        context |= {"as_of": on, "live_url": request.path}
    return render(request, "reporting/provenance.html", context)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an address asks for; `among` are the nodes of which a past day may tell."""

    measured: str
    horizon: str
    among: tuple[int, ...] | None


def _shown(request: Request, scene: Scene, wanted: _Wanted) -> dict[str, Any]:
    figures = dashboard.dashboard(scene.node, scene.ground, request.GET.get("group", ""))
    figure = _figure(figures, wanted.measured, wanted.horizon)
    write = board.writer_of(scene, figures)
    told = None if scene.as_of is None else measures.visible(request.actor)
    found = Sources(scene.node, scene.ground, figure, told)
    page: Page[SourceRow] = Paginator(found, exact.rows_a_page(PAGE)).get_page(
        request.GET.get("page")
    )
    total = _total(figures, figure)
    below = parts(scene.node, scene.ground, figure, wanted.among)
    return {
        "scene": scene,
        "figures": figures,
        "scale": write.scale.value,
        "number_format": scene.number_format,
        "unit": write.unit,
        "heading": MEASURED_NAMES[figure.measured],
        "note": RATE_NOTES.get((figure.measured.value, figure.horizon), ""),
        "horizon": HORIZON_NAMES[figure.horizon],
        "group": group_name(figure.group),
        "total": total,
        "trust": _trust(figures, figure, found, write),
        "parts": _parts(request, scene, figure, write, [(each, total) for each in below]),
        "confidential": tenancy.current().sight.hidden_below(scene.node.pk),
        "taken_off": of_figure(taken_off(scene.node, scene.ground, figure, told), write, total),
        "page": page,
        "rows": [_cells(scene, row, write, total) for row in page.object_list],
    }


def _trust(figures: Dashboard, figure: Figure, found: Sources, write: Writer) -> str:
    """Return how much of a figure is confirmed, and how much comes from fresh forecasts."""
    fresh = ratio(found.fresh_share())
    if fresh is None:
        return ""
    total = _total(figures, figure)
    confirmed = _total(figures, replace(figure, measured=Measured.CONFIRMED))
    if figure.measured not in CAN_BE_CONFIRMED or figure.horizon is Horizon.RUN_RATE or not total:
        words = _("%(fresh)s of this comes from measures whose forecast is fresh.")
        return words % {"fresh": write.share(fresh)}
    words = _(
        "%(confirmed)s of this is confirmed by approved actuals, and %(fresh)s comes from "
        "measures whose forecast is fresh."
    )
    share = (confirmed or Decimal(0)) / total
    return words % {"confirmed": write.share(share), "fresh": write.share(fresh)}


def _parts(
    request: Request,
    scene: Scene,
    figure: Figure,
    write: Writer,
    below: list[tuple[Part, Decimal | None]],
) -> list[PartCells]:
    """Return what each node right below puts in, with the whole, each a way further down."""
    kept = {"group": request.GET.get("group", ""), past.ASKED: scene.as_of}
    query = urlencode({name: value for name, value in kept.items() if value})
    named = {"measured": figure.measured.value, "horizon": figure.horizon.value}
    return [
        PartCells(
            name=part.name,
            code=part.code,
            url=reverse(
                "reporting:provenance", kwargs={"slug": scene.slug, "node": part.address, **named}
            )
            + (f"?{query}" if query else ""),
            amount=write.money(part.amount),
            share=write.share(part.amount / total if total else None),
        )
        for part, total in below
    ]


def _figure(figures: Dashboard, measured: str, horizon: str) -> Figure:
    """Return the figure that an address names; NotFound where the page shows no such figure."""
    if figures.group is None or measured not in set(Measured) or horizon not in set(Horizon):
        raise NotFound(what="page")
    figure = Figure(figures.group, Measured(measured), Horizon(horizon))
    if figure.measured in ONLY_THIS_YEAR and figure.horizon is not Horizon.FISCAL_YEAR:
        raise NotFound(what="page")
    return figure


def _total(figures: Dashboard, figure: Figure) -> Decimal | None:
    """Return the figure itself, as the dashboard shows it."""
    if figure.measured in ONLY_THIS_YEAR:
        waiting: Decimal | None = getattr(figures, figure.measured.value)
        return waiting
    column = next(each for each in figures.columns if each.horizon is figure.horizon)
    value: Decimal | None = getattr(column, figure.measured.value)
    return value


def _cells(scene: Scene, row: SourceRow, write: Writer, total: Decimal | None) -> Cells:
    lifecycle = "" if row.lifecycle is Lifecycle.ACTIVE else str(LIFECYCLE_NAMES[row.lifecycle])
    named = {"slug": scene.slug, "measure": row.address}
    return Cells(
        name=row.name,
        under=" · ".join(filter(None, (row.code, lifecycle.lower()))),
        url=reverse("measures:measure", kwargs=named) + f"{scene.kept}#value",
        stage=stages.names().of(row.stage, row.step),
        amount=write.money(row.amount),
        share=write.share(row.amount / total if total else None),
        source=str(SERIES_NAMES[row.source]),
        recorded_at=row.recorded_at,
        approval=_approval(row),
        freshness="" if row.freshness is None else row.freshness.value,
        rates=", ".join(_rate(each, write) for each in row.rates),
    )


def _rate(used: UsedRate, write: Writer) -> str:
    """Return a rate in words: "USD 1.08, version 2"."""
    value = amounts.written(used.value.normalize(), RATE_DECIMALS, write.number_format)
    return _("%(currency)s %(value)s, version %(version)s") % {
        "currency": used.currency,
        "value": value,
        "version": used.version,
    }


def _approval(row: SourceRow) -> str:
    """Return in words how the claims of a measure stand."""
    approved, waiting = row.approved, row.waiting
    said = []
    if approved:
        said.append(
            ngettext("%(n)s month approved", "%(n)s months approved", approved) % {"n": approved}
        )
    if waiting:
        said.append(ngettext("%(n)s month waits", "%(n)s months wait", waiting) % {"n": waiting})
    return ", ".join(said) or _("no claim")
