"""Overlaps as they stand: of measures, of budget lines, and which lines could overlap."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from accounts.queries import people
from accounts.rules.roles import Permission
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.models import Line, Measure, Overlap
from measures.queries import measures
from measures.rules.lines import MONEY, Nature
from measures.rules.overlap import OverlapHat, OverlapState
from measures.rules.stage import Lifecycle

POSTED = (OverlapState.AGREED.value, OverlapState.REVERSED.value)
OPEN = (OverlapState.PROPOSED.value, OverlapState.AGREED.value)
ENDED = (Lifecycle.CANCELLED.value, Lifecycle.CLOSED.value)
_WITH = ("measure__node", "other__node", "line", "other_line", "budget", "proposed_by")


def posted(measure_ids: Collection[int] | None) -> list[Overlap]:
    """Return every overlap of measures, or of all, that is taken off or was once. One query."""
    rows = Overlap.objects.filter(state__in=POSTED)
    if measure_ids is not None:
        rows = rows.filter(_of(measure_ids))
    return list(rows.select_related("line", "other_line").order_by("pk"))


def agreed_on(budget_ids: Collection[int]) -> list[Overlap]:
    """Return the agreed overlaps on budget lines, in order."""
    rows = Overlap.objects.filter(budget_id__in=budget_ids, state=OverlapState.AGREED)
    return list(rows.select_related(*_WITH).order_by("pk"))


def of_measure(measure_id: int) -> list[Overlap]:
    """Return the overlaps of a measure that is read, the newest first."""
    rows = Overlap.objects.filter(_of([measure_id]))
    return list(rows.select_related(*_WITH).order_by("-pk"))


def on_budget(actor: Actor, budget_id: int) -> list[Overlap]:
    """Return the overlaps on a budget line of which the actor reads both measures."""
    seen = measures.visible(actor).values("pk")
    rows = Overlap.objects.filter(budget_id=budget_id, measure__in=seen, other__in=seen)
    return list(rows.select_related(*_WITH).order_by("-pk"))


def seen_of(actor: Actor, found: Iterable[Overlap]) -> set[int]:
    """Return the measures of overlaps that the actor reads."""
    both = {pk for each in found for pk in (each.measure_id, each.other_id)}
    return set(measures.visible(actor).filter(pk__in=both).values_list("pk", flat=True))


def is_party(overlap: Overlap, member_id: int | None) -> bool:
    """Return whether a member is named on either measure, and so knows both by name."""
    people_of = (
        (side.owner_id, side.sponsor_id, side.controller_id)
        for side in (overlap.measure, overlap.other)
    )
    return member_id is not None and any(member_id in each for each in people_of)


def by_id(actor: Actor, overlap_id: int) -> Overlap:
    """Return an overlap of which the actor sees one of the measures; NotFound."""
    rows = Overlap.objects.select_related(*_WITH).filter(pk=overlap_id)
    found = rows.first()
    if found is None or not any(
        authority.may(actor, Permission.VIEW, side.node, measures.named(side))
        for side in (found.measure, found.other)
    ):
        raise NotFound(what="overlap")
    return found


def candidates(actor: Actor, measure: Measure) -> list[tuple[Line, Line]]:
    """Return the pairs of a line of the measure and one of another that could overlap."""
    able = Line.objects.filter(
        nature=Nature.BENEFIT.value,
        unit=MONEY,
        is_level=False,
        decimals__lte=2,
        budget__isnull=False,
        removed_on__isnull=True,
    ).exclude(measure__lifecycle__in=ENDED)
    own = list(able.filter(measure=measure).select_related("budget"))
    others = able.filter(budget__in={line.budget_id for line in own}).exclude(measure=measure)
    seen = others.filter(measure__in=measures.visible(actor).values("pk"))
    found = list(seen.select_related("measure__node").order_by("measure__node__name", "pk"))
    return [(line, other) for line in own for other in found if _alike(line, other)]


def hats(overlap: Overlap, member_id: int | None) -> list[OverlapHat]:
    """Return as whom a member may still confirm an overlap; empty where not at all."""
    before = {overlap.proposed_by_id, overlap.sponsor_by_id, overlap.controller_by_id}
    if overlap.state != OverlapState.PROPOSED or member_id is None or member_id in before:
        return []
    found = []
    if overlap.sponsor_by_id is None and member_id == overlap.other.sponsor_id:
        found.append(OverlapHat.SPONSOR)
    if overlap.controller_by_id is None and member_id in controllers(overlap):
        found.append(OverlapHat.CONTROLLER)
    return found


def controllers(overlap: Overlap) -> set[int]:
    """Return the controllers of both measures."""
    both = (overlap.measure.controller_id, overlap.other.controller_id)
    return {each for each in both if each is not None}


def may_end(overlap: Overlap, member_id: int | None) -> bool:
    """Return whether a member may decline a proposed overlap, or reverse an agreed one."""
    if overlap.state not in OPEN or member_id is None:
        return False
    if member_id in controllers(overlap):
        return True
    is_proposed = overlap.state == OverlapState.PROPOSED
    return is_proposed and member_id in {overlap.proposed_by_id, overlap.other.sponsor_id}


def who_confirms(overlap: Overlap) -> str:
    """Return the names of those who can still confirm an overlap."""
    wanted: set[int | None] = set()
    if overlap.sponsor_by_id is None:
        wanted.add(overlap.other.sponsor_id)
    if overlap.controller_by_id is None:
        wanted |= controllers(overlap)
    wanted -= {overlap.proposed_by_id, overlap.sponsor_by_id, overlap.controller_by_id}
    return named(wanted)


def named(members: Iterable[int | None]) -> str:
    """Return names in order, for a sentence; "nobody" for none."""
    names = people.names_of({each for each in members if each is not None})
    return ", ".join(sorted(names.values())) or "nobody"


def _of(measure_ids: Collection[int]) -> Q:
    return Q(measure_id__in=measure_ids) | Q(other_id__in=measure_ids)


def _alike(one: Line, other: Line) -> bool:
    names = ("budget_id", "currency", "effect_type", "recurrence")
    return all(getattr(one, name) == getattr(other, name) for name in names)
