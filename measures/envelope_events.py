"""What measures tells the ledger of spending envelopes; the subject is the node."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeAct(Act):
    """An act on what a node may commit to, scaled by 10^2 in the organization's currency."""

    subject_kind: ClassVar[str] = "node"
    envelope_id: int
    nature: str
    fiscal_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeSet(EnvelopeAct):
    """A node was given the next version of an envelope."""

    kind: ClassVar[str] = "envelope_set"
    amount: int
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OverspendAsked(EnvelopeAct):
    """Somebody asked to commit to more than the envelope holds."""

    kind: ClassVar[str] = "overspend_asked"
    overspend_id: int
    extra: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverspendDecided(EnvelopeAct):
    """Another person approved or rejected what was asked beyond an envelope."""

    kind: ClassVar[str] = "overspend_decided"
    overspend_id: int
    extra: int
    state: str
