"""An open dashboard follows changes: the poll, what it swaps, and what it costs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.rules.lines import Series
from tests.factories.measures import a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.portfolios import the_portfolio
from tests.factories.reporting import drained
from tests.pages.markup import read
from tests.pages.portfolio_pages import names_shown


@pytest.fixture
def subject(clock_at):
    clock_at(2026, 1, 12, 9)
    made = a_decided_measure()
    clock_at(2026, 7, 8, 9)
    drained(made.organization)
    return made


class Open:
    """A dashboard that somebody has open, and its poll."""

    def __init__(self, organization, node, query=""):
        self.client = Client()
        self.client.force_login(organization.user("executive"))
        address = reverse(
            "reporting:node", kwargs={"slug": organization.slug, "node": node.public_id}
        )
        self.page = read(self.client.get(address + query))

    @property
    def address(self):
        return self.page.one(id="poll").attributes["hx-get"]

    def poll(self):
        return self.client.get(self.address, headers={"HX-Request": "true"})


def test_a_dashboard_asks_every_two_seconds(subject):
    poll = Open(subject.organization, subject.organization.root).page.one(id="poll")

    assert poll.attributes["hx-trigger"] == "every 2s"


def test_nothing_is_sent_while_nothing_has_changed(subject):
    response = Open(subject.organization, subject.organization.root).poll()

    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("place", ["root", "package"])
def test_a_change_below_reaches_the_open_page_of_every_level_after_the_drain(subject, place):
    node = subject.organization.root if place == "root" else subject.package
    opened = Open(subject.organization, node)
    subject.save(Series.FORECAST, dict.fromkeys(range(7, 13), 8000))

    before = opened.poll()
    drained(subject.organization)
    after = opened.poll()

    assert before.status_code == 204
    assert after.status_code == 200
    assert after["HX-Trigger"] == "figures-changed"
    changed = read(after)
    swapped = {
        each.attributes.get("id", ""): each.attributes["hx-swap-oob"]
        for each in changed.all()
        if "hx-swap-oob" in each.attributes
    }
    assert swapped == {
        "sentence": "innerHTML",
        "headline": "innerHTML",
        "charts": "innerHTML",
        "": "outerHTML:#children",
    }
    assert changed.one(id="sentence").text != opened.page.one(id="sentence").text
    assert changed.one(id="poll").attributes["hx-get"] != opened.address


def test_a_change_elsewhere_leaves_a_page_alone(clock_at, subject):
    clock_at(2026, 1, 12, 9)
    other = a_decided_measure(subject.organization)
    clock_at(2026, 7, 8, 9)
    drained(subject.organization)
    opened = Open(subject.organization, subject.package)

    other.save(Series.FORECAST, dict.fromkeys(range(7, 13), 8000))
    drained(subject.organization)

    assert opened.poll().status_code == 204


def test_the_poll_keeps_what_the_address_asks_for(clock_at):
    halvern = the_portfolio(clock_at)
    opened = Open(halvern.organization, halvern.organization.root, "?q=proc&sort=-name")
    opened.page.one(id="poll").attributes["hx-get"] += "x"

    changed = read(opened.poll())

    children = changed.one(id="children")
    assert names_shown(changed) == ["Procurement"]
    assert not [a for a in children.all("a") if "known=" in a.attributes["href"]]


def test_a_poll_of_what_one_may_no_longer_see_is_not_found(subject):
    stranger = an_organization()
    client = Client()
    client.force_login(stranger.user("executive"))

    address = Open(subject.organization, subject.organization.root).address

    assert client.get(address, headers={"HX-Request": "true"}).status_code == 404


def test_an_idle_poll_is_answered_with_six_short_queries_of_its_own(subject):
    opened = Open(subject.organization, subject.organization.root)
    opened.poll()

    with CaptureQueriesContext(connection) as queries:
        opened.poll()

    own = [each["sql"] for each in queries if each["sql"].startswith("SELECT")]
    # Login, membership and context take five on every page of an organization.
    assert len(own) - 5 <= 6
