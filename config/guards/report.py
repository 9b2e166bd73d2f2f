"""What became of each guard when it was away, as a table for people and as lines for a file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

WIDTH = 78


class Outcome(StrEnum):
    """Proved: a test went red and was green again with the guard back in its place."""

    PROVED = "proved"
    SURVIVED = "survived"
    UNTESTED = "untested"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One guard's outcome: how many tests were tried without it, and the one that noticed."""

    title: str
    outcome: Outcome
    tried: int
    test: str = ""


def table(verdicts: Sequence[Verdict]) -> list[str]:
    """Return a line for each guard, those that nobody missed last."""
    ordered = sorted(verdicts, key=lambda each: each.outcome is not Outcome.PROVED)
    return [
        f"{each.outcome:<9} {each.title:<{WIDTH}} {each.test or _nobody(each)}" for each in ordered
    ]


def summary(verdicts: Sequence[Verdict]) -> list[str]:
    """Return a line for each kind of guard and one for all, with how many were proved."""
    kinds = Counter(each.title.partition(":")[0] for each in verdicts)
    proved = Counter(
        each.title.partition(":")[0] for each in verdicts if each.outcome is Outcome.PROVED
    )
    lines = [f"{kind:<10} {proved[kind]:>4} of {count:>4}" for kind, count in kinds.items()]
    return [*lines, f"{'all':<10} {sum(proved.values()):>4} of {len(verdicts):>4} proved"]


def missed(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the guards whose removal no test noticed, or which nobody tested."""
    return [each for each in verdicts if each.outcome is not Outcome.PROVED]


def _nobody(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.UNTESTED:
        return "no test is refused by it, and none names it"
    if verdict.outcome is Outcome.UNCLEAR:
        return "a test went red without it and stayed red with it"
    return f"{verdict.tried} test(s) stayed green without it"
