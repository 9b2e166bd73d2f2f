"""What was imported, for administrators: the list of imports, and one with all its findings."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Profile
from accounts.queries import people
from accounts.rules.roles import Permission
from governance.rules import catalogue
from hierarchy.pages import Request, render, requires
from hierarchy.places import tabs
from hierarchy.queries import authority, tree
from intake.queries import runs as imports
from intake.queries.runs import Group
from intake.words import CREATED, FINDINGS
from measures.queries import stages
from measures.rules.amounts import NumberFormat

TAB = "intake:runs"  # of the tabs of administration


@requires(Permission.TAKE_OVER)
@require_safe
def runs(request: Request) -> HttpResponse:
    """List the imports, the newest first."""
    authority.ensure(request.actor, Permission.TAKE_OVER, tree.root())
    context = {"rows": imports.listed(), "number_format": _number_format(people.profile())}
    return render(request, "intake/runs.html", context | tabs(request, TAB))


@requires(Permission.TAKE_OVER)
@require_safe
def run(request: Request, run: UUID) -> HttpResponse:
    """Show one import; `?finding=` chooses the sort of findings whose rows are listed."""
    authority.ensure(request.actor, Permission.TAKE_OVER, tree.root())
    found = imports.detail(run)
    wanted, names = request.GET.get("finding", ""), stages.names()
    chosen = next((each for each in found.groups if each.key == wanted), None)
    context: dict[str, Any] = {
        "run": found,
        "created": [(words, found.created.get(what, 0)) for what, words in CREATED.items()],
        "standing": [(names.of(stage), count) for stage, count in found.standing],
        "groups": [(FINDINGS[each.kind], _about(each), each) for each in found.groups],
        "chosen": chosen,
        "chosen_words": "" if chosen is None else FINDINGS[chosen.kind],
        "chosen_about": "" if chosen is None else _about(chosen),
        "chosen_rows": [] if chosen is None else _linked(chosen),
        "number_format": _number_format(people.profile()),
    }
    return render(request, "intake/run.html", context | tabs(request, TAB))


def _number_format(profile: Profile) -> NumberFormat:
    return NumberFormat(profile.decimal_separator, profile.group_separator)


def _about(group: Group) -> str:
    """Return what a group of findings is about: of a criterion what it asks for, else a column."""
    criterion = catalogue.known().get(group.about)
    return group.about if criterion is None else criterion.wanted


def _linked(group: Group) -> list[dict[str, object]]:
    """Return the rows of a group with the address of each measure."""
    addresses = imports.measures_at(each.code for each in group.findings)
    return [{"finding": each, "measure": addresses.get(each.code)} for each in group.findings]
