"""Which browser the journeys use: what pytest-playwright asks for, answered by conftest."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_ARGUMENTS = [
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch_arguments(given: dict[str, object], playwright: Playwright) -> dict[str, object]:
    """Use a Chromium of this machine, else Playwright's own; skip loudly where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    own = playwright.chromium.executable_path
    if found is None and not Path(own).exists():
        sentence = "NO BROWSER: none of chromium, google-chrome or Playwright's own was found"
        if os.environ.get("ASSAY_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return {
        **given,
        "executable_path": found or own,
        "args": QUIET_ARGUMENTS,
    }
