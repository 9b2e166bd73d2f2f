"""How measures ended: the day of a cancellation or a closing, and the share proven of each line."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from governance.models import ClosureConfirmation, LifecycleDecision, Rephasing, StagePassage
from governance.queries import holding, sustained
from governance.rules.holds import Move
from measures.queries.periods import Ground
from measures.rules.stage import Stage


@dataclass(slots=True)
class Ending:
    """What is known of one measure's end.

    `proven` is approved by plan, by line id (§6), less what later checks found lost.
    """

    cancelled_on: date | None = None
    closed_on: date | None = None
    proven: dict[int, Fraction] = field(default_factory=dict)


def of(measure_ids: Collection[int], ground: Ground) -> dict[int, Ending]:
    """Return the endings of measures that have one; five queries however many."""
    found: dict[int, Ending] = {}
    cancelled = LifecycleDecision.objects.filter(
        measure_id__in=measure_ids, act__in=[Move.CANCEL.value, Move.REJECT.value]
    )
    for measure, decided_at in cancelled.order_by("pk").values_list("measure_id", "decided_at"):
        found.setdefault(measure, Ending()).cancelled_on = ground.day_of(decided_at)
    closed = StagePassage.objects.filter(measure_id__in=measure_ids, stage=Stage.CLOSED)
    for measure, entered_on in closed.order_by("pk").values_list("measure_id", "entered_on"):
        found.setdefault(measure, Ending()).closed_on = entered_on
    confirmed = list(ClosureConfirmation.objects.filter(measure_id__in=measure_ids).order_by("pk"))
    lasting = sustained.shares(confirmed)
    for closing in confirmed:
        found.setdefault(closing.measure_id, Ending()).proven = {
            int(each["line"]): Fraction(each["approved"])
            / Fraction(each["plan"])
            * lasting[closing.pk].get(int(each["line"]), Fraction(1))
            for each in closing.figures
            if Fraction(each["plan"])
        }
    return found


def rephased(on_hold: Iterable[int]) -> set[int]:
    """Return the measures on hold whose delayed phasing sponsor and controller have confirmed."""
    rows = Rephasing.objects.filter(measure_id__in=list(on_hold))
    asked = set(rows.values_list("measure_id", flat=True))
    return {measure for measure in asked if holding.is_rephased(measure)}
