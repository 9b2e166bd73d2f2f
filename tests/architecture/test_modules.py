"""The house itself: sizes, opening sentences, closed lists, and who may know the tree's numbers."""

import ast
import re
from pathlib import Path

import pytest

from config.environment import ROOT

PACKAGES = ("config", "core", "audit", "accounts", "hierarchy", "measures", "governance",
            "steering", "intake", "reporting")  # fmt: skip
CORE = {
    "__init__.py": "what the folder is",
    "errors.py": "refusals",
    "tenancy.py": "the active organization",
    "tables.py": "tenant tables and their securing",
    "money.py": "amounts",
    "clock.py": "the only source of now",
    "queue.py": "the way to workers",
    "signing.py": "the installation's signature",
    "sight.py": "what a member does not read",
}
HOMELESS = {"utils.py", "helpers.py", "common.py", "constants.py", "signals.py", "mixins.py",
            "base.py", "misc.py"}  # fmt: skip
LONGEST = 400
# The ledger does not capture the numbers, and says so where it compares and where it shows.
KNOW_WHAT_TO_LEAVE_OUT = {"audit/queries/history.py", "audit/queries/soundness.py"}
# Writes in a scratch database what hierarchy writes, to see what that costs beyond the rows.
WRITE_BARE_NODES = {"config/bench/adding.py", "config/bench/filling.py"}


def _modules(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    )


OURS = _modules(*PACKAGES, "tests")


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_enough_to_be_read(path):
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_a_sentence_on_its_place(path):
    text = path.read_text()

    assert ast.get_docstring(ast.parse(text)), "the module's first line says what it is for"


def test_core_holds_exactly_its_list():
    assert {path.name for path in _modules("core")} == set(CORE)


def test_no_file_is_a_drawer():
    assert [path for path in OURS if path.name in HOMELESS] == []


def test_only_hierarchy_knows_the_numbers_of_the_tree():
    knows = re.compile(r"\b(lft|rght|tree_id)\b")
    outside = _modules(*(set(PACKAGES) - {"hierarchy"}))

    assert {
        str(path.relative_to(ROOT)) for path in outside if knows.search(path.read_text())
    } == KNOW_WHAT_TO_LEAVE_OUT | WRITE_BARE_NODES


def test_only_hierarchy_imports_mptt():
    outside = _modules(*(set(PACKAGES) - {"hierarchy"}))

    assert [
        path for path in outside if re.search(r"^(from|import) mptt", path.read_text(), re.M)
    ] == []


def test_context_is_set_in_one_place_and_only_for_a_transaction():
    sets = re.compile(r"set_config\(|SET SESSION|SET app\.", re.I)
    users = {
        str(path.relative_to(ROOT)) for path in _modules(*PACKAGES) if sets.search(path.read_text())
    }

    assert users == {"core/tenancy.py"}
    assert "false)" not in (ROOT / "core/tenancy.py").read_text()


def test_nothing_reacts_by_signal_or_by_save():
    banned = re.compile(r"django\.dispatch|post_save|pre_save|def save\(self")

    assert [path for path in _modules(*PACKAGES) if banned.search(path.read_text())] == []


def test_no_page_is_freed_from_its_protection():
    freed = re.compile(r"csrf_exempt|mark_safe|\|safe\b|autoescape off|\.extra\(|objects\.raw\(")
    templates = sorted((ROOT / "templates").rglob("*.html"))

    assert [
        str(path.relative_to(ROOT))
        for path in [*_modules(*PACKAGES), *templates]
        if freed.search(path.read_text())
    ] == []


def test_no_template_carries_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*\b(src|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=\""
    )
    templates = sorted((ROOT / "templates").rglob("*.html"))

    assert [
        str(path.relative_to(ROOT)) for path in templates if inline.search(path.read_text())
    ] == []
