"""Who is named on a measure: three different people, and nobody taken away who is needed."""

from collections.abc import Mapping
from itertools import combinations

from accounts.queries import people
from accounts.rules.roles import Role
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import PersonNeeded, SamePerson
from measures.models import Measure
from measures.rules.stage import Stage, held_to
from measures.services import lock

NEEDED_FROM = {"owner": Stage.IDENTIFIED, "sponsor": Stage.IDENTIFIED, "controller": Stage.DETAILED}


def give(measure: Measure, named: Mapping[str, int | None]) -> None:
    """Name owner, sponsor and controller of a locked measure, inside an act that records it.

    Raises SamePerson, PersonNeeded, and NotFound for who has left or is about to.
    """
    _refuse_same_person(named)
    for role, member_id in named.items():
        if member_id is None and _held_to(measure) >= NEEDED_FROM[role]:
            stage = _held_to(measure).name.capitalize()
            raise PersonNeeded(stage=stage, role=_a(role))
        if member_id is not None and member_id != getattr(measure, f"{role}_id"):
            _ensure_staying(member_id)
        setattr(measure, f"{role}_id", member_id)
    lock.step(measure, *named)


def may_choose(actor: Actor, measure: Measure) -> bool:
    """Tell whether who may name people on a measure still may: once it was decided, a lead alone.

    Nor does a roll-back give its owner the choice of a controller back.
    """
    return measure.decided_on is None or Role.LEAD in authority.roles_at(actor, measure.node)


def _held_to(measure: Measure) -> Stage:
    """Return the stage whose people a measure needs: what was decided once keeps all three."""
    return held_to(Stage(measure.stage), was_decided=measure.decided_on is not None)


def _ensure_staying(member_id: int) -> None:
    if not people.staying().filter(pk=member_id).exists():
        raise NotFound(what="member")


def _refuse_same_person(named: Mapping[str, int | None]) -> None:
    for (first, one), (second, other) in combinations(named.items(), 2):
        if one is not None and one == other:
            person = people.names_of({one}).get(one, "One person")
            raise SamePerson(person=person, first=first, second=second)


def _a(role: str) -> str:
    return f"an {role}" if role == "owner" else f"a {role}"
