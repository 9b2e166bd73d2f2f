"""The ledger as files: whole for an auditor, a search as a table, and its published heads."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import exact
from accounts.queries import people
from accounts.rules.roles import Permission
from audit.queries import export
from audit.queries import heads as publications
from audit.queries.export import Extra
from core import clock, signing, tenancy
from core.errors import CannotSign
from core.tenancy import Actor
from governance.queries import ledger, unread
from governance.queries.ledger import Wanted
from governance.rules import cells
from governance.services import exports
from governance.views import entries
from governance.views import ledger as pages
from hierarchy import workbooks
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority, tree
from hierarchy.rules.typed import Kind, Sheet, Value

ROWS_AT_ONCE = 200
BYTE_ORDER_MARK = "\ufeff"  # else Excel takes UTF-8 for the machine's own code page


@requires(Permission.EXPORT_LEDGER, step_up=True)
@require_POST
def archive(request: Request) -> HttpResponse:
    """Give out the whole ledger as a ZIP file that proves itself without a database."""
    signing.public_key()  # refused now rather than at the end of a long file
    exports.begin(actor=request.actor, form="archive")
    name = _name(request, "ledger", "zip")
    return _download(_archive(request.actor), name, "application/zip")


def _archive(actor: Actor) -> Iterator[bytes]:
    with tenancy.reading(actor):
        members = Extra("members.jsonl", people.everybody().values("id", "name").iterator())
        yield from export.archive(people.slug(), [members], unread.exporter())


@requires(Permission.EXPORT_LEDGER, step_up=True)
@require_POST
def table(request: Request) -> HttpResponse:
    """Give out what a search finds as a table for reading; it proves nothing."""
    with tenancy.reading(request.actor):
        wanted = pages.wanted_in(request.POST)
    if request.POST.get("form") == workbooks.XLSX:
        return _workbook(request, wanted)
    seq = exports.begin(actor=request.actor, form="table")
    name = _name(request, "ledger", "csv")
    return _download(
        _table(request.actor, replace(wanted, before=seq)), name, "text/csv; charset=utf-8"
    )


def _workbook(request: Request, wanted: Wanted) -> HttpResponse:
    """Give out what a search finds as a workbook: recorded, and bound to what one file takes."""
    seq = exports.begin(actor=request.actor, form="workbook")
    with tenancy.reading(request.actor):
        asked = replace(wanted, before=seq)
        found = ledger.page(request.actor, asked, limit=exact.MOST_ROWS + 1).rows
        shown = zip(found, entries.shown(found), strict=True)
        acts = [entries.table_row(*each) for each in shown]
        rows = [[Value(Kind.TEXT, cell) for cell in row] for row in acts]
        sheet = Sheet(_("Acts"), "", list(entries.TABLE_HEAD), rows, frozenset())
        return workbooks.book(request, [sheet], _("Ledger"), [(_("Up to entry"), str(seq))])


def _table(actor: Actor, wanted: Wanted) -> Iterator[bytes]:
    with tenancy.reading(actor):
        yield (BYTE_ORDER_MARK + cells.line(entries.TABLE_HEAD)).encode()
        following: int | None = wanted.before
        while following is not None:
            page = ledger.page(actor, replace(wanted, before=following), limit=ROWS_AT_ONCE)
            shown = zip(page.rows, entries.shown(page.rows), strict=True)
            yield "".join(cells.line(entries.table_row(*each)) for each in shown).encode()
            following = page.before


@requires(Permission.VIEW_LEDGER)
@require_safe
def heads(request: Request) -> HttpResponse:
    """List where the ledger ended on each day, and the key that proves it."""
    authority.ensure(request.actor, Permission.VIEW_LEDGER, tree.root())
    try:
        key = signing.public_key()
    except CannotSign:
        key = ""
    context = {
        "heads": publications.published(),
        "key": key,
        "fingerprint": signing.fingerprint(key) if key else "",
    }
    return render(request, "governance/heads.html", context)


@requires(Permission.VIEW_LEDGER)
@require_safe
def papers(request: Request) -> HttpResponse:
    """Give out the published heads as they were signed, one a line, the oldest first."""
    authority.ensure(request.actor, Permission.VIEW_LEDGER, tree.root())
    lines = [f"{each.paper}\n" for each in reversed(publications.published())]
    name = _name(request, "heads", "jsonl")
    return _secured(HttpResponse("".join(lines), content_type="application/jsonl"), name)


def _name(request: Request, what: str, kind: str) -> str:
    return f"{request.membership.slug}-{what}-{clock.now():%Y-%m-%d}.{kind}"


def _download(parts: Iterator[bytes], name: str, kind: str) -> HttpResponse:
    response = StreamingHttpResponse(parts, content_type=kind)
    # A stream, which pages never look into.
    return _secured(cast("HttpResponse", response), name)


def _secured(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
