"""Addresses of governance's endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from governance import api

ONE = "gate-requests/<uuid:request_id>"

urlpatterns = [
    path("gate-requests", api.GateRequests.as_view(), name="gate-requests"),
    path(ONE, api.OneRequest.as_view(), name="gate-request"),
    path(f"{ONE}/votes", api.Votes.as_view(), name="gate-votes"),
    path(f"{ONE}/withdraw", api.Withdraw.as_view(), name="gate-withdraw"),
    path(
        "measures/<uuid:measure>/gate-requests",
        api.MeasureRequests.as_view(),
        name="measure-gate-requests",
    ),
    path("measures/<uuid:measure>/closure", api.Closures.as_view(), name="closure"),
]
