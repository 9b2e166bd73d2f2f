"""Timing by turns: whatever disturbs the machine disturbs each side alike, so ratios hold."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 7
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `met` None where there is a figure to know and no goal to meet."""

    goal: str
    target: str
    seen: str
    met: bool | None = None


def timed(work: Work) -> float:
    """Return the seconds one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def by_turns(
    sides: Mapping[str, Work], *, rounds: int = ROUNDS, calls: int = 1, between: Work | None = None
) -> dict[str, list[float]]:
    """Return the seconds of each round of each side: `calls` calls, the sides taking turns.

    The order of the sides turns around with every round. `between` is done after each round and
    not counted. One round before them warms up and is thrown away.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds + 1):
        spent = dict.fromkeys(names, 0.0)
        for _ in range(calls):
            for name in names:
                spent[name] += timed(sides[name])
        names.reverse()
        if number:
            for name, value in spent.items():
                seconds[name].append(value)
        if between is not None:
            between()
    return seconds


def ratio(seconds: Mapping[str, list[float]], ours: str, bare: str) -> float:
    """Return the median over rounds of one side's time by the other's of the same round."""
    pairs = zip(seconds[ours], seconds[bare], strict=True)
    return statistics.median(one / other for one, other in pairs)


def median_ms(seconds: Mapping[str, list[float]], side: str, calls: int = 1) -> float:
    """Return the median milliseconds of one call of a side."""
    return statistics.median(seconds[side]) * 1000 / calls


def at_most(goal: str, limit: float, seen: float, more: str = "") -> Finding:
    """Return the line of a ratio that must not exceed a limit."""
    return Finding(goal, f"<= {limit:g}x", f"{seen:.2f}x{more}", seen <= limit)


def beside(goal: str, limit: float, seconds: Mapping[str, list[float]], calls: int = 1) -> Finding:
    """Return the line of the side "ours" by the side "bare", with the milliseconds of both."""
    spent = " : ".join(f"{median_ms(seconds, side, calls):.3g}" for side in ("ours", "bare"))
    return at_most(goal, limit, ratio(seconds, "ours", "bare"), f" ({spent} ms)")


def known(goal: str, seen: str, target: str = "") -> Finding:
    """Return a line that is only to be known."""
    return Finding(goal, target, seen)
