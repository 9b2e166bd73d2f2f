"""Addresses of steering's endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from steering.api import forced

urlpatterns = [
    path("forced-decisions", forced.ForcedDecisions.as_view(), name="forced-decisions"),
    path("forced-decisions/<uuid:asked>", forced.OneForced.as_view(), name="forced-decision"),
    path("forced-decisions/<uuid:asked>/answer", forced.Answers.as_view(), name="forced-answer"),
]
