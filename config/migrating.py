"""Runs Django's migrations as the owner of the schema, in a process of their own."""

import os
import secrets
import subprocess
import sys

from config.environment import ROOT, DatabaseRole
from config.errors import StartRefused


def migrate(owner_url: str) -> None:
    """Bring the schema up; StartRefused with the last line said when that fails."""
    settings = {
        "ASSAY_DATABASE_ROLE": str(DatabaseRole.OWNER),
        "OWNER_DATABASE_URL": owner_url,
        # Migrations neither send tasks nor sign anything; the settings still ask for both.
        "REDIS_URL": os.environ.get("REDIS_URL", "memory://"),
        "SECRET_KEY": secrets.token_hex(),
    }
    done = subprocess.run(
        [
            sys.executable, str(ROOT / "manage.py"), "migrate", "--noinput", "--verbosity", "0",
            "--skip-checks",
        ],
        env={**os.environ, **settings}, capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise StartRefused(f"the migrations failed, what they said stands above: {last[0]}")
