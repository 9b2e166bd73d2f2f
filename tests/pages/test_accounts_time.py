"""Pages tell the time of day as it is where the organization is."""

from django.test import Client
from django.urls import reverse

from tests.factories.measures import a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.reporting import drained


def test_a_moment_is_shown_in_the_organizations_own_time(clock_at):
    clock_at(2026, 7, 8, 7)
    organization = an_organization(time_zone="Europe/Vienna")
    a_decided_measure(organization)
    drained(organization)
    client = Client()
    client.force_login(organization.user("executive"))

    page = client.get(reverse("reporting:home", kwargs={"slug": organization.slug}))

    assert "8 Jul 2026, 09:0" in page.content.decode()


def test_the_time_of_one_organization_does_not_stay_for_the_next(clock_at):
    clock_at(2026, 7, 8, 7)
    here, there = (an_organization(time_zone=zone) for zone in ("Asia/Tokyo", "UTC"))
    for organization in (here, there):
        a_decided_measure(organization)
        drained(organization)
    pages = []

    for organization in (here, there):
        client = Client()
        client.force_login(organization.user("executive"))
        address = reverse("reporting:home", kwargs={"slug": organization.slug})
        pages.append(client.get(address).content.decode())

    assert "8 Jul 2026, 16:0" in pages[0]
    assert "8 Jul 2026, 07:0" in pages[1]
