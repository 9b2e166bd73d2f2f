"""Who sees which dashboard: a seat shows its part of the tree, another organization nothing."""

import pytest
from django.urls import reverse

from accounts.models import User
from core import tenancy
from hierarchy.models import Node
from measures.services import proposals
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.portfolios import the_portfolio
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, page_of, url


@pytest.fixture
def halvern(clock_at):
    return the_portfolio(clock_at)


@pytest.mark.parametrize(
    "role", ["executive", "lead", "sponsor", "controller", "owner", "steering", "administrator"]
)
def test_every_seat_at_the_root_sees_the_whole_portfolio(halvern, role):
    response = client_of(halvern.organization.user(role)).get(url(halvern.organization, "home"))

    assert read(response).one("h1").text == "Halvern Group"


def test_a_seat_below_sees_its_part_and_nothing_above_or_beside(halvern):
    organization = halvern.organization
    with tenancy.reading(organization.actor("lead")):
        package = Node.objects.get(pk=halvern.packages[0].pk)
        project = Node.objects.get(pk=package.parent_id)
        beside = Node.objects.get(pk=halvern.packages[-1].pk)
        above = list(Node.objects.filter(pk__in=project.ancestor_ids))
    newcomer = organization.newcomer()
    organization.seat(newcomer, "executive", project)
    client = client_of(User.objects.get(pk=newcomer.user_id))

    home = read(client.get(url(organization, "home")))
    statuses = {
        name: client.get(url(organization, "node", node=place.public_id)).status_code
        for name, place in [("below", package), ("own", project), ("beside", beside)]
        + [(f"above {each.level}", each) for each in above]
    }

    assert home.one("h1").text == project.name
    assert [each.text for each in home.one(class_="crumbs").all("li")] == [project.name]
    assert statuses == {
        "below": 200,
        "own": 200,
        "beside": 404,
        "above 0": 404,
        "above 1": 404,
        "above 2": 404,
    }


def test_seats_at_two_places_offer_both(halvern):
    organization = halvern.organization
    newcomer = organization.newcomer()
    for package in halvern.packages[:2]:
        organization.seat(newcomer, "executive", package)
    client = client_of(User.objects.get(pk=newcomer.user_id))

    page = read(client.get(url(organization, "home")))

    offered = [page.one("h1").text, *(each.text for each in page.one(class_="places").all("a"))]
    assert sorted(offered) == sorted(package.name for package in halvern.packages[:2])


def test_a_measure_is_shown_on_its_own_page(halvern):
    organization, subject = halvern.organization, halvern.decided[0]
    node = subject.measure().node

    response = page_of(organization, node)

    assert (response.status_code, response["Location"]) == (
        302,
        reverse("measures:measure", kwargs={"slug": organization.slug, "measure": node.public_id}),
    )


def test_who_is_only_named_on_a_measure_reaches_it_and_not_its_package(clock_at):
    clock_at(2026, 1, 12, 9)
    subject = a_planned_measure()
    organization, newcomer = subject.organization, subject.organization.newcomer()
    proposals.name_people(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        version=subject.measure().version,
        owner_id=newcomer.member_id,
        sponsor_id=subject.id_of("sponsor"),
        controller_id=subject.id_of("controller"),
    )
    client = client_of(User.objects.get(pk=newcomer.user_id))
    node = subject.measure().node

    own = client.get(url(organization, "node", node=node.public_id))
    chart = client.get(url(organization, "measure_chart", measure=node.public_id))
    package = client.get(url(organization, "node", node=subject.package.public_id))

    assert (own.status_code, chart.status_code, package.status_code) == (302, 200, 404)


def test_another_organization_gets_the_same_404_as_for_nothing(halvern):
    stranger = client_of(an_organization().user("executive"))
    organization, root = halvern.organization, halvern.organization.root.public_id
    addresses = [
        url(organization, "home"),
        url(organization, "components"),
        url(organization, "node", node=root),
        url(organization, "node_version", node=root),
        url(organization, "provenance", node=root, measured="plan", horizon="life"),
        url(organization, "measure_chart", measure=halvern.decided[0].measure().node.public_id),
    ]

    assert [stranger.get(each).status_code for each in addresses] == [404] * len(addresses)


def test_a_node_of_another_organization_is_not_found_under_ones_own_address(halvern):
    mine = an_organization()
    foreign = halvern.organization.root

    assert page_of(mine, foreign).status_code == 404
