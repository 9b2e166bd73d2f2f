"""The dashboard of a node: every figure is the query's, and everybody sees only their part."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.template import Context
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.templatetags import signs
from config.environment import Purpose
from core import tenancy
from hierarchy.models import Node
from measures.models.target import Horizon as TargetHorizon
from measures.queries import periods
from measures.services import proposals, targets
from reporting.queries import provenance
from reporting.queries.provenance import Figure
from reporting.rules.figures import Horizon, Measured
from reporting.views import node as view
from reporting.views import scene as scenes
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.portfolios import the_portfolio
from tests.factories.reporting import children_of, drained, seen
from tests.pages.markup import read

LARGEST_PAGE = 200_000


@pytest.fixture
def halvern(clock_at):
    return the_portfolio(clock_at)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def url(organization, name, **named):
    return reverse(f"reporting:{name}", kwargs={"slug": organization.slug, **named})


def page_of(organization, node, query="", role="executive"):
    address = url(organization, "node", node=node.public_id)
    return client_of(organization.user(role)).get(address + query)


def thousands(value):
    return signs.money(Context({"scale": "thousands"}), value)


def share(value):
    return signs.share(Context(), value)


# --- figures --------------------------------------------------------------------------------------


def test_the_sentence_says_what_the_query_says(halvern):
    said = seen(halvern.organization, halvern.organization.root).sentence

    page = read(page_of(halvern.organization, halvern.organization.root))

    assert page.one(id="sentence").text == (
        f"Outlook {thousands(said.outlook)} k of {thousands(said.plan)} k planned"
        f" ({share(said.reached)}), {share(said.confirmed_share)} of realised value confirmed,"
        " no decision due."
    ).replace("\N{NO-BREAK SPACE}", " ")


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
            f"{row.name}{row.code}",
            row.implementation.colour[0].upper(),
            row.potential.colour[0].upper(),
            str(row.measures),
            f"{row.implementation.reds} / {row.potential.reds}",
            thousands(row.plan),
            thousands(row.outlook),
            signs.money(Context({"scale": "thousands"}), row.delta, signed=True),
            share(row.confirmed_share).replace("\N{NO-BREAK SPACE}", " "),
            share(row.fresh_share).replace("\N{NO-BREAK SPACE}", " "),
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


# --- search, filter, sort, page -------------------------------------------------------------------


def names_shown(page):
    links = [row.one("th").all("a") for row in page.one(id="children").one("tbody").all("tr")]
    return [link.text for (link,) in links]


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


# --- provenance -----------------------------------------------------------------------------------


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


# --- fragments for others -------------------------------------------------------------------------


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


# --- who sees what --------------------------------------------------------------------------------


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


# --- cost -----------------------------------------------------------------------------------------


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
