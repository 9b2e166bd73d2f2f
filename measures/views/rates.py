"""The page of the organization's rates: those in force, the next ones by form or file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.places import tabs
from hierarchy.queries import authority, past, tree
from measures.forms import House
from measures.models.rate import DISCOUNT, Rate
from measures.queries import periods, rates
from measures.queries.periods import Ground
from measures.rules.calendar import Month
from measures.rules.rate_file import COLUMNS, RateEntry, entry_of
from measures.rules.rates import RateKind
from measures.services import rates as service

CHANGES_SHOWN = 20
LARGEST_FILE = 512 * 1024
KIND_NAMES: dict[str, Promise] = {
    RateKind.PLAN: _("Plan rate"),
    RateKind.ACTUAL: _("Actual rate"),
    DISCOUNT: _("Discount rate"),
}


class RateForm(House):
    """One rate, typed."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (RateKind.PLAN.value, _("Plan rate of a fiscal year")),
            (RateKind.ACTUAL.value, _("Actual rate, the average of a month")),
            (DISCOUNT, _("Discount rate of a fiscal year")),
        ],
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, help_text=_("None for a discount rate.")
    )
    fiscal_year = forms.CharField(label=_("Fiscal year"), max_length=4)
    period = forms.CharField(
        label=_("Month of the fiscal year"),
        max_length=2,
        required=False,
        help_text=_("1 to 12, for an actual rate alone."),
    )
    rate = forms.CharField(label=_("Rate"), max_length=18, widget=forms.TextInput())
    reason = forms.CharField(label=_("Reason or source"), max_length=service.LONGEST_REASON)

    def __init__(self, *args: Any, own: str, decimal: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.decimal = decimal
        self.fields["rate"].help_text = _(
            "How much of the currency is worth one %(own)s; a discount rate as a share, such as "
            "0%(decimal)s08 for 8 %%."
        ) % {"own": own, "decimal": decimal}

    def clean(self) -> dict[str, Any]:
        """Read the texts together as one rate."""
        given = super().clean() or {}
        if self.errors:
            return given
        typed = given["rate"].strip().replace(self.decimal, ".")
        kind, currency, year, period = (
            given[name].strip() for name in ("kind", "currency", "fiscal_year", "period")
        )
        said = entry_of(kind, currency, year, period, typed)
        if isinstance(said, str):
            raise forms.ValidationError(said)
        return {"entry": said, "reason": given["reason"]}


class RateFileForm(House):
    """Many rates, in a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Comma-separated, with the columns %(columns)s; numbers with a point.")
        % {"columns": ", ".join(COLUMNS)},
    )
    file_reason = forms.CharField(label=_("Reason or source"), max_length=service.LONGEST_REASON)

    def clean_file(self) -> str:
        """Return the text of the file."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than half a megabyte."))
        try:
            return str(sent.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This file is not written in UTF-8.")) from error


@dataclass(frozen=True, slots=True)
class RateRow:
    """One rate as the page shows it."""

    kind: str | Promise
    currency: str
    when: str
    value: str
    version: int
    by: str
    at: object
    reason: str


@requires(Permission.VIEW)
def index(request: Request) -> HttpResponse:
    """Show every rate in force, now or as known on a day, and take one more from who may."""
    if request.method == "POST":
        form = _form(request)
        if form.is_valid():
            entries: Sequence[RateEntry] = [form.cleaned_data["entry"]]
            made = service.record(
                actor=request.actor, entries=entries, reason=form.cleaned_data["reason"]
            )
            return _done(request, made)
        return _page(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request)


@requires(Permission.MAINTAIN_RATES)
def from_file(request: Request) -> HttpResponse:
    """Take many rates from a file, all of them or none."""
    form = RateFileForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return redirect(request, _address(request))
    if not form.is_valid():
        return _page(request, file_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    made = service.record_file(
        actor=request.actor,
        text=form.cleaned_data["file"],
        reason=form.cleaned_data["file_reason"],
    )
    return _done(request, made)


def _address(request: Request) -> str:
    return f"/o/{request.membership.slug}/measures/rates/"


def _form(request: Request) -> RateForm:
    with tenancy.reading(request.actor):
        profile = people.profile()
    return RateForm(request.POST or None, own=profile.currency, decimal=profile.decimal_separator)


def _done(request: Request, made: Sequence[Rate]) -> HttpResponse:
    count = len(made)
    said = ngettext("%(count)d rate is recorded.", "%(count)d rates are recorded.", count)
    messages.success(request, said % {"count": count})
    return redirect(request, _address(request))


def _page(
    request: Request,
    form: RateForm | None = None,
    file_form: RateFileForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    with tenancy.reading(request.actor):
        ground = periods.ground()
        on = past.asked(request.GET.get(past.ASKED, ""))
        with past.as_asked(on):
            found = list(rates.in_force().select_related("recorded_by"))
            changes = rates.changes(CHANGES_SHOWN)
        sign = people.profile().decimal_separator
        context = {
            "currency": ground.currency,
            "tables": [
                (KIND_NAMES[kind], kind, rows)
                for kind in KIND_NAMES
                if (rows := list(_rows((row for row in found if row.kind == kind), ground, sign)))
            ],
            "changes": list(_rows(changes, ground, sign)),
            "may_record": on is None
            and authority.may(request.actor, Permission.MAINTAIN_RATES, tree.root()),
            "as_of": on,
            "live_url": _address(request),
            "form": form or _form(request),
            "file_form": file_form or RateFileForm(),
        }
        page = context | tabs(request, "measures:rates")
        return render(request, "measures/rates.html", page, status=status)


def _rows(found: Iterable[Rate], ground: Ground, decimal: str) -> Iterable[RateRow]:
    for row in found:
        month = Month(row.fiscal_year, row.period) if row.period else None
        yield RateRow(
            kind=KIND_NAMES[row.kind],
            currency=row.currency,
            when=str(row.fiscal_year) if month is None else ground.label(month),
            value=_written(row, decimal),
            version=row.version,
            by="" if row.recorded_by is None else row.recorded_by.name,
            at=row.recorded_at,
            reason=row.reason,
        )


def _written(row: Rate, decimal: str) -> str:
    """Return a rate without the zeros that only its column added; a discount as a percentage."""
    value = row.value * 100 if row.kind == DISCOUNT else row.value
    text = f"{value:f}"
    text = (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", decimal)
    return f"{text} %" if row.kind == DISCOUNT else text
