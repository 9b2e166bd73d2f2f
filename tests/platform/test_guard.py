"""Assay does not run on a database whose guards would not hold: one sentence for each reason."""

from dataclasses import replace

import pytest

from config import guard
from config.environment import Purpose
from config.errors import StartRefused
from config.guard import Standing
from tests.plugin import SERVERS

SOUND = Standing(
    role="assay_app",
    is_superuser=False,
    bypasses_policies=False,
    owned_tables=(),
    server_version=180006,
    clock_purpose=None,
)


def test_a_sound_connection_is_accepted():
    guard.refuse(SOUND, Purpose.PRODUCTION)


@pytest.mark.parametrize("purpose", [Purpose.DEMO, Purpose.TEST, Purpose.BENCH])
def test_a_shifted_clock_is_accepted_where_it_belongs(purpose):
    guard.refuse(replace(SOUND, clock_purpose=str(purpose)), purpose)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"server_version": 170004}, "PostgreSQL 17; 18 or newer is needed"),
        ({"is_superuser": True}, "assay_app, a superuser, whom no policy binds"),
        ({"bypasses_policies": True}, "assay_app, who bypasses row-level security"),
        ({"owned_tables": ("a", "b")}, "who owns a, b and could switch their guards off"),
        ({"clock_purpose": "demo"}, "the shifted clock of a demo installation"),
    ],
)
def test_each_weakness_is_refused_with_its_own_sentence(change, sentence):
    with pytest.raises(StartRefused, match=sentence):
        guard.refuse(replace(SOUND, **change), Purpose.PRODUCTION)


def test_role_app_on_the_test_database_is_accepted(django_db_setup):
    guard.check(SERVERS.addresses.app, Purpose.TEST)


def test_the_test_database_is_refused_as_production(django_db_setup):
    with pytest.raises(StartRefused, match="the shifted clock of a test installation"):
        guard.check(SERVERS.addresses.app, Purpose.PRODUCTION)


def test_the_superuser_is_refused(django_db_setup):
    url = SERVERS.installation.postgres.url(database=SERVERS.database)

    with pytest.raises(StartRefused, match="postgres, a superuser, whom no policy binds"):
        guard.check(url, Purpose.TEST)


def test_role_ops_is_refused(django_db_setup):
    with pytest.raises(StartRefused, match="assay_ops, who bypasses row-level security"):
        guard.check(SERVERS.addresses.ops, Purpose.TEST)


def test_the_owner_of_tables_is_refused(django_db_setup):
    with pytest.raises(StartRefused, match=r"assay_owner, who owns .* use the role assay_app"):
        guard.check(SERVERS.addresses.owner, Purpose.TEST)


def test_a_database_that_is_away_is_refused():
    with pytest.raises(StartRefused, match=r"^the database cannot be reached: "):
        guard.check("postgresql://x@/x?host=/nonexistent", Purpose.TEST)


def test_the_key_of_the_tests_is_accepted():
    guard.refuse_unsigned()


@pytest.mark.parametrize("key", [None, "", "no key"])
def test_a_process_that_could_not_sign_is_refused(settings, key):
    settings.SIGNING_KEY = key

    with pytest.raises(StartRefused, match="SIGNING_KEY is not set, or is no Ed25519 key"):
        guard.refuse_unsigned()
