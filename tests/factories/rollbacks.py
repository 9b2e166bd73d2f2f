"""Roll-backs for tests: proposed by one of the two, done by both, and the plan as it is kept."""

from core import tenancy
from core.tenancy import Actor
from governance.models import RollBack
from governance.services import rollback
from measures.models import SeriesVersion
from measures.models.line import PERIODS
from measures.rules.lines import Series
from measures.rules.stage import Stage
from tests.factories.governance import Case

WHY = "The supplier has withdrawn its offer."


def proposed(
    case: Case,
    to: Stage | int = Stage.DETAILED,
    *,
    by: str = "sponsor",
    actor: Actor | None = None,
    reason: str = WHY,
) -> RollBack:
    """Propose a roll-back, as the sponsor unless said otherwise."""
    return rollback.propose(
        actor=actor or case.actor(by), measure_id=case.measure_id, to_stage=to, reason=reason
    )


def rolled_back(case: Case, to: Stage = Stage.DETAILED) -> None:
    """Roll a measure back: the sponsor proposes, the controller confirms."""
    proposed(case, to)
    rollback.confirm(actor=case.actor("controller"), measure_id=case.measure_id)


def plan(case: Case) -> list[tuple[object, ...]]:
    """Return every version of plan and baseline as it is kept, in the order it was written."""
    with tenancy.reading(case.actor("lead")):
        rows = SeriesVersion.objects.filter(
            line_id=case.line_id, series__in=[Series.PLAN, Series.BASELINE]
        )
        return list(rows.order_by("pk").values_list("pk", "series", "version", *PERIODS))
