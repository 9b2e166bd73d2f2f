"""Overlaps as the pages of a measure and of a budget line show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.queries import people
from core.tenancy import Actor
from hierarchy.pages import Request
from measures.models import Measure, Overlap
from measures.queries import overlaps
from measures.rules.amounts import NumberFormat, amount_text
from measures.rules.lines import Unit
from measures.rules.overlap import OverlapHat, OverlapState
from measures.views.scene import Scene

MONEY_UNIT = Unit()
STATES = {
    OverlapState.PROPOSED: (_("proposed"), "warn"),
    OverlapState.AGREED: (_("agreed"), "good"),
    OverlapState.DECLINED: (_("declined"), "plain"),
    OverlapState.REVERSED: (_("reversed"), "plain"),
}
HATS = {
    OverlapHat.SPONSOR: _("Confirm as sponsor"),
    OverlapHat.CONTROLLER: _("Confirm as controller"),
}


@dataclass(frozen=True, slots=True)
class OverlapRow:
    """One overlap as pages show it; `hat` is what the reader may confirm it as, if anything.

    An address is None where the reader does not see that measure; its name is left out, too,
    unless they have a part in the overlap.
    """

    id: int
    budget: str
    budget_address: UUID
    one: str
    one_address: UUID | None
    one_line: str
    other: str
    other_address: UUID | None
    other_line: str
    a_year: list[tuple[int, str]]
    state: object
    tone: str
    is_agreed: bool
    reason: str
    said: list[tuple[object, str, datetime]]
    waits_for: str
    hat: object
    may_end: bool


def section(request: Request, scene: Scene) -> dict[str, object]:
    """Return the overlaps of a measure, and whether another could be proposed."""
    found = overlaps.of_measure(scene.measure.pk)
    may = scene.may["PROPOSE_OVERLAP"]
    return {
        "overlaps": rows(request.actor, found, scene.number_format),
        "can_overlap": may and bool(overlaps.candidates(request.actor, scene.measure)),
    }


def rows(actor: Actor, found: Iterable[Overlap], numbers: NumberFormat) -> list[OverlapRow]:
    """Return overlaps as they are shown, in the order given."""
    given = list(found)
    names = people.names_of({pk for each in given for pk in _people(each)})
    seen = overlaps.seen_of(actor, given)
    return [_row(actor, each, names, _Reader(numbers, frozenset(seen))) for each in given]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What rows are written with: the number format, and the measures that are read."""

    numbers: NumberFormat
    seen: frozenset[int]

    def side(self, measure: Measure, *, is_party: bool) -> tuple[str, UUID | None]:
        """Return name and address of a measure, as far as the reader may know them."""
        address = measure.node.public_id if measure.pk in self.seen else None
        return (measure.node.name if address or is_party else "", address)


def _people(overlap: Overlap) -> set[int]:
    behind = {
        overlap.proposed_by_id, overlap.sponsor_by_id, overlap.controller_by_id, overlap.ended_by_id
    }  # fmt: skip
    return {each for each in behind if each is not None}


def _row(actor: Actor, overlap: Overlap, names: dict[int, str], reader: _Reader) -> OverlapRow:
    hats = overlaps.hats(overlap, actor.member_id)
    word, tone = STATES[OverlapState(overlap.state)]
    is_proposed = overlap.state == OverlapState.PROPOSED
    is_party = overlaps.is_party(overlap, actor.member_id)
    one, one_address = reader.side(overlap.measure, is_party=is_party)
    other, other_address = reader.side(overlap.other, is_party=is_party)
    return OverlapRow(
        id=overlap.pk,
        budget=str(overlap.budget),
        budget_address=overlap.budget.public_id,
        one=one,
        one_address=one_address,
        one_line=overlap.line.name,
        other=other,
        other_address=other_address,
        other_line=overlap.other_line.name,
        a_year=[
            (year, amount_text(sum(each or 0 for each in row), MONEY_UNIT, reader.numbers))
            for year, row in overlap.rows.items()
        ],
        state=word,
        tone=tone,
        is_agreed=overlap.state == OverlapState.AGREED,
        reason=overlap.ended_reason or overlap.reason,
        said=_said(overlap, names),
        waits_for=overlaps.who_confirms(overlap) if is_proposed else "",
        hat=HATS[hats[0]] if hats else "",
        may_end=overlaps.may_end(overlap, actor.member_id),
    )


def _said(overlap: Overlap, names: dict[int, str]) -> list[tuple[object, str, datetime]]:
    """Return who said what of an overlap when, in that order."""
    ended = _("declined") if overlap.state == OverlapState.DECLINED else _("reversed")
    acts = (
        (_("proposed"), overlap.proposed_by_id, overlap.proposed_at),
        (_("sponsor"), overlap.sponsor_by_id, overlap.sponsor_at),
        (_("controller"), overlap.controller_by_id, overlap.controller_at),
        (ended, overlap.ended_by_id, overlap.ended_at),
    )
    found = [(word, names.get(pk or 0, ""), at) for word, pk, at in acts if at is not None]
    return sorted(found, key=lambda each: each[2])
