"""The nightly check: drift is found, stored and told; it is never repaired in silence."""

import logging

from core import tenancy
from core.tenancy import Actor
from measures.queries import periods
from reporting.models import RollupState
from reporting.queries import drift, stored, waiting
from reporting.queries.drift import DriftCell

logger = logging.getLogger(__name__)


def check(*, actor: Actor) -> list[DriftCell]:
    """Compare everything in one snapshot, store how many cells differ, and return them."""
    with tenancy.reading(actor):
        found = drift.cells()
    _remember(actor=actor, drift_rows=len(found))
    if found:
        logger.error(
            "roll-ups of organization %s drifted in %s cells", actor.organization_id, len(found)
        )
    return found


def is_due(*, actor: Actor) -> bool:
    """Tell whether today nothing has been checked yet and nothing waits that would be left out."""
    with tenancy.reading(actor):
        state, ground = stored.state(), periods.ground()
        checked_at = None if state is None else state.checked_at
        is_checked = checked_at is not None and ground.day_of(checked_at) >= ground.today
        return not is_checked and not waiting.count()


@tenancy.act
def _remember(*, actor: Actor, drift_rows: int) -> None:
    values = {"checked_at": tenancy.current().now, "drift_rows": drift_rows}
    if not RollupState.objects.update(**values):
        RollupState.objects.create(**values)
