"""The API's edge: refusals as problem documents (RFC 9457), its description, its explorer.

The class every endpoint extends is `hierarchy.endpoints.Endpoint`.
"""

import functools
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.urls import reverse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import DomainError, GuardRefused, NotFound, StaleVersion
from hierarchy import pages
from hierarchy.endpoints import Endpoint
from hierarchy.pages import requires

PROBLEM = "application/problem+json"


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a refusal as a problem document; None for a fault, which is answered 500 and logged.

    `code` is stable, `detail` the sentence for a person, `details` the facts in it, `errors` the
    sentences of each field.
    """
    if isinstance(error, DatabaseError):
        refusal = tenancy.refusal_of(error)
        return None if refusal is None else _refused(refusal, context)
    if isinstance(error, Http404):
        error = NotFound(what="page")
    if isinstance(error, DomainError):
        return _refused(error, context)
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return response
    response.data = document(
        response.status_code, str(error.default_code), _sentence(error), {}
    ) | ({"errors": error.detail} if isinstance(error, ValidationError) else {})
    response.content_type = PROBLEM
    return response


def _refused(error: DomainError, context: dict[str, Any]) -> Response:
    status = HTTPStatus(error.status)
    request = context.get("request")
    if isinstance(error, StaleVersion) and request is not None and "If-Match" in request.headers:
        status = HTTPStatus.PRECONDITION_FAILED
    code = str(error.details.get("guard", error.code))
    details = {} if isinstance(error, GuardRefused) else error.details
    headers = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="assay"'
    return Response(
        document(status, code, str(error), details),
        status=status,
        headers=headers,
        content_type=PROBLEM,
    )


def document(
    status: int, code: str, sentence: str, details: dict[str, object]
) -> dict[str, object]:
    """Return a refusal as a program reads it (RFC 9457)."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": sentence,
        "details": _plain(details),
    }


def _sentence(error: APIException) -> str:
    if isinstance(error, ValidationError):
        return "Some values do not fit; `errors` says which and why."
    if isinstance(error, NotAuthenticated):
        return "Send a token of this organization in the header Authorization: Bearer …, or log in."
    return str(error.detail)


def _plain(value: object) -> Any:
    """Return what JSON can say of a refusal's details."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return str(value)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # ships no types
    """Describes the token in the OpenAPI document."""

    target_class = "accounts.api.TokenOfOrganization"
    name = "token"

    def get_security_definition(self, _schema: Any) -> dict[str, str]:
        """Return the header's description."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of this organization, from Administration › Tokens.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # ships no types
    """Describes the browser's session in the OpenAPI document."""

    target_class = "accounts.api.SessionOfMember"
    name = "session"

    def get_security_definition(self, _schema: Any) -> dict[str, str]:
        """Return the cookie's description."""
        return {"type": "apiKey", "in": "cookie", "name": "session"}


@functools.cache
def _description() -> dict[str, Any]:
    """Return the OpenAPI document of all endpoints; it changes only with the code."""
    from config import api_urls  # noqa: PLC0415 -- the map of addresses imports this module

    generator: Any = SchemaGenerator
    described: dict[str, Any] = generator(patterns=api_urls.endpoints).get_schema(
        request=None, public=True
    )
    return described


class Schema(Endpoint):
    """The OpenAPI document, for a member's browser and for a program with its token."""

    permission = Permission.USE_API

    def get(self, request: Request) -> Response:
        """Return the document, with this organization's address as its server."""
        root = reverse("api:explorer", kwargs={"slug": self.slug}).removesuffix("/docs")
        return Response({**_description(), "servers": [{"url": root}]})


@requires(Permission.USE_API)
def explorer(request: pages.Request) -> HttpResponse:
    """Show the OpenAPI document as a page on which each endpoint can be tried."""
    return pages.render(
        request,
        "hierarchy/api.html",
        {"schema_url": reverse("api:schema", kwargs={"slug": request.membership.slug})},
    )
