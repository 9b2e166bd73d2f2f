"""Inviting in administration, and what the person sees who opens the link of the letter."""

from dataclasses import replace
from http import HTTPStatus

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.environment import Purpose
from core import tenancy
from hierarchy.models import Invitation, Seat
from hierarchy.services import invitations
from tests.factories.organizations import PASSWORD, a_user, an_invitation, an_organization

NEW = "quite another long password"


@pytest.fixture
def halvern(db):
    return an_organization()


def at(halvern, name, **named):
    return reverse(f"hierarchy:{name}", kwargs={"slug": halvern.slug, **named})


def browser(user):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def latest(halvern) -> Invitation:
    with tenancy.reading(tenancy.system(halvern.id)):
        return Invitation.objects.latest("pk")


def link(halvern):
    with tenancy.reading(tenancy.system(halvern.id)):
        token = invitations.token_of(Invitation.objects.latest("pk"))
    return reverse("invitation", kwargs={"token": token})


def fields(halvern, **given):
    return {
        "invite-name": "Nora Newcomer",
        "invite-email": f"nora@{halvern.slug}.example",
        "invite-role_1": "lead",
        "invite-node_1": str(halvern.root.public_id),
        **given,
    }


def test_an_administrator_invites_and_sees_the_invitation(halvern):
    client = browser(halvern.user("administrator"))

    sent = client.post(at(halvern, "invite"), fields(halvern))
    page = client.get(at(halvern, "people")).content.decode()

    assert (sent.status_code, sent["Location"]) == (303, at(halvern, "people") + "#invitations")
    assert "Send the invitation of Nora Newcomer again" in page
    assert "lead, Halvern Group" in page
    assert "on its way" in page


def test_a_form_that_does_not_fit_comes_back_with_what_was_written(halvern):
    client = browser(halvern.user("administrator"))
    wrong = {"invite-email": "nora", "invite-node_1": "0196aaaa-0000-7000-8000-000000000000"}

    answer = client.post(at(halvern, "invite"), fields(halvern, **wrong))

    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Enter a valid email address." in page
    assert 'value="Nora Newcomer"' in page
    with tenancy.reading(tenancy.system(halvern.id)):
        assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["lead", "controller"])
def test_nobody_else_invites(halvern, role):
    answer = browser(halvern.user(role)).post(at(halvern, "invite"), fields(halvern))

    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_sending_again_and_withdrawing(halvern):
    an_invitation(halvern)
    client, public_id = browser(halvern.user("administrator")), latest(halvern).public_id

    client.post(at(halvern, "invite_again", invitation=public_id))
    again = latest(halvern).serial
    client.post(at(halvern, "revoke_invitation", invitation=public_id))
    page = client.get(at(halvern, "people")).content.decode()

    assert again == 2
    assert latest(halvern).revoked_at is not None
    assert "Nora Newcomer" not in page


def test_a_new_person_chooses_a_password_and_is_in(halvern):
    browser(halvern.user("administrator")).post(at(halvern, "invite"), fields(halvern))
    client = Client()

    shown = client.get(link(halvern))
    entered = client.post(link(halvern), {"password": NEW}, follow=True)
    tokens = client.post(at(halvern, "tokens"), {"name": "Mine"})

    assert "Welcome to Halvern Group" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert entered.redirect_chain[-1][0] == reverse(
        "governance:gate_desk", kwargs={"slug": halvern.slug}
    )
    assert tokens.status_code == HTTPStatus.OK  # the password was given just now
    with tenancy.reading(tenancy.system(halvern.id)):
        assert Seat.objects.filter(member__name="Nora Newcomer", role="lead").count() == 1


def test_a_weak_password_opens_nothing(halvern):
    an_invitation(halvern)

    answers = [Client().post(link(halvern), {"password": each}) for each in ("", "too short")]

    assert {each.status_code for each in answers} == {HTTPStatus.UNPROCESSABLE_ENTITY}
    assert "at least 12 characters" in answers[1].content.decode()
    assert latest(halvern).accepted_at is None


def test_a_used_link_says_so_and_a_forged_one_is_not_found(halvern):
    an_invitation(halvern)
    address = link(halvern)
    Client().post(address, {"password": NEW})

    used, forged = Client().get(address), Client().get(address[:-3] + "xx/")

    assert (used.status_code, forged.status_code) == (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND)
    assert "has been used, withdrawn" in used.content.decode()


def test_a_person_of_another_organization_accepts_by_signing_in(halvern):
    known = a_user()
    an_invitation(halvern, email=known.email)
    address, stranger, other = link(halvern), Client(), browser(a_user())
    them = browser(known)

    without = stranger.get(address).content.decode()
    tried = stranger.post(address, {"password": NEW})
    as_other, tried_as_other = other.get(address).content.decode(), other.post(address)
    shown = them.get(address).content.decode()
    entered = them.post(address, follow=True)

    assert f"/accounts/login/?next={address}" in without
    assert (tried.status_code, tried_as_other.status_code) == (403, 403)
    assert f"sign in as {known.email}" in as_other
    assert "Accept the invitation" in shown
    assert entered.status_code == HTTPStatus.OK
    assert User.objects.get(pk=known.pk).check_password(PASSWORD)
    assert latest(halvern).accepted_at is not None


def test_without_a_mail_server_the_page_says_who_can_help(halvern, settings):
    settings.ENVIRONMENT = replace(
        django_settings.ENVIRONMENT, purpose=Purpose.PRODUCTION, mail_server=None
    )
    client = browser(halvern.user("administrator"))

    page = client.get(at(halvern, "people")).content.decode()
    answer = client.post(at(halvern, "invite"), fields(halvern))

    assert "names one in EMAIL_URL" in page
    assert answer.status_code == HTTPStatus.CONFLICT
