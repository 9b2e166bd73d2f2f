"""Looking at measures: what fires is opened, raised or added to; looking twice changes nothing."""

from collections.abc import Collection, Mapping

from core import tenancy
from core.tenancy import Actor
from measures.models import Measure
from measures.queries import periods
from measures.queries.periods import Ground
from measures.rules.stage import Stage, held_to
from measures.services import lock
from steering.models import Watch
from steering.queries import deciders, facts, latest
from steering.queries.facts import Seen
from steering.queries.latest import Latest
from steering.rules import escalation as life
from steering.rules import triggers
from steering.rules.escalation import Verdict
from steering.rules.triggers import Firing, TriggerCode
from steering.services import escalating, forcing
from steering.services.escalating import Case, Ladder

Firings = Mapping[TriggerCode, Firing]


@tenancy.act
def evaluate(*, actor: Actor, measure_ids: Collection[int]) -> int:
    """Look at measures and escalate what fires; returns how many escalations were changed.

    What had gone wrong before the cut-over of a take-over fires nothing. An escalation that was
    decided and no longer fires is noted as back in band; an open one stays open.
    """
    tenancy.lock_organization("steering")
    ground = periods.ground()
    seen = facts.of(measure_ids, ground)
    fired = {pk: _firings(each) for pk, each in seen.items()}
    known = latest.of(seen)
    concerned = {pk for pk, found in fired.items() if found}
    concerned |= {pk for (pk, _), each in known.items() if each.is_watched}
    unforced = forcing.unforced(seen, ground)
    changed = 0
    for case in _cases(concerned | unforced, seen, ground):
        changed += case.measure.pk in unforced and forcing.force(case)
        for code in triggers.asked_of(case.seen.facts):
            firing = fired[case.measure.pk].get(code)
            changed += _settle(case, firing, known.get((case.measure.pk, code)))
    _remember(seen, ground)
    return changed


def _firings(seen: Seen) -> Firings:
    return {firing.code: firing for firing in triggers.firings(seen.facts)}


def _cases(concerned: Collection[int], seen: Mapping[int, Seen], ground: Ground) -> list[Case]:
    """Lock what is concerned; what was held, cancelled or moved since it was read is left out."""
    measures = [each for each in lock.locked(concerned) if _is_as_seen(each, seen[each.pk])]
    people = deciders.of(measures)
    return [
        Case(
            each,
            seen[each.pk],
            Ladder(people[each.pk], ground.today, ground.numbers, ground.working),
            ground.currency,
        )
        for each in measures
    ]


def _is_as_seen(measure: Measure, seen: Seen) -> bool:
    stage = held_to(Stage(measure.stage), was_decided=measure.decided_on is not None)
    is_same = (stage, measure.lifecycle) == (seen.facts.stage, seen.facts.lifecycle)
    return is_same and triggers.is_watched(seen.facts)


def _settle(case: Case, firing: Firing | None, former: Latest | None) -> bool:
    """Do with one rule what it asks for; False if nothing changed."""
    if firing is None:
        if former is None or not former.is_watched:
            return False
        escalating.note_back_in_band(former.row, case.ladder.today)
        return True
    today = case.ladder.today
    step = life.on_firing(firing, None if former is None else former.facts, today)
    if step.verdict is Verdict.COVERED:
        return False
    if former is None or step.verdict is Verdict.OPEN:
        # Only what comes back higher points at the one before; else the case begins anew.
        came_back = former.row if former is not None and step.level > firing.level else None
        escalating.open_one(case, firing, step.level, came_back)
        return True
    is_raised = step.verdict is Verdict.RAISE
    if is_raised:
        escalating.raise_to(former.row, step.level, case.ladder)
    return escalating.repeat(former.row, firing) or is_raised


def _remember(seen: Mapping[int, Seen], ground: Ground) -> None:
    Watch.objects.bulk_create(
        (
            Watch(
                measure_id=pk,
                judged_at=each.judged_at,
                looked_for=ground.today,
                red_since=each.red_since,
                **forcing.remembered(each),
            )
            for pk, each in sorted(seen.items())
        ),
        update_conflicts=True,
        unique_fields=["organization", "measure"],
        update_fields=["judged_at", "looked_for", "red_since", *forcing.REMEMBERED],
    )
