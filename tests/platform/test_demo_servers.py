"""The demo's own ground: its folder, its secrets, and servers given instead of embedded ones."""

import json
from dataclasses import replace

import pytest

from config import demo_servers
from config.errors import StartRefused
from config.provisioning import Passwords
from tests.plugin import SERVERS


def test_a_folder_that_cannot_be_written_is_one_sentence():
    with pytest.raises(StartRefused, match=r"cannot write in /proc/assay: .* ASSAY_DATA_DIR"):
        demo_servers.files_of({"ASSAY_DATA_DIR": "/proc/assay"})


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_half_of_the_servers_is_refused(name):
    with pytest.raises(StartRefused, match="DATABASE_URL and REDIS_URL belong together"):
        demo_servers.is_given({name: "somewhere"})


def test_both_servers_or_none_are_understood():
    both = {"DATABASE_URL": "postgresql://a/b", "REDIS_URL": "redis://r"}

    assert demo_servers.is_given(both)
    assert not demo_servers.is_given({})


def test_a_server_whose_roles_belong_to_another_installation_is_left_alone(
    tmp_path, django_db_setup
):
    variables = {
        "DATABASE_URL": SERVERS.installation.postgres.url(database="given"),
        "REDIS_URL": "memory://",
        "ASSAY_DATA_DIR": str(tmp_path),
    }

    with (
        pytest.raises(StartRefused, match="already has Assay's roles, with passwords"),
        demo_servers.running(variables),
    ):
        pass

    assert list(tmp_path.iterdir()) == []


def test_what_was_made_once_is_kept_and_only_its_owner_may_read_it(tmp_path):
    files = demo_servers.files_of({"ASSAY_DATA_DIR": str(tmp_path)})

    first = demo_servers._credentials(files)
    second = demo_servers._credentials(files)

    assert (first.is_new, second) == (True, replace(first, is_new=False))
    assert files.credentials.stat().st_mode & 0o777 == 0o600


def test_an_installation_from_before_signing_gets_a_key_and_keeps_its_passwords(tmp_path):
    files = demo_servers.files_of({"ASSAY_DATA_DIR": str(tmp_path)})
    files.credentials.write_text(json.dumps({"owner": "a", "app": "b", "ops": "c", "key": "d"}))

    made = demo_servers._credentials(files)

    assert (made.passwords, made.secret_key, made.is_new) == (Passwords("a", "b", "c"), "d", False)
    assert "PRIVATE KEY" in made.signing_key
    assert demo_servers._credentials(files) == made
