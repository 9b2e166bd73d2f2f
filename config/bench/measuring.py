"""Timing by turns: whatever disturbs the machine disturbs each side alike, so ratios hold."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 5
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
    sides: Mapping[str, Work],
    *,
    rounds: int = ROUNDS,
    calls: int = 1,
    is_amortized: bool = False,
    between: Work | None = None,
) -> dict[str, list[float]]:
    """Return the seconds of each round of each side: its calls, the sides taking turns.

    The order of the sides turns around with every call, so that none is always the first. Each
    round counts its median call as often as it was called, so that a call which waits for another
    program does not count; with `is_amortized` it counts all calls, so that a rare dear one does.
    `between` is done after each round and not counted. One round before them warms up and is
    thrown away.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds + 1):
        spent: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(calls):
            names.reverse()
            for name in names:
                spent[name].append(timed(sides[name]))
        names.reverse()
        if number:
            for name, values in spent.items():
                seconds[name].append(
                    sum(values) if is_amortized else statistics.median(values) * calls
                )
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
    seen = ratio(seconds, "ours", "bare")
    return Finding(goal, f"<= {limit:g}x", compared(seconds, "ours", "bare", calls), seen <= limit)


def compared(seconds: Mapping[str, list[float]], side: str, other: str, calls: int = 1) -> str:
    """Return the ratio of two sides and the milliseconds of both, as they are shown."""
    spent = " : ".join(f"{median_ms(seconds, each, calls):.3g}" for each in (side, other))
    return f"{ratio(seconds, side, other):.2f}x ({spent} ms)"


def known(goal: str, seen: str, target: str = "") -> Finding:
    """Return a line that is only to be known."""
    return Finding(goal, target, seen)
