"""`manage.py provision`: roles, rights, extensions and schema; the one use of a superuser."""

import os
from typing import Any

from django.core.management.base import BaseCommand
from psycopg.conninfo import conninfo_to_dict

from config import environment, migrating, provisioning
from config.errors import StartRefused
from config.provisioning import Passwords


class Command(BaseCommand):
    help = (
        "Make or mend the database's roles, rights and extensions, and bring its schema up. Needs "
        "SUPERUSER_DATABASE_URL, and DATABASE_URL, OWNER_DATABASE_URL and OPS_DATABASE_URL with "
        "the passwords the roles are to have (or each as ..._FILE)."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_: Any, **options: Any) -> None:
        superuser = environment.secret(os.environ, "SUPERUSER_DATABASE_URL")
        if superuser is None:
            raise StartRefused("SUPERUSER_DATABASE_URL is not set: provisioning needs it.")
        app, owner, ops = (_part("DATABASE_URL"), _part("OWNER_DATABASE_URL"),
                           _part("OPS_DATABASE_URL"))  # fmt: skip
        passwords = Passwords(
            owner=str(owner["password"]), app=str(app["password"]), ops=str(ops["password"])
        )
        provisioning.provision(superuser, str(app["dbname"]), passwords, migrating.migrate)
        self.stdout.write(f"The database {app['dbname']} is provisioned.")


def _part(name: str) -> dict[str, Any]:
    url = environment.secret(os.environ, name)
    if url is None:
        raise StartRefused(f"{name} is not set: provisioning gives its role the password in it.")
    parts = conninfo_to_dict(url)
    expected = {"DATABASE_URL": provisioning.APP, "OWNER_DATABASE_URL": provisioning.OWNER,
                "OPS_DATABASE_URL": provisioning.OPS}[name]  # fmt: skip
    if parts.get("user") != expected or not parts.get("password") or not parts.get("dbname"):
        raise StartRefused(f"{name} must name the role {expected}, a password and a database.")
    return dict(parts)
