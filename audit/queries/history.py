"""The ledger read: acts in their order, and what each changed, before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from audit.models import Event, HistoryRow

# The numbers of the nested set and the tenant say nothing to a reader.
UNSAID = frozenset({"id", "organization_id", "lft", "rght", "tree_id", "version"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one row, before and after an act; None where there was or is no row.

    `row` is the whole row as the act left it, or as it was before it was deleted.
    """

    table: str
    row_id: int
    field: str
    before: object
    after: object
    row: Mapping[str, object]


def acts() -> models.QuerySet[Event]:
    """Return the acts of the active organization, newest first."""
    return Event.objects.order_by("-seq")


def acts_on(subjects: Iterable[tuple[str, int]]) -> models.QuerySet[Event]:
    """Return the acts on any of the subjects (kind, id), newest first."""
    condition = Q(pk__in=[])
    for kind, subject_id in subjects:
        condition |= Q(subject_kind=kind, subject_id=subject_id)
    return acts().filter(condition)


def together_with(events: Iterable[Event]) -> models.QuerySet[Event]:
    """Return the acts of the same transactions, these among them, oldest first."""
    return Event.objects.filter(
        transaction_id__in={event.transaction_id for event in events}
    ).order_by("seq")


def changes_of(events: Iterable[Event]) -> dict[int, list[FieldChange]]:
    """Return by sequence number what each act changed; one query however many acts."""
    found = list(events)
    rows = HistoryRow.objects.filter(
        transaction_id__in={event.transaction_id for event in found}
    ).order_by("id")
    by_transaction: dict[int, list[HistoryRow]] = {}
    for row in rows:
        by_transaction.setdefault(row.transaction_id, []).append(row)
    return {
        event.seq: [
            change
            for row in by_transaction.get(event.transaction_id, ())
            if _is_covered(row, event)
            for change in _changes(row)
        ]
        for event in found
    }


def _is_covered(row: HistoryRow, event: Event) -> bool:
    first, last = event.history_from, event.history_to
    return first is not None and last is not None and first <= row.pk <= last


def _changes(row: HistoryRow) -> list[FieldChange]:
    before, after = row.before or {}, row.after or {}
    return [
        FieldChange(
            row.table_name, row.row_id, field, before.get(field), after.get(field), after or before
        )
        for field in {**before, **after}
        if field not in UNSAID and before.get(field) != after.get(field)
    ]
