"""Overlaps on the measure's page: propose, confirm, decline or reverse; and as rows to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from core.tenancy import Actor
from hierarchy.pages import Request, requires
from measures.forms import AmountField, Choices, House
from measures.models import Line, Measure, Overlap
from measures.queries import overlaps, series
from measures.queries.periods import Ground
from measures.rules.amounts import CellReader, NumberFormat, amount_text
from measures.rules.calendar import PERIODS, Month
from measures.rules.lines import MONEY, Series, Unit
from measures.rules.overlap import OverlapHat, OverlapState
from measures.rules.series import months_in
from measures.services import overlaps as service
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene

SECTION = "overlaps"
MONEY_UNIT = Unit()
STATES = {
    OverlapState.PROPOSED: (_("proposed"), "warn"),
    OverlapState.AGREED: (_("agreed"), "good"),
    OverlapState.DECLINED: (_("declined"), "plain"),
    OverlapState.REVERSED: (_("reversed"), "plain"),
}
HATS = {
    OverlapHat.SPONSOR: _("Confirm as sponsor"),
    OverlapHat.CONTROLLER: _("Confirm as controller"),
}


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


@dataclass(frozen=True, slots=True)
class OverlapRow:
    """One overlap as pages show it; `hat` is what the reader may confirm it as, if anything."""

    id: int
    budget: str
    budget_address: UUID
    one: str
    one_address: UUID
    one_line: str
    other: str
    other_address: UUID
    other_line: str
    a_year: list[tuple[int, str]]
    state: object
    tone: str
    is_agreed: bool
    reason: str
    said: list[tuple[object, str, datetime]]
    waits_for: str
    hat: object
    may_end: bool


def section(request: Request, scene: Scene) -> dict[str, object]:
    """Return the overlaps of a measure, and whether another could be proposed."""
    found = overlaps.of_measure(request.actor, scene.measure.pk)
    may = scene.may["PROPOSE_OVERLAP"]
    return {
        "overlaps": rows(request.actor, found, scene.number_format),
        "can_overlap": may and bool(overlaps.candidates(request.actor, scene.measure)),
    }


def rows(actor: Actor, found: Iterable[Overlap], numbers: NumberFormat) -> list[OverlapRow]:
    """Return overlaps as they are shown, in the order given."""
    given = list(found)
    names = people.names_of({pk for each in given for pk in _people(each)})
    return [_row(actor, each, names, numbers) for each in given]


def _people(overlap: Overlap) -> set[int]:
    behind = {
        overlap.proposed_by_id, overlap.sponsor_by_id, overlap.controller_by_id, overlap.ended_by_id
    }  # fmt: skip
    return {each for each in behind if each is not None}


def _row(
    actor: Actor, overlap: Overlap, names: dict[int, str], numbers: NumberFormat
) -> OverlapRow:
    hats = overlaps.hats(overlap, actor.member_id)
    word, tone = STATES[OverlapState(overlap.state)]
    is_proposed = overlap.state == OverlapState.PROPOSED
    return OverlapRow(
        id=overlap.pk,
        budget=str(overlap.budget),
        budget_address=overlap.budget.public_id,
        one=overlap.measure.node.name,
        one_address=overlap.measure.node.public_id,
        one_line=overlap.line.name,
        other=overlap.other.node.name,
        other_address=overlap.other.node.public_id,
        other_line=overlap.other_line.name,
        a_year=[
            (year, amount_text(sum(each or 0 for each in row), MONEY_UNIT, numbers))
            for year, row in overlap.rows.items()
        ],
        state=word,
        tone=tone,
        is_agreed=overlap.state == OverlapState.AGREED,
        reason=overlap.ended_reason or overlap.reason,
        said=_said(overlap, names),
        waits_for=overlaps.who_confirms(overlap) if is_proposed else "",
        hat=HATS[hats[0]] if hats else "",
        may_end=overlaps.may_end(overlap, actor.member_id),
    )


def _said(overlap: Overlap, names: dict[int, str]) -> list[tuple[object, str, datetime]]:
    """Return who said what of an overlap when, in that order."""
    ended = _("declined") if overlap.state == OverlapState.DECLINED else _("reversed")
    acts = (
        (_("proposed"), overlap.proposed_by_id, overlap.proposed_at),
        (_("sponsor"), overlap.sponsor_by_id, overlap.sponsor_at),
        (_("controller"), overlap.controller_by_id, overlap.controller_at),
        (ended, overlap.ended_by_id, overlap.ended_at),
    )
    found = [(word, names.get(pk or 0, ""), at) for word, pk, at in acts if at is not None]
    return sorted(found, key=lambda each: each[2])


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
