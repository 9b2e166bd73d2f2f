"""What moved an outlook between two days, measure by measure and month by month; it adds up."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from measures.rules.stage import Lifecycle


class Cause(StrEnum):
    """Why an outlook is another than it was, in the order in which a bridge shows them."""

    NEW = "new"
    RE_PLANNED = "re_planned"
    FORECAST = "forecast"
    CONFIRMED = "confirmed"
    UNCLAIMED = "unclaimed"
    HELD = "held"
    CANCELLED = "cancelled"
    MOVED_IN = "moved_in"
    MOVED_OUT = "moved_out"
    OVERLAP = "overlap"
    REST = "rest"


HALTED = {Lifecycle.ON_HOLD: Cause.HELD, Lifecycle.CANCELLED: Cause.CANCELLED}


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of one measure on a day: where it stood, and its committed months, scaled.

    `actual` is None in a month of which nothing was approved; `missing` is what was due in months
    that had been locked without a claim.
    """

    is_below: bool
    lifecycle: Lifecycle
    plan: tuple[int, ...]
    outlook: tuple[int, ...]
    actual: tuple[int | None, ...]
    missing: tuple[int, ...]

    @property
    def counts(self) -> bool:
        """Whether anything of it is committed: before Decided nothing is."""
        return any(self.plan) or any(self.outlook) or any(self.actual)


def steps(before: Known | None, after: Known | None) -> dict[Cause, int]:
    """Return by cause what a measure adds to the outlook of a node between two days, scaled.

    A measure that comes or goes does so as a whole; one that was stopped or runs on again, too.
    Else each month has one cause: what was newly approved, else the plan, else a claim that was
    missing when the month was locked (or came after all), else the forecast. The sum is outlook
    after less outlook before.
    """
    here = before is not None and before.is_below
    there = after is not None and after.is_below
    if before is None or after is None or not (here and there):
        return _come_and_gone(before if here else None, after if there else None, before)
    whole = sum(after.outlook) - sum(before.outlook)
    if before.lifecycle is not after.lifecycle:
        for state in (after.lifecycle, before.lifecycle):
            if state in HALTED:
                return _some({HALTED[state]: whole})
    if not before.counts:
        return _some({Cause.NEW: whole})
    return _some(_by_month(before, after))


def _come_and_gone(
    before: Known | None, after: Known | None, elsewhere: Known | None
) -> dict[Cause, int]:
    if after is not None:
        moved = elsewhere is not None and elsewhere.counts
        return _some({Cause.MOVED_IN if moved else Cause.NEW: sum(after.outlook)})
    return {} if before is None else _some({Cause.MOVED_OUT: -sum(before.outlook)})


def _by_month(before: Known, after: Known) -> dict[Cause, int]:
    found = dict.fromkeys(Cause, 0)
    months = zip(before.outlook, after.outlook, strict=True)
    for at, (was, now) in enumerate(months):
        if before.actual[at] != after.actual[at]:
            cause = Cause.CONFIRMED
        elif before.plan[at] != after.plan[at]:
            cause = Cause.RE_PLANNED
        elif before.missing[at] != after.missing[at]:
            cause = Cause.UNCLAIMED
        else:
            cause = Cause.FORECAST
        found[cause] += now - was
    return found


def _some(found: Mapping[Cause, int]) -> dict[Cause, int]:
    return {cause: amount for cause, amount in found.items() if amount}
