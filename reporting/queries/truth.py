"""What each measure should have put into the roll-up, derived from the truth as of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hierarchy.models import Node
from measures.queries import lights as stored_lights
from measures.queries import rates as known_rates
from measures.queries.facts import LineFigures, MeasureFigures
from measures.queries.lights import StoredLights
from measures.queries.periods import Ground
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason
from measures.rules.lines import LineFacts
from measures.rules.stage import Lifecycle
from reporting.queries import endings
from reporting.queries.endings import Ending
from reporting.rules.contribution import ContributionFacts, MeasureRow, contribute
from reporting.rules.rates import rates
from reporting.rules.scale import at_group_scale
from reporting.rules.spread import Standing, standing_of
from steering.models import Escalation
from steering.rules.escalation import EscalationState

STEERING_LEVEL = 3  # from here on an escalation caps the node above its measure (§10.4)


@dataclass(frozen=True, slots=True)
class Derived:
    """A measure's place and sums as they should stand, and its lights as roll-ups see them.

    `known` is what both were derived from, its lines in the order of the measure's figures.
    """

    standing: Standing
    row: MeasureRow
    known: ContributionFacts


def derive(figures: Mapping[int, MeasureFigures], ground: Ground) -> dict[int, Derived]:
    """Return what measures should have put in, from their figures and their stored lights.

    The number of queries does not follow the number of measures.
    """
    lights = stored_lights.of(figures)
    ended = endings.of(list(figures), ground)
    escalated = _escalated(figures)
    rephased = endings.rephased(
        pk for pk, each in figures.items() if each.lifecycle is Lifecycle.ON_HOLD
    )
    above = _ancestors(each.node_id for each in figures.values())
    rates_known = known_rates.for_currencies(
        ground.currency, {line.currency for each in figures.values() for line in each.line_facts}
    )
    return {
        measure: _derived(
            (each.node_id, *above[each.node_id]),
            replace(
                _facts(each, lights.get(measure), ended.get(measure, Ending()), ground),
                has_open_level_3=measure in escalated,
                hold_is_rephased=measure in rephased,
                rates=rates_known,
            ),
        )
        for measure, each in figures.items()
    }


def _derived(path: tuple[int, ...], known: ContributionFacts) -> Derived:
    contribution = contribute(known)
    return Derived(standing_of(path, contribution, rates(known)), contribution.measure, known)


def _ancestors(nodes: Iterable[int]) -> dict[int, list[int]]:
    return dict(Node.objects.filter(pk__in=list(nodes)).values_list("pk", "ancestor_ids"))


def _escalated(measure_ids: Iterable[int]) -> set[int]:
    """Return the measures with an escalation open at steering level or above."""
    rows = Escalation.objects.filter(
        measure_id__in=list(measure_ids), state=EscalationState.OPEN, level__gte=STEERING_LEVEL
    )
    return set(rows.values_list("measure_id", flat=True))


def _facts(
    figures: MeasureFigures, lights: StoredLights | None, ending: Ending, ground: Ground
) -> ContributionFacts:
    return ContributionFacts(
        stage=figures.stage,
        lifecycle=figures.lifecycle,
        clock=figures.clock,
        lines=tuple(_line(each, ending) for each in figures.lines),
        implementation=_UNJUDGED if lights is None else lights.implementation,
        potential=_UNJUDGED if lights is None else lights.potential,
        forecast=Freshness.EXPIRED if lights is None else lights.forecast,
        reporting_currency=ground.currency,
        cancelled_on=ending.cancelled_on,
        closed_on=ending.closed_on,
        was_decided=figures.decided_on is not None,
    )


def _line(line: LineFigures, ending: Ending) -> LineFacts:
    proven = ending.proven.get(line.line_id)
    return replace(at_group_scale(line.facts), proven=proven)


_UNJUDGED = Light(Colour.GREY, (Reason("not_decided"),))
