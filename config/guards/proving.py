"""Takes one guard away, runs the tests that should miss it, and puts it back: the trial itself."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from config.guards.guard import Guard
from config.guards.report import Outcome, Verdict

MOST_REFUSED = 10
MOST_RUNNING = 25


@dataclass(frozen=True, slots=True)
class Seen:
    """What one green run of a test showed, with every guard in its place.

    `marks` are those of every error the database gave; `functions` the guards' functions that
    ran; `names` what the test's mark `guards(…)` says it is about; `seconds` how long it took.
    """

    marks: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    seconds: float = 0.0


class Trial(Protocol):
    """Where guards can be taken away and tests be run."""

    def without(self, guard: Guard) -> AbstractContextManager[None]:
        """Remove the guard for the time of the block."""

    def is_red(self, test: str) -> bool:
        """Run one test."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Which tests are tried for a guard, the likeliest first."""

    seen: Mapping[str, Seen]

    def of(self, guard: Guard) -> list[str]:
        """Return the tests that name it, then those it refused, then those it ran in."""
        named = self._where(lambda each: _names(each, guard))
        refused = self._where(lambda each: bool(each.marks & guard.marks))
        likely = list(dict.fromkeys([*named, *refused[:MOST_REFUSED]]))
        if not guard.function:
            return likely
        refusing = self._where(lambda each: f"function:{guard.function}" in each.marks)
        running = self._where(lambda each: guard.function in each.functions)
        return list(dict.fromkeys([*likely, *refusing[:MOST_RUNNING], *running[:MOST_RUNNING]]))

    def _where(self, fits: Callable[[Seen], bool]) -> list[str]:
        fitting = [test for test, each in self.seen.items() if fits(each)]
        return sorted(fitting, key=lambda test: self.seen[test].seconds)


def prove(guard: Guard, tests: Sequence[str], trial: Trial) -> Verdict:
    """Try the tests without the guard until one is red, and that one again with it back."""
    if not tests:
        return Verdict(guard.title, Outcome.UNTESTED, tried=0)
    with trial.without(guard):
        tried, noticed = 0, ""
        for test in tests:
            tried += 1
            if trial.is_red(test):
                noticed = test
                break
    if not noticed:
        return Verdict(guard.title, Outcome.SURVIVED, tried)
    outcome = Outcome.UNCLEAR if trial.is_red(noticed) else Outcome.PROVED
    return Verdict(guard.title, outcome, tried, noticed)


def is_chosen(guard: Guard, only: Sequence[str]) -> bool:
    """Tell whether `--only` names this guard: a part of its name, or a pattern with `*`."""
    return not only or any(fnmatchcase(guard.title, each) or each in guard.title for each in only)


def _names(seen: Seen, guard: Guard) -> bool:
    return any(fnmatchcase(guard.title, pattern) for pattern in seen.names)
