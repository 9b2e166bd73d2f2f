"""Budget lines that booked otherwise than claims explain, and the measure that is asked about it.

Each difference is one measure's: of those that run and stand on the line, the one that claimed
most of the month, so that it is decided about once.
"""

from collections.abc import Collection, Iterable
from fractions import Fraction

from measures.models import Booking, BudgetLine, Line
from measures.queries import budget
from measures.queries.budget import Account
from measures.queries.periods import Ground
from measures.rules.amounts import NumberFormat, amount_text
from measures.rules.calendar import Month, MonthState
from measures.rules.lines import Unit
from measures.rules.reconciliation import is_beyond, unexplained
from measures.rules.stage import Lifecycle, Stage
from steering.rules.triggers import LedgerGap

MONEY_UNIT = Unit()


def of(measure_ids: Collection[int], ground: Ground) -> dict[int, tuple[LedgerGap, ...]]:
    """Return what is unexplained beyond the tolerance in locked months, by the measure asked."""
    this_year = ground.clock().fiscal_year
    years = (this_year - 1, this_year)
    booked = Booking.objects.filter(fiscal_year__in=years).values("budget_id")
    concerned = Line.objects.filter(
        measure_id__in=measure_ids, budget_id__in=booked, removed_on__isnull=True
    )
    chart = list(BudgetLine.objects.filter(pk__in=concerned.values("budget_id")))
    if not chart:
        return {}
    running = _running(chart)
    found: dict[int, list[LedgerGap]] = {}
    for year in years:
        for account in budget.accounts(chart, year):
            for month, gap in _gaps(account, ground):
                asked = _asked(account, month, running.get(account.budget.pk, []))
                if asked is not None and asked in measure_ids:
                    found.setdefault(asked, []).append(gap)
    return {pk: tuple(gaps) for pk, gaps in found.items()}


def _running(chart: Iterable[BudgetLine]) -> dict[int, list[int]]:
    rows = Line.objects.filter(
        budget__in=list(chart),
        removed_on__isnull=True,
        measure__lifecycle=Lifecycle.ACTIVE,
        measure__stage__range=(Stage.DECIDED, Stage.IMPLEMENTED),
    ).order_by("measure_id")
    found: dict[int, list[int]] = {}
    for budget_id, measure_id in rows.values_list("budget_id", "measure_id"):
        found.setdefault(budget_id or 0, []).append(measure_id)
    return found


def _gaps(account: Account, ground: Ground) -> Iterable[tuple[Month, LedgerGap]]:
    clock = ground.clock()
    for month, ledger in account.months.items():
        is_final = clock.state(month) is MonthState.LOCKED
        left = unexplained(ledger)
        if is_final and left is not None and is_beyond(ledger, ground.numbers.ledger_tolerance):
            amount = amount_text(round(left), MONEY_UNIT, NumberFormat())
            yield (
                month,
                LedgerGap(
                    budget_line=account.budget.code,
                    month=ground.label(month),
                    since=ground.calendar.last_day(month),
                    amount=f"{amount} {account.budget.currency}",
                    size=abs(left),
                ),
            )


def _asked(account: Account, month: Month, running: list[int]) -> int | None:
    claimed: dict[int, Fraction] = dict.fromkeys(running, Fraction(0))
    for share in account.shares:
        if share.month == month and share.line.measure_id in claimed:
            claimed[share.line.measure_id] += abs(share.amount)
    return max(claimed, key=lambda pk: (claimed[pk], -pk), default=None)
