"""As of a past day: what was known then is shown, and nothing that came later changes it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core import tenancy
from hierarchy.models import Node
from hierarchy.queries import past
from measures.queries import periods
from reporting.queries import bridge, stored
from reporting.queries.children import Children
from reporting.queries.dashboard import dashboard
from reporting.rules.bridge import Cause
from tests.factories.confidential import hidden
from tests.factories.looking_back import AFTER, BEFORE, changed_later
from tests.factories.measures import YEAR
from tests.factories.money import rate
from tests.factories.portfolios import a_portfolio
from tests.factories.reporting import children_of, seen
from tests.pages.markup import read
from tests.pages.portfolio_pages import client_of, page_of


@pytest.fixture
def halvern(clock_at):
    return a_portfolio(clock_at, measures=2)


def then(organization, node, day):
    """Return a node's dashboard and children as they were known, the last drain's time aside."""
    with tenancy.reading(organization.actor("executive")), past.known_on(day):
        ground = periods.ground()
        found = dashboard(Node.objects.get(pk=node.pk), ground)
        return replace(found, drained_at=None), list(Children(node, ground, found.group))


def now(organization, node):
    """Return the same of today."""
    return replace(seen(organization, node), drained_at=None), children_of(organization, node)


def test_as_of_today_is_live_and_later_entries_never_change_an_earlier_day(halvern, clock_at):
    organization = halvern.organization
    with tenancy.reading(organization.actor("executive")):
        above = list(Node.objects.filter(level__lt=5))
    known = {node.pk: then(organization, node, BEFORE) for node in above}
    assert known == {node.pk: now(organization, node) for node in above}

    changed_later(halvern, clock_at)

    assert {node.pk: then(organization, node, BEFORE) for node in above} == known
    live = {node.pk: now(organization, node) for node in above}
    assert {node.pk: then(organization, node, AFTER) for node in above} == live
    assert live[organization.root.pk] != known[organization.root.pk]


def test_a_measure_is_shown_as_it_was_known(halvern, clock_at):
    organization, subject = halvern.organization, halvern.decided[0]
    address = f"/o/{organization.slug}/measures/{subject.measure().node.public_id}/"
    changed_later(halvern, clock_at)

    page = page_at(organization, f"{address}?as_of={BEFORE}")
    today = page_at(organization, f"{address}?as_of={AFTER}")

    told = page.one(class_="strip--as-of").text
    assert "This page shows what was known on 8 Jul" in told
    assert "77" not in page.one(id="value").text
    assert "77" in today.one(id="value").text
    assert page.one("main").all("button", class_="button--primary") == []


def test_the_page_of_a_node_says_the_day_and_what_is_known_now(halvern, clock_at):
    organization = halvern.organization
    changed_later(halvern, clock_at)

    page = read(page_of(organization, organization.root, f"?as_of={BEFORE}"))

    assert "8 Jul" in page.one(class_="strip--as-of").text
    assert "Known now" in page.one("main").text
    assert page.one("main").all("button", class_="button--primary") == []
    links = [each.attributes["href"] for each in page.one(id="children").one("tbody").all("a")]
    assert links
    assert [each for each in links if f"as_of={BEFORE}" not in each] == []


def test_the_api_tells_the_stage_of_then(halvern):
    organization = halvern.organization
    node = halvern.decided[0].measure().node.public_id
    with tenancy.reading(organization.actor("executive")):
        first = past.first_day()

    client = client_of(organization.user("executive"))
    address = f"/o/{organization.slug}/api/v1/measures/{node}"

    assert client.get(address).json()["stage"] == "decided"
    assert client.get(f"{address}?as_of={BEFORE}").json()["stage"] == "decided"
    refused = client.get(f"{address}?as_of={date(first.year, first.month, 1)}")
    assert (refused.status_code, refused.json()["code"]) == (422, "day_before_founding")


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (f"{YEAR + 1}-01-01", 422, "day_ahead"),
        (f"{YEAR - 1}-01-01", 422, "day_before_founding"),
        ("soon", 422, "invalid"),
    ],
)
def test_a_day_that_is_not_known_is_refused(halvern, given, status, code):
    answer = page_of(halvern.organization, halvern.organization.root, f"?as_of={given}")

    assert answer.status_code == status
    assert code in answer.content.decode()


def test_a_node_is_not_known_before_it_was_there(halvern, clock_at):
    organization = halvern.organization
    clock_at(YEAR, AFTER.month, AFTER.day, 9)
    with tenancy.acting(organization.actor("administrator")):
        late = organization.add(organization.root, "Late portfolio")

    assert page_of(organization, late, f"?as_of={BEFORE}").status_code == 404
    assert page_of(organization, late, f"?as_of={AFTER}").status_code == 200


def page_at(organization, address):
    """Open a page as the executive."""
    return read(client_of(organization.user("executive")).get(address))


def test_the_bridge_between_two_days_adds_up_at_every_node(halvern, clock_at):
    organization = halvern.organization
    with tenancy.reading(organization.actor("executive")):
        above = list(Node.objects.filter(level__lt=5))
    changed_later(halvern, clock_at)

    causes = {}
    with tenancy.reading(organization.actor("executive")):
        for node in above:
            found = bridge.between(organization.actor("executive"), node, BEFORE, AFTER)
            moved = sum((each.amount for each in found.steps), Decimal(0))
            assert found.closing - found.opening == moved
            assert moved == sum((each.change for each in found.measures), Decimal(0))
            assert Cause.REST not in {each.cause for each in found.steps}
            causes[node.name] = {each.cause for each in found.steps}

    assert causes[organization.root.name] == {
        Cause.NEW,
        Cause.FORECAST,
        Cause.UNCLAIMED,  # June was locked between the days, and nobody had claimed it
    }
    assert causes["Direct materials"] == {Cause.MOVED_OUT}
    assert causes["Logistics"] == {Cause.MOVED_IN, Cause.NEW}


def test_the_page_and_the_api_tell_the_same_bridge(halvern, clock_at):
    organization = halvern.organization
    changed_later(halvern, clock_at)
    root, client = organization.root.public_id, client_of(organization.user("executive"))

    said = client.get(
        f"/o/{organization.slug}/api/v1/nodes/{root}/bridge?since={BEFORE}&as_of={AFTER}"
    ).json()
    page = page_at(organization, f"/o/{organization.slug}/portfolio/{root}/since/?since={BEFORE}")
    turned = client.get(
        f"/o/{organization.slug}/portfolio/{root}/since/?since={AFTER}&as_of={BEFORE}"
    )

    assert [each["cause"] for each in said["steps"]] == ["new", "forecast", "unclaimed"]
    shown = [row[0] for row in page.one(id="causes").rows()]
    changes = [row[3] for row in page.one(id="moved").one("table").rows()]
    assert [each for each in changes if not set(each) & set("123456789")] == []
    assert "Known on 8 Jul 2026" in page.one(id="causes").text
    assert [each for each in shown if each in {"New", "Forecast moved"}] == [
        "New",
        "Forecast moved",
    ]
    assert len(page.one(id="moved").one("tbody").all("tr")) == len(said["measures"])
    assert turned.status_code == 422


def test_who_does_not_read_a_measure_is_not_told_it_by_two_days(halvern, clock_at):
    organization, secret = halvern.organization, halvern.decided[0]
    changed_later(halvern, clock_at)
    address = f"/o/{organization.slug}/measures/{secret.measure().node.public_id}/"
    hidden(secret)

    reader = organization.actor("executive")
    with tenancy.reading(reader):
        root = Node.objects.get(pk=organization.root.pk)
        assert bridge.between(reader, root, BEFORE, AFTER).is_withheld
        with past.known_on(BEFORE):
            place = Node.objects.get(name="Direct materials")
            assert place.pk in tenancy.current().sight.sums
            assert stored.rows_of(place.pk) == {}
    client = client_of(organization.user("executive"))
    assert client.get(f"{address}?as_of={BEFORE}").status_code == 404


def test_the_first_page_and_the_money_are_told_as_of_a_day_too(halvern, clock_at):
    organization = halvern.organization
    root, client = organization.root.public_id, client_of(organization.user("executive"))
    address = f"/o/{organization.slug}/api/v1/nodes/{root}/money"
    known = client.get(address).json()

    changed_later(halvern, clock_at)

    assert client.get(address).json() != known
    assert client.get(f"{address}?as_of={BEFORE}").json() == known
    page = page_at(organization, f"/o/{organization.slug}/?as_of={BEFORE}")
    assert "8 Jul" in page.one(class_="strip--as-of").text
    table = client.get(f"/o/{organization.slug}/?as_of={BEFORE}&format=xlsx")
    assert (table.status_code, "spreadsheet" in table["Content-Type"]) == (200, True)


def test_a_figure_of_the_past_unfolds_to_what_it_was_made_of(halvern, clock_at):
    organization = halvern.organization
    changed_later(halvern, clock_at)
    page = read(page_of(organization, organization.root, f"?as_of={BEFORE}"))
    led_to = [each.attributes["href"] for each in page.all("a", title="Show what this is made of")]
    asked = next(each for each in led_to if "outlook/fiscal_year" in each)

    then = page_at(organization, asked)
    now = page_at(organization, asked.replace(f"as_of={BEFORE}", f"as_of={AFTER}"))

    assert f"as_of={BEFORE}" in asked
    assert "8 Jul" in then.one(class_="strip--as-of").text
    assert len(now.one(id="sources").one("tbody").all("tr")) == 1 + len(
        then.one(id="sources").one("tbody").all("tr")
    )
    links = [each.attributes["href"] for each in then.one(id="sources").all("a")]
    assert [each for each in links if f"as_of={BEFORE}" not in each] == []
    with tenancy.reading(organization.actor("executive")):
        left = Node.objects.get(pk=halvern.packages[0].parent_id)
    made_of = f"/o/{organization.slug}/portfolio/{left.public_id}/made-of/plan/fiscal_year/"
    below = page_at(organization, f"{made_of}?as_of={BEFORE}")
    assert len(below.one(id="sources").one("tbody").all("tr")) == 2


def test_the_curve_rules_and_rates_of_a_past_day_are_shown(halvern, clock_at):
    organization, subject = halvern.organization, halvern.decided[0]
    measure = subject.measure().node.public_id
    chart = f"/o/{organization.slug}/portfolio/{measure}/chart/"
    client = client_of(organization.user("executive"))
    rate(organization, "1.08")
    changed_later(halvern, clock_at)
    rate(organization, "1.20")

    assert "That day" in client.get(f"{chart}?as_of={BEFORE}").content.decode()
    page = page_at(organization, f"/o/{organization.slug}/measures/{measure}/?as_of={BEFORE}")
    rules = [each.attributes["href"] for each in page.one(id="look-back").all("a")]
    assert rules == [
        f"/o/{organization.slug}/rulebook/?as_of={BEFORE}",
        f"/o/{organization.slug}/measures/rates/?as_of={BEFORE}",
    ]
    assert "in force on 8 Jul 2026" in page_at(organization, rules[0]).text
    known = page_at(organization, rules[1])
    assert ("1.08" in known.text, "1.2" in known.text) == (True, False)
    assert "Record a rate" not in known.text
