"""The sections of a measure's page: what each one's template is given, as page and as fragment."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hierarchy.pages import Request
from hierarchy.queries import tree
from measures.forms import CommentForm
from measures.models.evidence import EvidenceKind
from measures.queries import lights as stored_lights
from measures.queries import measures, stages
from measures.queries import sections as rows
from measures.rules.lights import Colour
from measures.rules.lines import EffectType
from measures.rules.stage import Lifecycle, Stage
from measures.views import lights, overlap_rows, secrecy, value
from measures.views.scene import Scene
from measures.words import EFFECT_NAMES, EVIDENCE_KIND_NAMES, LIFECYCLE_NAMES

Context = dict[str, Any]
Build = Callable[[Request, Scene], Context]


ANCHORS: dict[str, Promise] = {
    "value": _("Value"),
    "money": _("Money"),
    "milestones": _("Milestones"),
    "risks": _("Risks"),
    "dependencies": _("Dependencies"),
    "overlaps": _("Overlaps"),
    "gate": _("Next gate"),
    "decisions": _("Decisions and escalations"),
    "evidence": _("Evidence"),
    "comments": _("Comments"),
    "readers": _("Readers"),
    "history": _("History"),
}


def of(name: str, request: Request, scene: Scene) -> Context:
    """Return the context of one section."""
    shared: Context = {"scene": scene, "number_format": scene.number_format, "scale": "units"}
    return shared | SECTIONS[name](request, scene)


def everything(request: Request, scene: Scene) -> Context:
    """Return the context of the whole page."""
    context: Context = {}
    for name in SECTIONS:
        context |= of(name, request, scene)
    return context | {"anchors": _anchors(context)}


def _anchors(context: Context) -> list[dict[str, object]]:
    """Return the way to each section, with the count of what it lists."""
    counted = {"milestones": "milestones", "risks": "risks", "evidence": "evidence"}
    return [
        {
            "label": label,
            "url": f"#{name}",
            "count": len(context[counted[name]]) if name in counted else 0,
        }
        for name, label in ANCHORS.items()
    ]


def year_query(request: Request) -> str:
    """Return the part of an address that keeps the fiscal year shown."""
    year = request.POST.get("year") or request.GET.get("year") or ""
    return f"?{urlencode({'year': year})}" if year.isdecimal() else ""


def head(_request: Request, scene: Scene) -> Context:
    """Return the head: lights with their reasons, people, stage and lifecycle."""
    measure = scene.measure
    stored = stored_lights.of_one(measure.pk)
    stage, lifecycle = Stage(measure.stage), Lifecycle(measure.lifecycle)
    return {
        "path": tree.path(measure.node)[:-1],
        "stage": stages.names().of(stage, measure.step),
        "stage_number": int(stage),
        "lifecycle": LIFECYCLE_NAMES[lifecycle],
        "lifecycle_code": lifecycle.value,
        "effect_type": EFFECT_NAMES[EffectType(measure.effect_type)],
        "owner": scene.name_of(measure.owner_id),
        "sponsor": scene.name_of(measure.sponsor_id),
        "controller": scene.name_of(measure.controller_id),
        "size_unit": measure.size_unit or scene.ground.currency,
        "implementation": lights.implementation(stored),
        "potential": lights.potential(stored),
        "judged_at": None if stored is None else stored.computed_at,
    }


def milestones(_request: Request, scene: Scene) -> Context:
    """Return the milestones with their colours of today."""
    found = rows.milestones(scene.measure.pk, scene.ground.today, scene.ground.light_numbers)
    late = [each for each in found if each.colour == Colour.RED and each.actual_end is None]
    return {"milestones": found, "milestones_late": len(late)}


def risks(_request: Request, scene: Scene) -> Context:
    """Return the risks, open ones first."""
    return {"risks": rows.risks(scene.measure.pk)}


def dependencies(request: Request, scene: Scene) -> Context:
    """Return what the measure waits for, and what waits for it."""
    far = rows.linked(scene.measure.pk)
    seen = measures.visible(request.actor).filter(pk__in=far)
    visible = set(seen.values_list("pk", flat=True)) if far else set()
    return {
        "needs": rows.needs(scene.measure.pk, visible),
        "needed_by": rows.needed_by(scene.measure.pk, visible),
    }


def evidence(_request: Request, scene: Scene) -> Context:
    """Return the files."""
    found = rows.evidence(scene.measure.pk)
    return {"evidence": [(each, EVIDENCE_KIND_NAMES[EvidenceKind(each.kind)]) for each in found]}


def comments(_request: Request, scene: Scene) -> Context:
    """Return the remarks and the form for another."""
    return {"comments": rows.comments(scene.measure.pk), "comment_form": CommentForm()}


SECTIONS: dict[str, Build] = {
    "head": head,
    "value": value.section,
    "milestones": milestones,
    "risks": risks,
    "dependencies": dependencies,
    "overlaps": overlap_rows.section,
    "evidence": evidence,
    "comments": comments,
    "readers": secrecy.section,
}
