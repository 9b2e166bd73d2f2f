"""The page of a measure as it was known on a past day: what was known, and what is known now."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.queries import people
from hierarchy.pages import Request
from hierarchy.queries import past as known_then
from measures.queries import past, periods
from measures.views import sections, value
from measures.views.scene import Scene
from measures.words import COLOURS

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing of the measure in words, as it was known then and as it is known now."""

    label: Words
    then: Words
    now: Words


def context(request: Request, scene: Scene, on: date) -> dict[str, Any]:
    """Return what the page shows; nothing can be done there, whoever looks."""
    now = sections.head(request, scene)
    with known_then.known_on(on):
        then = _as_known(scene, on)
        shown = sections.of("head", request, then)
        shown |= value.section(request, then) | sections.milestones(request, then)
    return shown | {"as_of": on, "live_url": scene.url(), "compared": _compared(shown, now)}


def _as_known(scene: Scene, on: date) -> Scene:
    measure = past.known(scene.measure, on)
    named = {measure.owner_id, measure.sponsor_id, measure.controller_id, measure.proposer_id}
    return replace(
        scene,
        measure=measure,
        granted=frozenset(),
        ground=periods.ground(),
        names=people.names_of(named),
    )


def _compared(then: dict[str, Any], now: dict[str, Any]) -> list[Compared]:
    """Return what of the head is another today, line by line."""
    rows = [
        Compared(label, then[key] or NOBODY, now[key] or NOBODY)
        for key, label in (
            ("stage", _("Stage")),
            ("lifecycle", _("Lifecycle")),
            ("owner", _("Owner")),
            ("sponsor", _("Sponsor")),
            ("controller", _("Controller")),
        )
    ]
    lights = [
        Compared(label, COLOURS[then[key].colour], COLOURS[now[key].colour])
        for key, label in (
            ("implementation", _("Implementation")),
            ("potential", _("Potential")),
        )
    ]
    return [each for each in (*rows, *lights) if str(each.then) != str(each.now)]


NOBODY = _("nobody yet")
