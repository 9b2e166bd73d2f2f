"""Forcing a decision about what was found, inside the evaluation that has looked."""

from collections.abc import Mapping
from typing import Any

from governance.queries import forced as queries
from governance.services import forcing
from governance.services.forcing import Finding
from measures.queries.periods import Ground
from measures.rules.stage import Lifecycle
from steering.queries.facts import Seen
from steering.services.escalating import Case

REMEMBERED = ("low_since", "conditions", "to_gain", "to_spend", "spent")


def unforced(seen: Mapping[int, Seen], ground: Ground) -> set[int]:
    """Return the running measures about which a decision is to be forced and none is yet."""
    found = {
        pk
        for pk, each in seen.items()
        if each.forced.found and each.facts.lifecycle is Lifecycle.ACTIVE
    }
    if not found:
        return found
    return queries.unforced(found, in_shadow=queries.in_shadow(ground.today))


def force(case: Case) -> bool:
    """Open the forced decision of a locked measure."""
    seen = case.seen
    if seen.facts.lifecycle is not Lifecycle.ACTIVE or not seen.forced.found:
        return False
    role, member_id = forcing.decider_of(case.measure)
    forcing.open_one(
        Finding(
            measure=case.measure,
            found=seen.forced.found,
            remaining=seen.forced.left,
            currency=case.currency,
            decider_role=role,
            decider_id=member_id,
            as_of=seen.judged_at,
        )
    )
    return True


def remembered(seen: Seen) -> dict[str, Any]:
    """Return what the next look, and the list of zombies, go on from."""
    forced = seen.forced
    return {
        "low_since": None if forced.low_since is None else forced.low_since.index,
        "conditions": [
            {"code": each.condition.value, "sentence": each.sentence} for each in forced.found
        ],
        "to_gain": forced.left.to_gain if forced.left.is_known else None,
        "to_spend": forced.left.to_spend if forced.left.is_known else None,
        "spent": forced.left.spent if forced.left.is_known else None,
    }
