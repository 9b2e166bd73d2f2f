"""The budget as it stands: chart, latest amounts, bookings, and what claims explain of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import models
from django.db.models import Count, Q, Sum

from core import tenancy
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.models import ActualClaim, Booking, BudgetAmount, BudgetBatch, BudgetLine, Line
from measures.models.line import ClaimState
from measures.queries import measures, overlaps, series
from measures.rules.calendar import PERIODS, Month
from measures.rules.lines import Direction, EffectType, Nature, Row, Series
from measures.rules.reconciliation import (
    BudgetKind,
    Flex,
    LedgerMonth,
    effect_of,
    is_booked,
)

Months = dict[Month, LedgerMonth]


@dataclass(frozen=True, slots=True)
class Share:
    """What one line of a measure brings to a budget line in a month, in hundredths."""

    line: Line
    month: Month
    amount: Fraction
    waiting: Fraction

    @property
    def is_cost(self) -> bool:
        """Whether it is a cost to achieve an effect rather than an effect."""
        return self.line.nature != Nature.BENEFIT


@dataclass(frozen=True, slots=True)
class Account:
    """A budget line with its months, and the shares of measures that explain them."""

    budget: BudgetLine
    months: Mapping[Month, LedgerMonth]
    shares: tuple[Share, ...]


def visible(actor: Actor) -> models.QuerySet[BudgetLine]:
    """Return the chart as an actor may see it: the lines of nodes at which they have a seat."""
    rows = BudgetLine.objects.filter(node__in=authority.visible(actor))
    return rows.select_related("node").order_by("code")


def by_public_id(actor: Actor, public_id: UUID) -> BudgetLine:
    """Return a line of the chart that the actor may see; NotFound."""
    found = visible(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what="budget line")
    return found


def by_code() -> dict[str, BudgetLine]:
    """Return every line of the chart by its code in small letters, for imports."""
    return {row.code.lower(): row for row in BudgetLine.objects.all()}


def years() -> list[int]:
    """Return the fiscal years that have a budget, the latest first."""
    found = BudgetAmount.objects.values_list("fiscal_year", flat=True).distinct()
    return sorted(found, reverse=True)


def batches(most: int) -> list[BudgetBatch]:
    """Return the files imported last, the newest first, with who imported them."""
    rows = BudgetBatch.objects.select_related("recorded_by").order_by("-pk")
    return list(rows[:most])


def unknown_texts() -> int:
    """Return how many lines of measures name a budget line that the chart does not have."""
    named = Line.objects.filter(removed_on__isnull=True, budget__isnull=True)
    return named.exclude(budget_line="").count()


def amounts(budget_ids: Collection[int], fiscal_year: int) -> dict[tuple[int, int], BudgetAmount]:
    """Return the budget in force by line and period: of each month the latest batch's."""
    rows = (
        BudgetAmount.objects.filter(budget_id__in=budget_ids, fiscal_year=fiscal_year)
        .order_by("budget_id", "period", "-batch_id")
        .distinct("budget_id", "period")
    )
    return {(row.budget_id, row.period): row for row in rows}


def accounts(budgets: Iterable[BudgetLine], fiscal_year: int) -> list[Account]:
    """Return lines of the chart with the months of a year; nine queries however many."""
    chart = {each.pk: each for each in budgets}
    shares = _shares(chart, fiscal_year)
    months = _months(chart, fiscal_year)
    both = _counted_twice(chart, shares, fiscal_year)
    return [
        Account(
            each,
            _with_shares(months[pk], shares.get(pk, ()), both.get(pk, {})),
            tuple(shares.get(pk, ())),
        )
        for pk, each in chart.items()
    ]


def readable(actor: Actor, found: Iterable[Account]) -> frozenset[int]:
    """Return the measures behind shares that the actor reads."""
    concerned = {each.line.measure_id for account in found for each in account.shares}
    seen = measures.visible(actor).filter(pk__in=concerned)
    return frozenset(seen.values_list("pk", flat=True))


def withheld(actor: Actor, found: Collection[Account]) -> frozenset[int]:
    """Return the budget lines whose sums would tell of a measure that the actor does not read.

    A confidential measure is cut off altogether, so that what it leaves unexplained would be its
    figures; where it stands is looked up with the eyes of Assay itself.
    """
    read = readable(actor, found)
    hidden = tenancy.current().sight.rows
    secret: set[int | None] = set()
    if hidden:
        with tenancy.seeing(tenancy.system(tenancy.current_organization_id())):
            rows = Line.objects.filter(measure_id__in=hidden, budget__isnull=False)
            secret = set(rows.values_list("budget_id", flat=True))
    return frozenset(
        each.budget.pk
        for each in found
        if each.budget.pk in secret or any(s.line.measure_id not in read for s in each.shares)
    )


