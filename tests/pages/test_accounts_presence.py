"""Step-up: an act recorded for good asks for the password where it waits; nothing typed is lost."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.organizations import PASSWORD, an_organization

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def administrator(db):
    organization = an_organization()
    client = Client()
    client.force_login(organization.user("administrator"))  # as from a session of long ago
    return organization, client


def _make_token(organization, client, **extra):
    address = reverse("hierarchy:tokens", kwargs={"slug": organization.slug})
    return client.post(address, {"name": "Reporting", "may_write": ""}, **extra)


def test_a_guarded_act_asks_for_the_password_in_place(administrator):
    answer = _make_token(*administrator, **HTMX)

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert answer["HX-Retarget"] == "#notices"
    assert reverse("account_presence") in answer.content.decode()


def test_without_scripts_a_guarded_act_sends_to_the_password_page(administrator):
    answer = _make_token(*administrator)

    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_a_wrong_password_proves_nothing(administrator):
    organization, client = administrator

    answer = client.post(reverse("account_presence"), {"password": "something else"}, **HTMX)
    again = _make_token(organization, client, **HTMX)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "That was not your password" in answer.content.decode()
    assert again.status_code == HTTPStatus.FORBIDDEN


def test_after_the_password_the_act_goes_through(administrator):
    organization, client = administrator

    answer = client.post(reverse("account_presence"), {"password": PASSWORD}, **HTMX)
    again = _make_token(organization, client, **HTMX)

    assert (answer.status_code, again.status_code) == (HTTPStatus.OK, HTTPStatus.OK)


def test_a_login_of_just_now_is_proof_enough(administrator):
    organization, _ = administrator
    client = Client()
    client.post(
        reverse("account_login"),
        {"login": organization.user("administrator").email, "password": PASSWORD},
    )

    assert _make_token(organization, client, **HTMX).status_code == HTTPStatus.OK


def test_a_stranger_proves_nothing(db):
    answer = Client().post(reverse("account_presence"), {"password": PASSWORD})

    assert answer.status_code == HTTPStatus.FOUND
