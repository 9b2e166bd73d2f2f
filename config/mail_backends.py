"""Where e-mail goes: to the server that EMAIL_URL names, or into files where none is."""

import logging
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from config.mail import Security

logger = logging.getLogger("assay.mail")

PATIENCE = 10  # seconds a mail server may take to answer; the worker has other work


class ServerBackend(smtp.EmailBackend):
    """Hands messages to the server of the environment."""

    def __init__(self, **options: Any) -> None:
        server = settings.ENVIRONMENT.mail_server
        assert server is not None  # noqa: S101 -- settings choose this backend where there is one
        super().__init__(
            host=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.security is Security.STARTTLS,
            use_ssl=server.security is Security.TLS,
            timeout=PATIENCE,
            fail_silently=bool(options.get("fail_silently")),
        )


class FolderBackend(BaseEmailBackend):
    """Writes each message into a file and says where: for the demo and for tests."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; returns how many."""
        folder: Path = settings.ENVIRONMENT.data_dir / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            words = re.sub(r"[^a-z0-9]+", "-", str(message.subject).lower()).strip("-")[:60]
            path = folder / f"{words}-{secrets.token_hex(4)}.eml"
            path.write_bytes(message.message().as_bytes())
            # A warning, so that it is seen in the console of the demo and in the worker's log.
            logger.warning("mail to %s: %s", ", ".join(message.to), path)
        return len(email_messages)
