"""docker-compose.yml describes the whole system, and gives nobody a default secret."""

from pathlib import Path

import pytest
import yaml

from config.embedded.postgres import LOCALE

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]


def test_the_services_are_the_whole_system():
    assert sorted(SERVICES) == ["beat", "migrate", "postgres", "redis", "web", "worker"]


@pytest.mark.parametrize("name", ["postgres", "redis", "web", "worker", "beat"])
def test_every_service_that_stays_up_is_checked_for_health(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_migrate_runs_once_before_the_others_and_alone_has_the_superuser():
    holders = [
        name for name, service in SERVICES.items()
        if "superuser_database_url" in service.get("secrets", [])
    ]  # fmt: skip

    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "provision"]
    assert holders == ["migrate"]
    for name in ("web", "worker", "beat"):
        after = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert after == "service_completed_successfully"


def test_there_is_exactly_one_beat():
    assert SERVICES["beat"]["deploy"]["replicas"] == 1


def test_the_broker_loses_and_evicts_nothing():
    assert SERVICES["redis"]["command"] == [
        "redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction",
    ]  # fmt: skip


def test_text_sorts_in_production_as_it_does_in_the_demo():
    postgres = SERVICES["postgres"]

    assert postgres["image"] == "postgres:18"
    assert postgres["environment"]["POSTGRES_INITDB_ARGS"].split() == list(LOCALE)


def test_secrets_are_files_and_none_has_a_default():
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            is_secret = any(
                word in variable for word in ("PASSWORD", "SECRET", "DATABASE_URL", "EMAIL_URL")
            )
            assert not is_secret or value.startswith("/run/secrets/")


def test_the_public_address_must_be_given():
    assert SERVICES["web"]["environment"]["PUBLIC_URL"].startswith("${ASSAY_PUBLIC_URL:?")


def test_every_secret_a_service_reads_is_one_it_is_given():
    for service in SERVICES.values():
        read = {
            value.removeprefix("/run/secrets/")
            for value in service.get("environment", {}).values()
            if str(value).startswith("/run/secrets/")
        }
        assert read <= set(service.get("secrets", []))
