"""Sums and terms over monthly series, and the outlook: what each month counts at today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from measures.rules.calendar import PERIODS, Month, MonthState, PeriodClock, months_of_year
from measures.rules.lines import Direction, LineFacts, Row, Rows

EMPTY_ROW: Row = (None,) * PERIODS


class Standing(StrEnum):
    """On what the figure of a month rests."""

    APPROVED = "approved"
    PENDING = "pending"
    FORECAST = "forecast"
    MISSING = "missing"
    NOT_OWED = "not_owed"


@dataclass(frozen=True, slots=True)
class MonthEstimate:
    """One month of a line as it stands today.

    `known` is what somebody has said, None where nobody has; `counted` is what the month counts at
    where a figure is needed (domain-rules §8, missing O). Both hold `posted`, what corrections of
    earlier months come to in this one (§4).
    """

    month: Month
    state: MonthState
    standing: Standing
    plan: int | None
    known: int | None
    counted: int
    posted: int = 0

    @property
    def bare(self) -> "MonthEstimate":
        """The month without the corrections that are posted in it."""
        known = None if self.known is None else self.known - self.posted
        return replace(self, known=known, counted=self.counted - self.posted, posted=0)


@dataclass(frozen=True, slots=True)
class Loss:
    """What leaves the current plan by a cancellation (domain-rules §15)."""

    in_year: int
    run_rate: Fraction | None
    carry_over: int | None


def value_at(rows: Rows, month: Month) -> int | None:
    """Return the figure of one month, None where none is given."""
    row = rows.get(month.fiscal_year)
    return None if row is None else row[month.period - 1]


def months_in(*series: Rows) -> tuple[Month, ...]:
    """Return all months of the fiscal years that any of the series holds, in order."""
    years = sorted({year for rows in series for year in rows})
    return tuple(month for year in years for month in months_of_year(year))


def rows_of(values: Iterable[tuple[Month, int | None]]) -> dict[int, Row]:
    """Return rows from single months; later ones win."""
    lists: dict[int, list[int | None]] = {}
    for month, value in values:
        lists.setdefault(month.fiscal_year, list(EMPTY_ROW))[month.period - 1] = value
    return {year: tuple(row) for year, row in sorted(lists.items())}


def total(rows: Rows, months: Iterable[Month]) -> int | None:
    """Return the sum of the given figures among these months, None if none is given."""
    given = [value for month in months if (value := value_at(rows, month)) is not None]
    return sum(given) if given else None


def in_year(rows: Rows, fiscal_year: int) -> int | None:
    """Return the in-year effect: the sum of the months inside a fiscal year (domain-rules §5)."""
    return total(rows, months_of_year(fiscal_year))


def carry_over(rows: Rows, fiscal_year: int) -> int | None:
    """Return in-year(next year) - in-year(this year); None unless both are given (§5)."""
    this, following = in_year(rows, fiscal_year), in_year(rows, fiscal_year + 1)
    return None if this is None or following is None else following - this


def exit_rate(rows: Rows, fiscal_year: int, *, is_seasonal: bool = False) -> int | None:
    """Return 12 x the last month of the year; never for a seasonal line (§5)."""
    last = value_at(rows, Month(fiscal_year, PERIODS))
    return None if is_seasonal or last is None else PERIODS * last


def life(rows: Rows) -> int | None:
    """Return the sum over all months, which replaces run-rate for a bounded effect (§5)."""
    return total(rows, months_in(rows))


def annualised(known: Sequence[int], *, is_seasonal: bool = False) -> Fraction | None:
    """Return 12 x the mean of the months known; a seasonal line needs all 12 (§5)."""
    if not known or (is_seasonal and len(known) < PERIODS):
        return None
    return Fraction(PERIODS * sum(known), len(known))


def run_rate_months(full_effect: Month) -> tuple[Month, ...]:
    """Return the first 12 months from the full-effect month."""
    return tuple(full_effect.plus(count) for count in range(PERIODS))


def run_rate(
    rows: Rows, full_effect: Month | None, *, is_seasonal: bool = False
) -> Fraction | None:
    """Return the annualised rate from the full-effect month; a rate, not a P&L amount (§5)."""
    if full_effect is None:
        return None
    found = (value_at(rows, month) for month in run_rate_months(full_effect))
    return annualised([value for value in found if value is not None], is_seasonal=is_seasonal)


def net(gross: int, running: int = 0) -> int:
    """Return the net effect: gross less running cost; one-time cost is shown apart (§5)."""
    return gross - running


def in_year_net(gross: int, running: int = 0, one_time: int = 0) -> int:
    """Return the explicit group that does include one-time cost (§5, §15)."""
    return net(gross, running) - one_time


def bias_corrected(certain: int, remaining: int, share_delivered: Fraction) -> Fraction:
    """Return an outlook whose remaining forecast is scaled by what past forecasts came in at."""
    return certain + remaining * share_delivered


def before(rows: Rows, month: Month) -> dict[int, Row]:
    """Return the rows with every month from `month` on left out."""
    kept = ((each, value_at(rows, each)) for each in months_in(rows) if each < month)
    return rows_of(kept)


def cancellation_loss(line: LineFacts, cancelled_in: Month) -> Loss:
    """Return what the current plan loses when a measure is cancelled in a month.

    The year's remaining months, and the whole run-rate and carry-over: a cancelled measure has
    neither (domain-rules §15).
    """
    year = cancelled_in.fiscal_year
    left = [month for month in months_of_year(year) if month >= cancelled_in]
    return Loss(
        in_year=total(line.plan, left) or 0,
        run_rate=run_rate(line.plan, line.full_effect, is_seasonal=line.is_seasonal),
        carry_over=carry_over(line.plan, year),
    )


def less_favourable(direction: Direction, plan: int, *values: int) -> int:
    """Return the worst of the values: by direction, or by distance from plan if exact is wanted."""
    if direction is Direction.MORE:
        return min(values)
    if direction is Direction.LESS:
        return max(values)
    return max(values, key=lambda value: abs(value - plan))


def counted_if_missing(line: LineFacts, plan: int | None, forecast: int | None) -> int:
    """Return what a month counts at for which nothing was claimed, or nothing forecast.

    The less favourable of 0 and plan; a cost or a disbenefit as planned, never as 0 (§5, §8). A
    forecast that was worse still stands: silence must not better it (§17).
    """
    due = plan or 0
    floor = due if line.is_cost else less_favourable(line.direction, due, 0, due)
    return floor if forecast is None else less_favourable(line.direction, due, floor, forecast)


def as_effects(line: LineFacts) -> LineFacts:
    """Return a level line as the effect against its baseline (§8); any other line as it is."""
    if not line.is_level:
        return line
    return replace(
        line,
        is_level=False,
        direction=Direction.EXACT if line.direction is Direction.EXACT else Direction.MORE,
        plan=_effects(line, line.plan),
        original=_effects(line.as_original(), line.original),
        forecast=_effects(line, line.forecast),
        approved=_effects(line, line.approved),
        pending=_effects(line, line.pending),
        forecast_before_claim=_effects(line, line.forecast_before_claim),
        corrections=_signed(line, line.corrections),
        corrected=_signed(line, line.corrected),
    )


def _signed(line: LineFacts, differences: Rows) -> Rows:
    """Return differences of levels as differences of effects."""
    if line.direction is not Direction.LESS:
        return differences
    said = ((month, value_at(differences, month)) for month in months_in(differences))
    return rows_of((month, None if value is None else -value) for month, value in said)


def _effects(line: LineFacts, levels: Rows) -> dict[int, Row]:
    sign = -1 if line.direction is Direction.LESS else 1
    return rows_of(
        (month, sign * (level - base))
        for month in months_in(levels)
        if (level := value_at(levels, month)) is not None
        and (base := value_at(line.baseline, month)) is not None
    )


def estimate(line: LineFacts, month: Month, clock: PeriodClock) -> MonthEstimate:
    """Return what a month of a line counts at today (domain-rules §4, outlook).

    An approved actual; else a pending claim at the less favourable of claim and last forecast
    before it; else, past its lock, missing; else the forecast.
    """
    plan, forecast = value_at(line.plan, month), value_at(line.forecast, month)
    state = clock.state(month)
    standing, known = _standing(line, month, clock, state)
    if standing is Standing.MISSING:
        known = counted_if_missing(line, plan, forecast)
    counted = counted_if_missing(line, plan, None) if known is None else known
    if standing is Standing.NOT_OWED:
        counted = known or 0
    posted = value_at(line.corrections, month) or 0
    known = None if known is None else known + posted
    return MonthEstimate(month, state, standing, plan, known, counted + posted, posted)


def _standing(
    line: LineFacts, month: Month, clock: PeriodClock, state: MonthState
) -> tuple[Standing, int | None]:
    approved, pending = value_at(line.approved, month), value_at(line.pending, month)
    if approved is not None:
        return Standing.APPROVED, approved
    plan, forecast = value_at(line.plan, month), value_at(line.forecast, month)
    if pending is not None:
        earlier = value_at(line.forecast_before_claim, month)
        earlier = forecast if earlier is None else earlier
        said = (pending,) if earlier is None else (pending, earlier)
        return Standing.PENDING, less_favourable(line.direction, plan or 0, *said)
    if state is MonthState.OPEN:
        return Standing.FORECAST, forecast
    if not clock.owes_claims(month):
        return Standing.NOT_OWED, forecast
    if state is MonthState.LOCKED and (plan or forecast):
        return Standing.MISSING, None
    return Standing.FORECAST, forecast


def estimates(line: LineFacts, clock: PeriodClock) -> tuple[MonthEstimate, ...]:
    """Return every month of a line as it stands today, in order."""
    months = months_in(line.plan, line.forecast, line.approved, line.pending, line.corrections)
    return tuple(estimate(line, month, clock) for month in months)


def booked(line: LineFacts) -> Rows:
    """Return what is approved, each correction in the month it is posted in (domain-rules §4)."""
    return _added(line.approved, line.corrections)


def as_corrected(line: LineFacts) -> Rows:
    """Return what is approved, each correction in the month that it corrects: what came to be."""
    return _added(line.approved, line.corrected)


def _added(rows: Rows, differences: Rows) -> Rows:
    if not differences:
        return rows
    both = (
        (each, value_at(rows, each), value_at(differences, each))
        for each in months_in(rows, differences)
    )
    return rows_of(
        (month, None if value is None and more is None else (value or 0) + (more or 0))
        for month, value, more in both
    )


def outlook(line: LineFacts, clock: PeriodClock) -> dict[int, Row]:
    """Return the last estimate of every month as rows (domain-rules §4)."""
    return rows_of((each.month, each.counted) for each in estimates(line, clock))
