"""A token tells when it was last used: to the minute, shown to its member, and no act at all."""

import pytest

from accounts.models import TokenUse
from audit.models import Event
from core import tenancy
from tests.api.test_hierarchy_api import caller_of, problem
from tests.factories.organizations import an_organization
from tests.pages.markup import read
from tests.pages.visitors import visitor


@pytest.fixture
def organization(clock_at):
    clock_at(2026, 7, 8, 9)
    return an_organization()


def seen(organization):
    """Return what the page of tokens says of the last use of each."""
    page = visitor(organization, "lead").client.get(f"/o/{organization.slug}/structure/tokens")
    return [row[3] for row in read(page).one("table").rows()]


def kept(organization):
    with tenancy.reading(organization.actor("lead")):
        return list(TokenUse.objects.values_list("last_used_at", flat=True))


def ledger(organization):
    with tenancy.reading(organization.actor("lead")):
        return Event.objects.count()


def test_a_use_is_noted_to_the_minute_and_the_ledger_is_not_told(organization, clock_at):
    caller = caller_of(organization, "lead")
    before, acts = seen(organization), ledger(organization)

    caller("GET", "/nodes")
    first, noted = seen(organization), kept(organization)
    caller("GET", "/nodes")
    again = kept(organization)
    clock_at(2026, 7, 8, 9, 2)
    caller("GET", "/nodes")

    assert (before, first, seen(organization)) == (
        ["never"],
        ["8 Jul 2026, 09:00"],
        ["8 Jul 2026, 09:02"],
    )
    assert again == noted
    assert ledger(organization) == acts


def test_a_refused_token_notes_nothing(organization):
    caller = caller_of(organization, "lead")
    other = an_organization(name="Other")
    caller.root = f"/o/{other.slug}/api/v1"

    refused = caller("GET", "/nodes")

    assert problem(refused) == (401, "token_refused")
    assert seen(organization) == ["never"]
