"""Derives where a running measure stands from the days it entered its stages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from measures.rules.stage import Stage


@dataclass(frozen=True, slots=True)
class Standing:
    """The stage reached by the cut-over, and the days of those reached as far as known."""

    stage: Stage
    entered: Mapping[Stage, date]


def standing(days: Iterable[tuple[Stage, date | None]], cut_over_on: date) -> Standing:
    """Return the stage reached by the cut-over; `days` in the order of the stages.

    Stages are passed one by one: what lies behind a day still ahead is not reached, whatever its
    own day. A stage without a day counts as passed once a later one is reached (decisions §14).
    """
    reached = Stage.DEFINED
    entered: dict[Stage, date] = {}
    for stage, day in days:
        if day is None:
            continue
        if day > cut_over_on:
            break
        reached = stage
        entered[stage] = day
    return Standing(reached, entered)
