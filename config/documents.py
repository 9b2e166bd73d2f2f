"""The pages of docs/ that are written from the code: refusals and gates."""

import importlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from config.environment import ROOT
from core.errors import DomainError
from governance.rules import describe

DOCS = ROOT / "docs"
HEAD = """# Refusals

Every "no" that Assay says, generated from the code by `./run docs`. 403 is "not allowed",
404 "not found" (also for what belongs to another organization), 409 "not now", 422 "not valid".
In the sentence, words in braces are filled with what is the case. The database's own guards
speak as `guard_refused` with a code of their own (SQLSTATE `GV0xx`).

| code | status | sentence |
|---|---|---|
"""


def pages() -> dict[Path, str]:
    """Return every generated page with what it must say."""
    return {DOCS / "errors.md": refusals_page(), DOCS / "gates.md": describe.as_markdown()}


def refusals_page() -> str:
    """Return the table of every refusal, by code."""
    rows = sorted(refusals(), key=lambda each: each.code)
    return HEAD + "".join(
        f"| `{row.code}` | {int(row.status)} | {' '.join(row.message.split())} |\n" for row in rows
    )


def refusals() -> Iterator[type[DomainError]]:
    """Yield every refusal that an installed app or core declares."""
    for config in apps.get_app_configs():
        folder = ROOT / config.name.replace(".", "/")
        if (folder / "errors.py").exists():
            importlib.import_module(f"{config.name}.errors")
        for path in sorted((folder / "errors").glob("*.py")):
            name = f"{config.name}.errors.{path.stem}"
            importlib.import_module(name.removesuffix(".__init__"))
    waiting = list(DomainError.__subclasses__())
    while waiting:
        found = waiting.pop()
        waiting.extend(found.__subclasses__())
        yield found
