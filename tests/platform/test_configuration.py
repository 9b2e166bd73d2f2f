"""The lists that name every app are complete, so that no app escapes a contract or a setting."""

import tomllib
from pathlib import Path

from config import celery, settings

ROOT = Path(__file__).resolve().parents[2]
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py") if path.parent.name != "config")
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["name"]: contract for contract in LINTER["contracts"]}


def test_every_app_is_installed():
    assert sorted(settings.OUR_APPS) == APPS


def test_every_app_is_under_the_import_contracts():
    layers = {layer.strip("()") for layer in CONTRACTS["Apps form a stack"]["layers"]}

    assert sorted(LINTER["root_packages"]) == sorted([*APPS, "config", "core"])
    assert sorted(CONTRACTS["Inside an app, calls flow down"]["containers"]) == APPS
    assert {*APPS, "config", "core"} <= layers


def test_every_package_of_rules_is_under_the_contract_of_purity():
    folders = sorted(
        f"{path.parent.name}.rules" for path in ROOT.glob("*/rules") if path.parent.name in APPS
    )

    assert sorted(CONTRACTS["Rules are pure"]["source_modules"]) == folders


def test_every_task_of_the_beat_schedule_is_registered():
    celery.app.autodiscover_tasks(force=True)

    scheduled = {entry["task"] for entry in celery.app.conf.beat_schedule.values()}

    assert scheduled - set(celery.app.tasks) == set()


def test_messages_to_workers_are_json_and_survive_a_lost_worker():
    conf = celery.app.conf

    assert conf.accept_content == ["json"]
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)
    assert conf.worker_prefetch_multiplier == 1
