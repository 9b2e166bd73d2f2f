"""What one guard is: its name, how a refusal of it is recognized, and how it is taken away."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The families of guards, in the order in which they are listed."""

    REFUSAL = "refusal"
    LOCK = "lock"
    TRIGGER = "trigger"
    CHECK = "check"
    UNIQUE = "unique"
    KEY = "key"
    POLICY = "policy"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard, and the statements (as superuser) that remove it and put it back.

    `marks` are the signs that an error of the database carries when this guard refused (see
    `config.guards.refusals`); `function` is the trigger's function, whose running is a hint of
    which tests might notice where no refusal names the guard.
    """

    kind: Kind
    name: str
    remove: tuple[str, ...]
    restore: tuple[str, ...]
    marks: frozenset[str] = frozenset()
    function: str = ""

    @property
    def title(self) -> str:
        """The name that `--only` and the mark `guards` use: `kind:name`."""
        return f"{self.kind}:{self.name}"
