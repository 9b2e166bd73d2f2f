"""Whether a measure still meets what its own stage asks, when it comes back after a long time."""

from governance.errors import CriteriaLapsed
from governance.queries import criteria, facts, schemes
from governance.rules import gates
from governance.rules.criteria import Moment, Unmet
from measures.models import Measure
from measures.rules.stage import Stage


def of(measure: Measure) -> tuple[Unmet, ...]:
    """Return what the gate into the measure's stage would ask now and is not there.

    What was known to be missing at a take-over is left out: it never was there.
    """
    found = facts.one(measure.pk)
    if found.stage is Stage.DEFINED:
        return ()
    entered = schemes.current().gate_to(found.stage)
    missing = gates.unmet(entered, found, Moment.REQUEST)
    return tuple(each for each in missing if each.code not in found.known_unmet)


def ensure_none(measure: Measure) -> None:
    """Refuse with all that is missing, by whom and where; raises CriteriaLapsed."""
    missing = of(measure)
    if missing:
        raise CriteriaLapsed(
            stage=Stage(measure.stage).name.title(),
            missing=missing,
            missing_rows=criteria.missing_rows(missing, measure),
        )
