"""The figures of a measure: plan and baseline until Decided, the forecast from then on.

Every save writes next versions and changes no row; what somebody else saved is never overwritten.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import (
    ActualFromClaimsOnly,
    CellsRefused,
    ForecastNotOpen,
    MonthClosed,
    NothingToForecast,
    PlanFrozen,
)
from measures.events import FiguresSaved, ForecastConfirmed, ForecastScaled, ForecastShifted
from measures.models import Line, Measure
from measures.queries import commitments, measures, periods, series
from measures.queries.periods import Ground
from measures.queries.series import Current, SeriesKey
from measures.rules import grid
from measures.rules.amounts import CellRefusal
from measures.rules.calendar import Month
from measures.rules.lines import Row, Series
from measures.rules.stage import Stage
from measures.services import cells as readings
from measures.services import lock
from measures.services import versions as versioning
from measures.services.versions import Names, Versions

MOST_MONTHS = 60  # further than any forecast is moved; a slip of the keyboard goes beyond it


@dataclass(frozen=True, slots=True)
class CellChange:
    """One month's new figure in the line's unit; None empties the cell."""

    line_id: int
    series: Series
    fiscal_year: int
    period: int
    amount: Decimal | None

    @property
    def key(self) -> SeriesKey:
        """The series that the cell belongs to."""
        return SeriesKey(self.line_id, Series(self.series), self.fiscal_year)


@tenancy.act
def save(
    *, actor: Actor, measure_id: int, cells: Sequence[CellChange], versions: Versions
) -> dict[SeriesKey, int]:
    """Write changed cells as next versions, all or none; returns the new version numbers.

    Raises NotFound, NotAllowed, MeasureEnded, CellsRefused (all unreadable cells), PlanFrozen,
    ForecastNotOpen, ActualFromClaimsOnly, MonthClosed, StaleFigures (with both values). Cells
    that hold what is there already change nothing.
    """
    measure = lock.measure(actor, measure_id, Permission.VIEW)
    lines = _lines(measure, {cell.line_id for cell in cells})
    _judge_series(actor, measure, {Series(cell.series) for cell in cells})
    _refuse_undecided(measure, {cell.line_id for cell in cells if cell.series == Series.FORECAST})
    ground = periods.ground()
    asked = _scaled(cells, lines, ground)
    found, names = series.current(lines), Names(lines, ground)
    moved = versioning.conflicts(asked, found, versions, names)
    versioning.refuse_stale(each for each in moved if each.cells)
    rows = versioning.changed(asked, found)
    closed = versioning.closed_cells(rows, found, names)
    if closed:
        raise MonthClosed(months=closed)
    written = versioning.write(rows, found)
    if written:
        audit.record(FiguresSaved(subject_id=measure.pk, rows=versioning.recorded(written)))
    return written


@tenancy.act
def no_change(
    *, actor: Actor, measure_id: int, versions: Versions | None = None
) -> dict[SeriesKey, int]:
    """Submit the forecast again as it is: a new version of every year that is not over.

    Raises NotFound, NotAllowed, MeasureEnded, ForecastNotOpen, NothingToForecast, StaleFigures.
    """
    measure, _, found = _forecast(actor, measure_id, versions)
    year = periods.ground().clock().fiscal_year
    rows = {key: at.row for key, at in found.items() if key.fiscal_year >= year}
    if not rows:
        raise NothingToForecast(measure=measure.node.name)
    written = versioning.write(rows, found)
    audit.record(ForecastConfirmed(subject_id=measure.pk, rows=versioning.recorded(written)))
    return written


@tenancy.act
def shift(
    *, actor: Actor, measure_id: int, line_id: int, months: int, versions: Versions | None = None
) -> dict[SeriesKey, int]:
    """Move the open months of a line's forecast so many months later (earlier if negative).

    Raises as `no_change`, Invalid beyond five years, and MonthClosed if a figure would land in a
    month that has ended.
    """
    if abs(months) > MOST_MONTHS:
        raise Invalid(field="months", problem=f"at most {MOST_MONTHS} in either direction.")
    measure, lines, found = _forecast(actor, measure_id, versions, line_id)
    ground = periods.ground()
    try:
        moved = grid.shift(_rows(found, line_id), months, ground.clock().month)
    except grid.ClosedMonthError as error:
        month: Month = error.args[0]
        name = Names(lines, ground).cell(SeriesKey(line_id, Series.FORECAST, 0), month)
        raise MonthClosed(months=name) from error
    written = versioning.write(versioning.differing(_keyed(moved, line_id), found), found)
    if written:
        audit.record(
            ForecastShifted(subject_id=measure.pk, months=months, rows=versioning.recorded(written))
        )
    return written


@tenancy.act
def scale_rest(
    *,
    actor: Actor,
    measure_id: int,
    line_id: int,
    total: Decimal,
    fiscal_year: int | None = None,
    versions: Versions | None = None,
) -> dict[SeriesKey, int]:
    """Scale the open months of a fiscal year (the current one) to come to `total` together.

    In proportion to what they hold, by largest remainder. Raises as `no_change`, and CellsRefused
    for a total that the line cannot hold.
    """
    measure, lines, found = _forecast(actor, measure_id, versions, line_id)
    ground = periods.ground()
    year = ground.clock().fiscal_year if fiscal_year is None else fiscal_year
    scaled = readings.scaled(total, lines[line_id], f"{lines[line_id].name}, total of {year}")
    if scaled is None:
        raise Invalid(field="total", problem="enter what the open months shall come to.")
    if isinstance(scaled, CellRefusal):
        raise CellsRefused(cells=[scaled.sentence])
    try:
        rows = grid.scale_rest(_rows(found, line_id), scaled, year, ground.clock().month)
    except ValueError as error:
        raise NothingToForecast(measure=measure.node.name) from error
    written = versioning.write(versioning.differing(_keyed(rows, line_id), found), found)
    if written:
        audit.record(
            ForecastScaled(
                subject_id=measure.pk, total=str(total), rows=versioning.recorded(written)
            )
        )
    return written


def seed_forecast(measure: Measure) -> dict[SeriesKey, int]:
    """Copy the plan as a forecast marked "seeded", inside the act that decides a measure (§2)."""
    return seed_forecasts([measure])


def seed_forecasts(decided: Iterable[Measure]) -> dict[SeriesKey, int]:
    """Seed forecasts not given yet, of many measures in the act that decides them; 3 statements."""
    lines = Line.objects.filter(measure__in=[each.pk for each in decided], removed_on__isnull=True)
    found = series.current(lines.values_list("pk", flat=True))
    rows = {
        key._replace(series=Series.FORECAST): at.row
        for key, at in found.items()
        # A forecast that was given stays: a plan made anew does not better what is expected.
        if key.series is Series.PLAN and key._replace(series=Series.FORECAST) not in found
    }
    return versioning.write(rows, found, is_seeded=True)


def write_rows(measure: Measure, rows: Mapping[SeriesKey, Row]) -> dict[SeriesKey, int]:
    """Write whole years of scaled figures inside an act that judges and records (the import's).

    The database's guards still hold: unknown lines, frozen plans and early forecasts are refused.
    """
    lines = _lines(measure, {key.line_id for key in rows})
    return versioning.write(rows, series.current(lines))


def _lines(measure: Measure, line_ids: Iterable[int]) -> dict[int, Line]:
    wanted = set(line_ids)
    lines = {each.pk: each for each in _present(measure) if each.pk in wanted}
    if wanted - set(lines):
        raise NotFound(what="line")
    return lines


def _present(measure: Measure) -> Iterable[Line]:
    return Line.objects.filter(measure=measure, removed_on__isnull=True).order_by("pk")


def _judge_series(actor: Actor, measure: Measure, changed: set[Series]) -> None:
    """Refuse series that are not the actor's to write, or not now."""
    if changed & {Series.ACTUAL, Series.CORRECTION}:
        raise ActualFromClaimsOnly
    people = measures.named(measure)
    planned = sorted(changed & {Series.PLAN, Series.BASELINE})
    if planned:
        authority.ensure(actor, Permission.EDIT_MEASURE, measure.node, people)
        if measure.stage >= Stage.DECIDED:
            raise PlanFrozen(measure=measure.node.name, what=f"the {planned[0]}")
    if Series.FORECAST in changed:
        authority.ensure(actor, Permission.ENTER_FORECAST, measure.node, people)
        if measure.decided_on is None:
            raise ForecastNotOpen(measure=measure.node.name)


def _refuse_undecided(measure: Measure, line_ids: set[int]) -> None:
    """Refuse the forecast of a line that came with a plan which is not decided yet."""
    if line_ids - commitments.open_lines(measure, line_ids):
        raise ForecastNotOpen(measure=measure.node.name)


def _forecast(
    actor: Actor, measure_id: int, versions: Versions | None, line_id: int | None = None
) -> tuple[Measure, dict[int, Line], dict[SeriesKey, Current]]:
    """Lock a measure for a one-click act on its forecast, and read what is there."""
    measure = lock.measure(actor, measure_id, Permission.ENTER_FORECAST)
    if measure.decided_on is None:
        raise ForecastNotOpen(measure=measure.node.name)
    lines = {each.pk: each for each in _present(measure)}
    if line_id is not None and line_id not in lines:
        raise NotFound(what="line")
    chosen = lines if line_id is None else [line_id]
    found = series.current(chosen, [Series.FORECAST])
    if not found:
        raise NothingToForecast(measure=measure.node.name)
    if versions is not None:
        seen: versioning.Asked = {key: {} for key in found}
        names = Names(lines, periods.ground())
        versioning.refuse_stale(versioning.conflicts(seen, found, versions, names))
    return measure, lines, found


def _scaled(
    cells: Sequence[CellChange], lines: Mapping[int, Line], ground: Ground
) -> dict[SeriesKey, dict[Month, int | None]]:
    """Return the cells as scaled whole numbers; CellsRefused names all that do not fit."""
    names = Names(lines, ground)
    refusals: list[CellRefusal] = []
    asked: dict[SeriesKey, dict[Month, int | None]] = defaultdict(dict)
    for cell in cells:
        line = lines[cell.line_id]
        outside = readings.no_month(line, cell.series, cell.fiscal_year, cell.period)
        if outside is not None:
            refusals.append(outside)
            continue
        month = Month(cell.fiscal_year, cell.period)
        said = readings.scaled(cell.amount, line, names.cell(cell.key, month))
        if isinstance(said, CellRefusal):
            refusals.append(said)
        else:
            asked[cell.key][month] = said
    if refusals:
        raise CellsRefused(cells=[each.sentence for each in refusals])
    return asked


def _rows(found: Mapping[SeriesKey, Current], line_id: int) -> dict[int, Row]:
    return series.by_line(found, Series.FORECAST).get(line_id, {})


def _keyed(rows: Mapping[int, Row], line_id: int) -> dict[SeriesKey, Row]:
    return {SeriesKey(line_id, Series.FORECAST, year): row for year, row in rows.items()}
