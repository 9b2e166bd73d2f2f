"""The value section: grid, lines and claims; static/js/grid.js holds the grid's contract."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hierarchy.pages import Request
from hierarchy.rules.given import whole_number
from measures.models import Line
from measures.models.line import ClaimState
from measures.queries import claims, lights
from measures.queries import grid as grids
from measures.queries.claims import ClaimRow
from measures.queries.grid import Grid, GridCell, GridRow
from measures.rules.amounts import EN_DASH, NumberFormat, amount_text
from measures.rules.lines import EffectType, Nature, Recurrence, Series, Unit
from measures.views.scene import Scene
from measures.words import (
    EFFECT_NAMES,
    NATURE_NAMES,
    PERIOD_STAGE_NAMES,
    RECURRENCE_NAMES,
    SERIES_NAMES,
)

Words = str | Promise

YEARS = range(1990, 2200)
WIDE_FROM, BROAD_FROM = 8, 11  # signs that fit the narrower cell


@dataclass(frozen=True, slots=True)
class CellView:
    """One input: what stands in it, why it is locked, what is wrong with it."""

    name: str
    label: str
    value: str
    why: Words
    error: Words


@dataclass(frozen=True, slots=True)
class RowView:
    """One series of one line."""

    series: str
    label: Words
    under: str
    aggregation: str
    total: str
    cells: list[CellView]


@dataclass(frozen=True, slots=True)
class TableView:
    """The rows of one unit: figures of two units never stand under one total."""

    unit: str
    decimals: int
    rows: list[RowView]

    @property
    def width(self) -> str:
        """How wide the cells must be for the longest figure: "", "wide" or "broad"."""
        longest = max((len(cell.value) for row in self.rows for cell in row.cells), default=0)
        if longest > BROAD_FROM:
            return "broad"
        return "wide" if longest > WIDE_FROM else ""


@dataclass(frozen=True, slots=True)
class LineView:
    """One line with its properties in words."""

    line: Line
    nature: Words
    effect_type: Words
    recurrence: Words
    unit: str
    evidence: Words


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim with its figures in the number format."""

    row: ClaimRow
    amount: str
    forecast: str
    is_waiting: bool
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that two people changed: what each of them wants."""

    label: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and could not be saved: kept in its cells, with what is wrong beside it."""

    cells: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Words] = field(default_factory=dict)
    differences: Sequence[Difference] = ()
    is_stale: bool = False


NOTHING = Typed()


def section(request: Request, scene: Scene, typed: Typed = NOTHING) -> dict[str, Any]:
    """Return the context of the section for the fiscal year that the request names."""
    found = grid_of(request, scene)
    tables = _tables(found, scene.number_format, typed)
    made = claims.of_measure(scene.measure.pk, scene.ground)
    return {
        "grid": found,
        "tables": tables,
        "months": [(each, PERIOD_STAGE_NAMES[each.stage]) for each in found.months],
        "has_open_cells": any(
            not cell.why for table in tables for row in table.rows for cell in row.cells
        ),
        "versions": [
            (f"version-{key.line_id}-{key.series}-{key.fiscal_year}", version)
            for key, version in found.versions.items()
            if key.series not in grids.FROM_CLAIMS
        ],
        "lines": [_line_view(line) for line in _lines(found)],
        "claims": _claim_views(made, scene.number_format),
        "has_waiting_claims": any(each.state == ClaimState.SUBMITTED for each in made),
        "typed": typed,
        "forecast_state": _forecast_state(scene),
    }


def _forecast_state(scene: Scene) -> str:
    """Return how fresh the forecast is, empty where none is owed or it was never judged."""
    stored = lights.of_one(scene.measure.pk) if scene.is_decided and scene.is_open else None
    return "" if stored is None else stored.forecast.value


def grid_of(request: Request, scene: Scene) -> Grid:
    """Return the grid of the fiscal year that the request names, else of the current one."""
    given = whole_number(request.POST.get("year") or request.GET.get("year") or "")
    year = given if given in YEARS else None
    return grids.of(scene.measure, scene.ground, scene.granted, year)


def cell_name(row: GridRow, cell: GridCell) -> str:
    """Return the name of a cell's input."""
    return f"cell-{row.line.pk}-{row.series}-{row.fiscal_year}-{cell.month.period}"


def written(value: int | None, line: Line, number_format: NumberFormat) -> str:
    """Return a scaled figure as it can be typed back; empty where none is given."""
    if value is None:
        return ""
    text = amount_text(value, unit_of(line), number_format)
    return text.removesuffix(number_format.decimal + "0" * line.decimals)


