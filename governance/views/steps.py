"""The six stages of a measure as components/stepper.html reads them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.queries import people
from governance.queries import passage
from governance.queries.passage import PassageRow
from measures.models import Measure
from measures.queries import periods, stages
from measures.rules.stage import Lifecycle, Stage, StageNames

Place = tuple[int, int]
Entered = dict[Place, PassageRow]
DONE, CURRENT, OPEN = "done", "current", "open"


@dataclass(frozen=True, slots=True)
class Within:
    """A step that the scheme has added inside a stage: passed, current or open, since when."""

    name: str
    state: str
    on: date | None
    by: str


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: passed, current or open; when it was entered and by whose decision."""

    name: str
    state: str
    on: date | None
    by: str
    note: str
    steps: tuple[Within, ...]


def of(measure: Measure) -> list[Step]:
    """Return the stages of a measure with the date and the name behind each passage."""
    entered: Entered = {(row.stage, row.step): row for row in passage.passages(measure.pk)}
    entered.setdefault((Stage.DEFINED, 0), _proposal(measure))
    names = stages.names()
    return [_step(stage, measure, entered, names) for stage in Stage]


def _proposal(measure: Measure) -> PassageRow:
    names = people.names_of({measure.proposer_id})
    return PassageRow(
        Stage.DEFINED,
        0,
        periods.ground().day_of(measure.created_at),
        names.get(measure.proposer_id or 0, ""),
        by_take_over=False,
    )


def _step(stage: Stage, measure: Measure, entered: Entered, names: StageNames) -> Step:
    state = _state((stage, 0), measure)
    if stage == measure.stage and state == DONE and measure.lifecycle != Lifecycle.CLOSED:
        state = CURRENT  # a step inside it is reached
    row = _known(entered, (stage, 0), state)
    return Step(
        name=names.of(stage),
        state=state,
        on=None if row is None else row.entered_on,
        by="" if row is None else row.entered_by,
        note=_note(stage, measure, row),
        steps=tuple(
            _within(name, (stage, number), measure, entered)
            for number, name in enumerate(names.steps[stage], start=1)
        ),
    )


def _within(name: str, place: Place, measure: Measure, entered: Entered) -> Within:
    state = _state(place, measure)
    row = _known(entered, place, state)
    return Within(
        name, state, None if row is None else row.entered_on, "" if row is None else row.entered_by
    )


def _known(entered: Entered, place: Place, state: str) -> PassageRow | None:
    """Return the passage of a place reached; of a measure taken over it may have no date."""
    return None if state == OPEN else entered.get(place)


def _state(place: Place, measure: Measure) -> str:
    now = (measure.stage, measure.step)
    if place < now or measure.lifecycle == Lifecycle.CLOSED:
        return DONE
    return CURRENT if place == now else OPEN


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
