"""The dashboard of a node: every figure on it is the query's, and it costs little."""

from decimal import Decimal

import pytest
from django.db import connection
from django.template import Context
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.templatetags import signs
from core import tenancy
from measures.models.target import Horizon as TargetHorizon
from measures.services import proposals, targets
from reporting.views import node as view
from reporting.views import scene as scenes
from tests.factories.organizations import an_organization
from tests.factories.portfolios import the_portfolio
from tests.factories.reporting import children_of, drained, seen
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, page_of, share, thousands, url

LARGEST_PAGE = 200_000


@pytest.fixture
def halvern(clock_at):
    return the_portfolio(clock_at)


def test_the_sentence_says_what_the_query_says(halvern):
    said = seen(halvern.organization, halvern.organization.root).sentence

    page = read(page_of(halvern.organization, halvern.organization.root))

    assert page.one(id="sentence").text == (
        f"Outlook {thousands(said.outlook)} k of {thousands(said.plan)} k planned"
        f" ({share(said.reached)}), {share(said.confirmed_share)} of realised value confirmed,"
        " no decision due."
    )


def test_each_tile_shows_this_year_run_rate_and_life_of_the_query(halvern):
    year, rate, life = seen(halvern.organization, halvern.organization.root).columns

    page = read(page_of(halvern.organization, halvern.organization.root))

    shown = {
        tile.one("h3").text: [
            tile.one(class_="figure__value").text,
            *(each.text for each in tile.all("dd")),
        ]
        for tile in page.one(id="headline").all("div", class_="figure")
    }
    expected = {
        label: [
            f"{thousands(getattr(year, key))}EUR k",
            thousands(getattr(rate, key)),
            thousands(getattr(life, key)),
        ]
        for label, key in (("Plan", "plan"), ("Outlook", "outlook"), ("Confirmed", "confirmed"))
    }
    assert shown == {"Target": ["–", "–", "–"], **expected}
    words = "Confirmed, Run-rate: twelve months at the level of the months approved so far."
    assert words in page.one(id="headline").text


def test_a_red_node_says_in_its_row_why_it_is_red(halvern):
    organization = halvern.organization
    reds = [row for row in children_of(organization, organization.root) if _red_words(row)]
    assert reds

    rows = read(page_of(organization, organization.root)).one(id="children").rows()

    told = {row[0] for row in rows}
    assert {f"{row.name}{row.code}{_red_words(row)}" for row in reds} <= told


def _red_words(row):
    """Return what the row of a red node says below its name."""
    lights = (row.implementation, row.potential)
    return " ".join(sorted({each.reason for each in lights if each.colour == "red"}))


def test_charts_are_drawn_in_the_number_format_of_the_organization(halvern):
    page = read(page_of(halvern.organization, halvern.organization.root))

    figures = page.all("figure", class_="chart")
    assert [each.attributes["data-separators"] for each in figures] == [".,"] * len(figures)
    assert figures


def test_a_figure_not_given_is_an_en_dash_and_leads_nowhere(halvern):
    page = read(page_of(halvern.organization, halvern.organization.root))

    target = page.one(id="headline").all("div", class_="figure")[0]

    assert target.one(class_="figure__value").text == "–"
    assert target.all("a") == []
    assert "No target is set here." in target.text


def test_a_target_is_shown_with_its_gap_and_what_the_plan_covers_of_it(clock_at):
    clock_at(2026, 1, 12, 9)
    organization = an_organization()
    branch = organization.branch()
    for node, amount in ((organization.root, 500_000), (branch.portfolio, 200_000)):
        targets.set_target(
            actor=organization.actor("executive"),
            node_id=node.pk,
            horizon=TargetHorizon.FISCAL_YEAR,
            fiscal_year=2026,
            amount=Decimal(amount),
        )

    page = read(page_of(organization, organization.root))

    tile = page.one(id="headline").all("div", class_="figure")[0]
    assert tile.one(class_="figure__value").text == "500EUR k"
    assert "300 not yet given to those below" in tile.text


