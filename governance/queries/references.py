"""What a key in a changed row names: whose id it is, and what that thing is called."""

import functools
from collections.abc import Iterable, Mapping
from typing import cast

from django.apps import apps
from django.db import models

from core.tables import TenantModel
from measures.models import Measure

Key = tuple[str, int]  # the label of a model and an id

# What rows are called by, the first there is; a measure is called as its node is.
NAMES = ("name", "title", "what", "file_name", "key")


@functools.cache
def models_by_table() -> Mapping[str, type[models.Model]]:
    """Return every model by its table."""
    return {each._meta.db_table: each for each in apps.get_models()}


@functools.cache
def field_of(table: str, column: str) -> "models.Field[object, object] | None":
    """Return the field behind a column; None for a column that the code no longer knows."""
    model = models_by_table().get(table)
    fields = () if model is None else model._meta.local_fields
    return next((each for each in fields if column in {each.attname, each.name}), None)


@functools.cache
def target_of(table: str, column: str) -> str:
    """Return the label of the model that a column's key names; empty where it is no such key."""
    field = field_of(table, column)
    related = field.related_model if isinstance(field, models.ForeignKey) else None
    is_named = isinstance(related, type) and _name_of(related) != ""
    return str(related._meta.label) if is_named and isinstance(related, type) else ""


def names_of(keys: Iterable[Key]) -> dict[Key, str]:
    """Return what the things behind keys are called; one query a kind."""
    ids: dict[str, set[int]] = {}
    for label, pk in keys:
        ids.setdefault(label, set()).add(pk)
    found: dict[Key, str] = {}
    for label, wanted in ids.items():
        model = cast("type[TenantModel]", apps.get_model(label))
        rows = model.objects.filter(pk__in=wanted).values_list("pk", _name_of(model))
        found.update({(label, pk): str(name) for pk, name in rows})
    return found


def own_name(row: Mapping[str, object]) -> str:
    """Return what a row is called by itself; empty where it has no name."""
    return next((str(row[name]) for name in NAMES if row.get(name)), "")


def _name_of(model: type[models.Model]) -> str:
    if model is Measure:
        return "node__name"
    known = {field.name for field in model._meta.local_fields}
    is_ours = issubclass(model, TenantModel)
    return next((name for name in NAMES if name in known), "") if is_ours else ""
