"""Addresses below /o/<organization>/steering/; escalations are named by their public id."""

from django.urls import path

from steering.views import forced, fragments, leaving, pages, zombies

app_name = "steering"

urlpatterns = [
    path("", pages.decisions, name="decisions"),
    path("zombies/", zombies.index, name="zombies"),
    path("zombies/shadow/", zombies.begin_shadow, name="begin_shadow"),
    path("forced/mine/", forced.asked_of_me, name="asked_of_me"),
    path("forced/<uuid:asked>/", forced.show, name="forced"),
    path("forced/<uuid:asked>/answer/", forced.answer, name="answer"),
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
