"""The map of all pages and API roots."""

from django.urls import URLPattern, URLResolver, include, path

from config.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("accounts/", include("accounts.urls")),
    path("invitation/", include("hierarchy.entrance_urls")),
    path("", include("reporting.entrance_urls")),
    path("o/<slug:slug>/", include("reporting.urls")),
    path("o/<slug:slug>/structure/", include("hierarchy.urls")),
    path("o/<slug:slug>/measures/", include("measures.urls")),
    path("o/<slug:slug>/governance/", include("governance.urls")),
    path("o/<slug:slug>/steering/", include("steering.urls")),
    path("o/<slug:slug>/imports/", include("intake.urls")),
    path("o/<slug:slug>/api/v1/", include("config.api_urls")),
]

handler404 = "config.health.not_found"
handler500 = "config.health.failed"
