"""Refusals of the ledger and of requests that come twice."""

from http import HTTPStatus

from core.errors import DomainError


class KeyReused(DomainError):
    """An idempotency key came back with another request."""

    code = "key_reused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "This idempotency key was used for another request. Use a new key."


class StillRunning(DomainError):
    """The first request under this key has no answer yet."""

    code = "still_running"
    status = HTTPStatus.CONFLICT
    message = (
        "The same request is being carried out, or was cut off before it could answer. "
        "Reload the page to see whether it took effect before you try again."
    )


class PaperRefused(DomainError):
    """A signed paper, such as a published head, proves nothing."""

    code = "paper_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "This paper proves nothing: {problem}. Take it again from where it was published."
