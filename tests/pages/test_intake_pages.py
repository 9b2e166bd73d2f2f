"""The imports under administration: what was created, refused and found, for their eyes only."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from core import tenancy
from intake.models import ImportRun
from tests.factories.intake import SMALL, asked, imported
from tests.factories.organizations import PASSWORD, an_organization
from tests.pages.markup import read


@pytest.fixture(scope="module")
def organization(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        made = an_organization(currency="AUD")
        imported(made, asked(SMALL))
        return made


def browser(organization, role) -> Client:
    client = Client()
    client.login(email=organization.user(role).email, password=PASSWORD)
    return client


def run_of(organization) -> ImportRun:
    with tenancy.reading(organization.actor("administrator")):
        return ImportRun.objects.get()


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_list_names_each_import_with_its_figures(db, organization):
    page = browser(organization, "administrator").get(
        reverse("intake:runs", args=[organization.slug])
    )

    assert (page.status_code, SMALL.name in text_of(page)) == (200, True)


@pytest.mark.parametrize("name", ["runs", "run"])
def test_imports_stand_under_administration_with_its_tabs(db, organization, name):
    places = [run_of(organization).public_id] if name == "run" else []

    page = read(
        browser(organization, "administrator").get(
            reverse(f"intake:{name}", args=[organization.slug, *places])
        )
    )

    current = [each.text for each in page.all("a", aria_current="page")]
    assert current == ["Administration", "Imports"]


def test_an_import_shows_what_it_created_found_and_rounded(db, organization):
    address = reverse("intake:run", args=[organization.slug, run_of(organization).public_id])

    text = text_of(browser(organization, "administrator").get(address))

    for words in (
        "Measures 5",
        "Milestones 11",
        "No row was refused.",
        "Dates out of order Tender Closed before BCA 1",
        "1 amount was rounded, 4,200,000.88 AUD are stored;",
        "rounding changed the sum of the file by 0.0049999999.",
    ):
        assert words in text


def test_the_rows_of_one_sort_of_finding_lead_to_their_measures(db, organization):
    address = reverse("intake:run", args=[organization.slug, run_of(organization).public_id])

    page = browser(organization, "administrator").get(
        address, {"finding": "order:Tender Closed before BCA"}
    )

    assert "Tender Closed (2019-01-10) lies before BCA (2019-05-25)." in text_of(page)
    assert re.search(r'href="/o/[^"]+/measures/[0-9a-f-]{36}/">M001</a>', page.content.decode())


@pytest.mark.parametrize("role", ["executive", "lead", "controller", "owner"])
def test_others_do_not_see_imports(db, organization, role):
    client = browser(organization, role)

    listed = client.get(reverse("intake:runs", args=[organization.slug]))
    one = client.get(
        reverse("intake:run", args=[organization.slug, run_of(organization).public_id])
    )

    assert (listed.status_code, one.status_code) == (403, 403)


def test_another_organization_finds_no_import(db, organization):
    other = an_organization()

    page = browser(other, "administrator").get(
        reverse("intake:run", args=[other.slug, run_of(organization).public_id])
    )

    assert page.status_code == 404


def test_administration_leads_to_the_imports(db, organization):
    page = browser(organization, "administrator").get(
        reverse("hierarchy:administration", args=[organization.slug])
    )

    assert reverse("intake:runs", args=[organization.slug]) in page.content.decode()
