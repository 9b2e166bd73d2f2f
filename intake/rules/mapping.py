"""What a mapping file declares: the whole language in which a portfolio's shape is told."""

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from accounts.rules.roles import Role
from hierarchy.rules.levels import Level
from intake.rules.values import Formats
from measures.rules.lines import Direction, EffectType, Nature, Recurrence
from measures.rules.stage import Stage

COLUMN = re.compile(r"\{([^{}]+)\}")
BRANCH = (Level.PORTFOLIO, Level.PROGRAM, Level.PROJECT, Level.PACKAGE)


class WhenEmpty(StrEnum):
    """What an empty cell means: passed over in silence, or told as a finding."""

    PASS = "pass"  # noqa: S105 -- a word of the mapping
    FIND = "find"


class Rounding(StrEnum):
    """What is done with more decimals than a line keeps: rounded half to even, or refused."""

    HALF_EVEN = "half_even"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Text:
    """A text put together from columns in braces and what stands around them."""

    template: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns it takes from."""
        return tuple(COLUMN.findall(self.template))

    def of(self, cells: Map[str, str]) -> str:
        """Return the text of one row."""
        return COLUMN.sub(lambda found: cells[found.group(1)], self.template).strip()


@dataclass(frozen=True, slots=True)
class DayColumn:
    """A column of dates, and what it means where it is empty."""

    column: str
    when_empty: WhenEmpty = WhenEmpty.FIND


@dataclass(frozen=True, slots=True)
class MeasureMap:
    """Where a measure's own fields come from; `effect_type` is declared for all."""

    code: Text
    name: Text
    description: Text
    effect_type: EffectType
    starts_on: DayColumn | None = None
    ends_on: DayColumn | None = None
    size: str = ""
    size_unit: str = ""


@dataclass(frozen=True, slots=True)
class LineMap:
    """An effect line whose whole amount is planned in the month of one date."""

    name: str
    amount: str
    month: DayColumn
    nature: Nature
    effect_type: EffectType
    recurrence: Recurrence
    direction: Direction = Direction.MORE
    currency: str = ""
    decimals: int = 2
    rounding: Rounding = Rounding.EXACT


@dataclass(frozen=True, slots=True)
class MilestoneMap:
    """A milestone on the day of a column; done where that day has come by the cut-over."""

    name: str
    day: DayColumn
    is_mandatory: bool = True
    is_critical: bool = False
    weight: int = 1


@dataclass(frozen=True, slots=True)
class StageMap:
    """The column that tells on which day a measure entered a stage."""

    stage: Stage
    day: DayColumn


@dataclass(frozen=True, slots=True)
class Order:
    """Two dates of which the first should not lie after the second; a finding where it does."""

    first: str
    then: str


@dataclass(frozen=True, slots=True)
class Team:
    """The members, by e-mail address, who stand for one team."""

    owner: str
    sponsor: str
    controller: str


@dataclass(frozen=True, slots=True)
class SeatMap:
    """A seat given with the import: at the root, or at the node of a level with this name."""

    member: str
    role: Role
    level: Level = Level.ORGANIZATION
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping file; `cut_over_on` None means the day of the import.

    `spellings` give for a column the texts that mean another; `people` are added as members by
    e-mail address where they are none yet, under this name.
    """

    name: str
    encoding: str
    delimiter: str
    formats: Formats
    levels: Map[Level, Text]
    measure: MeasureMap
    team_column: str
    teams: Map[str, Team]
    cut_over_on: date | None = None
    spellings: Map[str, Map[str, str]] = field(default_factory=dict)
    lines: tuple[LineMap, ...] = ()
    milestones: tuple[MilestoneMap, ...] = ()
    stages: tuple[StageMap, ...] = ()
    orders: tuple[Order, ...] = ()
    people: Map[str, str] = field(default_factory=dict)
    seats: tuple[SeatMap, ...] = ()

    @property
    def day_columns(self) -> dict[str, WhenEmpty]:
        """Return every column of dates; empty is a finding where any use of it says so."""
        uses = [
            *(each for each in (self.measure.starts_on, self.measure.ends_on) if each is not None),
            *(each.month for each in self.lines),
            *(each.day for each in self.milestones),
            *(each.day for each in self.stages),
        ]
        found: dict[str, WhenEmpty] = {}
        for each in uses:
            is_told = WhenEmpty.FIND in (each.when_empty, found.get(each.column))
            found[each.column] = WhenEmpty.FIND if is_told else WhenEmpty.PASS
        for order in self.orders:
            for column in (order.first, order.then):
                found.setdefault(column, WhenEmpty.PASS)
        return found

    @property
    def columns(self) -> frozenset[str]:
        """Return every column that the file must have."""
        texts = (
            self.measure.code,
            self.measure.name,
            self.measure.description,
            *self.levels.values(),
        )
        return frozenset(
            {
                *(column for each in texts for column in each.columns),
                *self.day_columns,
                *(each.amount for each in self.lines),
                *self.spellings,
                self.team_column,
            }
            | ({self.measure.size} if self.measure.size else set())
        )
