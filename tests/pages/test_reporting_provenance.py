"""Provenance: every figure leads to the measures that it is the sum of."""

from decimal import Decimal
from fractions import Fraction

import pytest

from core import tenancy
from measures.models import MeasureStatus
from measures.queries import periods
from reporting.queries import provenance
from reporting.queries.provenance import Figure
from reporting.rules.figures import Horizon, Measured
from tests.factories.money import dollars_in_pipeline, rate
from tests.factories.organizations import an_organization
from tests.factories.portfolios import the_portfolio
from tests.factories.reporting import drained, seen
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, share, thousands, url


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

    assert [(row[0], row[2]) for row in page.one(id="sources").rows()] == [
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


def opened(organization, node, measured="outlook", horizon=Horizon.FISCAL_YEAR, query=""):
    """Open what a figure of a node is made of."""
    named = {"node": node.public_id, "measured": measured, "horizon": horizon.value}
    address = url(organization, "provenance", **named)
    return read(client_of(organization.user("executive")).get(address + query))


def test_a_total_unfolds_node_by_node_down_to_the_measures(halvern):
    organization, executive = halvern.organization, halvern.organization.actor("executive")
    shown = seen(organization, organization.root)
    figure = Figure(shown.group, Measured.OUTLOOK)
    with tenancy.reading(executive):
        ground = periods.ground()
        below = provenance.parts(organization.root, ground, figure)
        of_package = provenance.parts(halvern.packages[0], ground, figure)

    page = opened(organization, organization.root)

    (first, *_others) = page.one(id="parts").one("tbody").all("a")
    column = next(each for each in shown.columns if each.horizon is Horizon.FISCAL_YEAR)
    assert sum(each.amount for each in below) == column.outlook
    assert f"/portfolio/{below[0].address}/made-of/outlook/" in first.attributes["href"]
    assert of_package == []  # below a package are measures, which are the sources themselves
    (measure, *_rest) = page.one(id="sources").one("tbody").all("a")
    assert measure.attributes["href"].endswith("#value")


def test_a_figure_says_how_much_of_it_is_confirmed_and_fresh(halvern):
    organization = halvern.organization
    shown = seen(organization, organization.root)
    column = next(each for each in shown.columns if each.horizon is Horizon.FISCAL_YEAR)
    with tenancy.reading(organization.actor("executive")):
        figure = Figure(shown.group, Measured.OUTLOOK)
        found = provenance.Sources(organization.root, periods.ground(), figure)
        rows, part = list(found), found.fresh_share()
        forecasts = dict(
            MeasureStatus.objects.values_list("measure__node__public_id", "figures__forecast")
        )

    trust = opened(organization, organization.root).one("main").text

    fresh = [abs(row.amount) for row in rows if forecasts.get(row.address) == "fresh"]
    assert part == Fraction(sum(fresh, Decimal(0))) / Fraction(sum(abs(r.amount) for r in rows))
    confirmed = share(column.confirmed / column.outlook)
    assert f"{confirmed} of this is confirmed by approved actuals" in trust


def test_a_measure_in_a_foreign_currency_names_its_plan_rate_and_version(clock_at):
    clock_at(2026, 1, 12, 9)
    organization = an_organization()
    rate(organization, "1.25")
    rate(organization, "1.0800")
    dollars_in_pipeline(organization)
    drained(organization)

    page = opened(organization, organization.root, "pipeline", Horizon.LIFE)

    assert "USD 1.0800, version 2" in page.one(id="sources").text
