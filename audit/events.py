"""What a governed act tells the ledger; each app declares its own kinds in its `events.py`."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import ClassVar
from uuid import UUID

PLAIN = {"subject_id", "reason", "effective_on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One governed act. Fields beyond these become details: ids and figures, never names."""

    kind: ClassVar[str]
    subject_kind: ClassVar[str]

    subject_id: int | None = None
    reason: str = ""
    effective_on: date | None = None

    def details(self) -> dict[str, object]:
        """Return the act's own fields as JSON-ready values."""
        return {
            each.name: _ready(getattr(self, each.name))
            for each in fields(self)
            if each.name not in PLAIN
        }


def _ready(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_ready(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _ready(each) for key, each in value.items()}
    return value
