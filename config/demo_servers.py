"""The servers `./run demo` and `./run manage` work on: embedded ones, or those given to it."""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from config import provisioning
from config.embedded import installation
from config.embedded.cluster import Cluster
from config.environment import ROOT, Purpose
from config.errors import StartRefused
from config.migrating import migrate
from config.provisioning import Addresses, Passwords
from core import signing

DATABASE = "assay"


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What the demo keeps in its folder beside the servers' own data."""

    folder: Path

    @property
    def credentials(self) -> Path:
        """The generated passwords and keys, readable by their owner only."""
        return self.folder / "credentials.json"

    @property
    def logins(self) -> Path:
        """One login a role, written by `load_demo` when it is done."""
        return self.folder / "logins.json"

    @property
    def loading(self) -> Path:
        """There while the demo data are being loaded; left over when that was interrupted."""
        return self.folder / "loading"

    @property
    def logs(self) -> Path:
        """The logs of web, worker and beat."""
        return self.folder / "logs"

    def letters(self) -> list[Path]:
        """Return the letters that were written into files instead of being sent."""
        return sorted((self.folder / "mail").glob("*.eml"))

    def forget_data(self) -> None:
        """Remove what belongs to the data that are about to be erased."""
        for path in (self.logins, self.loading, *self.letters()):
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The generated passwords and keys; `is_new` when they were made just now."""

    passwords: Passwords
    secret_key: str
    signing_key: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Servers:
    """Running servers with a provisioned database."""

    addresses: Addresses
    superuser_url: str | None
    redis_url: str
    credentials: Credentials
    files: DemoFiles
    cluster: Cluster | None

    def variables(self) -> dict[str, str]:
        """Return what web, worker, beat and commands read from their environment."""
        return {
            **self.addresses.variables(),
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.credentials.secret_key,
            "SIGNING_KEY": self.credentials.signing_key,
            "ASSAY_PURPOSE": str(Purpose.DEMO),
            "ASSAY_DATA_DIR": str(self.files.folder),
        }


def files_of(variables: Mapping[str, str]) -> DemoFiles:
    """Return the demo's folder, made if absent; StartRefused where nothing can be written."""
    folder = Path(variables.get("ASSAY_DATA_DIR") or ROOT / ".local")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "written").touch()
        (folder / "written").unlink()
    except OSError as refusal:
        raise StartRefused(
            f"cannot write in {folder}: {refusal.strerror}; "
            "give a folder that can be written in ASSAY_DATA_DIR."
        ) from refusal
    return DemoFiles(folder)


def erase(variables: Mapping[str, str]) -> None:
    """Remove the demo's data so that the next start begins anew."""
    files = files_of(variables)
    if is_given(variables):
        superuser = _superuser_url(variables)
        if superuser is None:
            raise StartRefused("starting over needs SUPERUSER_DATABASE_URL of the given server.")
        provisioning.drop_demo(superuser, _database_name(variables))
    else:
        installation.demo(files.folder).cluster.erase()
    files.forget_data()


@contextmanager
def running(variables: Mapping[str, str]) -> Iterator[Servers]:
    """Have servers with a database brought up to this code for the time of the block.

    With DATABASE_URL and REDIS_URL given those are used and left running; otherwise embedded ones
    are started, or joined, and stopped by the last who leaves.
    """
    files = files_of(variables)
    if is_given(variables):
        yield _given(variables, files)
        return
    servers = installation.demo(files.folder)
    with servers.cluster.in_use():
        made = _credentials(files)
        superuser = servers.postgres.url()
        addresses = _provisioned(superuser, DATABASE, made.passwords)
        yield Servers(addresses, superuser, servers.valkey.url, made, files, servers.cluster)


def is_given(variables: Mapping[str, str]) -> bool:
    """Tell whether servers are given; StartRefused when only one of the two is."""
    given = [bool(variables.get(name)) for name in ("DATABASE_URL", "REDIS_URL")]
    if any(given) and not all(given):
        raise StartRefused(
            "DATABASE_URL and REDIS_URL belong together: give both to use servers of your own, "
            "or neither to have them started for you."
        )
    return all(given)


def _given(variables: Mapping[str, str], files: DemoFiles) -> Servers:
    made = _credentials(files)
    superuser = _superuser_url(variables)
    if superuser is None:
        addresses = _as_given(variables)
    else:
        if made.is_new and provisioning.has_roles(superuser):
            files.credentials.unlink()
            raise StartRefused(
                "this server already has Assay's roles, with passwords that are not known here; "
                "give DATABASE_URL, OWNER_DATABASE_URL and OPS_DATABASE_URL of those roles."
            )
        addresses = _provisioned(superuser, _database_name(variables), made.passwords)
    return Servers(addresses, superuser, variables["REDIS_URL"], made, files, None)


def _provisioned(superuser_url: str, database: str, passwords: Passwords) -> Addresses:
    addresses = provisioning.provision(superuser_url, database, passwords, migrate)
    provisioning.mark_purpose(addresses.owner, Purpose.DEMO)
    return addresses


def _as_given(variables: Mapping[str, str]) -> Addresses:
    """Use a database somebody else has provisioned; StartRefused unless it is up to this code."""
    with provisioning.connected(variables["DATABASE_URL"]) as connection:
        if provisioning.schema_of(connection) != provisioning.schema_digest():
            raise StartRefused(
                "the database of DATABASE_URL is not provisioned for this version; give "
                "SUPERUSER_DATABASE_URL too, or run `manage.py provision` with it."
            )
    owner, ops = variables.get("OWNER_DATABASE_URL"), variables.get("OPS_DATABASE_URL")
    if not owner or not ops:
        raise StartRefused(
            "OWNER_DATABASE_URL and OPS_DATABASE_URL are needed beside DATABASE_URL, "
            "or SUPERUSER_DATABASE_URL instead of both."
        )
    return Addresses(app=variables["DATABASE_URL"], owner=owner, ops=ops)


def _superuser_url(variables: Mapping[str, str]) -> str | None:
    given = variables.get("SUPERUSER_DATABASE_URL")
    if given:
        return given
    url = variables["DATABASE_URL"]
    return url if provisioning.is_superuser(url) else None


def _database_name(variables: Mapping[str, str]) -> str:
    name = str(conninfo_to_dict(variables["DATABASE_URL"]).get("dbname") or "")
    return name if name not in {"", "postgres", "template1"} else DATABASE


def _credentials(files: DemoFiles) -> Credentials:
    is_new = not files.credentials.exists()
    kept = {} if is_new else json.loads(files.credentials.read_text())
    made = {name: secrets.token_urlsafe(24) for name in ("owner", "app", "ops", "key")}
    full = {**made, "signing": "", **kept}
    full["signing"] = full["signing"] or signing.new_key()
    if full != kept:
        _keep_secret(files.credentials, json.dumps(full))
    passwords = Passwords(full["owner"], full["app"], full["ops"])
    return Credentials(passwords, full["key"], full["signing"], is_new=is_new)


def _keep_secret(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)
