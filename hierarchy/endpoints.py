"""What every endpoint of the API shares: who calls, one transaction, versions, one act a key."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import IO, Any, ClassVar

from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.exceptions import NotAuthenticated, ParseError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import SessionOfMember, TokenOfOrganization
from accounts.errors import TokenReadsOnly
from accounts.models import ApiToken
from accounts.rules.roles import Permission
from audit import answers
from audit.answers import Answer
from core import tenancy
from core.tenancy import Actor
from hierarchy import hats, pages
from hierarchy.errors import (
    BodyTooLarge,
    NeedsAPerson,
    PresenceNeeded,
    VersionMalformed,
    VersionMissing,
)

READING = frozenset({"GET", "HEAD"})
LARGEST_BODY = 1024 * 1024  # bytes; a thousand claims are a tenth of it
LONGEST_VERSION = 9  # digits that an integer column holds in any case
Handler = Callable[..., Response]


class Pages(LimitOffsetPagination):
    """Lists come in pages: `limit` and `offset` in the address, `count` in the answer."""

    max_limit = 500


class ShallowJSON(JSONParser):
    """JSON that can be read and written again; nested too deeply or with half signs it is none."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return what was sent; ParseError."""
        try:
            given = super().parse(stream, media_type, parser_context)
            json.dumps(given, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply.") from error
        except UnicodeEncodeError as error:
            raise ParseError("JSON parse error - half of a surrogate pair is no sign.") from error
        return given


class Endpoint(GenericAPIView[Any]):
    """A view of the API. A subclass names its permissions and has `get`, `post`, `patch`, ….

    `permission` is what a reader needs, `write_permission` what every other method needs (the
    same unless given); the services judge both again for the very node or measure. GET runs in
    one read-only transaction; a write runs in none, for the service it calls opens its own.
    A change of what stands passes `self.version`, which demands the header If-Match, to its
    service; look the thing up first, so that what is not there is 404. Answer with
    `self.versioned_answer`, so that the caller learns the version. A POST with an
    Idempotency-Key is carried out once. `self.actor` is who calls, `self.slug` where. With
    `step_up` a write is a person's: a token is refused, and a session needs a password given not
    long ago. The header Acting-For names the member for whom a deputy calls.
    """

    permission: ClassVar[Permission]
    write_permission: ClassVar[Permission | None] = None
    step_up: ClassVar[bool] = False

    authentication_classes = (TokenOfOrganization, SessionOfMember)
    parser_classes = (ShallowJSON,)
    permission_classes = ()  # `permission` above is ours
    pagination_class = Pages
    http_method_names = ("get", "head", "post", "put", "patch", "delete")

    slug: str

    @classmethod
    def as_view(cls, **options: Any) -> Any:
        """Return the view function, with the permission it names and the mark for tokens."""
        view = super().as_view(**options)
        view.permission = cls.permission  # type: ignore[attr-defined]
        view.takes_token = True  # type: ignore[attr-defined]
        return view

    def dispatch(self, request: Any, *args: Any, **named: Any) -> HttpResponseBase:
        """Take the organization's slug out of the address before the method sees it."""
        self.slug = str(named.pop("slug", ""))
        return super().dispatch(request, *args, **named)

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Find out who calls, refuse what no seat of theirs allows, and prepare the method."""
        super().initial(request, *args, **named)
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise BodyTooLarge(limit=LARGEST_BODY)
        if request.auth is None and not request.user.is_authenticated:
            raise NotAuthenticated
        name = str(request.method)
        handler: Handler | None = getattr(self, name.lower(), None)
        if handler is None:
            return  # answered as a method that is not allowed
        is_reading = name in READING
        if not is_reading and isinstance(request.auth, ApiToken) and not request.auth.may_write:
            raise TokenReadsOnly
        needed = self.permission if is_reading else self.write_permission or self.permission
        if self.step_up and not is_reading:
            _ensure_present(request)
        _act_for_another(request)
        with tenancy.reading(self.actor):
            pages.ensure_anywhere(self.actor, needed)
        setattr(self, name.lower(), _reading(handler) if is_reading else _once(handler))

    @property
    def actor(self) -> Actor:
        """Return who calls."""
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor

    @property
    def version(self) -> int:
        """Return the version the caller means to change; VersionMissing, VersionMalformed."""
        return _version_of(self.request)

    def listed(self, rows: Any) -> Response:
        """Answer one page of rows, a query or what is counted and cut like one."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def versioned_answer(
        self, data: object, version: int, status: int = HTTPStatus.OK, location: str = ""
    ) -> Response:
        """Answer with the version that a later change must name in If-Match."""
        headers = {"ETag": f'"{version}"'} | ({"Location": location} if location else {})
        return Response(data, status=status, headers=headers)


def _ensure_present(request: Request) -> None:
    """Refuse a program, and a session whose password was given long ago (ADR 16)."""
    if isinstance(request.auth, ApiToken):
        raise NeedsAPerson
    if not pages.is_present(request._request):  # type: ignore[arg-type]  # noqa: SLF001 -- as pages take it
        raise PresenceNeeded(where=reverse("account_reauthenticate"))


def _act_for_another(request: Request) -> None:
    """Let a deputy call for the member named in the header; NotFound, NoDeputy, DeputyEnded."""
    named = request.headers.get("Acting-For", "")
    if named:
        inner: Any = request._request  # noqa: SLF001 -- where the actor is kept
        inner.actor, _ = hats.worn(inner.actor, named)


def _version_of(request: Request) -> int:
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing
    number = given.removeprefix('"').removesuffix('"')
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_VERSION):
        raise VersionMalformed(given=given)
    return int(number)


def _reading(handler: Handler) -> Handler:
    def in_one_snapshot(request: Request, *args: Any, **named: Any) -> Response:
        with tenancy.reading(request.actor):  # type: ignore[attr-defined]
            return handler(request, *args, **named)

    return in_one_snapshot


def _once(handler: Handler) -> Handler:
    """Carry a POST with an Idempotency-Key out once; the same again gets the same answer."""

    def at_most_once(request: Request, *args: Any, **named: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method != "POST":
            return handler(request, *args, **named)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        digest = answers.digest_of(request.get_full_path(), request.body)
        earlier = answers.claim(actor=actor, key=key, digest=digest)
        if earlier is not None:
            return _repeated(earlier)
        try:
            response = handler(request, *args, **named)
        except BaseException:
            answers.release(actor=actor, key=key)
            raise
        answers.keep(actor=actor, key=key, answer=_answer(response))
        return response

    return at_most_once


def _answer(response: Response) -> Answer:
    body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
    return Answer(response.status_code, body, response.headers.get("Location", ""))


def _repeated(answer: Answer) -> Response:
    data = json.loads(answer.body) if answer.body else None
    headers = {"Location": answer.location} if answer.location else {}
    return Response(data, status=answer.status, headers=headers)
