"""Moving a measure's stage and lifecycle: protected, for governance alone decides about it.

Nothing is judged here; the database demands the decision behind each of these changes.
"""

from measures.models import Measure
from measures.rules.stage import Lifecycle, Stage
from measures.services import lock


def move(measure: Measure, to: Stage) -> None:
    """Move a locked measure to a stage as its next version; Closed ends its lifecycle with it."""
    measure.stage = to
    fields = ["stage"]
    if to is Stage.CLOSED:
        measure.lifecycle = Lifecycle.CLOSED
        fields.append("lifecycle")
    lock.step(measure, *fields)
    measure.refresh_from_db(fields=["decided_on"])


def set_lifecycle(measure: Measure, lifecycle: Lifecycle) -> None:
    """Set a locked measure's lifecycle as its next version: on hold, active again, cancelled."""
    measure.lifecycle = lifecycle
    lock.step(measure, "lifecycle")
