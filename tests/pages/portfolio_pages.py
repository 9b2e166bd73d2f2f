"""Pages of a portfolio as a test opens them, and amounts as these pages write them."""

from django.template import Context
from django.test import Client
from django.urls import reverse

from accounts.templatetags import signs


def client_of(user):
    """Return a browser in which a person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def url(organization, name, **named):
    """Return the address of one of reporting's pages."""
    return reverse(f"reporting:{name}", kwargs={"slug": organization.slug, **named})


def page_of(organization, node, query="", role="executive"):
    """Open the dashboard of a node as the holder of a role."""
    address = url(organization, "node", node=node.public_id)
    return client_of(organization.user(role)).get(address + query)


def thousands(value):
    """Write an amount as a page in thousands does."""
    return signs.money(Context({"scale": "thousands"}), value)


def share(value):
    """Write a ratio as pages do, its no-break space as a plain one."""
    return signs.share(Context(), value).replace("\N{NO-BREAK SPACE}", " ")


def names_shown(page):
    """Return the names in the children table of a page that was read."""
    links = [row.one("th").all("a") for row in page.one(id="children").one("tbody").all("tr")]
    return [link.text for (link,) in links]