def test_every_row_of_the_children_equals_the_query(halvern):
    organization = halvern.organization
    rows = sorted(children_of(organization, organization.root), key=lambda row: -row.plan)

    page = read(page_of(organization, organization.root))

    table = page.one(id="children")
    assert table.rows() == [
        [
            f"{row.name}{row.code}{_red_words(row)}",
            row.implementation.colour[0].upper(),
            row.potential.colour[0].upper(),
            str(row.measures),
            f"{row.implementation.reds} / {row.potential.reds}",
            thousands(row.plan),
            thousands(row.outlook),
            signs.money(Context({"scale": "thousands"}), row.delta, signed=True),
            share(row.confirmed_share),
            share(row.fresh_share),
            "",
        ]
        for row in rows
    ]


def test_a_light_in_the_table_is_named_with_its_reason(halvern):
    organization = halvern.organization
    first = max(children_of(organization, organization.root), key=lambda row: row.plan)

    response = page_of(organization, organization.root)

    name = f"Potential: {first.potential.colour}. {first.potential.reason}"
    assert f"<title>{name}</title>" in response.content.decode()


def test_the_children_of_a_package_are_measures_with_their_stage_and_next_gate(halvern):
    page = read(page_of(halvern.organization, halvern.packages[0]))

    shown = [row[3:5] for row in page.one(id="children").rows()]

    assert shown == [["Decided", "Implemented"]] * 3 + [["Defined", "Identified"]]


def test_a_measure_without_figures_shows_en_dashes_and_no_zero(halvern):
    page = read(page_of(halvern.organization, halvern.packages[0]))

    last = page.one(id="children").rows()[-1]

    assert last[5:9] == ["–", "–", "–", "–"]


def test_the_charts_carry_the_figures_of_the_query_as_tables(halvern):
    organization = halvern.organization
    shown = seen(organization, organization.root)

    page = read(page_of(organization, organization.root))

    charts = {
        each.attributes["data-chart"]: each.rows() for each in page.all("figure", class_="chart")
    }
    thousand = Decimal(1000)
    plan = [point.plan / thousand for point in shown.curve if point.plan is not None]
    assert Decimal(charts["curve-source"][-1][1].replace(",", "")) == sum(plan)
    assert [row[:2] for row in charts["funnel-source"]] == [
        [step.stage.name.capitalize(), str(step.count)] for step in shown.funnel
    ]
    assert [row[0] for row in charts["quadrant-source"]] == [
        row.name
        for row in sorted(children_of(organization, organization.root), key=lambda row: -row.plan)
    ]


def test_a_node_without_measures_says_what_to_do_first(db):
    organization = an_organization()
    package = organization.branch().package

    page = read(page_of(organization, package))

    assert page.one(id="sentence").text == "No measure stands here yet."
    empty = page.one(class_="empty")
    assert "An owner or a lead proposes the first one." in empty.text
    assert empty.one("a").attributes["href"] == reverse(
        "measures:propose", kwargs={"slug": organization.slug}
    )


def cost(organization, node):
    client = client_of(organization.user("executive"))
    address = url(organization, "node", node=node.public_id)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries)


def test_a_page_costs_the_same_queries_for_one_three_and_thirty_children(clock_at):
    clock_at(2026, 1, 12, 9)
    organization = an_organization()
    packages = [organization.branch(f"Branch {count}").package for count in (1, 3, 30)]
    for count, package in zip((1, 3, 30), packages, strict=True):
        for number in range(count):
            proposals.propose(
                actor=organization.actor("owner"),
                package_id=package.pk,
                name=f"Measure {count} {number}",
                description="Heat is recovered.",
                effect_type="hard",
                size=None,
            )
    drained(organization)

    one, three, thirty = (cost(organization, package) for package in packages)

    assert one == three == thirty


def test_the_figures_of_a_node_are_read_in_ten_queries(halvern):
    organization = halvern.organization
    request = RequestFactory().get("/")
    request.htmx = None
    request.actor = organization.actor("executive")
    with tenancy.reading(request.actor):
        request.membership = type("Membership", (), {"slug": organization.slug})
        scene = scenes.around(request, organization.root)
        with CaptureQueriesContext(connection) as queries:
            view._everything(request, scene)

    assert len(queries) <= 10


def test_a_full_page_of_children_is_no_larger_than_the_limit(db):
    organization = an_organization()
    with tenancy.acting(organization.actor("administrator")):
        for number in range(view.PAGE * 2):
            organization.add(organization.root, f"Portfolio of the long and honest name {number}")

    response = page_of(organization, organization.root)

    assert len(read(response).one(id="children").rows()) == view.PAGE
    assert len(response.content) <= LARGEST_PAGE
