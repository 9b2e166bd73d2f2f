"""The controller's desk: claims, closures and take-overs that wait for a confirmation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import exact
from accounts.queries import people
from accounts.rules.roles import Permission
from core.money import from_scaled
from governance.forms import BatchForm
from governance.queries import desk, shortfalls, sustained, waiting
from governance.services import takeover
from governance.views import rows, scene
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.rules.given import whole_number
from measures.queries import claims as waiting_claims
from measures.queries import periods
from measures.queries.claims import ClaimRow
from measures.rules.amounts import NumberFormat, amount_text
from measures.services import claims
from measures.words import PERIOD_STAGE_NAMES, PERIOD_STAGE_TONES

SHOWN = 300


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with its figures as text in the unit of its line, and how far it strays."""

    row: ClaimRow
    amount: str
    forecast: str
    difference: str
    deviation: Decimal | None


@dataclass(frozen=True, slots=True)
class MonthView:
    """The claims of one month; `total` is of those in the organization's currency.

    `stage` says where the period stands on its way to its lock, `tone` how loudly.
    """

    key: str
    label: str
    stage: Promise
    tone: str
    claims: tuple[ClaimView, ...]
    total: Decimal


@requires(Permission.VIEW)
@require_safe
def approval_desk(request: Request) -> HttpResponse:
    """Show what waits for the reader's confirmation: claims by month, closures, take-overs."""
    ground, profile = periods.ground(), people.profile()
    found = waiting_claims.waiting_for(request.actor, ground)
    form = _filter(request, found, ground.currency)
    kept = _kept(form, found)
    shown = kept[: exact.rows_a_page(SHOWN)]
    context = {
        "months": _months(shown, scene.number_format(profile), ground.currency),
        "form": form,
        "is_filtered": len(kept) < len(found),
        "count": len(found),
        "kept": len(kept),
        "shown": len(shown),
        "left_out": len(kept) - len(shown),
        "value": _total(kept, ground.currency),
        "closures": rows.shown(waiting.closures(request.actor)),
        "shortfalls": rows.shortfalls(shortfalls.waiting(request.actor)),
        "checks_due": sustained.due(request.actor),
        "take_overs": rows.take_overs(desk.take_overs_to_confirm(request.actor)),
        **scene.figures(),
    }
    return render(request, "governance/approval_desk.html", context)


@requires(Permission.APPROVE_ACTUAL, step_up=True)
@require_POST
def approve(request: Request) -> HttpResponse:
    """Approve the claim of a row, or all that are ticked, in one act."""
    made = claims.approve(
        actor=request.actor, claim_ids=_chosen(request), reason=request.POST.get("reason", "")
    )
    said = ngettext("%(n)d claim is approved.", "%(n)d claims are approved.", len(made))
    return scene.done(request, _address(request), said % {"n": len(made)})


@requires(Permission.APPROVE_ACTUAL, step_up=True)
@require_POST
def reject(request: Request) -> HttpResponse:
    """Reject the claims that are ticked, with the reason given."""
    made = claims.reject(
        actor=request.actor, claim_ids=_chosen(request), reason=request.POST.get("reason", "")
    )
    said = ngettext("%(n)d claim is rejected.", "%(n)d claims are rejected.", len(made))
    return scene.done(request, _address(request), said % {"n": len(made)})


@requires(Permission.CONFIRM_TAKE_OVER)
@require_POST
def confirm_take_overs(request: Request) -> HttpResponse:
    """Confirm the measures taken over that are ticked."""
    chosen = _ids(request.POST.getlist("take_over"))
    if not chosen:
        return redirect(request, f"{_address(request)}#take-overs")
    made = takeover.confirm(actor=request.actor, take_over_ids=chosen)
    said = ngettext("%(n)d take-over is confirmed.", "%(n)d take-overs are confirmed.", len(made))
    return scene.done(request, _address(request), said % {"n": len(made)})


def _filter(request: Request, found: Iterable[ClaimRow], unit: str) -> BatchForm:
    months = sorted({(row.month, row.label) for row in found}, reverse=True)
    choices = [(_key(month.fiscal_year, month.period), label) for month, label in months]
    form = BatchForm(request.GET, months=choices, unit=unit)
    form.is_valid()
    return form


def _kept(form: BatchForm, found: Sequence[ClaimRow]) -> list[ClaimRow]:
    """Return the claims that the filter leaves, the latest month first and in it the largest."""
    said = form.cleaned_data
    kept = list(found)
    if said.get("within") is not None:
        kept = waiting_claims.within(kept, Fraction(said["within"]) / 100, said.get("under"))
    elif said.get("under") is not None:
        most = said["under"]
        kept = [row for row in kept if abs(row.amount) <= most * 10**row.unit.decimals]
    if said.get("month"):
        kept = [row for row in kept if _key_of(row) == said["month"]]
    # Largest first already; the sort is stable.
    return sorted(kept, key=lambda row: row.month, reverse=True)


def _months(shown: Iterable[ClaimRow], written_as: NumberFormat, currency: str) -> list[MonthView]:
    by_month: dict[str, list[ClaimRow]] = {}
    for row in shown:
        by_month.setdefault(_key_of(row), []).append(row)
    return [
        MonthView(
            key=key,
            label=found[0].label,
            stage=PERIOD_STAGE_NAMES[found[0].stage],
            tone=PERIOD_STAGE_TONES[found[0].stage],
            claims=tuple(_view(row, written_as) for row in found),
            total=_total(found, currency),
        )
        for key, found in by_month.items()
    ]


def _view(row: ClaimRow, written_as: NumberFormat) -> ClaimView:
    difference = None if row.forecast is None else row.amount - row.forecast
    deviation = row.deviation
    return ClaimView(
        row=row,
        amount=amount_text(row.amount, row.unit, written_as),
        forecast=amount_text(row.forecast, row.unit, written_as),
        difference=amount_text(difference, row.unit, written_as),
        deviation=None
        if deviation is None
        else Decimal(deviation.numerator) / Decimal(deviation.denominator),
    )


def _total(found: Iterable[ClaimRow], currency: str) -> Decimal:
    amounts = (
        from_scaled(row.amount, row.unit.decimals)
        for row in found
        if row.unit.is_money and row.currency == currency
    )
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _key_of(row: ClaimRow) -> str:
    return _key(row.month.fiscal_year, row.month.period)


def _key(fiscal_year: int, period: int) -> str:
    return f"{fiscal_year}-{period:02d}"


def _chosen(request: Request) -> list[int]:
    """Return the claim of the row whose button was pressed, else those that are ticked."""
    only = request.POST.get("only", "")
    return _ids([only] if only else request.POST.getlist("claim"))


def _ids(given: Iterable[str]) -> list[int]:
    # A name that is no number names nothing: the service says that nothing was chosen.
    return [found for each in given if (found := whole_number(each)) is not None]


def _address(request: Request) -> str:
    """Return the desk as it was filtered; the filter travels in the form."""
    url = reverse("governance:approval_desk", args=[request.membership.slug])
    kept = request.POST.get("filter", "")
    return f"{url}?{kept}" if kept else url
