"""The ledger of the organization: searched, read act by act, and proven page by page."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from accounts.errors import LedgerHasItsOwnExport
from accounts.queries import people
from accounts.rules.roles import Permission
from audit.queries import excerpt
from audit.queries import heads as publications
from core.errors import NotFound
from governance.forms import LedgerForm
from governance.queries import ledger
from governance.queries.ledger import Wanted
from governance.views import entries
from hierarchy import workbooks
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority, tree
from hierarchy.rules.given import whole_number

PAGE = 50


@requires(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """Show the acts that the reader may see, the newest first."""
    if workbooks.is_asked(request):
        raise LedgerHasItsOwnExport
    form = _form(request.GET)
    page = ledger.page(request.actor, _wanted(request.GET, form), limit=PAGE)
    context = {
        "form": form,
        "entries": entries.shown(page.rows),
        "older": page.before,
        "is_older": "before" in request.GET,
        "is_filtered": any(form.cleaned_data.values()),
        "proof": _proof(request, page.rows),
        "head": excerpt.head(),
        "published": publications.latest(),
        "may_read_all": authority.may(request.actor, Permission.VIEW_LEDGER, tree.root()),
        "may_export": authority.may(request.actor, Permission.EXPORT_LEDGER, tree.root()),
    }
    return render(request, "governance/ledger.html", context)


@requires(Permission.VIEW)
@require_safe
def entry(request: Request, number: int) -> HttpResponse:
    """Show one act with the rows it changed and the proof of its place in the chain."""
    found = ledger.page(request.actor, Wanted(before=number + 1), limit=1).rows
    if not found or found[0].seq != number:
        raise NotFound(what="ledger entry")
    row = found[0]
    context = {
        "entry": entries.one(row),
        "row": row,
        "changes": entries.everything(row),
        "proof": excerpt.examine(row.seq, row.seq),
    }
    return render(request, "governance/entry.html", context)


def wanted_in(given: QueryDict) -> Wanted:
    """Return how the ledger is narrowed by the fields of an address or of a form."""
    return _wanted(given, _form(given))


def _form(given: QueryDict) -> LedgerForm:
    form = LedgerForm(
        given,
        choices={
            "act": [(code, entries.act(code)) for code in ledger.acts()],
            "kind": [(code, str(words)) for code, words in entries.KINDS.items()],
            "member": list(people.everybody().order_by("name").values_list("pk", "name")),
        },
    )
    form.is_valid()
    return form


def _wanted(given: QueryDict, form: LedgerForm) -> Wanted:
    said, before = form.cleaned_data, given.get("before", "")
    return Wanted(
        act=said.get("act") or "",
        member_id=said.get("member"),
        kind=said.get("kind") or "",
        text=said.get("text") or "",
        since=said.get("since"),
        until=said.get("until"),
        before=whole_number(before),
    )


def _proof(request: Request, shown: tuple[ledger.LedgerRow, ...]) -> Any:
    """Return the proof of the acts on this page where it is asked for."""
    if request.GET.get("verify") != "1" or not shown:
        return None
    return excerpt.examine(shown[-1].seq, shown[0].seq)
