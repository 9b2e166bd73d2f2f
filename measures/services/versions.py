"""How figures are kept: next versions of whole years; what is newer is never overwritten."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from measures.errors import StaleFigures
from measures.models import Line, SeriesVersion
from measures.models.line import PERIODS
from measures.queries.periods import Ground
from measures.queries.series import Current, SeriesKey
from measures.rules.calendar import Month, MonthState
from measures.rules.lines import Row, Series
from measures.rules.series import EMPTY_ROW
from measures.services import cells

Versions = Mapping[tuple[int, Series, int], int]
"""What a person saw: the version of each (line, series, fiscal year); 0 or absent for none."""

Asked = Mapping[SeriesKey, Mapping[Month, int | None]]
"""The cells that a person wants, by series."""


@dataclass(frozen=True, slots=True)
class CellConflict:
    """One cell that two people changed."""

    period: int
    cell: str
    yours: str
    theirs: str

    @property
    def sentence(self) -> str:
        """Both values in words."""
        return f"{self.cell}: yours {self.yours}, theirs {self.theirs}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A series of which somebody else has written a version since."""

    line_id: int
    series: str
    fiscal_year: int
    version: int
    name: str
    cells: tuple[CellConflict, ...]

    @property
    def sentences(self) -> list[str]:
        """The conflict in words, cell by cell."""
        return [each.sentence for each in self.cells] or [f"{self.name} has another version"]


class Names:
    """Says in words which cell is meant: 'Freight, forecast Jul 2026'."""

    def __init__(self, lines: Mapping[int, Line], ground: Ground) -> None:
        self._lines, self._ground = lines, ground

    def series(self, key: SeriesKey) -> str:
        """Return the name of a year of a series."""
        return f"{self._lines[key.line_id].name}, {key.series} {key.fiscal_year}"

    def cell(self, key: SeriesKey, month: Month) -> str:
        """Return the name of one month of a series."""
        return f"{self._lines[key.line_id].name}, {key.series} {self._ground.label(month)}"

    def figure(self, key: SeriesKey, value: int | None) -> str:
        """Return a scaled figure as a sentence shows it."""
        return cells.plain_text(value, self._lines[key.line_id])

    def is_open(self, month: Month) -> bool:
        """Tell whether the calendar end of a month lies ahead."""
        return self._ground.clock().state(month) is MonthState.OPEN


def refuse_stale(conflicts: Iterable[Conflict]) -> None:
    """Raise StaleFigures with both values of every cell, if there is any conflict."""
    found = list(conflicts)
    if found:
        said = [sentence for each in found for sentence in each.sentences]
        raise StaleFigures(conflicts=said, rows=[asdict(each) for each in found])


def conflicts(
    asked: Asked, found: Mapping[SeriesKey, Current], versions: Versions, names: Names
) -> list[Conflict]:
    """Return the series that moved on since they were seen, with the cells that now differ."""
    moved = []
    for key, wanted in asked.items():
        version, row = _standing(key, found)
        if version == versions.get(key, 0):
            continue
        differing = tuple(
            CellConflict(
                period=month.period,
                cell=names.cell(key, month),
                yours=names.figure(key, yours),
                theirs=names.figure(key, row[month.period - 1]),
            )
            for month, yours in wanted.items()
            if yours != row[month.period - 1]
        )
        moved.append(Conflict(*key, version=version, name=names.series(key), cells=differing))
    return moved


def changed(asked: Asked, found: Mapping[SeriesKey, Current]) -> dict[SeriesKey, Row]:
    """Return the whole new row of each series in which a cell differs from what is there."""
    rows: dict[SeriesKey, Row] = {}
    for key, wanted in asked.items():
        _, old = _standing(key, found)
        new = list(old)
        for month, value in wanted.items():
            new[month.period - 1] = value
        rows[key] = tuple(new)
    return differing(rows, found)


def differing(
    rows: Mapping[SeriesKey, Row], found: Mapping[SeriesKey, Current]
) -> dict[SeriesKey, Row]:
    """Return the rows that are not what is there already."""
    return {key: row for key, row in rows.items() if row != _standing(key, found)[1]}


def closed_cells(
    rows: Mapping[SeriesKey, Row], found: Mapping[SeriesKey, Current], names: Names
) -> list[str]:
    """Return by name the forecast cells that would change in months that have ended."""
    closed = []
    for key, row in rows.items():
        if key.series is not Series.FORECAST:
            continue
        _, old = _standing(key, found)
        for period, (new, before) in enumerate(zip(row, old, strict=True), start=1):
            month = Month(key.fiscal_year, period)
            if new != before and not names.is_open(month):
                closed.append(names.cell(key, month))
    return closed


def write(
    rows: Mapping[SeriesKey, Row], found: Mapping[SeriesKey, Current], *, is_seeded: bool = False
) -> dict[SeriesKey, int]:
    """Insert the next version of each series; returns their numbers."""
    written = {key: _standing(key, found)[0] + 1 for key in sorted(rows)}
    SeriesVersion.objects.bulk_create(
        SeriesVersion(
            line_id=key.line_id,
            series=key.series,
            fiscal_year=key.fiscal_year,
            version=version,
            is_seeded=is_seeded,
            **dict(zip(PERIODS, rows[key], strict=True)),
        )
        for key, version in written.items()
    )
    return written


def recorded(written: Mapping[SeriesKey, int]) -> list[dict[str, object]]:
    """Return what was written as the ledger keeps it."""
    return [
        {
            "line_id": key.line_id,
            "series": key.series.value,
            "fiscal_year": key.fiscal_year,
            "version": version,
        }
        for key, version in written.items()
    ]


def _standing(key: SeriesKey, found: Mapping[SeriesKey, Current]) -> tuple[int, Row]:
    at = found.get(key)
    return (0, EMPTY_ROW) if at is None else (at.version, at.row)
