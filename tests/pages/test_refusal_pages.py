"""A refusal as a page: it says why, and its reader finds the way on without knowing an address."""

from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.queries import people
from config.health import failed
from tests.factories.organizations import an_organization
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of


@pytest.fixture
def organization(db):
    return an_organization()


def around(organization, address):
    """Return what stands around the page an owner is refused at: entries and name."""
    page = read(client_of(organization.user("owner")).get(address))
    navigation = page.one("nav", aria_label="Main")
    return [each.text for each in navigation.all("a")], page.one(class_="menu__name").text


ENTRIES = ["Portfolio", "My work", "Gates", "Approvals", "Ledger"]


def test_who_is_not_allowed_keeps_the_navigation_and_is_called_by_name(organization):
    address = reverse("hierarchy:administration", args=[organization.slug])

    assert around(organization, address) == (ENTRIES, "Owner Person")


@pytest.mark.parametrize("what", ["no such page", "no such measure"])
def test_where_nothing_is_the_navigation_stays(organization, what):
    root = f"/o/{organization.slug}/"
    address = root + ("nothing/here/" if what == "no such page" else f"measures/{uuid4()}/")

    assert around(organization, address) == (ENTRIES, "Owner Person")


def test_what_only_a_form_may_ask_for_says_so_to_who_opens_its_address(organization):
    address = reverse("governance:submit", args=[organization.slug, uuid4()])

    answer = client_of(organization.user("owner")).get(address)

    page = read(answer)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert page.one("h1").text == "This is done by a button"
    assert [each.text for each in page.one("nav", aria_label="Main").all("a")] == ENTRIES


def test_another_organization_shows_nothing_of_itself_and_nothing_is_said_of_its_being(
    organization,
):
    neighbour = an_organization()
    client = client_of(organization.user("owner"))

    answers = [
        client.get(f"/o/{slug}/nothing/here/") for slug in (neighbour.slug, "no-such-organization")
    ]

    assert [each.status_code for each in answers] == [404, 404]
    pages = [read(each) for each in answers]
    assert [page.one("nav", aria_label="Main").all("a") for page in pages] == [[], []]
    assert pages[0].text == pages[1].text
    assert pages[0].one(class_="menu__name").text == "Owner Person"


def test_a_stranger_sees_no_navigation(db):
    page = read(Client().get("/nothing/here/"))

    assert page.one("nav", aria_label="Main").all("a") == []


def test_a_failure_is_told_even_where_the_database_answers_nothing(organization, monkeypatch):
    request = RequestFactory().get(f"/o/{organization.slug}/")
    request.user = organization.user("owner")
    request.actor = organization.actor("owner")
    request.membership = people.membership(request.user.pk, organization.slug)

    def gone(*_arguments, **_named):
        raise OperationalError

    monkeypatch.setattr("hierarchy.pages.frame", gone)

    answer = failed(request)

    assert (answer.status_code, "not saved" in answer.content.decode()) == (500, True)


def test_back_leads_to_the_start_page_where_no_page_was_before(organization):
    address = reverse("hierarchy:administration", args=[organization.slug])

    page = read(client_of(organization.user("owner")).get(address))

    (link,) = [each for each in page.all("a") if each.text == "To your start page"]
    assert link.attributes["href"] == "/"


def test_targets_stand_under_the_portfolio(organization):
    address = reverse("measures:targets", args=[organization.slug, organization.root.public_id])

    page = read(client_of(organization.user("executive")).get(address))

    navigation = page.one("nav", aria_label="Main")
    assert [each.text for each in navigation.all("a", aria_current="page")] == ["Portfolio"]


def test_a_page_of_ones_own_stands_under_no_entry(organization):
    address = reverse("hierarchy:my_letters", args=[organization.slug])

    page = read(client_of(organization.user("owner")).get(address))

    assert page.one("nav", aria_label="Main").all("a", aria_current="page") == []
