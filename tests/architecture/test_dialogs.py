"""A dialog lies over the page's notices: each page that has one says inside it what went wrong."""

import re

from django.conf import settings

TEMPLATES = settings.ROOT / "templates"
INCLUDES = re.compile(r'{% include "([^"]+)"')
BRINGS_FORWARD = '{% static "js/forms.js" %}'
# Nothing is sent from the page of components, nor from that of a past day.
SHOWN_AS_IT_IS = {"components/index.html", "measures/as_of.html"}


def has_dialog(name: str, above: frozenset[str] = frozenset()) -> bool:
    """Return whether a template or one that it includes, by a name that is written out, has one."""
    source = (TEMPLATES / name).read_text()
    inside = set(INCLUDES.findall(source)) - above - {name}  # a tree includes itself
    return "<dialog" in source or any(has_dialog(each, above | {name}) for each in inside)


def test_a_page_with_a_dialog_loads_what_brings_refusals_into_it():
    found = {
        path.relative_to(TEMPLATES).as_posix(): path.read_text()
        for path in TEMPLATES.rglob("*.html")
    }
    pages = {
        name: source
        for name, source in found.items()
        if "{% extends" in source and name not in SHOWN_AS_IT_IS and has_dialog(name)
    }

    assert {"governance/closure.html", "measures/measure.html"} <= set(pages)
    assert [name for name, source in pages.items() if BRINGS_FORWARD not in source] == []
