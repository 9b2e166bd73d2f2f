"""What measures tells the ledger of overlaps; the subject is the measure it was proposed for."""

from dataclasses import dataclass
from typing import ClassVar

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapAct(Act):
    """An act on an overlap with the measure `other_id`."""

    subject_kind: ClassVar[str] = "measure"
    overlap_id: int
    other_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapProposed(OverlapAct):
    """Two measures would count the same on one budget line; `amount` is that of all months."""

    kind: ClassVar[str] = "overlap_proposed"
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapConfirmed(OverlapAct):
    """One of the two who confirm an overlap did; with the second it is agreed."""

    kind: ClassVar[str] = "overlap_confirmed"
    confirmed_as: str
    is_agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapDeclined(OverlapAct):
    """A proposed overlap was declined, or taken back by who had proposed it."""

    kind: ClassVar[str] = "overlap_declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapReversed(OverlapAct):
    """An agreed overlap is taken off no more."""

    kind: ClassVar[str] = "overlap_reversed"