def _total(value: int | None, line: Line, number_format: NumberFormat) -> str:
    """Return a total as static/js/grid.js writes it while one types; an en dash for none."""
    return written(value, line, number_format) or EN_DASH


def unit_of(line: Line) -> Unit:
    """Return what a line is counted in."""
    return Unit(line.unit, line.decimals)


def unit_name(line: Line) -> str:
    """Return the unit as people write it: the currency of money, else the unit's name."""
    return str(line.currency or line.unit)


def _lines(found: Grid) -> list[Line]:
    return list({row.line.pk: row.line for row in found.rows}.values())


def _tables(found: Grid, number_format: NumberFormat, typed: Typed) -> list[TableView]:
    tables: dict[tuple[str, int], list[RowView]] = defaultdict(list)
    for row in found.rows:
        if _is_shown(row):
            rows = tables[unit_name(row.line), row.line.decimals]
            rows.append(_row_view(row, number_format, typed))
            rows.extend(_claimed_row(row, number_format))
    return [TableView(unit, decimals, rows) for (unit, decimals), rows in tables.items()]


def _is_shown(row: GridRow) -> bool:
    """Tell whether a row says anything: an empty baseline is left out once it cannot be given."""
    is_open = any(not cell.why for cell in row.cells)
    return is_open or row.series is not Series.BASELINE or row.version > 0


def _row_view(row: GridRow, number_format: NumberFormat, typed: Typed) -> RowView:
    label = SERIES_NAMES[row.series]
    return RowView(
        series=row.series.value,
        label=_("Forecast, seeded with the plan") if row.is_seeded else label,
        under=row.line.name,
        aggregation=row.aggregation,
        total=_total(row.total, row.line, number_format),
        cells=[_cell_view(row, cell, label, number_format, typed) for cell in row.cells],
    )


def _cell_view(
    row: GridRow, cell: GridCell, label: Words, number_format: NumberFormat, typed: Typed
) -> CellView:
    name = cell_name(row, cell)
    stored = written(cell.value, row.line, number_format)
    return CellView(
        name=name,
        label=f"{row.line.name}, {label}, {cell.label}",
        value=typed.cells.get(name, stored),
        why=cell.why or "",
        error=typed.errors.get(name, ""),
    )


def _claimed_row(row: GridRow, number_format: NumberFormat) -> Iterable[RowView]:
    """Yield the claims that wait as a row of their own: they are no actuals yet."""
    waiting = {
        cell.month.period: cell.claim.amount
        for cell in row.cells
        if cell.claim is not None and cell.claim.state == ClaimState.SUBMITTED
    }
    if row.series is not Series.ACTUAL or not waiting:
        return
    label = _("Claimed, waiting")
    yield RowView(
        series="claimed",
        label=label,
        under=row.line.name,
        aggregation=row.aggregation,
        total=_total(sum(waiting.values()), row.line, number_format),
        cells=[
            CellView(
                name=f"claimed-{row.line.pk}-{row.fiscal_year}-{cell.month.period}",
                label=f"{row.line.name}, {label}, {cell.label}",
                value=written(waiting.get(cell.month.period), row.line, number_format),
                why=_("A claim is not an actual until its controller has approved it."),
                error="",
            )
            for cell in row.cells
        ],
    )


def _line_view(line: Line) -> LineView:
    return LineView(
        line=line,
        nature=NATURE_NAMES[Nature(line.nature)],
        effect_type=EFFECT_NAMES[EffectType(line.effect_type)],
        recurrence=RECURRENCE_NAMES[Recurrence(line.recurrence)],
        unit=unit_name(line),
        evidence="" if line.baseline_evidence_id is None else _("given"),
    )


def _claim_views(rows: Sequence[ClaimRow], number_format: NumberFormat) -> list[ClaimView]:
    """Return the claims of a measure, each corrected one with what it came to be."""
    by_origin: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.corrects_id is not None and row.state is ClaimState.APPROVED:
            by_origin[row.corrects_id] += row.amount
    return [_claim_view(row, by_origin.get(row.claim_id), number_format) for row in rows]


def _claim_view(row: ClaimRow, correction: int | None, number_format: NumberFormat) -> ClaimView:
    forecast = "–"
    if row.forecast is not None:
        forecast = amount_text(row.forecast, row.unit, number_format)
    return ClaimView(
        row=row,
        amount=amount_text(row.amount, row.unit, number_format),
        forecast=forecast,
        is_waiting=row.state == ClaimState.SUBMITTED,
        corrected=""
        if correction is None
        else amount_text(row.amount + correction, row.unit, number_format),
    )
