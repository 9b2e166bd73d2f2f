"""Refuses to run on a database whose guards would not hold; web, workers and tests ask first."""

from dataclasses import dataclass

import psycopg
from django.conf import settings

from config import provisioning
from config.environment import Purpose
from config.errors import StartRefused
from config.provisioning import OLDEST_SERVER
from core import signing
from core.errors import CannotSign

_FACTS = """
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
       ARRAY(SELECT c.relname::text FROM pg_class c
              WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND pg_has_role(r.oid, c.relowner, 'USAGE') ORDER BY 1 LIMIT 3)
  FROM pg_roles r WHERE r.rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says about the role we are and the server it runs on."""

    role: str
    is_superuser: bool
    bypasses_policies: bool
    owned_tables: tuple[str, ...]
    server_version: int
    clock_purpose: str | None


def standing(connection: psycopg.Connection) -> Standing:
    """Ask the database."""
    row = connection.execute(_FACTS).fetchone()
    assert row is not None  # noqa: S101 -- the current role is always in pg_roles
    role, is_superuser, bypasses, owned = row
    return Standing(
        role=role,
        is_superuser=is_superuser,
        bypasses_policies=bypasses,
        owned_tables=tuple(owned),
        server_version=connection.info.server_version,
        clock_purpose=provisioning.purpose_of(connection),
    )


def refuse(seen: Standing, purpose: Purpose) -> None:
    """StartRefused with the first sentence that applies; nothing when all is well."""
    if seen.server_version < OLDEST_SERVER:
        raise StartRefused(
            f"the database server is PostgreSQL {seen.server_version // 10000}; "
            f"{OLDEST_SERVER // 10000} or newer is needed."
        )
    if seen.is_superuser:
        raise StartRefused(
            f"DATABASE_URL connects as {seen.role}, a superuser, whom no policy binds; "
            "use the role assay_app that `manage.py provision` makes."
        )
    if seen.bypasses_policies:
        raise StartRefused(
            f"DATABASE_URL connects as {seen.role}, who bypasses row-level security; "
            "use the role assay_app that `manage.py provision` makes."
        )
    if seen.owned_tables:
        raise StartRefused(
            f"DATABASE_URL connects as {seen.role}, who owns {', '.join(seen.owned_tables)} and "
            "could switch their guards off; use the role assay_app."
        )
    if seen.clock_purpose is not None and seen.clock_purpose != purpose:
        raise StartRefused(
            f"this database has the shifted clock of a {seen.clock_purpose} installation, and "
            f"ASSAY_PURPOSE is {purpose}; decisions made here would carry wrong dates."
        )


def check(url: str, purpose: Purpose) -> None:
    """Connect, ask and refuse; called before a process serves its first request or task."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            refuse(standing(connection), purpose)
    except psycopg.OperationalError as refusal:
        reason = " ".join(str(refusal).split())
        raise StartRefused(f"the database cannot be reached: {reason}") from refusal


def refuse_unsigned() -> None:
    """StartRefused when this process could not sign a certificate or a head."""
    try:
        signing.public_key()
    except CannotSign as refusal:
        raise StartRefused(
            "SIGNING_KEY is not set, or is no Ed25519 key in PEM: make one with `openssl genpkey "
            "-algorithm ed25519`, keep it safe, and name its file in SIGNING_KEY_FILE."
        ) from refusal


def check_settings() -> None:
    """Check this process's own settings: the key it signs with, and its database as role app."""
    refuse_unsigned()
    environment = settings.ENVIRONMENT
    check(environment.database_url, environment.purpose)