def _months(chart: Mapping[int, BudgetLine], fiscal_year: int) -> dict[int, Months]:
    budgeted = amounts(chart, fiscal_year)
    booked = {
        (row["budget_id"], row["period"]): row
        for row in Booking.objects.filter(budget_id__in=chart, fiscal_year=fiscal_year)
        .values("budget_id", "period")
        .annotate(total=Sum("amount"), real=Sum("volume"), count=Count("pk"))
    }
    found: dict[int, Months] = {pk: {} for pk in chart}
    for pk, line in chart.items():
        for period in range(1, PERIODS + 1):
            plan, real = budgeted.get((pk, period)), booked.get((pk, period))
            found[pk][Month(fiscal_year, period)] = LedgerMonth(
                kind=BudgetKind(line.kind),
                booked=None if real is None else int(real["total"]),
                baseline=None if plan is None else plan.amount,
                flex=Flex(
                    line.variable_share,
                    None if plan is None else plan.volume,
                    None if real is None else real["real"],
                ),
            )
    return found


def _counted_twice(
    chart: Collection[int], shares: Mapping[int, Iterable[Share]], fiscal_year: int
) -> dict[int, dict[Month, Fraction]]:
    """Return what approved effects count twice, by budget line and month (§10.8).

    Of each agreed overlap no more than the less of what both lines were approved.
    """
    approved = {
        (each.line.pk, each.month): each.amount for found in shares.values() for each in found
    }
    both: dict[int, dict[Month, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for overlap in overlaps.agreed_on(chart):
        for at, agreed in enumerate(overlap.rows.get(fiscal_year, ()), start=1):
            month = Month(fiscal_year, at)
            sides = [
                approved.get((pk, month), Fraction(0))
                for pk in (overlap.line_id, overlap.other_line_id)
            ]
            both[overlap.budget_id][month] += max(Fraction(0), min(Fraction(agreed or 0), *sides))
    return both


def _with_shares(months: Months, shares: Iterable[Share], both: Mapping[Month, Fraction]) -> Months:
    told = {
        month: replace(ledger, overlaps=both.get(month, Fraction(0)))
        for month, ledger in months.items()
    }
    for each in shares:
        month = told[each.month]
        told[each.month] = replace(
            month,
            effects=month.effects + (0 if each.is_cost else each.amount),
            costs=month.costs + (each.amount if each.is_cost else 0),
            waiting=month.waiting + each.waiting,
        )
    return told


def _shares(chart: Collection[int], fiscal_year: int) -> dict[int, list[Share]]:
    lines = {
        row.pk: row
        for row in Line.objects.filter(
            Q(nature=Nature.BENEFIT, effect_type=EffectType.HARD) | ~Q(nature=Nature.BENEFIT),
            budget_id__in=chart,
            unit="money",
            removed_on__isnull=True,
        ).select_related("measure__node")
        if is_booked(Nature(row.nature), EffectType(row.effect_type))
    }
    rows = series.current(lines, (Series.ACTUAL, Series.BASELINE))
    actual, base = (series.by_line(rows, kind) for kind in (Series.ACTUAL, Series.BASELINE))
    waiting = _waiting(lines, fiscal_year)
    found: dict[int, list[Share]] = defaultdict(list)
    for pk, line in lines.items():
        levels = base.get(pk, {}).get(fiscal_year, ())
        said = actual.get(pk, {}).get(fiscal_year, ())
        for month in (Month(fiscal_year, at) for at in range(1, PERIODS + 1)):
            one = _effect(line, _at(said, month), _at(levels, month))
            two = _effect(line, waiting.get((pk, month.period)), _at(levels, month))
            if one or two:
                share = Share(line, month, one or Fraction(0), two or Fraction(0))
                found[line.budget_id or 0].append(share)
    return found


def _at(row: Row | tuple[()], month: Month) -> int | None:
    return row[month.period - 1] if row else None


def _effect(line: Line, amount: int | None, baseline: int | None) -> Fraction | None:
    if amount is None:
        return None
    direction = Direction(line.direction) if line.is_level else None
    return effect_of(amount, baseline, line.decimals, direction)


def _waiting(line_ids: Collection[int], fiscal_year: int) -> dict[tuple[int, int], int]:
    rows = ActualClaim.objects.filter(
        line_id__in=line_ids, fiscal_year=fiscal_year, state=ClaimState.SUBMITTED
    )
    return {(row.line_id, row.period): row.amount for row in rows}


def hundredths(amount: Fraction | int | None) -> Decimal | None:
    """Return hundredths as an amount, rounded half to even here and nowhere else; None stays."""
    return None if amount is None else Decimal(round(Fraction(amount))).scaleb(-2)
