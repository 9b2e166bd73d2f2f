"""The children table: the address says which of them, in which order, and leads to each."""

import pytest

from core import tenancy
from hierarchy.queries import tree
from tests.factories.organizations import an_organization
from tests.factories.portfolios import the_portfolio
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, names_shown, page_of, url


@pytest.fixture
def halvern(clock_at):
    return the_portfolio(clock_at)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?sort=name", ["Operations", "Procurement", "Product and complexity"]),
        ("?sort=-name", ["Product and complexity", "Procurement", "Operations"]),
        ("?q=proc", ["Procurement"]),
        ("?q=P2", ["Operations"]),
        ("?sort=name&q=o", ["Operations", "Procurement", "Product and complexity"]),
        ("?sort=name&potential=nonsense", ["Operations", "Procurement", "Product and complexity"]),
    ],
)
def test_the_address_says_which_children_in_which_order(halvern, query, expected):
    page = read(page_of(halvern.organization, halvern.organization.root, query))

    assert names_shown(page) == expected


def test_a_filter_that_nothing_fits_says_so_and_offers_a_way_back(halvern):
    page = read(page_of(halvern.organization, halvern.organization.root, "?q=no such name"))

    children = page.one(id="children")
    assert "Nothing fits the filter" in children.text
    assert "Show all" in children.text


def test_a_child_leads_to_its_own_page_a_measure_to_the_measures(halvern):
    root = read(page_of(halvern.organization, halvern.organization.root))
    package = read(page_of(halvern.organization, halvern.packages[0]))

    slug = halvern.organization.slug
    (first, *_rest) = root.one(id="children").one("tbody").all("a")
    (measure, *_others) = package.one(id="children").one("tbody").all("a")
    assert first.attributes["href"].startswith(f"/o/{slug}/portfolio/")
    assert measure.attributes["href"].startswith(f"/o/{slug}/measures/")


def test_where_only_the_children_are_asked_for_anew_only_they_are_sent(halvern):
    organization = halvern.organization
    address = url(organization, "node", node=organization.root.public_id)
    client = client_of(organization.user("executive"))

    response = client.get(
        f"{address}?q=proc", headers={"HX-Request": "true", "HX-Target": "children"}
    )

    page = read(response)
    assert names_shown(page) == ["Procurement"]
    assert page.all("figure") == page.all("h1") == []
    assert "HX-Target" in response["Vary"]


def test_names_are_ordered_as_they_are_looked_for_here_and_in_administration(db):
    organization = an_organization()
    expected = ["Ärzte", "Hall 2", "hall 10", "Zone"]
    with tenancy.acting(organization.actor("administrator")):
        for name in ("Zone", "hall 10", "Ärzte", "Hall 2"):
            organization.add(organization.root, name)

    page = read(page_of(organization, organization.root, "?sort=name"))
    turned = read(page_of(organization, organization.root, "?sort=-name"))

    assert names_shown(page) == expected
    assert names_shown(turned) == expected[::-1]
    with tenancy.reading(organization.actor("lead")):
        assert [each.name for each in tree.children(organization.root)] == expected
