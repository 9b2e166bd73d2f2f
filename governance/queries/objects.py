"""What the ledger speaks of: how each thing is named and found by name, and which rows are its own.

Models of apps above governance are named, not imported: the ledger speaks of them too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q, TextField, Value

from core.errors import NotFound
from core.tables import TenantModel
from hierarchy.models import Node
from measures.models import Measure

FEW = 200  # things found by a text: that many are looked up one by one


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subject: its model, and where its name, a second name and its address stand.

    `keys` are the foreign keys by which rows of other tables belong to it; with `is_whole` so do
    the rows that belong to those, as a month's figures belong to a line and so to its measure.
    """

    model: str
    name: str
    code: str = ""
    address: str = ""
    keys: tuple[str, ...] = ()
    is_whole: bool = False


KINDS: Mapping[str, Kind] = {
    "measure": Kind(
        "measures.Measure", "node__name", "node__code", "node__public_id", ("measure", "needs"),
        is_whole=True,
    ),
    "node": Kind("hierarchy.Node", "name", "code", "public_id", ("node",)),
    "member": Kind(
        "accounts.Member", "name", "email", "public_id", ("member", "principal", "deputy")
    ),
    "seat": Kind("hierarchy.Seat", "member__name", "node__name", "member__public_id"),
    "escalation": Kind(
        "steering.Escalation", "measure__node__name", "measure__node__code", "public_id",
        ("escalation",),
    ),
    "request": Kind(
        "governance.GateRequest", "measure__node__name", "measure__node__code", "public_id",
        ("request",),
    ),
    "deputyship": Kind("hierarchy.Deputyship", "principal__name", "deputy__name"),
    "invitation": Kind("hierarchy.Invitation", "name", "email"),
    "api_token": Kind("accounts.ApiToken", "name", "member__name"),
    "number": Kind("accounts.NumberSetting", "key"),
    "rate": Kind("measures.Rate", "currency", "kind"),
    "budget_batch": Kind("measures.BudgetBatch", "kind", "reason"),
    "scheme_proposal": Kind("governance.SchemeProposal", "reason"),
    "import": Kind("intake.ImportRun", "file_name", "mapping_name", "public_id"),
}  # fmt: skip
# Tables that hold what the organization has agreed, as one thing with one history.
SETTINGS = "settings"
SETTING_MODELS = (
    "accounts.Profile", "accounts.NumberSetting", "governance.SchemeProposal", "governance.Scheme",
    "measures.Rate", "measures.BudgetLine", "measures.BudgetBatch",
    "measures.CalendarPattern", "measures.Holiday", "measures.PeriodClose",
)  # fmt: skip
SETTING_SUBJECTS = ("organization", "number", "rate", "budget_batch", "scheme", "scheme_proposal")

M = TypeVar("M", bound=models.Model)
Rows = Mapping[str, frozenset[int] | None]


@dataclass(frozen=True, slots=True)
class Named:
    """A thing's name, and its public address where it has one."""

    name: str
    address: object | None


NOBODY = Named("", None)


def names_of(subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Named]:
    """Return the things behind subjects (kind, id); one query a kind."""
    ids: dict[str, set[int]] = {}
    for code, subject_id in subjects:
        ids.setdefault(code, set()).add(subject_id)
    found: dict[tuple[str, int], Named] = {}
    for code, wanted in ids.items():
        kind = KINDS.get(code)
        if kind is None:
            continue
        columns = ("pk", kind.name, *((kind.address,) if kind.address else ()))
        for pk, name, *address in _all(kind.model).filter(pk__in=wanted).values_list(*columns):
            found[code, pk] = Named(str(name), address[0] if address else None)
    return found


def called(text: str, kind: str = "") -> Q:
    """Return the condition that an act is on a thing with `text` in its name or code."""
    condition = Q(pk__in=[])
    for code, each in KINDS.items():
        if kind in {"", code}:
            condition |= among(code, _called(each, text))
    return condition


