"""Where the answers to an HTMX request go: into the page, into the notices, or nowhere."""

from collections.abc import Iterator

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, BrowserContext, Page, Route

from reporting.component_samples import samples
from tests.pages import browser_answers
from tests.pages.browser_answers import ADDRESS

pytestmark = pytest.mark.browser

BUTTON = """{% extends "base.html" %}{% block title %}Fragments{% endblock %}
{% block content %}
<div id="place"><button hx-post="/act" hx-target="#place">Act</button></div>
{% include "components/chart.html" with chart=funnel id="before" %}
<form data-warn-unsaved><input name="amount" value="1" aria-label="Amount"></form>
{% endblock %}
{% block scripts %}{% include "components/chart_scripts.html" %}{% endblock %}"""


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    yield made
    made.close()


@pytest.fixture
def page_of_one(context: BrowserContext) -> Iterator[Page]:
    # A page of its own a test: what one page still asks for is nothing the next one answers.
    page = context.new_page()
    yield page
    page.unroute_all(behavior="ignoreErrors")
    page.close()


@pytest.fixture
def press(page_of_one: Page):
    """Open the page, press its button, and have the request answered so."""

    def pressed(status: int, body: str) -> Page:
        def answer(route: Route) -> None:
            if route.request.url.endswith("/act"):
                route.fulfill(status=status, body=body, content_type="text/html")
            elif route.request.url.endswith("/fragments"):
                request = RequestFactory().get("/fragments")
                page = engines["django"].from_string(BUTTON).render(samples(), request)
                policy = {"Content-Security-Policy": browser_answers.header()}
                route.fulfill(body=page, content_type="text/html", headers=policy)
            else:
                browser_answers.answer(route)

        page_of_one.route("**/*", answer)
        page_of_one.goto(ADDRESS + "/fragments")
        with page_of_one.expect_response("**/act"):
            page_of_one.get_by_role("button", name="Act").click()
        return page_of_one

    return pressed


def place(page: Page) -> str:
    return page.locator("#place").inner_text()


def test_what_succeeded_stands_where_it_was_asked_for(press):
    page = press(200, "<p>done</p>")

    page.wait_for_selector("#place p")
    assert place(page) == "done"


def test_a_form_with_mistakes_stands_where_it_was(press):
    page = press(422, "<p>Run-rate: not a number</p>")

    page.wait_for_selector("#place p")
    assert place(page) == "Run-rate: not a number"


@pytest.mark.parametrize("status", [403, 404, 409])
def test_a_refusal_is_told_above_and_the_page_stays_as_it_is(press, status):
    page = press(status, render_to_string("components/_refusal.html", samples()))

    page.wait_for_selector("#notices .notice--bad")
    assert "3 of 9 criteria are not met" in page.locator("#notices").inner_text()
    assert place(page) == "Act"


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_is_told_in_our_words_and_not_in_the_servers(press, status):
    page = press(status, "<pre>Traceback</pre>")

    page.wait_for_selector("#notices .notice--bad")
    assert "Traceback" not in page.content()
    assert place(page) == "Act"


def test_a_whole_page_is_not_put_into_the_middle_of_this_one(press):
    page = press(403, "<!DOCTYPE html><html><title>x</title><p>of a proxy</p></html>")

    page.wait_for_selector("#notices .notice--bad")
    assert "of a proxy" not in page.content()
    assert place(page) == "Act"


def test_a_chart_in_a_fragment_is_drawn(press):
    chart = samples()["funnel"]

    page = press(200, render_to_string("components/chart.html", {"chart": chart, "id": "after"}))

    page.wait_for_selector("#place .main-svg")
    assert page.locator(".js-plotly-plot").count() == 2


def test_leaving_with_changes_is_asked_about(press):
    page = press(200, "<p>done</p>")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Amount").fill("2")

    page.goto(ADDRESS)

    assert asked == ["beforeunload"]


def test_leaving_without_changes_is_not_asked_about(press):
    page = press(200, "<p>done</p>")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.goto(ADDRESS)

    assert asked == []
