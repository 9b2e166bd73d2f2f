"""The components page: every component in all its states, held to the rules of the house."""

import re
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from reporting.component_samples import samples

VOID = {"br", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """Remembers every element with its attributes, and checks that all are closed in order."""

    def __init__(self, source):
        super().__init__()
        self.elements = []
        self.open = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def source():
    request = RequestFactory().get("/_components", {"sort": "-plan", "q": "steel"})
    return render_to_string("components/index.html", samples(), request)


@pytest.fixture(scope="module")
def parsed(source):
    return Page(source)


def test_every_element_is_closed(parsed):
    assert parsed.open == []


def test_no_id_is_given_twice(parsed):
    ids = [attributes["id"] for _tag, attributes in parsed.elements if "id" in attributes]

    assert sorted(ids) == sorted(set(ids))


def test_what_refers_to_an_id_finds_it(parsed):
    ids = {attributes.get("id") for _tag, attributes in parsed.elements}
    names = ("for", "aria-labelledby", "aria-describedby", "data-dialog-open", "data-chart")

    referred = {
        each
        for _tag, attributes in parsed.elements
        for name in names
        for each in attributes.get(name, "").split()
    }

    assert referred - ids == set()


def test_nothing_has_an_inline_style_or_handler(parsed):
    forbidden = [
        name
        for _tag, attributes in parsed.elements
        for name in attributes
        if name == "style" or name.startswith(("on", "hx-on"))
    ]

    assert forbidden == []
    assert parsed.all("style") == []


def test_every_script_is_a_file_of_ours_or_data(parsed):
    inline = [each for each in parsed.all("script") if "src" not in each]

    assert {each["type"] for each in inline} == {"application/json"}
    assert all(each["src"].startswith("/static/") for each in parsed.all("script") if "src" in each)


def test_every_table_scrolls_in_a_region_of_its_own(parsed):
    regions = [e for e in parsed.all("div") if "table-scroll" in e.get("class", "")]

    assert len(regions) == len(parsed.all("table"))
    assert {(each["tabindex"], each["role"]) for each in regions} == {("0", "region")}
    assert all(each["aria-label"] for each in regions)


def test_every_field_has_a_name_for_a_screen_reader(parsed):
    labelled = {each.get("for") for each in parsed.all("label")}
    fields = [e for e in parsed.all("input", "select", "textarea") if e.get("type") != "hidden"]

    nameless = [e for e in fields if e.get("id") not in labelled and not e.get("aria-label")]

    assert nameless == []


def test_a_wrong_field_is_tied_to_its_help_and_its_error(parsed):
    (title,) = [each for each in parsed.all("input") if each.get("name") == "title"]

    assert title["aria-invalid"] == "true"
    assert title["aria-describedby"] == "id_title_helptext id_title_error"


def test_a_sort_link_keeps_the_filter_and_turns_the_order(source):
    assert 'href="?sort=plan&amp;q=steel"' in source
    assert 'aria-sort="descending"' in source


def test_a_pager_keeps_the_filter(source):
    assert 'href="?sort=-plan&amp;q=steel&amp;page=2"' in source


def test_the_grid_keeps_its_contract_with_the_script(parsed):
    (table,) = [each for each in parsed.all("table") if "data-grid" in each]
    cells = [e for e in parsed.all("input") if (e.get("name") or "").startswith("cell-")]

    assert (table["data-decimal"], table["data-group"], table["data-decimals"]) == (".", ",", "0")
    assert all(re.fullmatch(r"cell-\d+-[a-z]+-\d{4}-\d{1,2}", each["name"]) for each in cells)
    assert all(each["data-why"] for each in cells if "readonly" in each)
    assert len([each for each in parsed.all("output") if "data-total" in each]) == 3


def test_a_refusal_names_what_is_missing_who_can_supply_it_and_its_code(source):
    assert "Vote of the sponsor" in source
    assert "can be supplied by Dr. Max Oduya" in source
    assert "<code>gate_blocked</code>" in source


def test_an_error_page_needs_no_context():
    source = render_to_string("errors/500.html")

    assert "Something went wrong on our side" in source
    assert Page(source).open == []


@pytest.mark.parametrize("name", ["400", "403", "404", "409", "csrf"])
def test_an_error_page_says_what_to_do_next(name):
    source = render_to_string(f"errors/{name}.html", {}, RequestFactory().get("/"))

    assert Page(source).open == []
    assert "To your start page" in source


def test_a_refusal_is_a_page_of_its_own_too():
    refusal = {"sentence": "Owner and sponsor are the same.", "code": "same_person", "missing": []}

    source = render_to_string("errors/refusal.html", {"refusal": refusal, "back_url": "/m/7"})

    assert "Owner and sponsor are the same." in source
    assert 'href="/m/7"' in source
    assert "data-dismiss" not in source.partition("<template")[0]


def test_the_strips_tell_a_demo_and_another_day():
    context = samples() | {"as_of": samples()["demo_clock"].date(), "live_url": "/live"}

    source = render_to_string("errors/404.html", context)

    assert "In this organization it is" in source
    assert "This page shows what was known on" in source


def test_names_are_escaped_wherever_they_stand():
    context = {"organization": {"name": "<script>alert(1)</script>"}}

    assert "<script>alert" not in render_to_string("errors/404.html", context)
