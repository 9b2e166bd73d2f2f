"""Refusals: every "no" that Assay says has a code, a status and a sentence; no Django here."""

from http import HTTPStatus
from typing import ClassVar


class DomainError(Exception):
    """A refusal a person can act on.

    Subclasses give `code` (stable, unique), `status` (HTTP meaning: 403 not allowed, 404 not
    found, 409 not now, 422 not valid) and `message`, a sentence with {placeholders} that the
    keyword arguments fill; `heading`, if given, says the same above a list of what is missing.
    Nothing has been changed when one is raised.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY
    message: ClassVar[str] = "This cannot be done."
    heading: ClassVar[str] = ""

    def __init__(self, **details: object) -> None:
        """Keep the details; `str()` gives the sentence with them filled in."""
        super().__init__(details)
        self.details = details

    def __str__(self) -> str:
        return self.message.format_map(_Readable(self.details))

    def above_list(self) -> str:
        """Return the words above a list that names what is missing, instead of the sentence."""
        return (self.heading or self.message).format_map(_Readable(self.details))


class _Readable(dict[str, object]):
    """Writes details into a sentence: lists as words, a missing one as its name."""

    def __getitem__(self, key: str) -> object:
        found = self.get(key, key)
        if isinstance(found, list | tuple | set | frozenset):
            return "; ".join(str(each) for each in found)
        return found


class NotFound(DomainError):
    """The thing does not exist, or belongs to somebody else: the answer is the same."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    message = "There is no such {what} here."


class NotAllowed(DomainError):
    """The person lacks the right; the sentence names it."""

    code = "not_allowed"
    status = HTTPStatus.FORBIDDEN
    message = (
        "You may not {act} here. An administrator of the organization can give you "
        "a seat that allows it."
    )


class StaleVersion(DomainError):
    """Somebody else saved first; nothing has been overwritten."""

    code = "stale_version"
    status = HTTPStatus.CONFLICT
    message = (
        "{what} was changed by somebody else since you opened it. "
        "Nothing was overwritten: reload, compare, and save again."
    )


class Invalid(DomainError):
    """A value given does not fit; the sentence says which and why."""

    code = "invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{field}: {problem}"


class ValueRefused(DomainError):
    """The database cannot hold a value: too long, too large, or with a sign no text may have.

    The last net only: forms, serializers and services say which field it is.
    """

    code = "value_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "A value sent is too long, too large, or holds a sign that cannot be stored. "
        "Nothing was changed: shorten or correct it, and send it again."
    )


class Busy(DomainError):
    """The database could not get a lock in time; the same act may be tried again."""

    code = "busy"
    status = HTTPStatus.CONFLICT
    message = "Somebody else is changing the same thing right now. Please try again in a moment."


class CannotSign(DomainError):
    """The installation has no key to sign with; whoever runs it gives one."""

    code = "cannot_sign"
    status = HTTPStatus.CONFLICT
    message = (
        "Nothing can be signed here: this installation has no signing key. Whoever runs it makes "
        "one with `openssl genpkey -algorithm ed25519` and names its file in SIGNING_KEY_FILE."
    )


class GuardRefused(DomainError):
    """The database itself refused; `guard` is the guard's own code."""

    code = "guard_refused"
    status = HTTPStatus.CONFLICT
    message = "{sentence}"


class TenantMissing(RuntimeError):
    """Tenant data was asked for with no organization active: a fault in the code, never shown."""


class TenantMixed(RuntimeError):
    """One transaction tried to act in two organizations or as two actors: a fault in the code."""
