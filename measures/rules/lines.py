"""The vocabulary of effect lines and the facts of one line, as every value rule reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from measures.rules.calendar import Month

Row: TypeAlias = tuple[int | None, ...]
"""The periods of one fiscal year as scaled whole numbers; None is "not given", never 0."""

Rows: TypeAlias = Mapping[int, Row]
"""A row for each fiscal year that holds any figure."""

MONEY = "money"
MOST_DECIMALS = 6


class Nature(StrEnum):
    """What a line is in the sum: gross benefit, running cost, or one-time cost to achieve."""

    BENEFIT = "benefit"
    RUNNING = "running"
    ONE_TIME = "one_time"


class Direction(StrEnum):
    """Which way is better."""

    MORE = "more"
    LESS = "less"
    EXACT = "exact"


class EffectType(StrEnum):
    """The kind of effect (domain-rules §5); figures of two kinds are never added."""

    HARD = "hard"
    AVOIDANCE = "avoidance"
    CASH = "cash"
    QUALITATIVE = "qualitative"
    MANDATORY = "mandatory"


class Recurrence(StrEnum):
    """How long an effect lasts (domain-rules §5)."""

    RECURRING = "recurring"
    ONE_OFF = "one_off"
    TEMPORARY = "temporary"


class Series(StrEnum):
    """The value series of a line; targets belong to nodes (decisions §2)."""

    BASELINE = "baseline"
    PLAN = "plan"
    FORECAST = "forecast"
    ACTUAL = "actual"
    CORRECTION = "correction"


class Bucket(StrEnum):
    """The column in which a contribution counts (decisions §2)."""

    PIPELINE = "pipeline"
    COMMITTED = "committed"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """What a figure is counted in; stored as value x 10^decimals. `code` is "money" or a sign."""

    code: str = MONEY
    decimals: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= MOST_DECIMALS:
            raise ValueError(f"{self.decimals} decimals are not in 0..{MOST_DECIMALS}")

    @property
    def is_money(self) -> bool:
        return self.code == MONEY


@dataclass(frozen=True, slots=True, order=True)
class GroupKey:
    """The only thing over which figures may be summed (domain-rules §4, type-safe sums).

    `currency` is an ISO 4217 code, or empty where the unit is not money.
    """

    unit: Unit
    currency: str
    effect_type: EffectType
    recurrence: Recurrence
    nature: Nature


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One effect line with its series; costs are entered positive, a disbenefit negative.

    `plan` and `baseline` are those in force: the last ones decided, even while a measure that was
    rolled back is planned anew. `original` is plan version 1, with its baseline and full-effect
    month where they differ. `pending` are the claims not yet decided, `forecast_before_claim` the
    last forecast given before each of them, `proven` the share of the plan confirmed at closure.
    `corrections` are the approved reversal entries by the month they are posted in, `corrected` the
    same by the month they correct; both are differences, with their sign.
    A level line's series are levels; rules compare them as effects against `baseline`.
    """

    key: str
    unit: Unit = Unit()
    currency: str = "EUR"
    nature: Nature = Nature.BENEFIT
    direction: Direction = Direction.MORE
    effect_type: EffectType = EffectType.HARD
    recurrence: Recurrence = Recurrence.RECURRING
    is_level: bool = False
    is_seasonal: bool = False
    full_effect: Month | None = None
    baseline: Rows = field(default_factory=dict)
    plan: Rows = field(default_factory=dict)
    original: Rows = field(default_factory=dict)
    forecast: Rows = field(default_factory=dict)
    approved: Rows = field(default_factory=dict)
    pending: Rows = field(default_factory=dict)
    forecast_before_claim: Rows = field(default_factory=dict)
    corrections: Rows = field(default_factory=dict)
    corrected: Rows = field(default_factory=dict)
    proven: Fraction | None = None
    original_baseline: Rows | None = None
    original_full_effect: Month | None = None

    @property
    def group(self) -> GroupKey:
        return GroupKey(
            unit=self.unit,
            currency=self.currency if self.unit.is_money else "",
            effect_type=self.effect_type,
            recurrence=self.recurrence,
            nature=self.nature,
        )

    def as_original(self) -> "LineFacts":
        """Return the line with its first commitment in the place of the current plan."""
        return replace(
            self,
            plan=self.original,
            baseline=self.baseline if self.original_baseline is None else self.original_baseline,
            full_effect=self.original_full_effect or self.full_effect,
        )

    @property
    def is_cost(self) -> bool:
        return self.nature is not Nature.BENEFIT