def among(code: str, ids: "models.QuerySet[M, int]") -> Q:
    """Return the condition that an act is on one of some things of a kind.

    Few things are named by id, so that an index finds their acts; many are left to a subquery,
    for then a page of acts is soon full.
    """
    few = list(ids.order_by()[: FEW + 1])
    if not few:
        return Q(pk__in=[])
    return Q(subject_kind=code, subject_id__in=ids if len(few) > FEW else few)


def _called(kind: Kind, text: str) -> "models.QuerySet[TenantModel, int]":
    named = Q(**{f"{kind.name}__icontains": text})
    if kind.code:
        named |= Q(**{f"{kind.code}__icontains": text})
    return _all(kind.model).filter(named).order_by().values_list("pk", flat=True)


def rows_called(code: str) -> "models.QuerySet[TenantModel]":
    """Return the rows that a kind of subject is, as far as the reader may see them."""
    return _all(KINDS[code].model)


def present(label: str, ids: Iterable[int]) -> set[int]:
    """Return which rows of a model are there for the reader."""
    return set(_all(label).filter(pk__in=set(ids)).values_list("pk", flat=True))


def escalation_at(public_id: UUID) -> tuple[int, int]:
    """Return the id of the escalation at an address, and of its measure; NotFound."""
    kind, columns = KINDS["escalation"], ("pk", "measure_id")
    found = _all(kind.model).filter(**{kind.address: public_id})
    for pk, measure_id in found.values_list(*columns):
        return int(pk), int(measure_id)
    raise NotFound(what="escalation")


def rows_of(code: str, pk: int) -> Rows:
    """Return by table the ids of the rows that are a thing or belong to it; None for all rows.

    Rows are never deleted where they carry a history, so what belongs now tells of the past too.
    """
    if code == SETTINGS:
        return {_table(label): None for label in SETTING_MODELS}
    kind = KINDS[code]
    owner = apps.get_model(kind.model)
    found: dict[str, set[int]] = {owner._meta.db_table: {pk}}
    for table, row_id in _belonging(_owned(owner, kind), pk):
        found.setdefault(table, set()).add(row_id)
    if code == "measure":
        found[Node._meta.db_table] = set(
            Measure.objects.filter(pk=pk).values_list("node_id", flat=True)
        )
    return {table: frozenset(ids) for table, ids in found.items()}


def _belonging(
    tables: Iterable[tuple[type[models.Model], str]], pk: int
) -> Iterable[tuple[str, int]]:
    """Return table and id of every row that belongs to a thing, in one query."""
    each = [
        _all(model._meta.label)
        .filter(**{path: pk})
        .order_by()
        .values_list(Value(model._meta.db_table, TextField()), "pk")
        for model, path in tables
    ]
    return each[0].union(*each[1:], all=True) if each else ()


def _owned(owner: type[models.Model], kind: Kind) -> Iterator[tuple[type[models.Model], str]]:
    """Yield the tables whose rows belong to a kind of thing, with the way to it."""
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    parts = set()
    for model in tables:
        for key in kind.keys:
            if _keys(model).get(key) is owner and not _is_another_thing(model, owner):
                parts.add(model)
                yield model, key
    if not kind.is_whole:
        return
    for model in tables:
        for name, part in _keys(model).items():
            if part in parts and model not in parts:
                yield model, f"{name}__{kind.keys[0]}"


def _is_another_thing(model: type[models.Model], owner: type[models.Model]) -> bool:
    """Tell whether a row at a node is rather a measure's: that has a history of its own."""
    return owner is Node and (model is Measure or "measure" in _keys(model))


def _keys(model: type[models.Model]) -> dict[str, type[models.Model]]:
    return {
        field.name: field.related_model
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type)
    }


def _all(label: str) -> "models.QuerySet[TenantModel]":
    return cast("type[TenantModel]", apps.get_model(label)).objects.all()


def _table(label: str) -> str:
    return str(apps.get_model(label)._meta.db_table)
