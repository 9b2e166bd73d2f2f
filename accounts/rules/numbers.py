"""Every number a tenant may change: its default, limits, meaning and source on one page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Self, TypeVar, overload

from core.errors import Invalid
from core.sight import POOL

N = TypeVar("N", int, Decimal)


class Unit(StrEnum):
    """What a number counts; a ratio is given as 0.90, never as 90."""

    WORKING_DAYS = "working days"
    DAYS = "days"
    MONTHS = "months"
    PEOPLE = "people"
    MEASURES = "measures"
    RATIO = "ratio"


class Number(Generic[N]):
    """One number: read from `Numbers` it is its value, read from the class it is this row."""

    __slots__ = ("cyclic", "default", "key", "lower", "meaning", "source", "two", "unit", "upper")

    def __init__(
        self, default: N, unit: Unit, *, limits: tuple[N, N], meaning: str, source: str
    ) -> None:
        self.key = ""
        self.cyclic = False
        self.two = False
        self.default: N = default
        self.unit = unit
        self.lower: N = limits[0]
        self.upper: N = limits[1]
        self.meaning = meaning
        self.source = source

    def from_next_cycle(self) -> Self:
        """Return the row as one whose change is in force from the next month on, never at once."""
        self.cyclic = True
        return self

    def by_two(self) -> Self:
        """Return the row as one that two administrators change: a gate's, a duty's or a limit."""
        self.two = True
        return self

    def __set_name__(self, owner: type["Numbers"], name: str) -> None:
        self.key = name

    @overload
    def __get__(self, numbers: None, owner: type["Numbers"]) -> Self: ...

    @overload
    def __get__(self, numbers: "Numbers", owner: type["Numbers"]) -> N: ...

    def __get__(self, numbers: "Numbers | None", owner: type["Numbers"]) -> Self | N:
        if numbers is None:
            return self
        given = numbers.given.get(self.key)
        return self.default if given is None else type(self.default)(given)

    def problem_with(self, value: Decimal) -> str | None:
        """Return in a sentence why `value` cannot stand for this number; None when it can."""
        if not value.is_finite():
            return "must be an ordinary number."
        if self.unit is not Unit.RATIO and value != value.to_integral_value():
            return f"must be a whole number of {self.unit}."
        if not self.lower <= value <= self.upper:
            return f"must lie between {self.lower} and {self.upper} ({self.unit})."
        return None


def _days(default: int, most: int, meaning: str, source: str) -> Number[int]:
    return Number(default, Unit.DAYS, limits=(1, most), meaning=meaning, source=source)


def _working_days(default: int, most: int, meaning: str, source: str) -> Number[int]:
    return Number(default, Unit.WORKING_DAYS, limits=(1, most), meaning=meaning, source=source)


def _people(default: int, most: int, meaning: str, source: str) -> Number[int]:
    return Number(default, Unit.PEOPLE, limits=(1, most), meaning=meaning, source=source)


def _months(default: int, most: int, meaning: str, source: str) -> Number[int]:
    return Number(default, Unit.MONTHS, limits=(1, most), meaning=meaning, source=source)


def _ratio(default: str, most: str, meaning: str, source: str) -> Number[Decimal]:
    limits = (Decimal(0), Decimal(most))
    return Number(Decimal(default), Unit.RATIO, limits=limits, meaning=meaning, source=source)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one organization in force; `given` are its overrides, already judged.

    Sources are sections of domain-rules. A number whose paper says "ours" is here and nowhere
    else as a literal; what the papers fix is a constant beside the rule that uses it.
    """

    given: Mapping[str, Decimal] = field(default_factory=dict)

    claim_deadline = _working_days(5, 20, "after month end an actual must be claimed by", "§4")
    approval_deadline = _working_days(10, 30, "after month end a claim must be decided by", "§4")
    reopen_days = _working_days(5, 10, "a locked period may be open again at most", "§4")
    monthly_days = _days(31, 92, "between two updates of a measure", "§4")
    monthly_grace_days = _days(7, 31, "after which a monthly update due is stale", "§4")
    weekly_days = _days(7, 31, "between two updates of a measure watched closely", "§4")
    weekly_grace_days = _days(3, 31, "after which a weekly update due is stale", "§4")
    gate_within_days = _days(30, 90, "before a gate in which a measure is watched closely", "§4")
    watched_share = _ratio("0.20", "1", "of value that the most closely watched make up", "§4")

    milestone_green_days = _days(3, 30, "a milestone may be late and still be green", "§7")
    milestone_amber_days = _days(7, 60, "a milestone may be late before it is red", "§7")
    look_ahead_days = _days(14, 92, "ahead in which open milestones count", "§7")
    look_back_days = _days(30, 183, "back in which completed milestones count", "§7")
    implementation_green = _ratio("0.90", "1", "score from which implementation is green", "§7")
    implementation_amber = _ratio("0.70", "1", "score from which implementation is amber", "§7")

    potential_green = _ratio("0.90", "2", "outlook to plan from which potential is green", "§8")
    potential_amber = _ratio("0.70", "2", "outlook to plan from which potential is amber", "§8")
    materiality = _ratio("0.01", "0.2", "of the life plan below which a window is skipped", "§8")

    ledger_tolerance = _ratio(
        "0.02", "0.2", "of the budget that booked may differ from what claims explain", "§10"
    )
    overclaim_tolerance = _ratio(
        "0.00", "0.2", "of the budget by which plans on one line may exceed it", "§2"
    ).by_two()

    bridge_days = _days(30, 183, "back a bridge begins where no day is named", "§5")

    node_green = _ratio("0.85", "1", "weighted score from which a node is green", "§10")
    node_amber = _ratio("0.60", "1", "weighted score from which a node is amber", "§10")

    proof_months = _months(
        3, 12, "at full effect that must be approved before closing", "§6"
    ).by_two()
    seasonal_proof_months = _months(6, 12, "the same for a seasonal line", "§6").by_two()
    # Below one half the steering committee decides, so the limit cannot sink under it.
    closing_achieved = Number(
        Decimal("0.90"),
        Unit.RATIO,
        limits=(Decimal("0.50"), Decimal(1)),
        meaning="of the plan proven to close as achieved",
        source="§6",
    ).by_two()

    steering_approvals = _people(
        1, 9, "of the steering committee to close below half", "§6"
    ).by_two()
    first_check_months = _months(6, 24, "after closing the value is checked first", "§6").by_two()
    second_check_months = _months(12, 36, "after closing the value is checked again", "§6").by_two()

    deputy_days = _days(90, 183, "a deputy may stand in for somebody at most", "§3").by_two()

    hold_days = _days(90, 366, "a hold may last at most", "§11").by_two()
    hold_notice_days = _days(14, 60, "before its end a hold asks what becomes of it", "§11")
    hold_recheck_days = _days(60, 366, "on hold after which criteria are judged again", "§11")
    hold_silence = _working_days(
        20, 60, "after its end an undecided hold is to be cancelled", "§11"
    )
    restore_days = _days(30, 90, "after a cancellation it can be taken back", "§11").by_two()

    invitation_days = _days(7, 30, "the link of an invitation may be used", "§3")
    # Nobody can switch the forced decision off: its numbers have limits, and wait for their cycle.
    forced_ratio = (
        Number(
            Decimal("0.50"),
            Unit.RATIO,
            limits=(Decimal("0.20"), Decimal("0.90")),
            meaning="of life outlook to plan below which a decision is forced",
            source="§11",
        )
        .by_two()
        .from_next_cycle()
    )
    forced_periods = (
        _months(2, 6, "closed and below it until it is forced", "§11").by_two().from_next_cycle()
    )
    forced_gate_days = (
        _days(30, 90, "a gate may be overdue before a decision is forced", "§11")
        .by_two()
        .from_next_cycle()
    )
    forced_milestones = (
        Number(
            Decimal("0.50"),
            Unit.RATIO,
            limits=(Decimal("0.20"), Decimal("0.90")),
            meaning="of milestones below which spend ahead of plan forces a decision",
            source="§11",
        )
        .by_two()
        .from_next_cycle()
    )
    forced_answer = _working_days(5, 15, "for a forced decision", "§11").by_two().from_next_cycle()
    forced_cancel = (
        _working_days(20, 60, "after the system's hold until it proposes to cancel", "§11")
        .by_two()
        .from_next_cycle()
    )
    replan_months = (
        Number(12, Unit.MONTHS, limits=(6, 36), meaning="between two re-plans forced", source="§11")
        .by_two()
        .from_next_cycle()
    )

    confidential_pool = Number(
        POOL,
        Unit.MEASURES,
        limits=(2, 20),
        meaning="confidential that a total must pool before it is shown",
        source="§3",
    ).by_two()

    acceptance_days = _days(90, 366, "a deviation may be accepted at most", "§12").by_two()
    action_plan = _working_days(5, 5, "the owner has for an action plan at level 0", "§12")
    lead_decision = _working_days(3, 20, "to decide at level 1", "§12")
    program_decision = _working_days(5, 30, "to decide at level 2", "§12")
    steering_decision = _working_days(10, 60, "to decide at level 3", "§12")
    executive_decision = _working_days(10, 60, "to decide at level 4", "§12")

    @classmethod
    def from_overrides(cls, overrides: Mapping[str, Decimal]) -> Self:
        """Return the numbers with `overrides` in place of defaults.

        Raises core.errors.Invalid, naming the number, for an unknown key, a value outside its
        limits or two numbers in the wrong order; see `problems` for all of them at once.
        """
        for key, problem in problems(overrides).items():
            raise Invalid(field=key, problem=problem)
        return cls(given=dict(overrides))


