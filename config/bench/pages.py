"""The dashboard beside an empty page of the same frame, for the same signed-in person."""

from http import HTTPStatus

from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse

from accounts.rules.roles import Permission, Role
from config.bench import measuring
from config.bench.building import Built
from config.bench.measuring import Finding
from core import tenancy
from hierarchy import pages
from hierarchy.queries import authority

CALLS = 5
MOST_QUERIES, MOST_BYTES = 10, 200_000


@pages.requires(Permission.VIEW)
def empty(request: pages.Request) -> HttpResponse:
    """Show the frame with nothing in it."""
    return pages.render(request, "base.html")


# The URLs of this module, in force only while it measures, are the product's and the empty page.
urlpatterns = [
    path("o/<slug:slug>/bench/empty/", empty, name="bench_empty"),
    path("", include("config.urls")),
]
handler404 = "config.health.not_found"
handler500 = "config.health.failed"


def findings(built: Built) -> list[Finding]:
    """Return the lines about the dashboard of the whole organization."""
    with override_settings(ROOT_URLCONF=__name__):
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(built.user(Role.EXECUTIVE))
        dashboard = reverse("reporting:home", kwargs={"slug": built.slug})
        blank = reverse("bench_empty", kwargs={"slug": built.slug})
        seconds = measuring.by_turns(
            {"ours": lambda: _get(client, dashboard), "bare": lambda: _get(client, blank)},
            calls=CALLS,
        )
        with tenancy.reading(built.system):
            past = f"{dashboard}?as_of={authority.today()}"
        then = measuring.by_turns(
            {"ours": lambda: _get(client, past), "bare": lambda: _get(client, dashboard)},
            calls=CALLS,
        )
        with CaptureQueriesContext(connection) as captured:
            size = len(_get(client, dashboard))
    queries = [each for each in captured if _asks(each["sql"])]
    return [
        measuring.beside(
            "dashboard of the organization vs an empty signed-in page", 5, seconds, CALLS
        ),
        measuring.beside("dashboard as known on a day vs the live one", 1.5, then, CALLS),
        Finding(
            "queries of the dashboard", f"<= {MOST_QUERIES}", str(len(queries)),
            len(queries) <= MOST_QUERIES,
        ),
        Finding(
            "HTML of the dashboard", f"<= {MOST_BYTES // 1000} kB", f"{size / 1000:.1f} kB",
            size <= MOST_BYTES,
        ),
    ]  # fmt: skip


def _get(client: Client, url: str) -> bytes:
    answer = client.get(url)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return answer.content


def _asks(statement: str) -> bool:
    """Tell a question from what opens, prepares and ends a transaction."""
    words = statement.split(maxsplit=1)
    return words[0] in {"SELECT", "WITH"} and not words[1].startswith("set_config")
