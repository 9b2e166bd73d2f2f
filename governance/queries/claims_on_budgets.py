"""What measures together plan to save on one budget line, against its budget (domain-rules §2)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Q

from core import tenancy
from governance.rules.facts import ClaimedBudget
from measures.models import BudgetAmount, Confidentiality, Line, Overlap
from measures.queries import overlaps, series
from measures.rules.lines import MONEY, EffectType, Nature, Row, Series
from measures.rules.reconciliation import BudgetKind
from measures.rules.stage import Lifecycle, Stage

CENTS = 2
NO_ROW: Row = (None,) * 12


def of(measure_ids: Collection[int]) -> dict[int, list[ClaimedBudget]]:
    """Return by measure what is planned on each of its budget lines, by year that has a budget.

    Read with the eyes of Assay itself: a plan that the reader does not see is spent all the same.
    One query where no line of cost is named, else five.
    """
    own = list(_lines(Q(measure_id__in=list(measure_ids))))
    if not own:
        return {}
    budget_ids = {line.budget_id or 0 for line in own}
    with tenancy.seeing(tenancy.system(tenancy.current_organization_id())):
        committed = Q(measure__stage__gte=Stage.DECIDED.value) | Q(
            measure__decided_on__isnull=False
        )
        lines = list(
            _lines(Q(budget_id__in=budget_ids) & (committed | Q(pk__in=[line.pk for line in own])))
        )
        plans = _plans(lines)
        agreed = overlaps.agreed_on(budget_ids)
        budgets = _budgets(budget_ids)
        secret = set(
            Confidentiality.objects.filter(
                measure_id__in={line.measure_id for line in lines}, opened_at__isnull=True
            ).values_list("measure_id", flat=True)
        )
    counting = {line.pk for line in lines if _is_committed(line)}
    found: dict[int, list[ClaimedBudget]] = defaultdict(list)
    for measure in measure_ids:
        mine = [line for line in own if line.measure_id == measure]
        held = [line for line in lines if line.pk in counting or line.measure_id == measure]
        for budget in {line.budget_id: line.budget for line in mine}.values():
            on_it = [line for line in held if line.budget_id == (budget and budget.pk)]
            for year, whole in sorted(budgets.get(budget.pk if budget else 0, {}).items()):
                planned = _planned(on_it, plans, year) - _twice(on_it, agreed, plans, year)
                found[measure].append(
                    ClaimedBudget(
                        name=str(budget),
                        fiscal_year=year,
                        planned=Decimal(planned).scaleb(-CENTS),
                        budget=Decimal(whole).scaleb(-CENTS),
                        is_secret=any(line.measure_id in secret for line in on_it),
                    )
                )
    return found


def _lines(which: Q) -> Iterable[Line]:
    """Return hard effects on lines of cost, of measures that are not cancelled."""
    rows = Line.objects.filter(
        which,
        nature=Nature.BENEFIT.value,
        effect_type=EffectType.HARD.value,
        unit=MONEY,
        is_level=False,
        removed_on__isnull=True,
        budget__kind=BudgetKind.COST.value,
    )
    ended = rows.exclude(measure__lifecycle=Lifecycle.CANCELLED.value)
    return ended.select_related("budget", "measure").order_by("pk")


def _is_committed(line: Line) -> bool:
    return line.measure.stage >= Stage.DECIDED or line.measure.decided_on is not None


def _plans(lines: Collection[Line]) -> dict[int, dict[int, Row]]:
    """Return the plans of lines in hundredths; of one with more decimals, rounded down."""
    plans = series.by_line(series.current([each.pk for each in lines], [Series.PLAN]), Series.PLAN)
    scale = {line.pk: line.decimals for line in lines}
    return {
        pk: {
            year: tuple(
                None if value is None else value * 10**CENTS // 10 ** scale[pk] for value in row
            )
            for year, row in rows.items()
        }
        for pk, rows in plans.items()
    }


def _budgets(budget_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Return the budget in force of lines by fiscal year: of each month the latest batch's."""
    rows = (
        BudgetAmount.objects.filter(budget_id__in=budget_ids)
        .order_by("budget_id", "fiscal_year", "period", "-batch_id")
        .distinct("budget_id", "fiscal_year", "period")
    )
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[row.budget_id][row.fiscal_year] += row.amount
    return found


def _planned(lines: Iterable[Line], plans: dict[int, dict[int, Row]], year: int) -> int:
    rows = (plans.get(line.pk, {}).get(year, NO_ROW) for line in lines)
    return sum(value or 0 for row in rows for value in row)


def _twice(
    lines: Iterable[Line], agreed: Iterable[Overlap], plans: dict[int, dict[int, Row]], year: int
) -> int:
    """Return what agreed overlaps take off between two of these lines, never below 0 a month."""
    counted = {line.pk for line in lines}
    whole = 0
    for overlap in agreed:
        if not {overlap.line_id, overlap.other_line_id} <= counted:
            continue
        sides = [
            plans.get(pk, {}).get(year, NO_ROW) for pk in (overlap.line_id, overlap.other_line_id)
        ]
        rows = zip(overlap.rows.get(year, NO_ROW), *sides, strict=True)
        whole += sum(max(0, min(value or 0 for value in month)) for month in rows)
    return whole
