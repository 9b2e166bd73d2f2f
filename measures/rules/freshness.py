"""How old a figure or a status may be: fresh, due, stale or expired by its cadence."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Freshness(StrEnum):
    """The age of the last submission against its cadence (domain-rules §4)."""

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    EXPIRED = "expired"


class Cadence(StrEnum):
    """How often an owner is asked; monthly unless the measure calls for more."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class CadenceNumbers:
    """Days of each cadence, days of grace after it, and the days before a gate that make it weekly.

    All ours (domain-rules §4).
    """

    weekly_days: int = 7
    weekly_grace_days: int = 3
    monthly_days: int = 31
    monthly_grace_days: int = 7
    gate_within_days: int = 30


DEFAULTS = CadenceNumbers()


def cadence_of(
    *,
    is_off_track: bool,
    is_top_value: bool,
    days_to_gate: int | None,
    numbers: CadenceNumbers = DEFAULTS,
) -> Cadence:
    """Return weekly for what is red or amber, among the top by value, or close to a gate.

    `is_off_track` is asked of the uncapped colour, else a late figure would set its own cadence.
    """
    is_near_gate = days_to_gate is not None and days_to_gate <= numbers.gate_within_days
    return Cadence.WEEKLY if is_off_track or is_top_value or is_near_gate else Cadence.MONTHLY


def freshness_of(
    *,
    given_on: date | None,
    expected_from: date,
    today: date,
    cadence: Cadence = Cadence.MONTHLY,
    numbers: CadenceNumbers = DEFAULTS,
) -> Freshness:
    """Return how fresh the last submission is.

    Before the first one the clock runs from `expected_from`, the day of Decided (domain-rules §2);
    a submission before that day does not shorten it.
    """
    since = expected_from if given_on is None else max(given_on, expected_from)
    age = (today - since).days
    days, grace = _SPANS[cadence](numbers)
    if age <= days:
        return Freshness.FRESH
    if age > 2 * days:
        return Freshness.EXPIRED
    return Freshness.DUE if age <= days + grace else Freshness.STALE


def _weekly(numbers: CadenceNumbers) -> tuple[int, int]:
    return numbers.weekly_days, numbers.weekly_grace_days


def _monthly(numbers: CadenceNumbers) -> tuple[int, int]:
    return numbers.monthly_days, numbers.monthly_grace_days


_SPANS = {Cadence.WEEKLY: _weekly, Cadence.MONTHLY: _monthly}
