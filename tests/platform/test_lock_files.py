"""The locked lists: every package by hash, no host of any index."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LISTS = ("uv", "runtime", "embedded", "dev")


@pytest.mark.parametrize("name", LISTS)
def test_a_locked_list_names_no_index_and_no_file(name):
    text = (REQUIREMENTS / f"{name}.txt").read_text()

    assert re.findall(r"\w+://|--index-url|--find-links", text) == []


@pytest.mark.parametrize("name", LISTS)
def test_every_package_of_a_locked_list_has_its_version_and_hashes(name):
    text = (REQUIREMENTS / f"{name}.txt").read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    loose = [line for line in packages if "==" not in line or "--hash=sha256:" not in line]

    assert packages != []
    assert loose == []


def test_the_lists_agree_on_every_version():
    versions: dict[str, set[str]] = {}
    for name in LISTS:
        for line in (REQUIREMENTS / f"{name}.txt").read_text().splitlines():
            if found := re.match(r"([a-z0-9._-]+)(?:\[.*\])?==(\S+)(?: ;[^\\]*)?", line):
                versions.setdefault(found[0].partition("==")[0], set()).add(found[0])

    assert {package: seen for package, seen in versions.items() if len(seen) > 1} == {}
