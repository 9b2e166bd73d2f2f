"""Requests and take-overs as templates show them: rows beside the words for them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.queries import people
from accounts.rules.roles import Role
from governance.models import Leakage
from governance.queries.criteria import CriterionRow
from governance.queries.desk import RequestRow, TakeOverRow, VoteRow
from governance.queries.shortfalls import ShortfallRow
from governance.rules.criteria import EVIDENCE_FITS, MONTHS_PROVEN, SOME_VALUE
from governance.rules.votes import Choice
from governance.views import scene as scenes
from governance.words import CHOICES_MADE, ROLE_NAMES, SETTLED_NAMES, STATE_NAMES
from measures.queries import stages
from measures.rules.amounts import amount_text
from measures.rules.lines import Unit

AFTER_PROOF = frozenset({SOME_VALUE.code, EVIDENCE_FITS.code})


@dataclass(frozen=True, slots=True)
class VoteView:
    """A vote wanted or given; `choice` is empty until it is given."""

    role: Promise | str
    subject: str
    voter: str
    choice: Promise | str
    is_return: bool
    reason: str
    cast_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request with the words for its gate, its state, its votes and the reader's role."""

    row: RequestRow
    gate: str
    state: Promise
    votes: tuple[VoteView, ...]
    wanted: tuple[Promise, ...]
    my_role: Promise | None


@dataclass(frozen=True, slots=True)
class TakeOverView:
    """A measure taken over with the words for its stage and the reader's role."""

    row: TakeOverRow
    stage: str
    role: Promise


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion as components/criteria.html reads it."""

    text: str
    is_met: bool
    who: str
    url: str
    dialog: str


def shown(rows: Iterable[RequestRow]) -> list[RequestView]:
    """Return requests with their words."""
    return [one(row) for row in rows]


def one(row: RequestRow) -> RequestView:
    """Return one request with its words."""
    return RequestView(
        row=row,
        gate=row.gate,
        state=SETTLED_NAMES.get(row.outcome) or STATE_NAMES[row.state],
        votes=_votes(row.votes),
        wanted=tuple(ROLE_NAMES[role] for role in row.waits_for),
        my_role=None if row.my_role is None else ROLE_NAMES[row.my_role],
    )


def take_overs(rows: Iterable[TakeOverRow]) -> list[TakeOverView]:
    """Return take-overs with their words."""
    names = stages.names()
    return [TakeOverView(row, names.of(row.stage), ROLE_NAMES[row.role]) for row in rows]


def shortfalls(rows: Iterable[ShortfallRow]) -> list[tuple[Promise, ShortfallRow]]:
    """Return shortfalls that wait, each with the words for the reader's role."""
    return [(ROLE_NAMES[row.role], row) for row in rows]


def criteria(rows: Iterable[CriterionRow]) -> list[CriterionView]:
    """Return criteria: the aim where it is met, what is wrong where it is not.

    How much value is proven is not said before the months are: it would look met.
    """
    every = list(rows)
    unproven = any(row.code == MONTHS_PROVEN.code and not row.is_met for row in every)
    return [
        CriterionView(
            text=capfirst(row.wanted) if row.is_met else row.sentence,
            is_met=row.is_met,
            who=row.who,
            url=row.url,
            dialog=row.dialog,
        )
        for row in every
        if not (unproven and row.code in AFTER_PROOF)
    ]


def _votes(votes: Sequence[VoteRow]) -> tuple[VoteView, ...]:
    """Return votes; of a role with several, each says which of how many it is."""
    of = Counter(vote.role for vote in votes)
    counted: Counter[Role] = Counter()
    found = []
    for vote in votes:
        counted[vote.role] += 1
        role = ROLE_NAMES[vote.role]
        several = {"role": role, "number": counted[vote.role], "of": of[vote.role]}
        found.append(
            _vote(vote, gettext("%(role)s, %(number)d of %(of)d") % several)
            if of[vote.role] > 1
            else _vote(vote, role)
        )
    return tuple(found)


def _vote(vote: VoteRow, role: Promise | str) -> VoteView:
    return VoteView(
        role=role,
        subject=vote.subject,
        voter=vote.voter,
        choice=CHOICES_MADE[Choice(vote.choice)] if vote.choice else "",
        is_return=vote.choice == Choice.RETURN,
        reason=vote.reason,
        cast_at=vote.cast_at,
    )


def held_over(booked: Iterable[Leakage]) -> list[tuple[int, str]]:
    """Return by fiscal year, in one text, what each line lacks for a hold over its end."""
    numbers = scenes.number_format(people.profile())
    found: dict[int, list[str]] = {}
    for each in booked:
        line = each.line
        amount = amount_text(each.in_year, Unit(line.unit, line.decimals), numbers)
        text = f"{line.name} {amount} {line.currency or line.unit}"
        found.setdefault(each.fiscal_year, []).append(text)
    return [(year, "; ".join(texts)) for year, texts in found.items()]
