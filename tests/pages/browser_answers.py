"""Answers a browser's requests from templates and static files, under the policy of the settings.

So components are looked at without a server and without a database.
"""

import mimetypes
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Route

from reporting.component_samples import samples

ADDRESS = "http://assay.test/_components"
ONLY_THE_GRID = """{% extends "base.html" %}{% load static %}{% block title %}Grid{% endblock %}
{% block content %}{% include "components/grid.html" %}{% endblock %}
{% block scripts %}<script type="module" src="{% static "js/grid.js" %}"></script>{% endblock %}"""


def answer(route: Route) -> None:
    """Answer one request of the browser; a file that is not there fails the test."""
    path = urlsplit(route.request.url).path
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/"))
        assert found, f"nothing is served at {path}"
        nosniff = {"X-Content-Type-Options": "nosniff"}
        route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0], headers=nosniff)
        return
    kind = "text/html; charset=utf-8"
    policy = {"Content-Security-Policy": header()}
    route.fulfill(body=rendered(path), content_type=kind, headers=policy)


def rendered(path: str) -> str:
    """Render the components page, one error page, or the value grid alone."""
    request = RequestFactory().get(path)
    if path.endswith("/grid"):
        return engines["django"].from_string(ONLY_THE_GRID).render(samples(), request)
    if path.endswith("/error"):
        return render_to_string("errors/refusal.html", samples(), request)
    return render_to_string("components/index.html", samples(), request)


def header() -> str:
    """Return the policy of the settings as the header has it."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
