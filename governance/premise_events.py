"""What premises tell the ledger; the subject is the measure."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from governance.events import MeasureGoverned


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiseStated(MeasureGoverned):
    """The premise of a measure was stated, or stated anew."""

    kind: ClassVar[str] = "premise_stated"
    premise_id: int
    checked_by_id: int
    check_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PremiseDeclaredVoid(MeasureGoverned):
    """The premise of a measure was declared void."""

    kind: ClassVar[str] = "premise_void"
    premise_id: int
