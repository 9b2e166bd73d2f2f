#!/usr/bin/env python3
"""Runs one management command; refusals to start become one sentence and exit code 2."""

import os
import sys
from importlib import import_module

from django.core.management import execute_from_command_line

from config.errors import EXIT_CODE, StartRefused

# These start or prepare the servers, so they run before Django can read where the servers are.
BEFORE_DJANGO = ("demo", "on_embedded_servers", "provision")


# These prove a document, with this option or always, and ask no server anything.
OFFLINE = {"verify_ledger": "--file", "verify_certificate": ""}


def _settings(name: str, options: list[str]) -> str:
    wanted = OFFLINE.get(name)
    is_offline = wanted is not None and any(each.startswith(wanted) for each in [*options, ""])
    return "config.settings_offline" if is_offline else "config.settings"


def main() -> None:
    """Run the command named by the first argument."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _settings(name, sys.argv[2:]))
    try:
        if name in BEFORE_DJANGO:
            import_module(f"config.management.commands.{name}").Command().run_from_argv(sys.argv)
        else:
            execute_from_command_line(sys.argv)
    except StartRefused as refusal:
        sys.stderr.write(f"assay: {refusal}\n")
        sys.exit(EXIT_CODE)


if __name__ == "__main__":
    main()
