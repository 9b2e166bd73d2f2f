#!/usr/bin/env python3
"""Runs one management command; refusals to start become one sentence and exit code 2."""

import os
import sys
from importlib import import_module

from django.core.management import execute_from_command_line

from config.errors import EXIT_CODE, StartRefused

# These start or prepare the servers, so they run before Django can read where the servers are.
BEFORE_DJANGO = ("demo", "on_embedded_servers", "provision")


def main() -> None:
    """Run the command named by the first argument."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    name = sys.argv[1] if len(sys.argv) > 1 else ""
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
