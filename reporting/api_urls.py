"""Addresses of reporting's endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from reporting.api import bridge, figures, money

urlpatterns = [
    path("nodes/<uuid:node>/figures", figures.NodeFigures.as_view(), name="node-figures"),
    path(
        "nodes/<uuid:node>/figures/children",
        figures.NodeChildren.as_view(),
        name="node-figures-of-children",
    ),
    path("nodes/<uuid:node>/bridge", bridge.NodeBridge.as_view(), name="node-bridge"),
    path("nodes/<uuid:node>/money", money.NodeMoney.as_view(), name="node-money"),
    path("nodes/<uuid:node>/sum", money.NodeSum.as_view(), name="node-sum"),
    path("measures/<uuid:measure>/money", money.MeasureMoney.as_view(), name="measure-money"),
]
