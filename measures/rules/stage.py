"""The six stages and four lifecycles of a measure, on which every other rule stands."""

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
