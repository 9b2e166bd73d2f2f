"""Moving a measure's stage and lifecycle: protected, for governance alone decides about it.

Nothing is judged here; the database demands the decision behind each of these changes.
"""

from collections.abc import Sequence

from django.db.models import F

from measures.models import Measure
from measures.rules.stage import Lifecycle, Stage
from measures.services import lock


def move(measure: Measure, to: Stage, step: int = 0) -> None:
    """Move a locked measure to a stage as its next version; Closed ends its lifecycle with it."""
    measure.stage, measure.step = to, step
    fields = ["stage", "step"]
    if to is Stage.CLOSED:
        measure.lifecycle = Lifecycle.CLOSED
        fields.append("lifecycle")
    lock.step(measure, *fields)
    measure.refresh_from_db(fields=["decided_on"])


def move_many(measures: Sequence[Measure], to: Stage) -> None:
    """Move measures that were made in this transaction to a stage, in one statement; not Closed."""
    keys = [each.pk for each in measures]
    Measure.objects.filter(pk__in=keys).update(stage=to, version=F("version") + 1)
    decided = dict(Measure.objects.filter(pk__in=keys).values_list("pk", "decided_on"))
    for each in measures:
        each.stage, each.version, each.decided_on = to, each.version + 1, decided[each.pk]


def reopen(measure: Measure, step: int = 0) -> None:
    """Take the closing of a locked measure back as its next version: Implemented and active."""
    measure.stage, measure.step, measure.lifecycle = Stage.IMPLEMENTED, step, Lifecycle.ACTIVE
    lock.step(measure, "stage", "step", "lifecycle")


def roll_back(measure: Measure, to: Stage, step: int = 0) -> None:
    """Move a locked measure back to an earlier stage as its next version."""
    measure.stage, measure.step = to, step
    lock.step(measure, "stage", "step")


def set_lifecycle(measure: Measure, lifecycle: Lifecycle) -> None:
    """Set a locked measure's lifecycle as its next version: on hold, active again, cancelled."""
    measure.lifecycle = lifecycle
    lock.step(measure, "lifecycle")
