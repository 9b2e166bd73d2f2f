"""The life of one thing in the ledger: every act on it, or on a row that belongs to it."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from audit.models import Event, HistoryRow
from governance.queries import ledger, objects, unread
from governance.queries.ledger import LedgerPage
from governance.queries.objects import SETTING_SUBJECTS, SETTINGS, Rows


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing: the code of its kind, and its id (0 where there is only one)."""

    kind: str
    id: int = 0


def of(thing: Thing, before: int | None = None, limit: int = ledger.PAGE) -> LedgerPage:
    """Return the acts that made or changed a thing, the newest first, with its own changes alone.

    An import changes many things at once; told here is what it did to this one. Whether the
    reader may look is judged before.
    """
    rows = objects.rows_of(thing.kind, thing.id)
    numbers = sorted(_numbers(thing, rows), reverse=True)
    if before is not None:
        numbers = [number for number in numbers if number < before]
    events = unread.acts(Event.objects.all()).filter(seq__in=numbers[:limit]).order_by("-seq")
    following = numbers[limit - 1] if len(numbers) > limit else None
    return LedgerPage(tuple(ledger.rows(events, only=rows)), following)


def _numbers(thing: Thing, rows: Rows) -> set[int]:
    own = unread.acts(Event.objects.all()).filter(_subject(thing))
    touched = _touched(rows)
    covering = unread.acts(Event.objects.all()).filter(transaction_id__in=touched)
    # A batch ties all its rows to the first of its acts; each thing's own act says what it is.
    told = set(own.filter(transaction_id__in=touched).values_list("transaction_id", flat=True))
    found = set(own.values_list("seq", flat=True))
    for each in covering:
        is_told = each.subject_kind == thing.kind and each.transaction_id in told
        if not is_told and _covers(each, touched[each.transaction_id]):
            found.add(each.seq)
    return found


def _subject(thing: Thing) -> Q:
    if thing.kind == SETTINGS:
        return Q(subject_kind__in=SETTING_SUBJECTS)
    return Q(subject_kind=thing.kind, subject_id=thing.id)


def _touched(rows: Rows) -> Mapping[int, list[int]]:
    """Return by transaction the changes of these rows, in order."""
    condition = Q(pk__in=[])
    for table, ids in rows.items():
        one = Q(table_name=table)
        condition |= one if ids is None else one & Q(row_id__in=ids)
    found: dict[int, list[int]] = {}
    changes = HistoryRow.objects.filter(condition).order_by("pk")
    for transaction, change in changes.values_list("transaction_id", "pk"):
        found.setdefault(transaction, []).append(change)
    return found


def _covers(event: Event, changes: list[int]) -> bool:
    if event.history_from is None or event.history_to is None:
        return False
    at = bisect_left(changes, event.history_from)
    return at < len(changes) and changes[at] <= event.history_to
