"""Which changes belong to which act: a batch writes the rows of many measures at once."""

from collections.abc import Iterable, Mapping, Sequence

from audit.models import Event
from audit.queries import history
from audit.queries.history import FieldChange
from measures.models import Line
from measures.models.line import PERIODS

MEASURE = "measure"
MEASURES = "measures_measure"
CLAIMS = "measures_actualclaim"
SERIES = "measures_seriesversion"
CLAIM = "claim_id"  # what an act on one claim names

Changes = dict[int, list[FieldChange]]
Place = tuple[int, int]  # a transaction and a measure in it
Acts = dict[tuple[object, ...], int]  # what an act of a transaction is about, and its number


def changes_of(found: Iterable[Event]) -> Changes:
    """Return by sequence number what each act changed; the same few queries however many acts.

    The database ties all rows of a transaction to the first of its acts. An act on one measure
    of a batch is told with the rows of that measure only: the others are not its own, and their
    reader may be another.
    """
    events = list(found)
    together = list(history.together_with(events))
    changed = history.changes_of(together)
    measures = _measures_of_lines(changed)
    elsewhere = _elsewhere(together, changed, measures)
    told: set[Place] = set()
    result: Changes = {}
    for event in together:
        own = changed[event.seq]
        if event.subject_kind == MEASURE and event.subject_id is not None:
            place = (event.transaction_id, event.subject_id)
            own = [each for each in own if _measure(each, measures) in (None, event.subject_id)] + (
                [] if place in told else elsewhere.get(place, [])
            )
            told.add(place)
        result[event.seq] = own
    _give_claims_to_their_acts(together, result)
    return {event.seq: result[event.seq] for event in events}


def _give_claims_to_their_acts(together: Sequence[Event], result: Changes) -> None:
    """Tell each month of a batch at its own act: one act claims, approves or rejects one claim."""
    acts = [event for event in together if CLAIM in event.details]
    by_claim: Acts = {(event.transaction_id, event.details[CLAIM]): event.seq for event in acts}
    by_month: Acts = {(event.transaction_id, *_month(event)): event.seq for event in acts}
    for event in acts:
        kept: list[FieldChange] = []
        for change in result[event.seq]:
            own = _act_of(change, event.transaction_id, by_claim, by_month)
            (kept if own in (None, event.seq) else result[own]).append(change)
        result[event.seq] = kept


def _act_of(change: FieldChange, transaction: int, by_claim: Acts, by_month: Acts) -> int | None:
    if change.table == CLAIMS:
        return by_claim.get((transaction, change.row_id))
    if change.table == SERIES and change.field in PERIODS:
        row, period = change.row, PERIODS.index(change.field) + 1
        return by_month.get((transaction, row.get("line_id"), row.get("fiscal_year"), period))
    return None


def _month(event: Event) -> tuple[object, ...]:
    details = event.details
    return details.get("line_id"), details.get("fiscal_year"), details.get("period")


def _elsewhere(
    together: Sequence[Event], changed: Changes, measures: Mapping[int, int]
) -> dict[Place, list[FieldChange]]:
    """Return the changes of each measure that are tied to an act on another one."""
    found: dict[Place, list[FieldChange]] = {}
    for event in together:
        if event.subject_kind != MEASURE:
            continue
        for change in changed[event.seq]:
            measure = _measure(change, measures)
            if measure is not None and measure != event.subject_id:
                found.setdefault((event.transaction_id, measure), []).append(change)
    return found


def _measure(change: FieldChange, measures: Mapping[int, int]) -> int | None:
    """Return the measure a row belongs to; None where it names none."""
    if change.table == MEASURES:
        return change.row_id
    measure = change.row.get("measure_id")
    if isinstance(measure, int):
        return measure
    line = change.row.get("line_id")
    return measures.get(line) if isinstance(line, int) else None


def _measures_of_lines(changed: Changes) -> dict[int, int]:
    every = (change.row.get("line_id") for each in changed.values() for change in each)
    lines = {line for line in every if isinstance(line, int)}
    if not lines:
        return {}
    return dict(Line.objects.filter(pk__in=lines).values_list("pk", "measure_id"))
