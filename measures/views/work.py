"""My work: what is due from a member this week, each done in seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from core.money import from_scaled, total
from hierarchy.pages import Request, render, requires
from measures.queries import packages, periods, stages
from measures.queries import work as queries
from measures.queries.claims import ClaimRow
from measures.queries.work import ClaimDue
from measures.rules.amounts import amount_text
from measures.services import dependencies, figures
from measures.services.cells import number_format
from measures.views import dialogs
from measures.views import scene as scenes


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A month to be claimed; `key` is how the claim form names the month."""

    due: ClaimDue
    key: str
    forecast: str
    unit: str


@requires(Permission.VIEW)
def my_work(request: Request) -> HttpResponse:
    """Show what waits for the reader, the most urgent first."""
    ground, written_as = periods.ground(), number_format()
    found = queries.of(request.actor, ground)
    names = stages.names()
    value = _together(found.decisions, ground.currency)
    context = {
        "work": found,
        "claims": [
            ClaimView(
                due=due,
                key=f"{due.month.fiscal_year}-{due.month.period}",
                forecast=amount_text(due.forecast, due.unit, written_as),
                unit=due.currency or due.unit.code,
            )
            for due in found.claims
        ],
        "gates": [
            (due, names.of(due.stage, due.step), names.following(due.stage, due.step))
            for due in found.gates
        ],
        "waiting_value": value,
        "may_propose": packages.is_any_open_to(request.actor),
        "currency": ground.currency,
        "today": ground.today,
        "number_format": written_as,
        "scale": "units",
    }
    return render(request, "measures/my_work.html", context)


@requires(Permission.ENTER_FORECAST)
@require_POST
def no_change(request: Request, measure: UUID) -> HttpResponse:
    """Confirm the forecast of a measure in one click, and go on with the list."""
    scene = scenes.of(request, measure, Permission.ENTER_FORECAST)
    figures.no_change(actor=request.actor, measure_id=scene.measure.pk)
    said = _said(_("%(measure)s: the forecast is confirmed."), scene.measure.node.name)
    return dialogs.back_to_work(request, said)


@requires(Permission.UPDATE_MILESTONE)
@require_POST
def accept(request: Request, measure: UUID) -> HttpResponse:
    """Accept that another measure waits for one of the reader's, and go on with the list."""
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    dependencies.accept(
        actor=request.actor,
        dependency_id=dialogs.chosen(request, "dependency"),
        version=dialogs.version_of(request),
    )
    said = _said(_("%(measure)s: the dependency is accepted."), scene.measure.node.name)
    return dialogs.back_to_work(request, said)


def _together(rows: Iterable[ClaimRow], currency: str) -> Decimal:
    """Return what claims in the organization's currency come to; others are not added to it."""
    amounts = (
        from_scaled(abs(row.amount), row.unit.decimals)
        for row in rows
        if row.unit.is_money and row.currency == currency
    )
    return total(amounts) or Decimal(0)


def _said(sentence: str | Promise, measure: str) -> str:
    return str(sentence) % {"measure": measure}
