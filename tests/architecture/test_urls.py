"""Every address, taken from the resolver: it names a permission, and it is nobody else's."""

import re
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hierarchy.rules import tables
from tests import spreadsheet
from tests.architecture.estate import Estate, an_estate
from tests.factories.organizations import PASSWORD

# Addresses outside any organization, each with the reason why it needs no membership.
OPEN = {
    "health": "asked by load balancers; tells only that the database answers",
    "accounts/login/": "the way in",
    "accounts/logout/": "the way out",
    "accounts/presence/": "takes that password where an act is waiting",
    "accounts/reauthenticate/": "asks the person who is logged in for the password again",
    "accounts/password/": "a forgotten password; the same answer for every address",
    "accounts/password/sent/": "says that a letter goes out if the address is known",
    "accounts/^password/set/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "opened by the letter's link",
    "accounts/password/done/": "says that the new password is set",
    "invitation/<str:token>/": "opened by the link of an invitation, which is signed",
    "": "the entrance: sends a person to their own organization",
}
SLUG = "<slug:slug>"
TOKEN = re.compile(r'(?<="X-CSRFToken": ")\w+|(?<=name="csrfmiddlewaretoken" value=")\w+')


def _patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each, route)
        else:
            yield route, each


ALL = list(_patterns(get_resolver()))
INSIDE = [(route, pattern) for route, pattern in ALL if SLUG in route]


@pytest.fixture(scope="module")
def estates(django_db_setup, django_db_blocker) -> Iterator[tuple[Estate, Estate]]:
    """Two organizations, each with something behind every kind of address."""
    with django_db_blocker.unblock():
        yield an_estate(), an_estate()


@pytest.fixture(scope="module")
def client(estates, django_db_blocker) -> Client:
    """A browser in which our member came in by the login page, so that step-ups are passed."""
    ours, _ = estates
    browser = Client()
    with django_db_blocker.unblock():
        answer = browser.post("/accounts/login/", {"login": ours.email, "password": PASSWORD})
        browser.get(f"/o/{ours.slug}/")  # shows, and so takes away, the greeting after the login
    assert answer.status_code == 302
    return browser


def test_addresses_outside_an_organization_are_listed_with_a_reason():
    outside = {route for route, _ in ALL if SLUG not in route}

    assert outside == set(OPEN)


@pytest.mark.parametrize(("route", "pattern"), INSIDE, ids=[route for route, _ in INSIDE])
def test_a_page_names_its_permission(route, pattern):
    assert getattr(pattern.callback, "permission", None) is not None


@pytest.mark.parametrize("route", [route for route, _ in INSIDE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_member_of_another_organization_gets_404(db, estates, client, route, method):
    _, theirs = estates

    answer = getattr(client, method)("/" + theirs.fill(route))

    assert answer.status_code == 404
    assert theirs.canary not in answer.content.decode()


WITH_A_THING = [route for route, _ in INSIDE if "<" in route.replace(SLUG, "")]


@pytest.mark.parametrize("route", WITH_A_THING)
def test_a_thing_of_another_organization_is_not_found_in_ours(db, estates, client, route):
    ours, theirs = estates

    answer = client.get("/" + theirs.fill(route, slug=ours.slug))

    assert answer.status_code in {404, 405}
    assert theirs.canary not in answer.content.decode()


@pytest.mark.parametrize("route", WITH_A_THING)
def test_acting_on_a_thing_of_another_organization_answers_as_if_it_were_absent(
    db, estates, client, route
):
    ours, theirs = estates
    absent = theirs.with_ids_of_nothing()

    foreign = client.post("/" + theirs.fill(route, slug=ours.slug))
    nothing = client.post("/" + absent.fill(route, slug=ours.slug))

    assert foreign.status_code == nothing.status_code
    assert 400 <= foreign.status_code < 500
    assert theirs.canary not in foreign.content.decode()


@pytest.mark.parametrize("route", [route for route, _ in INSIDE])
def test_a_stranger_is_sent_to_the_login_or_refused(db, estates, route):
    _, theirs = estates

    answer = Client().get("/" + theirs.fill(route))

    assert answer.status_code in {302, 401}
    assert theirs.canary not in answer.content.decode()


@pytest.mark.parametrize("route", [route for route, _ in INSIDE if "api/" not in route])
def test_a_page_that_does_not_exist_answers_like_one_that_is_not_yours(db, estates, client, route):
    _, theirs = estates
    nowhere = "/" + theirs.fill(route, slug=f"nobody-{uuid.uuid4().hex[:8]}")

    absent, foreign = client.get(nowhere), client.get("/" + theirs.fill(route))

    assert absent.status_code == foreign.status_code
    assert TOKEN.sub("", absent.content.decode()) == TOKEN.sub("", foreign.content.decode())


# The estate keeps rows of evidence without their files.
PAGES = [route for route, _ in INSIDE if "api/" not in route and "/evidence/" not in route]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_each_table_that_we_are_shown_can_be_taken_out(db, estates, client):
    ours, theirs = estates
    shown, taken, told = set(), set(), []
    for route in PAGES:
        page = client.get("/" + ours.fill(route))
        if page.streaming or page.status_code != HTTPStatus.OK or not _has_rows(page):
            continue
        shown.add(route)
        file = client.get("/" + ours.fill(route), {"format": "xlsx"})
        if file.headers["Content-Type"] == XLSX:
            taken.add(route)
            told += spreadsheet.words(BytesIO(file.content))

    assert shown - taken == {"o/<slug:slug>/governance/ledger/"}  # its own export is recorded
    assert not [each for each in told if theirs.canary in each]


def _has_rows(page: HttpResponse) -> bool:
    if not page.headers["Content-Type"].startswith("text/html"):
        return False
    found = tables.read(page.content.decode()).tables
    return any(row.part != "thead" for table in found for row in table.rows)
