"""What the demo tells, as plain data: measures with their months and days before any is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from accounts.rules.roles import Role
from measures.rules.calendar import FiscalCalendar, Month
from measures.rules.lines import (
    MONEY,
    Direction,
    EffectType,
    Nature,
    Recurrence,
)
from measures.rules.rate_file import RateEntry
from measures.rules.stage import Stage

Amounts: TypeAlias = Mapping[Month, int]
"""Whole units of the line (money: whole currency units) by fiscal month."""


@dataclass(frozen=True, slots=True)
class LineScript:
    """One line and its months; a month of `claims` that is in `waiting` is not approved yet.

    `forecast` holds the open months as their owner last gave them; None means "as planned".
    `final_in` is the claim that declares a one-off complete.
    """

    name: str
    plan: Amounts
    nature: Nature = Nature.BENEFIT
    effect_type: EffectType = EffectType.HARD
    recurrence: Recurrence = Recurrence.RECURRING
    direction: Direction = Direction.MORE
    unit: str = MONEY
    currency: str = ""
    decimals: int = 2
    full_effect: Month | None = None
    is_seasonal: bool = False
    is_level: bool = False
    budget_line: str = ""
    baseline: Amounts | None = None
    claims: Amounts = field(default_factory=dict)
    waiting: frozenset[Month] = frozenset()
    forecast: Amounts | None = None
    final_in: Month | None = None

    @property
    def budget(self) -> Amounts:
        """The baseline of every planned month: what is given, else ten times the plan."""
        if self.baseline is not None:
            return self.baseline
        return {month: 10 * abs(amount) for month, amount in self.plan.items()}


@dataclass(frozen=True, slots=True)
class MilestoneScript:
    """One milestone; `done_on` is the day its completion was recorded."""

    name: str
    plan_end: date
    done_on: date | None = None
    forecast_end: date | None = None
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class MeasureScript:
    """One measure; `gates` are the days on which it passed each stage through votes.

    A measure without gates was taken over at `stage`. `reported_on` is the day its owner last
    gave a forecast; None if never.
    """

    code: str
    name: str
    package: str
    description: str
    owner: str
    sponsor: str
    controller: str
    lines: tuple[LineScript, ...]
    milestones: tuple[MilestoneScript, ...]
    stage: Stage = Stage.DECIDED
    size: int | None = None
    size_unit: str = ""
    effect_type: EffectType = EffectType.HARD
    gates: Mapping[Stage, date] = field(default_factory=dict)
    proposed_on: date | None = None
    reported_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member and the seats held; the e-mail address follows from the name."""

    name: str
    seats: tuple[tuple[Role, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """An organization before anything happens in it: how it counts, its tree and its people.

    `tree` gives portfolios, their programs, projects and packages; `logins` names for each role
    whom a visitor may log in as. The first of `people` founds it and is its administrator.
    """

    slug: str
    name: str
    currency: str
    time_zone: str
    fiscal_start_month: int
    tree: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]
    people: tuple[Person, ...]
    logins: Mapping[Role, str]
    group_separator: str = ","
    rates: tuple[RateEntry, ...] = ()

    @property
    def calendar(self) -> FiscalCalendar:
        """The fiscal calendar."""
        return FiscalCalendar(self.fiscal_start_month)

    def email(self, name: str) -> str:
        """Return the invented address of a person."""
        return f"{name.lower().replace(' ', '.')}@{self.slug}.example"


def flat(first: Month, last: Month, amount: int) -> dict[Month, int]:
    """Return the same amount for every month from `first` to `last`."""
    return {Month.at(index): amount for index in range(first.index, last.index + 1)}


def listed(first: Month, *amounts: int) -> dict[Month, int]:
    """Return amounts for the months that follow each other from `first`."""
    return {first.plus(count): amount for count, amount in enumerate(amounts)}
