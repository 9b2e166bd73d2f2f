"""Provenance: every figure leads to the measures that it is the sum of."""

import pytest

from core import tenancy
from measures.queries import periods
from reporting.queries import provenance
from reporting.queries.provenance import Figure
from reporting.rules.figures import Horizon, Measured
from tests.factories.portfolios import the_portfolio
from tests.factories.reporting import seen
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, thousands, url


@pytest.fixture
def halvern(clock_at):
    return the_portfolio(clock_at)


@pytest.mark.parametrize("horizon", list(Horizon))
@pytest.mark.parametrize("measured", ["plan", "outlook", "confirmed"])
def test_a_figure_leads_to_the_measures_it_is_the_sum_of(halvern, measured, horizon):
    organization = halvern.organization
    shown = seen(organization, organization.root)
    column = next(each for each in shown.columns if each.horizon is horizon)
    with tenancy.reading(organization.actor("executive")):
        figure = Figure(shown.group, Measured(measured), horizon)
        sources = list(provenance.Sources(organization.root, periods.ground(), figure))

    address = url(
        organization,
        "provenance",
        node=organization.root.public_id,
        measured=measured,
        horizon=horizon.value,
    )
    page = read(client_of(organization.user("executive")).get(address))

    assert [(row[0], row[2]) for row in page.one("main").rows()] == [
        (row.name + row.code, thousands(row.amount)) for row in sources
    ]
    assert sum(row.amount for row in sources) == getattr(column, measured)
    total = page.one("tfoot").one("tr").all("td")[1].text
    assert total == thousands(getattr(column, measured))


@pytest.mark.parametrize(
    ("measured", "horizon"), [("profit", "life"), ("plan", "century"), ("unclaimed", "life")]
)
def test_a_figure_that_no_page_shows_is_not_found(halvern, measured, horizon):
    organization = halvern.organization
    root = organization.root.public_id
    address = url(organization, "provenance", node=root, measured=measured, horizon=horizon)

    assert client_of(organization.user("executive")).get(address).status_code == 404
