"""Addresses of the tree's endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from hierarchy.api import deputies, tree

urlpatterns = [
    path("nodes", tree.Nodes.as_view(), name="nodes"),
    path("nodes/<uuid:node>", tree.OneNode.as_view(), name="node"),
    path("nodes/<uuid:node>/move", tree.NodeMove.as_view(), name="node-move"),
    path("nodes/<uuid:node>/archive", tree.NodeArchive.as_view(), name="node-archive"),
    path("members", tree.Members.as_view(), name="members"),
    path("seats", tree.Seats.as_view(), name="seats"),
    path("deputies", deputies.Deputies.as_view(), name="deputies"),
    path(
        "deputies/<uuid:deputyship>/revoke",
        deputies.RevokeDeputy.as_view(),
        name="deputy-revoke",
    ),
]
