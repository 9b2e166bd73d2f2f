"""The way in and out: no post without its token, no address but our own to go on to."""

import pytest
from django.db.models import F
from django.test import Client

from accounts.models import Member
from core import tenancy
from hierarchy.queries import authority
from tests.architecture.estate import an_estate
from tests.architecture.test_urls import INSIDE
from tests.factories.organizations import PASSWORD, an_organization

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "///evil.example",
    "/\t/evil.example",
]


@pytest.fixture(scope="module")
def estate(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_estate()


@pytest.fixture(scope="module")
def strict(estate, django_db_blocker):
    browser = Client(enforce_csrf_checks=True)
    with django_db_blocker.unblock():
        assert browser.login(email=estate.email, password=PASSWORD)
    return browser


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("route", [route for route, _ in INSIDE])
def test_nothing_is_changed_from_another_site(db, estate, strict, route, method):
    answer = getattr(strict, method)("/" + estate.fill(route))

    assert answer.status_code in {403, 405}
    assert (answer.status_code == 405) <= (method != "post" or "api/" in route)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/logout/", "/accounts/presence/"])
def test_nobody_is_logged_in_or_out_from_another_site(db, strict, path):
    assert strict.post(path).status_code == 403


@pytest.mark.parametrize("target", ELSEWHERE)
def test_who_logs_in_goes_on_to_an_address_of_ours(db, target):
    organization = an_organization()
    fields = {"login": organization.user("lead").email, "password": PASSWORD, "next": target}

    answer = Client().post("/accounts/login/", fields)

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_who_gives_the_password_again_goes_on_to_an_address_of_ours(db, target):
    organization = an_organization()
    browser = Client()
    user = organization.user("lead")
    assert browser.login(email=user.email, password=PASSWORD)

    answer = browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": target})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))


def test_a_member_who_left_finds_nothing_any_more(db):
    organization = an_organization()
    browser = Client()
    assert browser.login(email=organization.user("lead").email, password=PASSWORD)
    home = f"/o/{organization.slug}/"
    before = browser.get(home)
    with tenancy.acting(organization.actor("administrator")):
        day = authority.today()
        leaver = Member.objects.filter(pk=organization.actor("lead").member_id)
        leaver.update(leaves_on=day, left_on=day, version=F("version") + 1)

    after = [
        browser.get(home),
        browser.get(f"{home}api/v1/nodes"),
        browser.post(f"{home}measures/"),
    ]

    assert before.status_code == 200
    assert [each.status_code for each in after] == [404, 404, 404]


def test_an_organization_in_other_letters_is_another_one(db):
    organization = an_organization()
    browser = Client()
    assert browser.login(email=organization.user("lead").email, password=PASSWORD)

    assert browser.get(f"/o/{organization.slug.upper()}/").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "testserver@evil.example", "testserver, evil"])
def test_another_host_is_not_ours(db, settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]

    assert Client().get("/accounts/login/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("email", ["a\x00b@x.example", "x" * 100_000, "\u202e@x.example", ""])
def test_an_address_that_nobody_has_is_refused(db, email):
    answer = Client().post("/accounts/login/", {"login": email, "password": "p\x00"})

    assert answer.status_code == 200
