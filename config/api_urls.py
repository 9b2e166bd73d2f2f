"""The map of the API: every app's endpoints, their description and the page to try them."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from config.api import Schema, explorer

app_name = "api"

_MAPS = (
    "hierarchy.api_urls",
    "measures.api_urls",
    "governance.api_urls",
    "steering.api_urls",
    "reporting.api_urls",
)

endpoints: list[URLPattern | URLResolver] = [
    path("", include(name)) for name in _MAPS if find_spec(name) is not None
]
urlpatterns: list[URLPattern | URLResolver] = [
    *endpoints,
    path("schema", Schema.as_view(), name="schema"),
    path("docs", explorer, name="explorer"),
]
