"""The pages that belong to nobody: is it up, is it not there, has it failed."""

import re
from http import HTTPStatus

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.middleware import around, enter
from config.api import PROBLEM, document

ORGANIZATION = re.compile(r"/o/(?P<slug>[-\w]+)/")
OF_PROGRAMS = re.compile(r"/o/[-\w]+/api/")


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers; tells nothing else to whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is here: the same words as for somebody else's page, to programs as JSON."""
    if OF_PROGRAMS.match(request.path):
        said = document(
            HTTPStatus.NOT_FOUND, "not_found", "There is no such address in the API.", {}
        )
        return JsonResponse(said, status=HTTPStatus.NOT_FOUND, content_type=PROBLEM)
    place = ORGANIZATION.match(request.path)
    if place is not None:
        enter(request, place["slug"])
    return render(request, "errors/404.html", around(request), status=HTTPStatus.NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that Assay failed and that nothing was changed."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return render(request, "errors/500.html", around(request), status=status)
