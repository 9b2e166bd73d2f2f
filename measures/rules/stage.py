"""The six stages and four lifecycles of a measure, on which every other rule stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class StageRole(StrEnum):
    """What a stage means, whatever label or number a template gives it (domain-rules §1)."""

    IDEA = "idea"
    SIZED = "sized"
    PLANNED = "planned"
    COMMITTED = "committed"
    DELIVERING = "delivering"
    CONFIRMED = "confirmed"


class Stage(IntEnum):
    """How hard a measure is, in the CAT4 names and order (domain-rules §2)."""

    DEFINED = 0
    IDENTIFIED = 1
    DETAILED = 2
    DECIDED = 3
    IMPLEMENTED = 4
    CLOSED = 5

    @property
    def role(self) -> StageRole:
        """Return the meaning code binds to, so that labels and order stay configurable."""
        return _ROLES[self]


class Lifecycle(StrEnum):
    """Whether a measure runs; a field of its own, never encoded as a stage (domain-rules §1)."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    CLOSED = "closed"


_ROLES = {
    Stage.DEFINED: StageRole.IDEA,
    Stage.IDENTIFIED: StageRole.SIZED,
    Stage.DETAILED: StageRole.PLANNED,
    Stage.DECIDED: StageRole.COMMITTED,
    Stage.IMPLEMENTED: StageRole.DELIVERING,
    Stage.CLOSED: StageRole.CONFIRMED,
}


@dataclass(frozen=True, slots=True)
class StageNames:
    """What an organization calls the six stages, and the steps it has added inside each of them."""

    stages: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]

    def of(self, stage: int, step: int = 0) -> str:
        """Return what a place is called; of a step that is gone, the name of its stage."""
        names = self.steps[stage]
        return names[step - 1] if 0 < step <= len(names) else self.stages[stage]

    def following(self, stage: int, step: int = 0) -> str:
        """Return what the next place is called, steps counted; empty behind the last one."""
        behind = (name for at, within, name in self.places() if (at, within) > (stage, step))
        return next(behind, "")

    def places(self) -> Iterator[tuple[Stage, int, str]]:
        """Yield every place in the order measures pass them: stage, step (0: none) and name."""
        for stage in Stage:
            for step in range(len(self.steps[stage]) + 1):
                yield stage, step, self.of(stage, step)


def held_to(stage: Stage, *, was_decided: bool) -> Stage:
    """Return the stage by which a measure is judged: a roll-back frees nobody of a commitment.

    What was decided once is held to what it had committed to while it is planned anew.
    """
    return max(stage, Stage.DECIDED) if was_decided else stage
