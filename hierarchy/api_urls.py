"""Addresses of the tree's endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from hierarchy import api

urlpatterns = [
    path("nodes", api.Nodes.as_view(), name="nodes"),
    path("nodes/<uuid:node>", api.OneNode.as_view(), name="node"),
    path("nodes/<uuid:node>/move", api.NodeMove.as_view(), name="node-move"),
    path("nodes/<uuid:node>/archive", api.NodeArchive.as_view(), name="node-archive"),
    path("members", api.Members.as_view(), name="members"),
    path("seats", api.Seats.as_view(), name="seats"),
]
