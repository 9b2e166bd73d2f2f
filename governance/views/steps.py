"""The six stages of a measure as components/stepper.html reads them."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.queries import people
from governance.queries import passage
from governance.queries.passage import PassageRow
from measures.models import Measure
from measures.queries import periods
from measures.rules.stage import Lifecycle, Stage
from measures.words import STAGE_NAMES

DONE, CURRENT, OPEN = "done", "current", "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: passed, current or open; when it was entered and by whose decision."""

    name: Promise
    state: str
    on: date | None
    by: str
    note: str


def of(measure: Measure) -> list[Step]:
    """Return the stages of a measure with the date and the name behind each passage."""
    entered = {row.stage: row for row in passage.passages(measure.pk)}
    first = _proposal(measure)
    return [_step(stage, measure, entered.get(stage), first) for stage in Stage]


def _proposal(measure: Measure) -> PassageRow:
    names = people.names_of({measure.proposer_id})
    return PassageRow(
        Stage.DEFINED,
        0,
        periods.ground().day_of(measure.created_at),
        names.get(measure.proposer_id or 0, ""),
        by_take_over=False,
    )


def _step(stage: Stage, measure: Measure, entered: PassageRow | None, first: PassageRow) -> Step:
    row = first if entered is None and stage is Stage.DEFINED else entered
    state = _state(stage, measure)
    # What lies behind a measure taken over may have no date: it was not told.
    known = row if row is not None and state != OPEN else None
    return Step(
        name=STAGE_NAMES[stage],
        state=state,
        on=None if known is None else known.entered_on,
        by="" if known is None else known.entered_by,
        note=_note(stage, measure, known),
    )


def _state(stage: Stage, measure: Measure) -> str:
    if stage < measure.stage or measure.lifecycle == Lifecycle.CLOSED:
        return DONE
    return CURRENT if stage == measure.stage else OPEN


def _note(stage: Stage, measure: Measure, row: PassageRow | None) -> str:
    if stage == measure.stage and measure.lifecycle == Lifecycle.ON_HOLD:
        return _("on hold")
    if stage == measure.stage and measure.lifecycle == Lifecycle.CANCELLED:
        return _("cancelled here")
    if row is not None and row.by_take_over:
        return _("taken over")
    if stage == measure.stage == Stage.DECIDED:
        return _("in execution")
    return ""
