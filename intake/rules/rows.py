"""Judges one row of a file: a draft of a measure, or every reason why it is refused."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from core import money
from hierarchy.rules.levels import NAMES
from intake.rules import values
from intake.rules.mapping import BRANCH, LineMap, Mapping, MilestoneMap, Rounding, Team, WhenEmpty
from intake.rules.stages import Standing, standing
from intake.rules.values import Unreadable

LONGEST_NAME, LONGEST_CODE = 200, 60
CENTS = 2


class FindingKind(StrEnum):
    """What sort of thing was found and left as it is."""

    EMPTY = "empty"
    ORDER = "order"
    UNPLANNED = "unplanned"
    CRITERION = "criterion"


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why a row is left out: its line in the file, the column, the reason."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{where}: {self.reason}."


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What is not as it should be in a row that was taken; shown, never repaired.

    `about` groups findings of one sort, such as the column that is empty.
    """

    line: int
    code: str
    kind: FindingKind
    about: str
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.code}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line to be: `written` as in the file, `scaled` as stored; planned in the month of a day."""

    map: LineMap
    written: Decimal
    scaled: int
    month_of: date | None


@dataclass(frozen=True, slots=True)
class DraftMilestone:
    """A milestone to be, done if its day has come by the cut-over."""

    map: MilestoneMap
    day: date
    is_done: bool


@dataclass(frozen=True, slots=True)
class RowDraft:
    """A measure to be, as one row tells it; `branch` names portfolio, program, project, package."""

    line: int
    code: str
    name: str
    description: str
    branch: tuple[str, ...]
    team: Team
    size: Decimal | None
    starts_on: date | None
    ends_on: date | None
    standing: Standing
    lines: tuple[DraftLine, ...]
    milestones: tuple[DraftMilestone, ...]
    findings: tuple[Finding, ...]


class _Row:
    """One row while it is judged: its cells, what is refused of it and what is found."""

    def __init__(self, mapping: Mapping, line: int, cells: Map[str, str], cut_over: date) -> None:
        self.mapping, self.line, self.cells, self.cut_over = mapping, line, cells, cut_over
        self.code = mapping.measure.code.of(cells)
        self.refusals: list[Refusal] = []
        self.findings: list[Finding] = []
        self.days: dict[str, date | None] = {}

    def refuse(self, column: str, reason: str) -> None:
        self.refusals.append(Refusal(self.line, column, reason))

    def find(self, kind: FindingKind, about: str, sentence: str) -> None:
        self.findings.append(Finding(self.line, self.code, kind, about, sentence))

    def amount(self, column: str) -> Decimal | None:
        try:
            return values.amount(self.cells[column], self.mapping.formats)
        except Unreadable as problem:
            self.refuse(column, str(problem))
            return None

    def is_refused(self, column: str) -> bool:
        return any(each.column == column for each in self.refusals)


def respelled(mapping: Mapping, cells: Map[str, str]) -> dict[str, str]:
    """Return the cells with each declared spelling replaced by what it means."""
    found = {column: cell.strip() for column, cell in cells.items()}
    for column, meant in mapping.spellings.items():
        found[column] = meant.get(found[column], found[column])
    return found


def judge(
    mapping: Mapping, line: int, cells: Map[str, str], cut_over_on: date
) -> RowDraft | list[Refusal]:
    """Return the measure that a row tells of, or every reason why the row is refused.

    `line` is where the row begins in the file; `cells` are respelled already.
    """
    row = _Row(mapping, line, cells, cut_over_on)
    _read_days(row)
    _check_texts(row)
    team = _team(row)
    size = _size(row)
    lines = tuple(each for each in (_line(row, each) for each in mapping.lines) if each)
    if row.refusals or team is None:
        return row.refusals
    _find_disorder(row)
    measure = mapping.measure
    return RowDraft(
        line=line,
        code=row.code,
        name=measure.name.of(cells),
        description=measure.description.of(cells),
        branch=tuple(mapping.levels[level].of(cells) for level in BRANCH),
        team=team,
        size=size,
        starts_on=row.days.get("" if measure.starts_on is None else measure.starts_on.column),
        ends_on=row.days.get("" if measure.ends_on is None else measure.ends_on.column),
        standing=standing(
            ((each.stage, row.days[each.day.column]) for each in mapping.stages), cut_over_on
        ),
        lines=lines,
        milestones=_milestones(row),
        findings=tuple(row.findings),
    )


def _read_days(row: _Row) -> None:
    for column, when_empty in row.mapping.day_columns.items():
        try:
            found = values.day(row.cells[column], row.mapping.formats)
        except Unreadable as problem:
            row.refuse(column, str(problem))
            continue
        row.days[column] = found
        if found is None and when_empty is WhenEmpty.FIND:
            row.find(FindingKind.EMPTY, column, f"{column} is empty.")


def _check_texts(row: _Row) -> None:
    measure = row.mapping.measure
    texts = [
        ("code", measure.code, LONGEST_CODE),
        ("name", measure.name, LONGEST_NAME),
        *((NAMES[level], row.mapping.levels[level], LONGEST_NAME) for level in BRANCH),
    ]
    for what, text, longest in texts:
        found, columns = text.of(row.cells), ", ".join(text.columns)
        if not found:
            row.refuse(columns, f"the {what} would be empty")
        elif len(found) > longest:
            row.refuse(columns, f"the {what} would be longer than {longest} characters")
        elif not found.isprintable():
            row.refuse(columns, f"the {what} would hold characters that cannot be shown")
    if not measure.description.of(row.cells):
        row.refuse(", ".join(measure.description.columns), "the description would be empty")


def _team(row: _Row) -> Team | None:
    column = row.mapping.team_column
    name = row.cells[column]
    team = row.mapping.teams.get(name)
    if team is None:
        row.refuse(column, f"no members stand for “{name}”: add them to the mapping")
    return team


def _size(row: _Row) -> Decimal | None:
    column = row.mapping.measure.size
    if not column:
        return None
    found = row.amount(column)
    return None if found is None else money.rounded(found, CENTS)


def _line(row: _Row, declared: LineMap) -> DraftLine | None:
    written = row.amount(declared.amount)
    if written is None:
        if not row.is_refused(declared.amount):
            row.refuse(declared.amount, "the amount is missing")
        return None
    kept = written
    if declared.rounding is Rounding.HALF_EVEN:
        kept = money.rounded(written, declared.decimals)
    try:
        scaled = money.to_scaled(kept, declared.decimals)
    except ValueError as problem:
        row.refuse(declared.amount, f"{written} cannot be kept: {problem}")
        return None
    month_of = row.days.get(declared.month.column)
    if month_of is None:
        row.find(
            FindingKind.UNPLANNED,
            declared.amount,
            f"{declared.amount} {kept} is not planned: {declared.month.column} is empty.",
        )
    return DraftLine(declared, written, scaled, month_of)


def _milestones(row: _Row) -> tuple[DraftMilestone, ...]:
    found = []
    for declared in row.mapping.milestones:
        day = row.days[declared.day.column]
        if day is not None:
            found.append(DraftMilestone(declared, day, is_done=day <= row.cut_over))
    return tuple(found)


def _find_disorder(row: _Row) -> None:
    """Tell of dates out of order: those declared, and the stages among each other."""
    stages = [each.day.column for each in row.mapping.stages if row.days[each.day.column]]
    pairs = [(order.first, order.then) for order in row.mapping.orders]
    for first, then in dict.fromkeys([*pairs, *pairwise(stages)]):
        before, after = row.days[first], row.days[then]
        if before is not None and after is not None and after < before:
            row.find(
                FindingKind.ORDER,
                f"{then} before {first}",
                f"{then} ({after.isoformat()}) lies before {first} ({before.isoformat()}).",
            )
