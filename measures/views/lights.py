"""A stored light as the components show it: colour, reason in words, hatched when on hold."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from measures.queries.lights import StoredLights
from measures.rules.lights import Colour, Light

Words = str | Promise


@dataclass(frozen=True, slots=True)
class ShownLight:
    """What components/lights_pair.html reads; an empty colour is "no light any more"."""

    colour: str
    reason: Words
    held: bool = False


NOT_JUDGED = ShownLight(Colour.GREY, _("Not judged yet: this happens within seconds of a change."))


def implementation(stored: StoredLights | None) -> ShownLight:
    """Return the light of the schedule."""
    return NOT_JUDGED if stored is None else _shown(stored.implementation)


def potential(stored: StoredLights | None) -> ShownLight:
    """Return the light of the value."""
    return NOT_JUDGED if stored is None else _shown(stored.potential)


def _shown(light: Light) -> ShownLight:
    said = dict.fromkeys(each.sentence for each in (*light.reasons, *light.marks))
    colour = "" if light.colour is Colour.NONE else light.colour.value
    return ShownLight(colour, " ".join(said), light.is_held)
