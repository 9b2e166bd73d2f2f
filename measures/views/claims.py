"""Claiming what a month brought, and taking a claim back while it waits."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, requires
from measures.forms import ClaimForm
from measures.models import Line
from measures.queries import claims as rows
from measures.queries import facts, sections, work
from measures.queries.work import ClaimDue
from measures.rules.calendar import Month
from measures.services import claims
from measures.services.cells import reader_of
from measures.views import dialogs, value
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene

SECTION = "value"


@requires(Permission.CLAIM_ACTUAL)
def claim(request: Request, measure: UUID) -> HttpResponse:
    """Claim a month of a line, filled with its forecast."""
    scene = scenes.of(request, measure, Permission.CLAIM_ACTUAL)
    form, line = _form(request, scene)
    if form.is_valid():
        said = dict(form.cleaned_data)
        month = _month(said.pop("month"))
        claims.claim(
            actor=request.actor,
            line_id=line.pk,
            fiscal_year=month.fiscal_year,
            period=month.period,
            **said,
        )
        return dialogs.done(
            request, measure, SECTION, _("The month is claimed; the controller decides.")
        )
    asked = Asked(
        SECTION,
        _("Claim a month"),
        _address(request, line),
        _("Claim"),
        note=_("%(line)s. An approved claim becomes the actual.") % {"line": line.name},
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.CLAIM_ACTUAL)
@require_POST
def withdraw(request: Request, measure: UUID) -> HttpResponse:
    """Take back a claim that waits."""
    scene = scenes.of(request, measure, Permission.CLAIM_ACTUAL)
    with tenancy.reading(request.actor):
        waiting = rows.one(dialogs.chosen(request, "claim"), scene.measure.pk)
    claims.withdraw(actor=request.actor, claim_id=waiting.claim_id)
    return dialogs.done(request, measure, SECTION, _("The claim is withdrawn."))


def _form(request: Request, scene: Scene) -> tuple[ClaimForm, Line]:
    """Return the form for the line and month that the request names, filled with its forecast."""
    with tenancy.reading(request.actor):
        line = sections.line(scene.measure.pk, dialogs.chosen(request, "line"))
        months = _claimable(scene, line)
        evidence = sections.evidence_choices(scene.measure.pk)
    wanted = request.GET.get("month", "")
    if not request.htmx and wanted in months:
        # Without scripts the amount cannot follow another month: this one alone is offered.
        months = {wanted: months[wanted]}
    chosen = wanted if wanted in months else next(iter(months), "")
    forecast = months[chosen].forecast if chosen else None
    initial = {"month": chosen, "amount": value.written(forecast, line, scene.number_format)}
    form = ClaimForm(
        request.POST or None,
        initial=initial,
        reader=reader_of(line, scene.number_format),
        months=[(key, due.label) for key, due in months.items()],
        evidence=evidence,
        refresh_url=_address(request, line) if request.htmx else "",
    )
    return form, line


def _claimable(scene: Scene, line: Line) -> Mapping[str, ClaimDue]:
    """Return the months of a line that can be claimed today, the oldest first."""
    figures = facts.of([scene.measure.pk], scene.ground.today, scene.ground)[scene.measure.pk]
    return {
        f"{due.month.fiscal_year}-{due.month.period}": due
        for due in work.claimable(figures, scene.public_id, scene.ground)
        if due.line_id == line.pk
    }


def _address(request: Request, line: Line) -> str:
    kept = {name: request.GET[name] for name in ("from", "year") if name in request.GET}
    return f"{request.path}?{urlencode({'line': line.pk, **kept})}"


def _month(given: str) -> Month:
    year, _dash, period = given.partition("-")
    return Month(int(year), int(period))
