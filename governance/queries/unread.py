"""What the ledger does not tell a reader: acts on confidential measures they do not read.

The ledger's own tables are cut off from nobody, for its chain is proven over every act; so each
list of acts and of changes passes through here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import Event
from audit.queries.export import Reader
from audit.queries.history import FieldChange
from audit.rules.chain import Line
from core import tenancy
from core.sight import Sight
from governance.queries import objects, references
from hierarchy.models import Node
from measures.models import Measure

MEASURES, NODES = Measure._meta.db_table, Node._meta.db_table
OF_MEASURES = ("measure_id", "needs_id", "replacement_id")

Ids = dict[str, set[int]]  # by the label of a model


def acts(found: "QuerySet[Event]") -> "QuerySet[Event]":
    """Leave out the acts on what the reader does not read; no query where they read all."""
    sight = tenancy.current().sight
    if not sight.rows:
        return found
    hidden = Q(subject_kind="measure", subject_id__in=sight.rows)
    hidden = hidden | Q(subject_kind="node", subject_id__in=sight.nodes)
    for code, kind in objects.KINDS.items():
        if kind.name.startswith("measure__"):
            # Its rows are cut off by the database itself, so what is not found is not read.
            there = objects.rows_called(code).filter(pk=OuterRef("subject_id"))
            hidden = hidden | (Q(subject_kind=code) & ~Q(Exists(there)))
    return found.exclude(hidden)


def changes(found: Mapping[int, list[FieldChange]]) -> dict[int, list[FieldChange]]:
    """Leave out the changes of rows that the reader does not read, in acts on other things."""
    sight = tenancy.current().sight
    if not sight.rows:
        return dict(found)
    known = _Known(sight, _there(change for each in found.values() for change in each))
    return {
        seq: [change for change in each if not known.is_hidden(change)]
        for seq, each in found.items()
    }


def exporter() -> Reader | None:
    """Return what an export leaves to its hashes; None for who reads all."""
    if not tenancy.current().sight.rows:
        return None
    return Reader(_told, _rows_told)


def _told(first: int, last: int) -> set[int]:
    among = Event.objects.filter(seq__range=(first, last))
    return set(acts(among).values_list("seq", flat=True))


def _rows_told(lines: Sequence[Line]) -> list[bool]:
    found = [_whole_row(line) for line in lines]
    known = _Known(tenancy.current().sight, _there(found))
    return [not known.is_hidden(change) for change in found]


def _whole_row(line: Line) -> FieldChange:
    row = line["after"] or line["before"]
    return FieldChange(
        str(line["table_name"]),
        int(str(line["row_id"])),
        "",
        None,
        None,
        row if isinstance(row, dict) else {},
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the reader does not read, and which of the rows behind keys they do."""

    sight: Sight
    there: Ids

    def is_hidden(self, change: FieldChange) -> bool:
        """Tell whether a row is a hidden measure's, by itself or by a key behind which one is."""
        row = change.row
        if change.table == MEASURES and change.row_id in self.sight.rows:
            return True
        if change.table == NODES and change.row_id in self.sight.nodes:
            return True
        if any(row.get(key) in self.sight.rows for key in OF_MEASURES):
            return True
        return row.get("node_id") in self.sight.nodes or any(
            value not in self.there[label] for label, value in _keys(change)
        )


def _there(found: Iterable[FieldChange]) -> Ids:
    """Return of the rows behind keys those that the database shows this reader."""
    wanted: Ids = {}
    for change in found:
        for label, value in _keys(change):
            wanted.setdefault(label, set()).add(value)
    return {label: objects.present(label, ids) for label, ids in wanted.items()}


def _keys(change: FieldChange) -> Iterable[tuple[str, int]]:
    """Yield the keys of a row to things that belong to a measure, such as its line."""
    for column, value in change.row.items():
        if column.endswith("_id") and isinstance(value, int):
            label = _part_of_a_measure(change.table, column)
            if label:
                yield label, value


def _part_of_a_measure(table: str, column: str) -> str:
    field = references.field_of(table, column)
    related = None if field is None else field.related_model
    if not isinstance(related, type) or related is Measure:
        return ""
    own = {each.name for each in apps.get_model(related._meta.label)._meta.local_fields}
    return str(related._meta.label) if "measure" in own else ""
