"""The address of the mail server that the environment may name."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from config.errors import StartRefused

NEAR = {"localhost", "127.0.0.1", "::1"}
FORM = (
    "give smtp+starttls://USER:PASSWORD@HOST:587, smtps://USER:PASSWORD@HOST:465, "
    "or smtp://HOST:25 for a server that needs no password."
)


class Security(StrEnum):
    """How the way to the mail server is kept private; the value is the scheme of its address."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server that takes our letters."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""


def server_at(url: str) -> MailServer:
    """Return the mail server at an address; StartRefused, without repeating what may be secret."""
    try:
        parts = urlsplit(url)
        security, port = Security(parts.scheme), parts.port
    except ValueError as refusal:
        raise StartRefused(f"EMAIL_URL is not the address of a mail server; {FORM}") from refusal
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise StartRefused(f"EMAIL_URL names no mail server, or more than one; {FORM}")
    if parts.username and security is Security.NONE and parts.hostname not in NEAR:
        raise StartRefused(
            f"EMAIL_URL would send a password to {parts.hostname} for all to read; "
            "use smtp+starttls:// or smtps://."
        )
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
