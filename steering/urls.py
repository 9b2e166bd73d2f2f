"""Addresses below /o/<organization>/steering/; escalations are named by their public id."""

from django.urls import path

from steering.views import fragments, leaving, pages

app_name = "steering"

urlpatterns = [
    path("", pages.decisions, name="decisions"),
    path("<uuid:escalation>/", pages.escalation, name="escalation"),
    path("<uuid:escalation>/decide/", pages.decide, name="decide"),
    path("people/<uuid:member>/", leaving.leave, name="hand_over"),
    path(
        "measure/<uuid:measure>/escalations/",
        fragments.measure_escalations,
        name="measure_escalations",
    ),
    path("node/<uuid:node>/decisions/", fragments.node_decisions, name="node_decisions"),
]
