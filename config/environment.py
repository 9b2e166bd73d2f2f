"""Every environment variable Assay knows, read once into one typed, frozen object."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from config import mail
from config.errors import StartRefused
from config.mail import MailServer

ROOT = Path(__file__).resolve().parent.parent

Choice = TypeVar("Choice", bound=StrEnum)


class Purpose(StrEnum):
    """What this installation is for; only the last three may have a shifted clock."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"
    BENCH = "bench"


class DatabaseRole(StrEnum):
    """Which of the database's roles the one connection uses."""

    APP = "app"
    OWNER = "owner"
    OPS = "ops"


class Process(StrEnum):
    """What kind of process this is; decides how long a statement may take."""

    WEB = "web"
    WORKER = "worker"
    BEAT = "beat"
    COMMAND = "command"


URL_OF_ROLE = {
    DatabaseRole.APP: "DATABASE_URL",
    DatabaseRole.OWNER: "OWNER_DATABASE_URL",
    DatabaseRole.OPS: "OPS_DATABASE_URL",
}


@dataclass(frozen=True, slots=True)
class Environment:
    """The installation as its environment describes it."""

    purpose: Purpose
    process: Process
    database_role: DatabaseRole
    database_url: str
    owner_database_url: str | None
    ops_database_url: str | None
    superuser_database_url: str | None
    redis_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    signing_key: str | None
    allowed_hosts: tuple[str, ...]
    public_url: str
    is_behind_proxy: bool
    port: int
    data_dir: Path
    media_dir: Path
    heads_dir: Path
    mail_server: MailServer | None
    mail_from: str

    @property
    def is_https(self) -> bool:
        """True where people reach Assay by https, so that cookies may be marked Secure."""
        return self.public_url.startswith("https://")

    @property
    def sends_mail(self) -> bool:
        """True where letters reach people, or files that the demo's people can open."""
        return self.mail_server is not None or self.purpose is not Purpose.PRODUCTION


def read(variables: Mapping[str, str]) -> Environment:
    """Read the variables; StartRefused names the first that is missing or makes no sense.

    A secret or address NAME may be given as NAME_FILE, the path of a file that holds it.
    """
    role = _one_of(variables, "ASSAY_DATABASE_ROLE", DatabaseRole, DatabaseRole.APP)
    data_dir = Path(variables.get("ASSAY_DATA_DIR") or ROOT / ".local")
    port = _port(variables)
    public_url = variables.get("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")
    email_url = secret(variables, "EMAIL_URL")
    return Environment(
        purpose=_one_of(variables, "ASSAY_PURPOSE", Purpose, Purpose.PRODUCTION),
        process=_one_of(variables, "ASSAY_PROCESS", Process, Process.COMMAND),
        database_role=role,
        database_url=_required(variables, URL_OF_ROLE[role]),
        owner_database_url=secret(variables, "OWNER_DATABASE_URL"),
        ops_database_url=secret(variables, "OPS_DATABASE_URL"),
        superuser_database_url=secret(variables, "SUPERUSER_DATABASE_URL"),
        redis_url=_required(variables, "REDIS_URL"),
        secret_key=_required(variables, "SECRET_KEY"),
        secret_key_fallbacks=_words(secret(variables, "SECRET_KEY_FALLBACKS")),
        signing_key=secret(variables, "SIGNING_KEY"),
        allowed_hosts=_hosts(variables, public_url),
        public_url=public_url,
        is_behind_proxy=variables.get("BEHIND_PROXY", "") == "1",
        port=port,
        data_dir=data_dir,
        media_dir=Path(variables.get("ASSAY_MEDIA_DIR") or data_dir / "media"),
        heads_dir=Path(variables.get("ASSAY_HEADS_DIR") or data_dir / "heads"),
        mail_server=None if email_url is None else mail.server_at(email_url),
        mail_from=variables.get("EMAIL_FROM")
        or f"Assay <assay@{urlsplit(public_url).hostname or 'localhost'}>",
    )


def secret(variables: Mapping[str, str], name: str) -> str | None:
    """Return a variable's value, or the content of the file that NAME_FILE names; None if absent.

    StartRefused when that file cannot be read.
    """
    path = variables.get(f"{name}_FILE")
    if not path:
        return variables.get(name) or None
    try:
        return Path(path).read_text().strip() or None
    except OSError as refusal:
        raise StartRefused(
            f"{name}_FILE names {path}, which cannot be read: {refusal.strerror}."
        ) from refusal


def _required(variables: Mapping[str, str], name: str) -> str:
    value = secret(variables, name)
    if value is None:
        raise StartRefused(
            f"{name} is not set: give it, or {name}_FILE, "
            "or use ./run demo or ./run manage, which bring their own servers."
        )
    return value


def _one_of(variables: Mapping[str, str], name: str, kind: type[Choice], default: Choice) -> Choice:
    given = variables.get(name) or default
    try:
        return kind(given)
    except ValueError as refusal:
        known = ", ".join(kind)
        raise StartRefused(f"{name} is {given!r}; it must be one of: {known}.") from refusal


def _port(variables: Mapping[str, str]) -> int:
    given = variables.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:  # noqa: PLR2004 - the largest port
        raise StartRefused(f"PORT is {given!r}; it must be a number from 1 to 65535.")
    return int(given)


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def _hosts(variables: Mapping[str, str], public_url: str) -> tuple[str, ...]:
    given = _words(variables.get("ALLOWED_HOSTS")) or (urlsplit(public_url).hostname or "",)
    # The health checks of containers and of the demo ask from inside.
    return (*given, "127.0.0.1", "localhost")
