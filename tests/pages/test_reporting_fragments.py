"""What other pages take from reporting, the components page, and that nothing here takes a post."""

from dataclasses import replace
from decimal import Decimal

import pytest

from config.environment import Purpose
from tests.factories.measures import a_planned_measure
from tests.factories.portfolios import the_portfolio
from tests.factories.reporting import drained, seen
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, url


@pytest.fixture
def halvern(clock_at):
    return the_portfolio(clock_at)


def test_a_measures_curve_is_that_of_its_own_figures(halvern):
    organization, subject = halvern.organization, halvern.decided[0]
    node = subject.measure().node
    shown = seen(organization, node)

    address = url(organization, "measure_chart", measure=node.public_id)
    fragment = read(client_of(organization.user("owner")).get(address))

    plan = [point.plan for point in shown.curve if point.plan is not None]
    last = fragment.one("figure").rows()[-1][1]
    assert fragment.all("h1") == []
    assert Decimal(last.replace(",", "")) == sum(plan)


def test_a_measure_before_decided_has_no_curve_and_says_when_it_begins(clock_at):
    clock_at(2026, 1, 12, 9)
    subject = a_planned_measure()
    drained(subject.organization)

    address = url(subject.organization, "measure_chart", measure=subject.measure().node.public_id)
    fragment = read(client_of(subject.organization.user("owner")).get(address))

    assert "It begins when the measure passes the gate Decided" in fragment.text


@pytest.mark.parametrize(("purpose", "status"), [("test", 200), ("demo", 200), ("production", 404)])
def test_components_are_shown_everywhere_but_in_production(halvern, settings, purpose, status):
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, purpose=Purpose(purpose))

    address = url(halvern.organization, "components")

    assert client_of(halvern.organization.user("owner")).get(address).status_code == status


def test_pages_that_only_show_take_no_post(halvern):
    organization, root = halvern.organization, halvern.organization.root.public_id
    client = client_of(organization.user("executive"))
    addresses = [
        url(organization, "home"),
        url(organization, "components"),
        url(organization, "node", node=root),
        url(organization, "node_version", node=root),
        url(organization, "provenance", node=root, measured="plan", horizon="life"),
        url(organization, "measure_chart", measure=halvern.decided[0].measure().node.public_id),
    ]

    assert [client.post(each).status_code for each in addresses] == [405] * len(addresses)
