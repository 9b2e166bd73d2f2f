"""Saving the value grid in one request, and its one-click acts."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, redirect, render, requires
from measures.errors import StaleFigures
from measures.forms import ScaleForm, ShiftForm
from measures.models import Line
from measures.queries import sections as rows
from measures.rules.amounts import CellReader
from measures.services import figures
from measures.services.cells import reader_of
from measures.views import dialogs, sections, sheet, value
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene
from measures.views.value import Typed

SECTION = "value"


@requires(Permission.VIEW)
def show(request: Request, measure: UUID) -> HttpResponse:
    """Show the section alone, for a fiscal year; without HTMX the page at that section."""
    scene = scenes.of(request, measure)
    if not request.htmx:
        return redirect(request, f"{scene.url()}{sections.year_query(request)}#{SECTION}")
    return render(request, "measures/_value.html", sections.of(SECTION, request, scene))


@requires(Permission.ENTER_FORECAST)
@require_POST
def save(request: Request, measure: UUID) -> HttpResponse:
    """Save the whole grid; who was overtaken sees both values and keeps what was typed."""
    scene = scenes.of(request, measure, Permission.ENTER_FORECAST)
    sent = _sent(request, scene)
    if sent.refusals:
        return _again(request, scene, sent.typed, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        figures.save(
            actor=request.actor,
            measure_id=scene.measure.pk,
            cells=sent.changes,
            versions=sent.versions,
        )
    except StaleFigures:
        # Answered here and not by the middleware: the typed cells must come back with the page.
        return _again(request, scene, _overtaken(request, scene, sent), HTTPStatus.CONFLICT)
    said = _("The figures are saved.") if sent.changes else _("Nothing was changed.")
    return dialogs.done(request, measure, SECTION, said)


@requires(Permission.ENTER_FORECAST)
@require_POST
def no_change(request: Request, measure: UUID) -> HttpResponse:
    """Submit the forecast again as it is, in one click."""
    scene = scenes.of(request, measure, Permission.ENTER_FORECAST)
    figures.no_change(actor=request.actor, measure_id=scene.measure.pk)
    return dialogs.done(request, measure, SECTION, _("The forecast is confirmed: no change."))


@requires(Permission.ENTER_FORECAST)
def shift(request: Request, measure: UUID) -> HttpResponse:
    """Move the open months of a line's forecast."""
    scene = scenes.of(request, measure, Permission.ENTER_FORECAST)
    lines = _lines(request, scene)
    form = ShiftForm(request.POST or None, lines=[(each.pk, each.name) for each in lines])
    if form.is_valid():
        figures.shift(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
        return dialogs.done(request, measure, SECTION, _("The forecast is shifted."))
    asked = Asked(
        SECTION,
        _("Shift the forecast"),
        request.get_full_path(),
        _("Shift"),
        note=_("The open months move and their sum stays; closed months are untouched."),
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.ENTER_FORECAST)
def scale(request: Request, measure: UUID) -> HttpResponse:
    """Scale the open months of the fiscal year to what the rest of it will bring."""
    scene = scenes.of(request, measure, Permission.ENTER_FORECAST)
    lines = _lines(request, scene)
    form = ScaleForm(
        request.POST or None,
        lines=[(each.pk, f"{each.name} ({value.unit_name(each)})") for each in lines],
        reader=_reader(request, scene, lines),
    )
    if form.is_valid():
        figures.scale_rest(
            actor=request.actor,
            measure_id=scene.measure.pk,
            fiscal_year=_grid_year(request, scene),
            **form.cleaned_data,
        )
        return dialogs.done(request, measure, SECTION, _("The rest of the year is scaled."))
    asked = Asked(SECTION, _("Scale the rest"), request.get_full_path(), _("Scale"))
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


def _sent(request: Request, scene: Scene) -> sheet.Sent:
    with tenancy.reading(request.actor):
        return sheet.read(request.POST, value.grid_of(request, scene), scene.number_format)


def _overtaken(request: Request, scene: Scene, sent: sheet.Sent) -> Typed:
    with tenancy.reading(request.actor):
        return sheet.conflict(sent, value.grid_of(request, scene), scene.number_format)


def _again(request: Request, scene: Scene, typed: Typed, status: HTTPStatus) -> HttpResponse:
    """Show the grid again with what was typed: the section for HTMX, else the whole page."""
    with tenancy.reading(request.actor):
        if request.htmx:
            context = sections.of(SECTION, request, scene) | value.section(request, scene, typed)
            response = render(request, "measures/_value.html", context, status=status)
            response["HX-Retarget"] = f"#{SECTION}"
            response["HX-Reswap"] = "outerHTML show:top"
            return response
        context = sections.everything(request, scene) | value.section(request, scene, typed)
        return render(request, "measures/measure.html", context, status=status)


def _lines(request: Request, scene: Scene) -> list[Line]:
    with tenancy.reading(request.actor):
        return rows.lines(scene.measure.pk)


def _reader(request: Request, scene: Scene, lines: list[Line]) -> CellReader:
    """Return what reads the total: in the unit of the line chosen, else of the first."""
    chosen = [each for each in lines if each.pk == dialogs.chosen(request, "line_id")]
    line = next(iter(chosen or lines), None)
    return scene.money if line is None else reader_of(line, scene.number_format)


def _grid_year(request: Request, scene: Scene) -> int:
    with tenancy.reading(request.actor):
        return value.grid_of(request, scene).fiscal_year
