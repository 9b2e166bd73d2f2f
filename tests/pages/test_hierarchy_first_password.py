"""A member whom an import brought in cannot log in until an administrator gives a password."""

import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from accounts.services import people
from audit.models import IdempotencyKey
from core import tenancy
from tests.factories.organizations import PASSWORD, an_organization


@pytest.fixture
def halvern(db):
    return an_organization()


@pytest.fixture
def brought_in(halvern) -> Member:
    return people.add(
        actor=halvern.actor("administrator"),
        name="Ivo Imported",
        email=f"ivo@{halvern.slug}.example",
    )


def _administrator(halvern) -> Client:
    client = Client()
    login = {"login": halvern.user("administrator").email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    return client


def _give(client, halvern, member, **fields):
    where = {"slug": halvern.slug, "member": member.public_id}
    return client.post(reverse("hierarchy:first_password", kwargs=where), fields)


def _public(halvern, member_id) -> Member:
    with tenancy.reading(halvern.actor("administrator")):
        return Member.objects.get(pk=member_id)


def test_the_password_is_shown_once_and_works(halvern, brought_in):
    member = _public(halvern, brought_in.pk)

    answer = _give(_administrator(halvern), halvern, member, once="first")
    password = re.search(r"<code>([\w-]{16})</code>", answer.content.decode())[1]
    entered = Client().post(reverse("account_login"), {"login": member.email, "password": password})

    assert (answer.status_code, entered.status_code) == (HTTPStatus.OK, HTTPStatus.FOUND)
    with tenancy.reading(halvern.actor("administrator")):
        assert not IdempotencyKey.objects.filter(response_body__contains=password).exists()


def test_a_password_in_use_is_not_replaced(halvern):
    member = _public(halvern, halvern.actor("owner").member_id)

    answer = _give(_administrator(halvern), halvern, member)

    assert answer.status_code == HTTPStatus.CONFLICT
    assert halvern.user("owner").check_password(PASSWORD)


def test_only_an_administrator_gives_one(halvern, brought_in):
    client = Client()
    login = {"login": halvern.user("lead").email, "password": PASSWORD}
    client.post(reverse("account_login"), login)

    answer = _give(client, halvern, _public(halvern, brought_in.pk))

    assert answer.status_code == HTTPStatus.FORBIDDEN
