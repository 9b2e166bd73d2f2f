"""Addresses of dashboards below /o/<organization>/; a node is named by its public id."""

from django.urls import path

from reporting.views import bridge, components, measure, money, node, provenance, rulebook

app_name = "reporting"

urlpatterns = [
    path("", node.home, name="home"),
    path("portfolio/<uuid:node>/", node.node, name="node"),
    path("portfolio/<uuid:node>/version/", node.node_version, name="node_version"),
    path(
        "portfolio/<uuid:node>/made-of/<slug:measured>/<slug:horizon>/",
        provenance.provenance,
        name="provenance",
    ),
    path("portfolio/<uuid:node>/since/", bridge.bridge, name="bridge"),
    path("portfolio/<uuid:node>/money/", money.node_money, name="node_money"),
    path("portfolio/<uuid:measure>/money-of-measure/", money.measure_money, name="measure_money"),
    path("portfolio/<uuid:measure>/chart/", measure.measure_chart, name="measure_chart"),
    path("rulebook/", rulebook.page, name="rulebook"),
    path("rulebook/paper/", rulebook.paper, name="rulebook_paper"),
    path("_components", components.components, name="components"),
]
