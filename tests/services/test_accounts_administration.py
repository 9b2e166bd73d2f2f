"""What an administrator changes in accounts, and what even an administrator cannot."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.errors import AlreadyMember
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from hierarchy.errors import FixedByFigures
from hierarchy.queries import authority
from hierarchy.services import administration
from hierarchy.services.administration import ProfileValues
from tests.factories.organizations import an_organization

VALUES = ProfileValues("Halvern AG", "CHF", 7, ",", ".", "Europe/Zurich")


@pytest.fixture(scope="module")
def halvern(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_organization()


def today(organization):
    with tenancy.reading(organization.actor("lead")):
        return authority.today()


def test_currency_and_calendar_are_fixed_once_figures_were_entered(db, monkeypatch):
    other = an_organization(currency="EUR")
    monkeypatch.setattr(administration, "has_figures", lambda: True)

    with pytest.raises(FixedByFigures, match="currency stays EUR"):
        administration.change_profile(actor=other.actor("administrator"), values=VALUES)
    same = ProfileValues("New name", "EUR", 1, ",", ".", "Europe/Zurich")
    profile = administration.change_profile(actor=other.actor("administrator"), values=same)

    assert profile.name == "New name"


def test_an_unknown_time_zone_is_refused(db, halvern):
    values = ProfileValues("x", "EUR", 1, ",", ".", "Mars/Olympus")

    with pytest.raises(Invalid, match="Mars/Olympus"):
        administration.change_profile(actor=halvern.actor("administrator"), values=values)


def test_a_number_is_not_changed_for_the_past(db, halvern):
    with pytest.raises(Invalid, match="past"):
        administration.change_number(
            actor=halvern.actor("administrator"),
            key="hold_days",
            value=Decimal(60),
            effective_on=today(halvern) - timedelta(days=1),
            reason="x",
        )


@pytest.mark.parametrize("role", ["executive", "lead", "controller", "sponsor", "owner"])
def test_only_an_administrator_administers(db, halvern, role):
    actor = halvern.actor(role)

    with pytest.raises(NotAllowed):
        administration.add_member(actor=actor, name="x", email="x@x.example")
    with pytest.raises(NotAllowed):
        administration.change_profile(actor=actor, values=VALUES)
    with pytest.raises(NotAllowed):
        administration.change_number(
            actor=actor,
            key="hold_days",
            value=Decimal(60),
            effective_on=today(halvern),
            reason="x",
        )


def test_a_member_is_added_once(db, halvern):
    administrator = halvern.actor("administrator")
    email = f"once@{halvern.slug}.example"
    administration.add_member(actor=administrator, name="Once", email=email.upper())

    with pytest.raises(AlreadyMember):
        administration.add_member(actor=administrator, name="Once", email=email)


def test_the_token_of_another_organization_is_not_there(db, halvern):
    other = an_organization(name="Other")
    administration.issue_token(actor=other.actor("lead"), name="Theirs", may_write=False)
    with tenancy.reading(other.actor("lead")):
        token = administration.seen_tokens(other.actor("lead"))[0]

    with pytest.raises(NotFound):
        administration.revoke_token(actor=halvern.actor("administrator"), token_id=token.pk)
