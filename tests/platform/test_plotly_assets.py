"""plotly's browser file comes out of the installed package and runs under the policy."""

import json

import pytest
from django.contrib.staticfiles import finders

from config import plotly_assets

PAGE = """<!doctype html><title>probe</title><div id=c></div>
<script src=/static/plotly/plotly.min.js></script>"""
EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def test_the_browser_file_is_found_under_its_static_name():
    assert finders.find("plotly/plotly.min.js") == str(plotly_assets.browser_file())


def test_no_other_file_of_the_package_is_served():
    assert finders.find("plotly/__init__.py") is None


def test_each_style_the_file_injects_is_allowed_by_its_hash():
    script = plotly_assets.browser_file().read_text(encoding="utf-8")

    hashes = plotly_assets.style_hashes()

    assert len(hashes) == script.count('createElement("style")')
    assert hashes[0] == EMPTY


@pytest.mark.browser
def test_plotly_draws_under_the_policy_without_a_refusal(live_system, browser_page):
    policy = browser_page.goto(f"{live_system.url}/health").headers["content-security-policy"]
    browser_page.route(
        "**/probe",
        lambda route: route.fulfill(
            body=PAGE,
            headers={"content-security-policy": policy, "content-type": "text/html"},
        ),
    )
    figure = json.dumps([{"type": "scatter", "x": [1, 2], "y": [3, 4]}])

    browser_page.goto(f"{live_system.url}/probe")
    browser_page.evaluate(f"Plotly.newPlot('c', {figure})")

    browser_page.wait_for_selector("#c .main-svg .scatterlayer path")
    styles = browser_page.evaluate(
        "[...document.querySelectorAll('style[id^=\"plotly.js-style\"]')]"
        ".map(style => style.sheet.cssRules.length > 0)"
    )
    assert styles != []
    assert all(styles)
