"""Every member chooses how often a letter of what is due comes."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from audit.models import Event
from core import tenancy
from tests.factories.organizations import PASSWORD, an_organization


@pytest.fixture
def halvern(db):
    return an_organization()


def browser(halvern, role):
    client = Client()
    login = {"login": halvern.user(role).email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    return client


def test_a_member_chooses_and_the_ledger_says_so(halvern):
    client, page = browser(halvern, "owner"), f"/o/{halvern.slug}/structure/letters"

    before = client.get(page).content.decode()
    answer = client.post(page, {"digest": "daily"})

    with tenancy.reading(halvern.actor("owner")):
        member = Member.objects.get(pk=halvern.actor("owner").member_id)
        last = Event.objects.latest("seq")
    assert 'value="weekly" required id="id_digest_0" checked' in before
    assert (answer.status_code, member.digest) == (303, "daily")
    assert (last.act, last.details, last.actor_id) == (
        "digest_chosen",
        {"digest": "daily"},
        member.pk,
    )


def test_another_rhythm_than_those_offered_is_refused(halvern):
    client, page = browser(halvern, "owner"), f"/o/{halvern.slug}/structure/letters"

    answer = client.post(page, {"digest": "hourly"})

    assert answer.status_code == 422
    with tenancy.reading(halvern.actor("owner")):
        assert Member.objects.get(pk=halvern.actor("owner").member_id).digest == "weekly"


def test_the_database_knows_the_rhythms(halvern, app_connection):
    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, false)", [str(halvern.id)])

    with pytest.raises(Exception, match="member_digest_is_known"):
        raw.execute("UPDATE accounts_member SET digest = 'hourly'")
