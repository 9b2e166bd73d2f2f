"""What steering tells the ledger."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationOpened(Act):
    """A rule fired for a measure and somebody was asked for a decision."""

    kind: ClassVar[str] = "escalation_opened"
    subject_kind: ClassVar[str] = "escalation"
    measure_id: int
    rule: str
    severity: str
    level: int
    decider_id: int | None
    due_on: date
    reopened_from_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRepeated(Act):
    """A rule found more while its escalation was open; who is asked stays as it is."""

    kind: ClassVar[str] = "escalation_repeated"
    subject_kind: ClassVar[str] = "escalation"
    measure_id: int
    repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRaised(Act):
    """An escalation climbed: its timer was missed, or what fired is graver now."""

    kind: ClassVar[str] = "escalation_raised"
    subject_kind: ClassVar[str] = "escalation"
    measure_id: int
    from_level: int
    to_level: int
    decider_id: int | None
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationDecided(Act):
    """An escalation got its decision."""

    kind: ClassVar[str] = "escalation_decided"
    subject_kind: ClassVar[str] = "escalation"
    measure_id: int
    outcome: str
    level: int
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationEnded(Act):
    """An escalation lost its subject: the measure was closed or cancelled by its own decision."""

    kind: ClassVar[str] = "escalation_ended"
    subject_kind: ClassVar[str] = "escalation"
    measure_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackInBand(Act):
    """What a decided escalation was about is no longer so; a relapse re-opens it higher."""

    kind: ClassVar[str] = "escalation_back_in_band"
    subject_kind: ClassVar[str] = "escalation"
    measure_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPassedOn(Act):
    """Who was asked is no longer the one to ask; the level and its day stay."""

    kind: ClassVar[str] = "escalation_passed_on"
    subject_kind: ClassVar[str] = "escalation"
    measure_id: int
    from_id: int | None
    decider_id: int | None
