"""The budget: what the ledger booked beyond what claims explain, each line, and its files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.queries import people
from accounts.rules.roles import Permission, Role
from core import tenancy
from core.tenancy import Actor
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.places import tabs
from hierarchy.queries import authority, tree
from measures.errors.budget import BudgetFileRefused
from measures.forms import House
from measures.models import BudgetLine
from measures.queries import budget, overlaps, periods
from measures.queries.budget import Account
from measures.queries.periods import YEARS, Ground
from measures.rules.amounts import NumberFormat, amount_text
from measures.rules.budget_file import COLUMNS, FileKind
from measures.rules.calendar import Month, MonthState
from measures.rules.lines import Unit
from measures.rules.reconciliation import (
    BudgetKind,
    LedgerMonth,
    expected,
    flexed,
    is_beyond,
    unexplained,
)
from measures.services import budget as service
from measures.views import overlap_rows

LARGEST_FILE = 2 * 1024 * 1024
FILES_SHOWN = 10
MONEY_UNIT = Unit()
KIND_NAMES = {BudgetKind.COST.value: _("Cost"), BudgetKind.INCOME.value: _("Income")}
FILE_NAMES = {
    FileKind.CHART.value: _("Chart of lines"),
    FileKind.BUDGET.value: _("Budgeted amounts"),
    FileKind.BOOKINGS.value: _("Bookings of the ledger"),
}


class BudgetFileForm(House):
    """A file of the budget; checked alone, or taken."""

    kind = forms.ChoiceField(label=_("What it holds"), choices=list(FILE_NAMES.items()))
    file = forms.FileField(label=_("File"), help_text=_("Comma-separated; numbers with a point."))
    reason = forms.CharField(label=_("Reason or source"), max_length=service.LONGEST_REASON)

    def clean_file(self) -> str:
        """Return the text of the file."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than two megabytes."))
        try:
            return str(sent.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("This file is not written in UTF-8.")) from error


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One month of one budget line as pages show it; `left` is what nothing explains."""

    budget: BudgetLine
    month: str
    start: str
    effects: str
    costs: str
    should: str
    booked: str
    left: str
    waiting: str
    is_beyond: bool
    is_locked: bool
    is_withheld: bool
    size: Fraction
    answers: str = ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """What rows are written with: the ground, the number format, and the measures that are read."""

    ground: Ground
    numbers: NumberFormat
    readable: frozenset[int]
    withheld: frozenset[int]

    def written(self, amount: Fraction | int | None) -> str:
        """Return hundredths for reading, rounded here alone."""
        rounded = None if amount is None else round(Fraction(amount))
        return amount_text(rounded, MONEY_UNIT, self.numbers)

    def hides(self, account: Account) -> bool:
        """Return whether a sum of this line would tell of a measure that is not read."""
        return account.budget.pk in self.withheld


@requires(Permission.VIEW)
def index(request: Request) -> HttpResponse:
    """Show the differences of a year and the chart; take a file from who may."""
    if request.method != "POST":
        return _page(request, BudgetFileForm())
    form = BudgetFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    kind, text = FileKind(form.cleaned_data["kind"]), form.cleaned_data["file"]
    try:
        if "check" in request.POST:
            found = service.check_file(actor=request.actor, kind=kind, text=text)
            again = BudgetFileForm(initial=form.cleaned_data | {"file": None})
            return _page(request, again, checked=found)
        done = service.import_file(
            actor=request.actor, kind=kind, text=text, reason=form.cleaned_data["reason"]
        )
    except BudgetFileRefused as refusal:
        said = refusal.details["rows"]
        rows = [str(each) for each in said] if isinstance(said, list) else [str(refusal)]
        return _page(request, form, refused=rows, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _said(done))
    return redirect(request, _address(request))


@requires(Permission.VIEW)
def line(request: Request, budgeted: UUID) -> HttpResponse:
    """Show one budget line, month by month, with the measures that explain it."""
    with tenancy.reading(request.actor):
        found = budget.by_public_id(request.actor, budgeted)
        year, years = _year(request)
        account = budget.accounts([found], year)[0]
        reader = _reader(request.actor, [account])
        rows = list(_rows(account, reader))
        shown = {
            "budget": found,
            "kind": KIND_NAMES[found.kind],
            "year": year,
            "years": years,
            "rows": rows,
            "shares": _shares(account, reader),
            "is_withheld": reader.hides(account),
            "answers": _answering(account),
            "overlaps": overlap_rows.rows(
                request.actor, overlaps.on_budget(request.actor, found.pk), reader.numbers
            ),
            "place": tree.path(found.node),
        }
        return render(request, "measures/budget_line.html", shown)


def _said(done: service.Outcome) -> str:
    if done.batch is None:
        return str(_("This file was taken before: nothing is changed."))
    return str(_("The file is taken: %(new)d new, %(changed)d changed.")) % {
        "new": done.new,
        "changed": done.changed,
    }


def _address(request: Request) -> str:
    return f"/o/{request.membership.slug}/measures/budget/"


def _page(
    request: Request,
    form: BudgetFileForm,
    checked: service.Outcome | None = None,
    refused: Sequence[str] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    with tenancy.reading(request.actor):
        year, years = _year(request)
        chart = list(budget.visible(request.actor))
        accounts = budget.accounts(chart, year) if years else []
        reader = _reader(request.actor, accounts)
        rows = [(account, row) for account in accounts for row in _rows(account, reader)]
        differences = sorted(
            (_with_answers(row, account) for account, row in rows if row.is_beyond),
            key=lambda row: (not row.is_locked, -row.size),
        )
        page = {
            "year": year,
            "years": years,
            "chart": [(each, KIND_NAMES[each.kind]) for each in chart],
            "differences": differences,
            "has_withheld": any(row.is_withheld for _, row in rows),
            "tolerance": f"{reader.ground.numbers.ledger_tolerance * 100:f}".rstrip("0").rstrip(
                "."
            ),
            "unknown": budget.unknown_texts(),
            "files": [(FILE_NAMES[each.kind], each) for each in budget.batches(FILES_SHOWN)],
            "may_import": authority.may(request.actor, Permission.MAINTAIN_BUDGET, tree.root()),
            "columns": [(FILE_NAMES[kind], ", ".join(COLUMNS[kind])) for kind in FileKind],
            "form": form,
            "checked": checked,
            "refused": refused,
        }
        tabbed = page | tabs(request, "measures:budget")
        return render(request, "measures/budget.html", tabbed, status=status)


def _year(request: Request) -> tuple[int, list[int]]:
    years = budget.years()
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == len("2026") and int(asked) in YEARS:
        return int(asked), years
    current = periods.ground().clock().fiscal_year
    return (current if current in years or not years else years[0]), years


def _reader(actor: Actor, accounts: Sequence[Account]) -> _Reader:
    profile = people.profile()
    return _Reader(
        periods.ground(),
        NumberFormat(profile.decimal_separator, profile.group_separator),
        budget.readable(actor, accounts),
        budget.withheld(actor, accounts),
    )


def _rows(account: Account, reader: _Reader) -> Iterable[LedgerRow]:
    is_withheld = reader.hides(account)
    clock = reader.ground.clock()
    for month, ledger in account.months.items():
        if ledger.booked is None and ledger.baseline is None:
            continue
        is_locked = clock.state(month) is MonthState.LOCKED
        yield _row(account, (month, ledger), reader, is_locked=is_locked, is_withheld=is_withheld)


def _row(
    account: Account,
    of: tuple[Month, LedgerMonth],
    reader: _Reader,
    *,
    is_locked: bool,
    is_withheld: bool,
) -> LedgerRow:
    month, ledger = of
    left = unexplained(ledger)
    beyond = not is_withheld and is_beyond(ledger, reader.ground.numbers.ledger_tolerance)

    def told(amount: Fraction | None) -> str:
        return "" if is_withheld else reader.written(amount)

    return LedgerRow(
        budget=account.budget,
        month=reader.ground.label(month),
        start=reader.written(flexed(ledger)),
        effects=told(ledger.effects - ledger.overlaps),
        costs=told(ledger.costs),
        should=told(expected(ledger)),
        booked=reader.written(ledger.booked),
        left=told(left),
        waiting=told(ledger.waiting) if ledger.waiting else "",
        is_beyond=beyond,
        is_locked=is_locked,
        is_withheld=is_withheld,
        size=abs(left or Fraction(0)),
    )


def _with_answers(row: LedgerRow, account: Account) -> LedgerRow:
    fields = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return LedgerRow(**fields | {"answers": _answering(account)})


def _answering(account: Account) -> str:
    """Return who answers for a line: the nearest controller of its node, and its measures'."""
    held = authority.holders(account.budget.node, Role.CONTROLLER)[:1]
    named = {each.line.measure.controller_id for each in account.shares}
    names = people.names_of({*held, *named})
    return ", ".join(sorted(names.values()))


def _shares(account: Account, reader: _Reader) -> list[dict[str, object]]:
    """Return what the measures that are read bring in the year, by line."""
    sums: dict[int, list[Fraction]] = {}
    lines = {each.line.pk: each.line for each in account.shares}
    for each in account.shares:
        brought = sums.setdefault(each.line.pk, [Fraction(0), Fraction(0)])
        brought[0] += each.amount
        brought[1] += each.waiting
    return [
        {
            "line": lines[pk],
            "measure": lines[pk].measure,
            "is_cost": lines[pk].nature != "benefit",
            "amount": reader.written(amount),
            "waiting": reader.written(waiting) if waiting else "",
        }
        for pk, (amount, waiting) in sums.items()
        if lines[pk].measure_id in reader.readable
    ]
