"""Addresses of governance's endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from governance.api import closing, gates, schemes

ONE = "gate-requests/<uuid:request_id>"
CLOSURE = "measures/<uuid:measure>/closure"

urlpatterns = [
    path("gate-scheme", schemes.CurrentScheme.as_view(), name="gate-scheme"),
    path("gate-requests", gates.GateRequests.as_view(), name="gate-requests"),
    path(ONE, gates.OneRequest.as_view(), name="gate-request"),
    path(f"{ONE}/votes", gates.Votes.as_view(), name="gate-votes"),
    path(f"{ONE}/withdraw", gates.Withdraw.as_view(), name="gate-withdraw"),
    path(
        "measures/<uuid:measure>/gate-requests",
        gates.MeasureRequests.as_view(),
        name="measure-gate-requests",
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
]
