"""Whether a measure still meets what its own stage asks, when it comes back after a long time."""

from governance.errors import CriteriaLapsed
from governance.queries import criteria, facts
from governance.rules import gates
from governance.rules.criteria import Moment, Unmet
from governance.rules.gates import GATES
from measures.models import Measure
from measures.rules.stage import Stage


def of(measure: Measure) -> tuple[Unmet, ...]:
    """Return what the gate into the measure's stage would ask now and is not there.

    What was known to be missing at a take-over is left out: it never was there.
    """
    found = facts.one(measure.pk)
    entered = next((gate for gate in GATES.values() if gate.leads_to == measure.stage), None)
    if entered is None:
        return ()
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
