"""What time does to escalations: measures are looked at, missed timers climb, what ended ends."""

from collections import defaultdict
from collections.abc import Iterable

from core import tenancy
from core.tenancy import Actor
from governance.services import forcing
from measures.queries import periods
from measures.services import lock
from steering.models import Escalation
from steering.queries import deciders, latest, waiting
from steering.rules import escalation as life
from steering.rules.escalation import EscalationState
from steering.services import escalating, evaluation
from steering.services.escalating import Ladder

BATCH = 500  # measures a transaction


def run(*, actor: Actor) -> int:
    """Do what the clock asks for in one organization; returns how many escalations changed."""
    with tenancy.reading(actor):
        if not waiting.is_any(periods.ground().today):
            return 0
    changed = forcing.lapse(actor=actor) + settle(actor=actor)
    changed += pass_on(actor=actor) + climb(actor=actor)
    while found := _to_look_at(actor):
        changed += evaluation.evaluate(actor=actor, measure_ids=found)
    return changed


@tenancy.act
def climb(*, actor: Actor) -> int:
    """Raise every open escalation whose timer was missed; returns how many climbed."""
    tenancy.lock_organization("steering")
    ground = periods.ground()
    late = _by_measure(waiting.missed(ground.today))
    measures = {each.pk: each for each in lock.locked(late)}
    people = deciders.of(measures.values())
    climbed = 0
    for pk in sorted(measures):
        ladder = Ladder(people[pk], ground.today, ground.numbers, ground.working)
        for row in late[pk]:
            # Read again behind the measure's lock: it may have been decided meanwhile.
            row.refresh_from_db()
            level = life.on_clock(latest.facts_of(row), ground.today)
            if level is not None:
                escalating.raise_to(row, level, ladder)
                climbed += 1
    return climbed


@tenancy.act
def pass_on(*, actor: Actor) -> int:
    """Ask somebody else where who was asked has left; returns how many were passed on."""
    tenancy.lock_organization("steering")
    return reask(waiting.deserted())


def reask(open_ones: Iterable[Escalation]) -> int:
    """Ask anew in open escalations, inside an act that holds the lock of steering."""
    ground = periods.ground()
    found = _by_measure(open_ones)
    measures = {each.pk: each for each in lock.locked(found)}
    people = deciders.of(measures.values())
    passed = 0
    for pk in sorted(measures):
        ladder = Ladder(people[pk], ground.today, ground.numbers, ground.working)
        for row in found[pk]:
            row.refresh_from_db()
            if row.state == EscalationState.OPEN:
                passed += escalating.pass_on(row, ladder)
    return passed


@tenancy.act
def settle(*, actor: Actor) -> int:
    """End every escalation that lost its subject by a decision of its own; returns how many."""
    tenancy.lock_organization("steering")
    bereft = _by_measure(waiting.bereft(periods.ground().today))
    lock.locked(bereft)
    ended = 0
    for pk in sorted(bereft):
        for row in bereft[pk]:
            row.refresh_from_db()
            if row.state == EscalationState.OPEN:
                escalating.end(row)
                ended += 1
    return ended


def _by_measure(rows: Iterable[Escalation]) -> dict[int, list[Escalation]]:
    found: dict[int, list[Escalation]] = defaultdict(list)
    for row in rows:
        found[row.measure_id].append(row)
    return found


def _to_look_at(actor: Actor) -> list[int]:
    with tenancy.reading(actor):
        return waiting.to_look_at(periods.ground().today, BATCH)
