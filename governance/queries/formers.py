"""What stood before a new version: rows that are only added to say nothing of it themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from django.db.models import Q

from accounts.rules.numbers import NUMBERS
from audit.queries.history import FieldChange
from core.tables import TenantModel
from governance.queries import references


@dataclass(frozen=True, slots=True)
class Versioned:
    """A table of versions: the column whose value each version sets, and what it is a value of."""

    value: str
    keys: tuple[str, ...]


NUMBERS_TABLE = "accounts_numbersetting"
TABLES: Mapping[str, Versioned] = {
    NUMBERS_TABLE: Versioned("value", ("key",)),
    "measures_nodetarget": Versioned("amount", ("node_id", "horizon", "fiscal_year", "currency")),
}

Formers = Mapping[tuple[str, int], object]


def values_before(changes: Iterable[FieldChange]) -> Formers:
    """Return by table and row the value that the version before it had; one query a table."""
    found: dict[tuple[str, int], object] = {}
    rows: dict[str, list[FieldChange]] = {}
    for change in changes:
        table = TABLES.get(change.table)
        if table is not None and change.field == table.value and change.before is None:
            rows.setdefault(change.table, []).append(change)
    for name, its in rows.items():
        found.update(_found(name, TABLES[name], its))
    return found


def _found(
    name: str, table: Versioned, changes: list[FieldChange]
) -> dict[tuple[str, int], object]:
    model = cast("type[TenantModel]", references.models_by_table()[name])
    columns = (*table.keys, "version")
    condition = Q(pk__in=[])
    for change in changes:
        condition |= Q(**dict(zip(columns, _place(change, table), strict=True)))
    stored = model.objects.filter(condition).values_list(*columns, table.value)
    values = {tuple(map(str, row[:-1])): row[-1] for row in stored}
    return {
        (name, change.row_id): values.get(
            tuple(map(str, _place(change, table))), _default(change, name)
        )
        for change in changes
    }


def _place(change: FieldChange, table: Versioned) -> tuple[object, ...]:
    """Return what a version is a version of, and the number of the one before it."""
    version = change.row.get("version")
    before = version - 1 if isinstance(version, int) else 0
    return (*(change.row.get(each) for each in table.keys), before)


def _default(change: FieldChange, name: str) -> object:
    number = NUMBERS.get(str(change.row.get("key"))) if name == NUMBERS_TABLE else None
    return None if number is None else number.default
