"""The calendar and the closing of its periods: anybody reads it, few change it."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.places import address, tabs
from hierarchy.queries import authority, tree
from measures.queries import calendar as rows
from measures.queries import periods
from measures.queries.calendar import PeriodRow
from measures.rules.calendar import Month
from measures.services import calendar as service
from measures.services import closing
from measures.views.calendar_forms import (
    CalendarForm,
    HolidaysForm,
    PeriodForm,
    ReopenForm,
    WorkAgainForm,
)
from measures.words import (
    CALENDAR_KIND_NAMES,
    PERIOD_STAGE_NAMES,
    PERIOD_STAGE_TONES,
    YEAR_END_NAMES,
)

PAGE = "measures:calendar"
LONGEST_YEAR = 4  # digits


@dataclass(frozen=True, slots=True)
class Shown:
    """One period as the page shows it: what its state is called, and how loudly."""

    row: PeriodRow
    words: str
    tone: str
    is_running: bool


@requires(Permission.VIEW)
def show(request: Request) -> HttpResponse:
    """Show the periods of a fiscal year, and the days to come on which nobody works."""
    return _page(request)


@requires(Permission.ADMINISTER_STRUCTURE)
@require_POST
def cut(request: Request) -> HttpResponse:
    """Cut the fiscal years from one on in another way."""
    form = CalendarForm(request.POST)
    if not form.is_valid():
        return _page(request, cut=form)
    service.change_pattern(
        actor=request.actor, pattern=form.pattern, reason=form.cleaned_data["reason"]
    )
    messages.success(request, _("The calendar is changed."))
    return redirect(request, address(request, PAGE))


@requires(Permission.ADMINISTER_STRUCTURE)
@require_POST
def holidays(request: Request) -> HttpResponse:
    """Enter days on which nobody works."""
    form = HolidaysForm(request.POST)
    if not form.is_valid():
        return _page(request, holidays=form)
    made = service.enter_holidays(actor=request.actor, drafts=form.cleaned_data["days"])
    entered = ngettext("%(n)d day was entered.", "%(n)d days were entered.", len(made))
    messages.success(request, entered % {"n": len(made)})
    return redirect(request, address(request, PAGE))


@requires(Permission.ADMINISTER_STRUCTURE)
@require_POST
def work_again(request: Request) -> HttpResponse:
    """Make a day to come a working day again."""
    form = WorkAgainForm(request.POST)
    if not form.is_valid():
        return _page(request, work_again=form)
    service.take_back_holiday(actor=request.actor, day=form.cleaned_data["day"])
    return redirect(request, address(request, PAGE))


@requires(Permission.CLOSE_PERIOD)
@require_POST
def lock(request: Request) -> HttpResponse:
    """Lock a period that has ended before its day."""
    form = PeriodForm(request.POST, offered=_offered(request, lambda each: each.may_lock))
    if not form.is_valid():
        return _page(request, lock=form)
    closing.lock(actor=request.actor, month=form.month, reason=form.cleaned_data["reason"])
    messages.success(request, _("The period is locked."))
    return redirect(request, address(request, PAGE))


@requires(Permission.CLOSE_PERIOD)
@require_POST
def reopen(request: Request) -> HttpResponse:
    """Open a locked period once more."""
    form = ReopenForm(request.POST, offered=_offered(request, lambda each: each.may_reopen))
    if not form.is_valid():
        return _page(request, reopen=form)
    closing.reopen(
        actor=request.actor,
        month=form.month,
        open_until=form.cleaned_data["open_until"],
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("The period is open once more."))
    return redirect(request, address(request, PAGE))


def _page(request: Request, **given: Form) -> HttpResponse:
    """Render the page, with the form that did not fit in its place."""
    with tenancy.reading(request.actor):
        ground = periods.ground()
        clock = ground.clock()
        fiscal_year = _year(request.GET.get("year", ""), clock.fiscal_year)
        pattern = ground.calendar.pattern_of(fiscal_year)
        root = tree.root()
        context = {
            "fiscal_year": fiscal_year,
            "years": [fiscal_year - 1, fiscal_year, fiscal_year + 1],
            "periods": [_shown(each, clock.month) for each in rows.year(ground, fiscal_year)],
            "kind": CALENDAR_KIND_NAMES["months" if pattern is None else pattern.kind.value],
            "year_end": "" if pattern is None else YEAR_END_NAMES[pattern.year_end.value],
            "changes": [(each, CALENDAR_KIND_NAMES[each.kind]) for each in rows.changes()],
            "holidays": rows.holidays_ahead(ground.today),
            "may_keep": authority.may(request.actor, Permission.ADMINISTER_STRUCTURE, root),
            "may_close": authority.may(request.actor, Permission.CLOSE_PERIOD, root),
            "forms": _forms(request) | given,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if given else HTTPStatus.OK
        return render(
            request, "measures/calendar.html", context | tabs(request, PAGE), status=status
        )


def _year(asked: str, running: int) -> int:
    """Return the fiscal year that was asked for, the running one for anything that is none."""
    found = int(asked) if asked.isdecimal() and len(asked) <= LONGEST_YEAR else running
    return found if found in periods.YEARS else running


def _forms(request: Request) -> dict[str, Form]:
    year = periods.ground().clock().fiscal_year
    return {
        "cut": CalendarForm(initial={"from_year": year + 1, "last_weekday": 7}),
        "holidays": HolidaysForm(),
        "lock": PeriodForm(offered=_offered(request, lambda each: each.may_lock)),
        "reopen": ReopenForm(offered=_offered(request, lambda each: each.may_reopen)),
    }


def _offered(request: Request, fits: Callable[[PeriodRow], bool]) -> dict[str, str]:
    """Return the periods of this fiscal year and the last that fit, the latest first."""
    with tenancy.reading(request.actor):
        ground = periods.ground()
        year = ground.clock().fiscal_year
        found = [*rows.year(ground, year - 1), *rows.year(ground, year)]
    return {
        f"{each.month.fiscal_year}-{each.month.period}": each.label
        for each in reversed(found)
        if fits(each)
    }


def _shown(row: PeriodRow, running: Month) -> Shown:
    is_ahead = row.month > running
    return Shown(
        row=row,
        words=_("to come") if is_ahead else str(PERIOD_STAGE_NAMES[row.stage]),
        tone="plain" if is_ahead else PERIOD_STAGE_TONES[row.stage],
        is_running=row.month == running,
    )
