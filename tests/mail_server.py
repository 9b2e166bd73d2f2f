"""A real mail server on this machine for tests; what it took can be waited for."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE = 30  # seconds a test waits for a letter before it fails


@dataclass
class MailServer:
    """Takes letters, or answers as it is told to."""

    refuses: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _taken: "queue.Queue[tuple[list[str], EmailMessage]]" = field(default_factory=queue.Queue)

    def letter(self) -> tuple[list[str], EmailMessage]:
        """Wait for the next letter: its recipients as the envelope says, and the message."""
        return self._taken.get(timeout=PATIENCE)

    def is_empty(self) -> bool:
        """Tell whether no letter lies here that was not read."""
        return self._taken.empty()

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Take a recipient, or answer what is said of it."""
        del server, session, options
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a letter."""
        del server, session
        message = message_from_bytes(bytes(envelope.content), policy=policy.default)
        self._taken.put((list(envelope.rcpt_tos), message))
        return "250 Taken"


class _OnAFreePort(Controller):
    """A controller that learns its port from the system before it knocks at its own door."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running() -> Iterator[MailServer]:
    """Have a mail server on a free port for the time of the block."""
    server = MailServer()
    controller = _OnAFreePort(server, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        server.port = controller.port
        yield server
    finally:
        controller.stop()
