"""A value grid as it comes back: which cells were changed, which cannot be read, who was faster."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.money import from_scaled
from hierarchy.rules.given import whole_number
from measures.queries import series
from measures.queries.grid import Grid, GridCell, GridRow
from measures.queries.series import SeriesKey
from measures.rules.amounts import EN_DASH, CellRefusal, NumberFormat
from measures.rules.lines import Row, Series
from measures.rules.series import EMPTY_ROW
from measures.services.cells import no_month, reader_of
from measures.services.figures import CellChange
from measures.views.value import Difference, Typed, cell_name, written

SAVED_MEANWHILE = _("Saved meanwhile by somebody else: %(theirs)s. Yours is kept here.")
CELL = re.compile(r"cell-(\d{1,18})-(baseline|plan|forecast)-(\d{1,9})-(\d{1,9})", re.ASCII)
VERSION = re.compile(r"version-(\d{1,18})-(baseline|plan|forecast)-(\d{4})")


@dataclass(frozen=True, slots=True)
class Sent:
    """A grid as it was sent: cells that differ from what its sender saw, and what was refused."""

    versions: dict[tuple[int, Series, int], int]
    texts: dict[str, str] = field(default_factory=dict)
    changes: list[CellChange] = field(default_factory=list)
    refusals: dict[str, CellRefusal] = field(default_factory=dict)

    @property
    def typed(self) -> Typed:
        """What to keep in the cells when some of them could not be read."""
        errors = {name: refusal.sentence for name, refusal in self.refusals.items()}
        return Typed(self.texts, errors)


def read(posted: QueryDict, grid: Grid, number_format: NumberFormat) -> Sent:
    """Return what was sent, compared with the versions that its sender saw.

    Only what differs from those is a change: cells left alone never overwrite another's save.
    """
    versions = _versions(posted)
    seen = _seen(grid, versions)
    sent = Sent(versions, refusals=_outside(posted, grid))
    for row in grid.rows:
        for cell in row.cells:
            text = posted.get(cell_name(row, cell))
            if text is not None and row.series is not Series.ACTUAL:
                _read_cell(sent, row, cell, text, seen[row.key], number_format)
    return sent


def _outside(posted: QueryDict, grid: Grid) -> dict[str, CellRefusal]:
    """Return a refusal for each cell that names a month outside the calendar."""
    lines = {row.line.pk: row.line for row in grid.rows}
    found = {}
    for match in filter(None, map(CELL.fullmatch, posted)):
        line, (year, period) = lines.get(int(match[1])), map(int, match.groups()[2:])
        refusal = line and no_month(line, match[2], year, period)
        if refusal:
            found[match[0]] = refusal
    return found


def _read_cell(
    sent: Sent, row: GridRow, cell: GridCell, text: str, seen: Row, number_format: NumberFormat
) -> None:
    name = cell_name(row, cell)
    said = reader_of(row.line, number_format).read(text, _label(row, cell))
    if isinstance(said, CellRefusal):
        sent.texts[name], sent.refusals[name] = text, said
    elif said != seen[cell.month.period - 1]:
        sent.texts[name] = text
        sent.changes.append(
            CellChange(
                row.line.pk,
                row.series,
                row.fiscal_year,
                cell.month.period,
                from_scaled(said, row.line.decimals),
            )
        )


def conflict(sent: Sent, grid: Grid, number_format: NumberFormat) -> Typed:
    """Return a sheet whose sender was overtaken: what was typed is kept, both values are shown."""
    seen = _seen(grid, sent.versions)
    errors, differences = {}, []
    for row in grid.rows:
        for cell in row.cells:
            name = cell_name(row, cell)
            was_saved = cell.value != seen[row.key][cell.month.period - 1]
            if name not in sent.texts or not was_saved:
                continue
            theirs = written(cell.value, row.line, number_format) or EN_DASH
            yours = sent.texts[name] or EN_DASH
            errors[name] = _(
                "Saved meanwhile by somebody else: %(theirs)s. Yours is kept here."
            ) % {"theirs": theirs}
            differences.append(Difference(_label(row, cell), yours, theirs))
    return Typed(sent.texts, errors, differences, is_stale=True)


def _seen(grid: Grid, versions: Mapping[tuple[int, Series, int], int]) -> dict[SeriesKey, Row]:
    """Return each row as its sender saw it: the current one, or an older version read again."""
    current = {
        row.key: tuple(cell.value for cell in row.cells)
        for row in grid.rows
        if versions.get(row.key, 0) == row.version
    }
    older = {key: versions.get(key, 0) for key in grid.versions if key not in current}
    return current | dict.fromkeys(older, EMPTY_ROW) | series.at(older)


def _versions(posted: QueryDict) -> dict[tuple[int, Series, int], int]:
    found: dict[tuple[int, Series, int], int] = {}
    for name in posted:
        match, given = VERSION.fullmatch(name), whole_number(posted.get(name, ""))
        if match and given is not None:
            line, kind, year = match.groups()
            found[int(line), Series(kind), int(year)] = given
    return found


def _label(row: GridRow, cell: GridCell) -> str:
    return f"{row.line.name}, {row.series} {cell.label}"
