"""Where administration's pages are: the tabs that every one of them shows."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accounts.rules.roles import Permission, permissions_of
from hierarchy.pages import Request
from hierarchy.queries import authority


def address(request: Request, name: str, **named: object) -> str:
    """Return the address of one of hierarchy's pages, or of another app's, in this organization."""
    full = name if ":" in name else f"hierarchy:{name}"
    return reverse(full, kwargs={"slug": request.membership.slug, **named})


def tabs(request: Request, current: str) -> dict[str, Any]:
    """Return the context of `hierarchy/_tabs.html`: the pages this member may open."""
    granted = permissions_of(each.role for each in authority.ranges(request.actor))
    pages = [
        ("administration", gettext("Structure"), Permission.ADMINISTER_STRUCTURE),
        ("people", gettext("People"), Permission.ADMINISTER_PEOPLE),
        ("profile", gettext("Organization"), Permission.ADMINISTER_STRUCTURE),
        ("measures:calendar", gettext("Calendar"), Permission.VIEW),
        ("numbers", gettext("Numbers"), Permission.CHANGE_NUMBERS),
        ("measures:budget", gettext("Budget"), Permission.MAINTAIN_BUDGET),
        ("measures:rates", gettext("Rates"), Permission.MAINTAIN_RATES),
        ("governance:schemes", gettext("Gates"), Permission.CHANGE_GATES),
        ("tokens", gettext("Tokens"), Permission.USE_API),
        ("intake:runs", gettext("Imports"), Permission.TAKE_OVER),
    ]
    return {
        "tabs": [
            {"label": label, "url": address(request, name), "current": name == current}
            for name, label, needed in pages
            if needed in granted
        ]
    }
