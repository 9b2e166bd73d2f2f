"""Who reads a measure, as the section of its page tells it: everybody, or people by name."""

from typing import Any

from accounts.queries import people
from hierarchy.pages import Request
from measures.models.confidential import SecretKind
from measures.queries import confidential
from measures.views.scene import Scene
from measures.words import SEAT_NAMES, SECRET_NAMES


def section(request: Request, scene: Scene) -> dict[str, Any]:
    """Return who reads the measure by duty and by name, and who may be needed and does not."""
    secret = confidential.of(scene.measure.pk) if scene.is_secret else None
    if secret is None:
        return {"secret": None}
    named = confidential.readers(secret)
    reads = confidential.reading(scene.measure, named)
    openers = confidential.openers(scene.measure)
    member = request.actor.member_id
    second = next((each for each in openers if each != secret.opening_by_id), None)
    names = people.names_of({second})
    return {
        "secret": secret,
        "secret_kind": SECRET_NAMES[SecretKind(secret.kind)],
        "readers": named,
        "needed": [
            (each, ", ".join(str(SEAT_NAMES[role]) for role in each.roles))
            for each in confidential.needed(scene.measure, reads)
        ],
        "may_open": scene.may["OPEN_CONFIDENTIAL"] and member in openers,
        "may_confirm_opening": member in openers and member != secret.opening_by_id,
        "second_opener": names.get(second or 0, ""),
        "owner": scene.name_of(scene.measure.owner_id),
        "sponsor": scene.name_of(scene.measure.sponsor_id),
        "controller": scene.name_of(scene.measure.controller_id),
    }
