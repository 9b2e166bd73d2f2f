"""The dashboard in a real browser: readable at every width, within the policy, and following."""

import pytest

from measures.rules.lines import Series
from tests.factories.portfolios import a_portfolio, the_portfolio
from tests.factories.reporting import drained
from tests.pages.in_browser import PATIENCE, WIDTHS, beyond, client_of, findings

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(visit):
    """Open pages as a member, light or dark."""
    return lambda user, *how: visit(client_of(user), *how)


def pages_of(halvern):
    root, package = halvern.organization.root.public_id, halvern.packages[0].public_id
    start = f"/o/{halvern.organization.slug}"
    return [
        f"{start}/",
        f"{start}/portfolio/{package}/",
        f"{start}/portfolio/{root}/?q=nothing",
        f"{start}/portfolio/{root}/made-of/outlook/life/",
    ]


def test_no_page_runs_sideways_at_any_width(clock_at, opened):
    halvern = the_portfolio(clock_at)
    page = opened(halvern.organization.user("executive"))
    too_wide = {}
    for path in pages_of(halvern):
        page.goto(path)
        too_wide |= {(path, width): beyond(page, width) for width in WIDTHS}

    assert too_wide == dict.fromkeys(too_wide, 0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1440)])
def test_axe_finds_nothing_on_any_page(clock_at, opened, scheme, width):
    halvern = the_portfolio(clock_at)
    page = opened(halvern.organization.user("executive"), scheme, width)
    violations = []
    for path in pages_of(halvern):
        page.goto(path)
        violations += [(path, *each) for each in findings(page)]

    assert violations == []


def test_an_open_dashboard_shows_a_change_without_a_reload_and_keeps_what_was_opened(
    clock_at, opened
):
    halvern = a_portfolio(clock_at, measures=1)
    page = opened(halvern.organization.user("executive"))
    page.goto(f"/o/{halvern.organization.slug}/")
    page.locator("#curve-title").wait_for()
    page.locator("figure[data-chart=curve-source] summary").click()
    page.evaluate("document.body.dataset.loaded = 'once'")
    before = page.locator("#sentence").inner_text()

    for subject in halvern.decided:
        subject.save(Series.FORECAST, dict.fromkeys(range(8, 13), 100))
    drained(halvern.organization)
    page.wait_for_function(
        "before => document.getElementById('sentence').innerText !== before", arg=before
    )

    page.locator("#charts .main-svg").first.wait_for()
    assert page.evaluate("document.body.dataset.loaded") == "once"
    assert page.locator("#charts .js-plotly-plot").count() == 3
    page.locator("figure[data-chart=curve-source] details[open]").wait_for()


def test_sorting_and_filtering_swap_the_table_alone_and_stand_in_the_address(clock_at, opened):
    halvern = the_portfolio(clock_at)
    page = opened(halvern.organization.user("executive"))
    page.goto(f"/o/{halvern.organization.slug}/")
    page.evaluate("document.body.dataset.loaded = 'once'")

    page.locator("#children thead a", has_text="Name").click()
    page.wait_for_url("**/?sort=name")
    page.locator("#children input[name=q]").fill("proc")
    page.locator("#children button", has_text="Filter").click()
    page.wait_for_url("**q=proc*")

    names = page.locator("#children tbody th a")
    names.first.wait_for()
    assert names.all_inner_texts() == ["Procurement"]
    assert page.evaluate("document.body.dataset.loaded") == "once"
    assert "sort=name" in page.url


def test_a_server_that_no_longer_answers_is_told_once_and_quietly(clock_at, browser, address):
    halvern = the_portfolio(clock_at)
    context = browser.new_context(base_url=address)
    session = client_of(halvern.organization.user("executive")).cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    page = context.new_page()  # its console is not listened to: it names each lost request
    page.set_default_timeout(PATIENCE)
    page.goto(f"/o/{halvern.organization.slug}/")

    page.route("**/version/**", lambda route: route.abort())
    page.locator("#lost").wait_for(state="visible")
    notices = page.locator("#notices").inner_text()
    page.unroute("**/version/**")
    page.locator("#lost").wait_for(state="hidden")
    context.close()

    assert notices == ""
