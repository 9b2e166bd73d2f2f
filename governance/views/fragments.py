"""What the page of a measure shows of governance: stages, next gate, decisions, its ledger."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from governance.forms import RequestForm
from governance.models import TakeOver
from governance.queries import (
    criteria,
    decisions,
    desk,
    facts,
    holding,
    lives,
    passage,
    premises,
    schemes,
)
from governance.queries import rollbacks as roll_backs
from governance.queries.ledger import NOTHING
from governance.queries.lives import Thing
from governance.queries.passage import NextGate
from governance.rules import gates
from governance.rules.holds import Move
from governance.views import entries, rollbacks, rows, shown, steps
from governance.views import scene as scenes
from governance.views.scene import Scene
from governance.words import CLOSED_AS, MOVE_NAMES, MOVES_MADE, REASON_NAMES, ROLE_NAMES
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority, past
from hierarchy.rules.given import whole_number
from measures.models import Measure
from measures.queries import commitments, measures, stages
from measures.rules.stage import Lifecycle, Stage

HISTORY_PAGE = 20
Context = dict[str, Any]


@requires(Permission.VIEW)
@require_safe
def measure_stepper(request: Request, measure: UUID) -> HttpResponse:
    """Show the six stages, with the date and the name behind each passage."""
    scene = scenes.of(request, measure)
    return _part(request, scene, "stepper", _("Stages"), {"steps": steps.of(scene.measure)})


@requires(Permission.VIEW)
@require_safe
def measure_gate(request: Request, measure: UUID) -> HttpResponse:
    """Show the next gate with every criterion, its request, and the moves of the lifecycle."""
    scene = scenes.of(request, measure)
    return _part(request, scene, "gate", _("Next gate"), gate_context(request, scene))


def gate_context(request: Request, scene: Scene) -> Context:
    """Return what the section of the next gate shows."""
    found = scene.measure
    lifecycle = Lifecycle(found.lifecycle)
    following = passage.next_gate(request.actor, found)
    moves = passage.moves(request.actor, found)
    taken = passage.take_over(found.pk)
    premise = premises.of_measure(found.pk)
    given_up = roll_backs.of(request.actor, found)
    waits = given_up.waiting
    return {
        "premise": premise,
        "roll_back": given_up,
        "roll_back_to": "" if waits is None else stages.names().of(waits.to_stage),
        "is_drafted": commitments.is_drafted(found),
        "lifecycle": lifecycle.value,
        "next": following,
        "to_be_named": [] if following is None else shown.to_be_named(found, following.gate),
        **_criteria(following),
        "request_form": RequestForm(),
        "moves": [
            *((each.value, MOVE_NAMES[each], each in _DANGEROUS) for each in moves),
            *_rephasing(request, found),
            *_of_premise(request, found, premise),
            *rollbacks.moves(request.actor, found),
        ],
        "rephased": lifecycle is Lifecycle.ON_HOLD and holding.is_rephased(found.pk),
        "held_over": rows.held_over(holding.held_over(found.pk)),
        "latest": next(iter(_lifecycle(found)), None),
        "shows_closing": found.stage >= Stage.IMPLEMENTED and lifecycle is not Lifecycle.CANCELLED,
        "findings": [] if taken is None else _open_findings(found),
    }


@requires(Permission.VIEW)
@require_safe
def measure_decisions(request: Request, measure: UUID) -> HttpResponse:
    """Show what was decided: requests with their votes, holds, cancellations, the take-over."""
    scene = scenes.of(request, measure)
    on = past.asked(request.GET.get(past.ASKED, ""))
    with past.as_asked(on):
        context = _decided(request, scene)
        if on is not None:
            context["premise"] = premises.of_measure(scene.measure.pk)
    return _part(request, scene, "decisions", _("Decisions"), context)


def _decided(request: Request, scene: Scene) -> Context:
    asked = desk.of_measure(request.actor, scene.measure.pk)
    settled = decisions.of_requests(row.request_id for row in asked)
    closing = passage.closing(request.actor, scene.measure).confirmation
    taken = passage.take_over(scene.measure.pk)
    return {
        "requests": [(rows.one(row), settled.get(row.request_id)) for row in asked],
        "lifecycle": _lifecycle(scene.measure),
        "given_up": rollbacks.done(request.actor, scene.measure),
        "closing": closing,
        "closed_as": "" if closing is None else CLOSED_AS[closing.outcome],
        "take_over": taken,
        "confirmed": [] if taken is None else _confirmed(taken),
    }


@requires(Permission.VIEW)
@require_safe
def measure_history(request: Request, measure: UUID) -> HttpResponse:
    """Show the life of one measure, twenty acts a page."""
    scene = scenes.of(request, measure)
    found = scene.measure
    before = whole_number(request.GET.get("before", ""))
    page = NOTHING
    if authority.may(request.actor, Permission.VIEW_LEDGER, found.node, measures.named(found)):
        page = lives.of(Thing("measure", found.pk), before, limit=HISTORY_PAGE)
    context = {
        "entries": entries.shown(page.rows),
        "older": page.before,
        "is_older": before is not None,
    }
    return _part(request, scene, "history", _("History"), context)


def _rephasing(request: Request, measure: Measure) -> list[tuple[str, Promise, bool]]:
    """Offer the sponsor and the controller to confirm a delayed phasing, while it is on hold."""
    is_named = request.actor.member_id in (measure.sponsor_id, measure.controller_id)
    if measure.lifecycle != Lifecycle.ON_HOLD or not is_named or measure.decided_on is None:
        return []
    return [("rephase", _("Confirm the delayed phasing"), False)]


def _of_premise(
    request: Request, measure: Measure, current: premises.Standing | None
) -> list[tuple[str, Promise, bool]]:
    """Offer to state the premise, and to declare void the one that holds, while it runs."""
    if measure.lifecycle not in (Lifecycle.ACTIVE, Lifecycle.ON_HOLD):
        return []
    people = measures.named(measure)

    def may(permission: Permission) -> bool:
        return authority.may(request.actor, permission, measure.node, people)

    found: list[tuple[str, Promise, bool]] = []
    if may(Permission.EDIT_MEASURE):
        words = _("State the premise") if current is None else _("State the premise anew")
        found.append(("premise", words, False))
    if current is not None and current.void is None and may(Permission.VOID_PREMISE):
        found.append(("premise_void", _("Declare the premise void"), True))
    return found


_DANGEROUS = (Move.CANCEL, Move.REJECT)


def _part(
    request: Request, scene: Scene, name: str, heading: Promise, context: Context
) -> HttpResponse:
    """Render a fragment for HTMX, or the same as a page of its own without scripts."""
    part = f"governance/_measure_{name}.html"
    shared = {"scene": scene, "heading": heading, "part": part, **scenes.figures(), **context}
    return render(request, part if request.htmx else "governance/measure_part.html", shared)


def _criteria(following: NextGate | None) -> Context:
    if following is None:
        return {"gate": "", "criteria": [], "at_decision": [], "asked": None}
    asked = following.request
    return {
        "gate": following.gate.name,
        "criteria": rows.criteria(row for row in following.criteria if not row.at_decision),
        "at_decision": rows.criteria(
            row for row in following.criteria if row.at_decision and not row.is_met
        ),
        "asked": None if asked is None else rows.one(asked),
        "fast": following.fast,
        "fast_missing": rows.criteria(following.fast.missing) if following.fast else [],
        "fast_voters": [ROLE_NAMES[vote.role] for vote in following.fast.gate.votes]
        if following.fast
        else [],
        "submitters": [ROLE_NAMES[role] for role in following.gate.submitted_by],
        "voters": [
            (ROLE_NAMES[vote.role], vote.subject, vote.quorum) for vote in following.gate.votes
        ],
    }


def _lifecycle(measure: Measure) -> list[Context]:
    return [
        {
            "row": row,
            "act": MOVES_MADE[row.act],
            "kind": REASON_NAMES.get(row.reason_code, ""),  # type: ignore[call-overload]  # a code, or empty
        }
        for row in passage.lifecycle(measure.pk)
    ]


def _open_findings(measure: Measure) -> list[dict[str, str]]:
    """Return what was missing when the measure was taken over and still is."""
    found = gates.open_findings(schemes.current().gates, facts.one(measure.pk))
    return criteria.missing_rows(found, measure)


def _confirmed(taken: TakeOver) -> list[tuple[Promise, object]]:
    return [(ROLE_NAMES[each.role], each) for each in decisions.of_take_over(taken.pk)]
