"""What governance keeps: requests, votes, decisions, passages, holds, closures, schemes."""

from governance.models.aftermath import (
    ClosureCertificate,
    FindingOutcome,
    Reopening,
    ReopeningConfirmation,
    SustainmentCheck,
    SustainmentFinding,
)
from governance.models.closing import (
    Leakage,
    LeakageCause,
    LineStatement,
    ShortfallApproval,
)
from governance.models.forced import ForcedAnswer, ForcedDecision, ShadowPeriod
from governance.models.gate import Decision, GateRequest, StagePassage, Vote
from governance.models.holding import Rephasing, Restoration, Ripple
from governance.models.lifecycle import ClosureConfirmation, ClosureOutcome, LifecycleDecision
from governance.models.premise import Premise, PremiseVoid
from governance.models.rollback import RollBack, RollBackConfirmation
from governance.models.scheme import Scheme, SchemeProposal
from governance.models.takeover import TakeOver, TakeOverConfirmation

__all__ = [
    "ClosureCertificate",
    "ClosureConfirmation",
    "ClosureOutcome",
    "Decision",
    "FindingOutcome",
    "ForcedAnswer",
    "ForcedDecision",
    "GateRequest",
    "Leakage",
    "LeakageCause",
    "LifecycleDecision",
    "LineStatement",
    "Premise",
    "PremiseVoid",
    "Reopening",
    "ReopeningConfirmation",
    "Rephasing",
    "Restoration",
    "Ripple",
    "RollBack",
    "RollBackConfirmation",
    "Scheme",
    "SchemeProposal",
    "ShadowPeriod",
    "ShortfallApproval",
    "StagePassage",
    "SustainmentCheck",
    "SustainmentFinding",
    "TakeOver",
    "TakeOverConfirmation",
    "Vote",
]
