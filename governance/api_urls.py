"""Addresses of governance's endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from governance.api import (
    aftermath,
    closing,
    gates,
    lifecycle,
    premises,
    rollbacks,
    rulesets,
    schemes,
)

ONE = "gate-requests/<uuid:request_id>"
CLOSURE = "measures/<uuid:measure>/closure"
ROLL_BACKS = "measures/<uuid:measure>/roll-backs"
LIFECYCLE = "measures/<uuid:measure>/lifecycle"

urlpatterns = [
    path("gate-scheme", schemes.CurrentScheme.as_view(), name="gate-scheme"),
    path("rule-set", rulesets.RuleSet.as_view(), name="rule-set"),
    path("rule-set/proposal", rulesets.RuleProposals.as_view(), name="rules-proposal"),
    path("rule-set/proposal/confirm", rulesets.RuleConfirmations.as_view(), name="rules-confirm"),
    path("rule-set/proposal/withdraw", rulesets.RuleWithdrawals.as_view(), name="rules-withdraw"),
    path("gate-requests", gates.GateRequests.as_view(), name="gate-requests"),
    path(ONE, gates.OneRequest.as_view(), name="gate-request"),
    path(f"{ONE}/votes", gates.Votes.as_view(), name="gate-votes"),
    path(f"{ONE}/withdraw", gates.Withdraw.as_view(), name="gate-withdraw"),
    path(
        "measures/<uuid:measure>/gate-requests",
        gates.MeasureRequests.as_view(),
        name="measure-gate-requests",
    ),
    path("measures/<uuid:measure>/premise", premises.Premises.as_view(), name="premise"),
    path(
        "measures/<uuid:measure>/premise/void", premises.PremiseVoids.as_view(), name="premise-void"
    ),
    path(CLOSURE, closing.Closures.as_view(), name="closure"),
    path(
        f"{CLOSURE}/countersignature", closing.Countersignature.as_view(), name="countersignature"
    ),
    path(
        f"{CLOSURE}/steering-approval", closing.SteeringApproval.as_view(), name="steering-approval"
    ),
    path(f"{CLOSURE}/certificates", closing.Certificates.as_view(), name="certificates"),
    path(f"{CLOSURE}/close", closing.SignedClosing.as_view(), name="close"),
    path(f"{CLOSURE}/checks", aftermath.Checks.as_view(), name="checks"),
    path(f"{CLOSURE}/checks/<int:number>", aftermath.Findings.as_view(), name="check"),
    path(f"{CLOSURE}/reopenings", aftermath.Reopenings.as_view(), name="reopenings"),
    path(
        f"{CLOSURE}/reopenings/confirm",
        aftermath.ReopeningConfirmations.as_view(),
        name="reopening-confirm",
    ),
    path(f"{ONE}/hold", lifecycle.GateHolds.as_view(), name="gate-hold"),
    path(f"{ONE}/cancel", lifecycle.GateCancellations.as_view(), name="gate-cancel"),
    path(LIFECYCLE, lifecycle.MeasureLifecycle.as_view(), name="lifecycle"),
    path(f"{LIFECYCLE}/hold", lifecycle.Holds.as_view(), name="hold"),
    path(f"{LIFECYCLE}/extend", lifecycle.Extensions.as_view(), name="extend"),
    path(f"{LIFECYCLE}/resume", lifecycle.Resumptions.as_view(), name="resume"),
    path(f"{LIFECYCLE}/cancel", lifecycle.Cancellations.as_view(), name="cancel"),
    path(f"{LIFECYCLE}/reject", lifecycle.Rejections.as_view(), name="reject"),
    path(f"{LIFECYCLE}/restore", lifecycle.Restorations.as_view(), name="restore"),
    path(
        f"{LIFECYCLE}/restore/confirm",
        lifecycle.RestorationConfirmations.as_view(),
        name="restore-confirm",
    ),
    path(ROLL_BACKS, rollbacks.RollBacks.as_view(), name="roll-backs"),
    path(f"{ROLL_BACKS}/confirm", rollbacks.RollBackConfirm.as_view(), name="roll-back-confirm"),
    path(f"{ROLL_BACKS}/withdraw", rollbacks.RollBackWithdraw.as_view(), name="roll-back-withdraw"),
]
