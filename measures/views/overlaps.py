"""Overlaps on the measure's page: propose, confirm, decline or reverse."""

from decimal import Decimal
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, requires
from measures.forms import AmountField, Choices, House
from measures.models import Line, Measure
from measures.queries import overlaps, series
from measures.queries.periods import Ground
from measures.rules.amounts import CellReader
from measures.rules.calendar import PERIODS, Month
from measures.rules.lines import MONEY, Series, Unit
from measures.rules.overlap import OverlapState
from measures.rules.series import months_in
from measures.services import overlaps as service
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene

SECTION = "overlaps"


class OverlapForm(House):
    """Which two lines count the same, from when to when, and how much a month."""

    reason = forms.CharField(
        label=_("Why both count it"),
        max_length=service.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: object, reader: CellReader, pairs: Choices, months: Choices, **options: object
    ) -> None:
        super().__init__(*args, **options)
        amount = AmountField(
            reader, label=_("Amount a month in %(unit)s") % {"unit": reader.unit_name}
        )
        self.fields["pair"] = forms.ChoiceField(label=_("The two lines"), choices=list(pairs))
        self.fields["since"] = forms.ChoiceField(label=_("From"), choices=list(months))
        self.fields["until"] = forms.ChoiceField(label=_("Until"), choices=list(months))
        self.fields["amount"] = amount
        self.order_fields(["pair", "amount", "since", "until", "reason"])


class ReasonForm(House):
    """Why an overlap is declined or reversed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=service.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@requires(Permission.PROPOSE_OVERLAP)
def propose(request: Request, measure: UUID) -> HttpResponse:
    """Say which line of another measure counts the same on one budget line, and how much."""
    scene = scenes.of(request, measure, Permission.PROPOSE_OVERLAP)
    form = _form(request, scene)
    if form.is_valid():
        said = form.cleaned_data
        line, _dash, other = said["pair"].partition("-")
        service.propose(
            actor=request.actor,
            line_id=int(line),
            other_line_id=int(other),
            amounts=_spread(said["since"], said["until"], said["amount"] or Decimal(0)),
            reason=said["reason"],
        )
        return dialogs.done(request, measure, SECTION, _("Sponsor and controller are asked."))
    asked = Asked(
        SECTION,
        _("Propose an overlap"),
        request.path,
        _("Propose"),
        note=_(
            "Once the sponsor of the other measure and a controller agree, it is taken off where "
            "both measures come together."
        ),
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.CONFIRM_OVERLAP)
@require_POST
def confirm(request: Request, measure: UUID) -> HttpResponse:
    """Confirm an overlap as the sponsor of the other measure or as a controller."""
    done = service.confirm(actor=request.actor, overlap_id=dialogs.chosen(request, "overlap"))
    is_agreed = done.state == OverlapState.AGREED
    words = _("The overlap is agreed.") if is_agreed else _("The overlap waits for the other one.")
    return dialogs.done(request, measure, SECTION, words)


@requires(Permission.PROPOSE_OVERLAP)
def end(request: Request, measure: UUID) -> HttpResponse:
    """Decline a proposed overlap or reverse an agreed one, with a reason."""
    scene = scenes.of(request, measure, Permission.PROPOSE_OVERLAP)
    overlap_id = dialogs.chosen(request, "overlap")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        service.end(actor=request.actor, overlap_id=overlap_id, **form.cleaned_data)
        return dialogs.done(request, measure, SECTION, _("The overlap is ended."))
    asked = Asked(
        SECTION,
        _("End the overlap"),
        request.get_full_path(),
        _("End it"),
        note=_("Nothing is taken off any more: both measures count in full."),
        is_danger=True,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


def _form(request: Request, scene: Scene) -> OverlapForm:
    with tenancy.reading(request.actor):
        pairs = overlaps.candidates(request.actor, scene.measure)
        months = _planned(scene.measure)
    return OverlapForm(
        request.POST or None,
        reader=CellReader(Unit(MONEY), _currency(pairs, scene.ground), scene.number_format),
        pairs=[
            (f"{line.pk}-{other.pk}", f"{line.name} · {other.measure.node.name}: {other.name}")
            for line, other in pairs
        ],
        months=[(_month_code(month), scene.ground.label(month)) for month in months],
    )


def _currency(pairs: list[tuple[Line, Line]], ground: Ground) -> str:
    """Return the currency of what can overlap; lines of two currencies never do."""
    found = {line.currency for line, _other in pairs}
    return found.pop() if len(found) == 1 else ground.currency


def _planned(measure: Measure) -> list[Month]:
    """Return the months that are planned in any line of a measure."""
    lines = list(measure.lines.filter(removed_on__isnull=True).values_list("pk", flat=True))
    plans = series.by_line(series.current(lines, [Series.PLAN]), Series.PLAN)
    return sorted({month for plan in plans.values() for month in months_in(plan)})


def _month_code(month: Month) -> str:
    return f"{month.fiscal_year}-{month.period:02d}"


def _spread(since: str, until: str, amount: Decimal) -> dict[Month, Decimal]:
    """Return the amount in each month from the first to the last one; none if they are reversed."""
    first, last = (_at(each) for each in (since, until))
    count = (last.fiscal_year - first.fiscal_year) * PERIODS + last.period - first.period
    return {first.plus(at): amount for at in range(count + 1)}


def _at(code: str) -> Month:
    year, _dash, period = code.partition("-")
    return Month(int(year), int(period))