NUMBERS: dict[str, Number[int] | Number[Decimal]] = {
    name: row for name, row in vars(Numbers).items() if isinstance(row, Number)
}

# Of each pair the first must stay below the second, else a colour or a deadline would vanish.
IN_ORDER: tuple[tuple[str, str], ...] = (
    ("claim_deadline", "approval_deadline"),
    ("milestone_green_days", "milestone_amber_days"),
    ("implementation_amber", "implementation_green"),
    ("potential_amber", "potential_green"),
    ("node_amber", "node_green"),
    ("first_check_months", "second_check_months"),
)


def in_words(key: str) -> str:
    """Return what a number is called on pages: "Claim deadline"."""
    return key.replace("_", " ").capitalize()


def problems(overrides: Mapping[str, Decimal]) -> dict[str, str]:
    """Return for each override that cannot stand the sentence that says why; empty if all can."""
    found: dict[str, str] = {}
    for key, value in overrides.items():
        row = NUMBERS.get(key)
        problem = "is not a number of these rules." if row is None else row.problem_with(value)
        if problem is not None:
            found[key] = problem
    for low, high in IN_ORDER:
        if low in found or high in found:
            continue
        if _in_force(low, overrides) >= _in_force(high, overrides):
            found[low if low in overrides else high] = f"{low} must stay below {high}."
    return found


def cycle_after(day: date) -> date:
    """Return the first day of the next cycle, which is the next month."""
    following = day.replace(day=1) + timedelta(days=31)
    return following.replace(day=1)


def timing_problem(key: str, effective_on: date, today: date) -> str | None:
    """Return why a change cannot begin on a day; None when it can (domain-rules §11)."""
    row = NUMBERS.get(key)
    if row is None or not row.cyclic or effective_on >= cycle_after(today):
        return None
    return f"changes from {cycle_after(today).isoformat()} at the earliest, the next cycle."


def _in_force(key: str, overrides: Mapping[str, Decimal]) -> Decimal:
    return overrides.get(key, Decimal(NUMBERS[key].default))
