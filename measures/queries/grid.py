"""The value grid of one measure and fiscal year: series down, months across, locks with reasons."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from measures.models import ActualClaim, Line, Measure
from measures.models.line import ClaimKind, ClaimState
from measures.queries import commitments
from measures.queries import series as versions
from measures.queries.periods import Ground
from measures.queries.series import Current, SeriesKey
from measures.rules.calendar import Month, MonthState, PeriodStage, months_of_year
from measures.rules.lines import Row, Series
from measures.rules.series import EMPTY_ROW
from measures.rules.stage import Lifecycle, Stage

BEFORE_DECIDED = (Series.BASELINE, Series.PLAN)
FROM_DECIDED = (*BEFORE_DECIDED, Series.FORECAST, Series.ACTUAL, Series.CORRECTION)
FROM_CLAIMS = {Series.ACTUAL, Series.CORRECTION}
ENDED = {Lifecycle.CANCELLED, Lifecycle.CLOSED}
OPEN_CLAIMS = (ClaimState.SUBMITTED, ClaimState.APPROVED, ClaimState.REJECTED)

HAS_ENDED = _("The measure is closed or cancelled: its figures stay as they are.")
IS_FROZEN = _("The plan was frozen when the measure was decided. Say in the forecast what changed.")
IS_PAST = _("The month has ended: its forecast stays as it was last given.")
IS_CLAIMED = _("An actual comes from a claim that the controller approved.")
NOT_YOURS = _("Only the owner of the measure and the lead may change this.")


@dataclass(frozen=True, slots=True)
class GridMonth:
    """One column; `state` says whether the month runs, is provisional or locked today."""

    month: Month
    label: str
    state: MonthState
    stage: PeriodStage


@dataclass(frozen=True, slots=True)
class ClaimMark:
    """The latest claim for a month: waiting, approved or rejected; `amount` is scaled."""

    claim_id: int
    state: ClaimState
    amount: int
    reason: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """One figure, scaled, None where none is given; `why` it is locked, None while it is open."""

    month: Month
    label: str
    value: int | None
    why: Promise | None
    claim: ClaimMark | None = None


@dataclass(frozen=True, slots=True)
class GridRow:
    """One series of one line; `version` is what a save must name, 0 where there is none yet."""

    line: Line
    series: Series
    fiscal_year: int
    version: int
    is_seeded: bool
    cells: tuple[GridCell, ...]
    aggregation: str
    total: int | None

    @property
    def key(self) -> SeriesKey:
        """What `services.figures.save` knows the row by."""
        return SeriesKey(self.line.pk, self.series, self.fiscal_year)


@dataclass(frozen=True, slots=True)
class Grid:
    """One fiscal year of a measure; `years` are those with any figure and the current one."""

    fiscal_year: int
    years: tuple[int, ...]
    months: tuple[GridMonth, ...]
    rows: tuple[GridRow, ...]

    @property
    def versions(self) -> dict[SeriesKey, int]:
        """The versions shown, to be sent back with a save."""
        return {row.key: row.version for row in self.rows}


def of(
    measure: Measure,
    ground: Ground,
    granted: Collection[Permission],
    fiscal_year: int | None = None,
) -> Grid:
    """Return the grid as a reader with these permissions may edit it; three queries."""
    clock = ground.clock(measure.decided_on)
    year = clock.fiscal_year if fiscal_year is None else fiscal_year
    lines = list(Line.objects.filter(measure=measure, removed_on__isnull=True).order_by("pk"))
    found = versions.current([line.pk for line in lines])
    claims = _claims(measure, year)
    months = tuple(
        GridMonth(month, ground.label(month), clock.state(month), clock.stage(month))
        for month in months_of_year(year)
    )
    decided = commitments.open_lines(measure, [line.pk for line in lines])
    rows = tuple(
        _row(line, series, months, found, claims, _Locks(measure, granted))
        for line in lines
        for series in (FROM_DECIDED if line.pk in decided else BEFORE_DECIDED)
        if series is not Series.CORRECTION or SeriesKey(line.pk, series, year) in found
    )
    years = {clock.fiscal_year, clock.fiscal_year + 1, year, *(key.fiscal_year for key in found)}
    return Grid(year, tuple(sorted(years)), months, rows)


@dataclass(frozen=True, slots=True)
class _Locks:
    """Says which cells a reader may not change, and why."""

    measure: Measure
    granted: Collection[Permission]

    def why(self, series: Series, state: MonthState) -> Promise | None:
        """Return the first reason that holds, None if the cell is open."""
        if self.measure.lifecycle in ENDED:
            return HAS_ENDED
        if series in FROM_CLAIMS:
            return IS_CLAIMED
        if series is Series.FORECAST:
            if Permission.ENTER_FORECAST not in self.granted:
                return NOT_YOURS
            return None if state is MonthState.OPEN else IS_PAST
        if self.measure.stage >= Stage.DECIDED:
            return IS_FROZEN
        return None if Permission.EDIT_MEASURE in self.granted else NOT_YOURS


def _row(
    line: Line,
    series: Series,
    months: Iterable[GridMonth],
    found: Mapping[SeriesKey, Current],
    claims: Mapping[tuple[int, int], ClaimMark],
    locks: _Locks,
) -> GridRow:
    columns = tuple(months)
    year = columns[0].month.fiscal_year
    at = found.get(SeriesKey(line.pk, series, year))
    row: Row = EMPTY_ROW if at is None else at.row
    cells = tuple(
        GridCell(
            month=each.month,
            label=each.label,
            value=value,
            why=locks.why(series, each.state),
            claim=claims.get((line.pk, each.month.period)) if series is Series.ACTUAL else None,
        )
        for each, value in zip(columns, row, strict=True)
    )
    aggregation = "mean" if line.is_level else "sum"
    return GridRow(
        line=line,
        series=series,
        fiscal_year=year,
        version=0 if at is None else at.version,
        is_seeded=at is not None and at.is_seeded,
        cells=cells,
        aggregation=aggregation,
        total=_total(row, aggregation),
    )


def _total(row: Row, aggregation: str) -> int | None:
    """Return what the months come to; levels are not added up (domain-rules §4)."""
    given = [value for value in row if value is not None]
    if not given:
        return None
    return sum(given) if aggregation == "sum" else sum(given) // len(given)


def _claims(measure: Measure, fiscal_year: int) -> dict[tuple[int, int], ClaimMark]:
    """Return the latest claim of each line and month; one that was withdrawn is none."""
    rows = ActualClaim.objects.filter(
        measure=measure,
        fiscal_year=fiscal_year,
        state__in=OPEN_CLAIMS,
        kind=ClaimKind.ACTUAL,
    ).order_by("pk")
    return {
        (row.line_id, row.period): ClaimMark(
            row.pk, ClaimState(row.state), row.amount, row.decision_reason
        )
        for row in rows
    }
