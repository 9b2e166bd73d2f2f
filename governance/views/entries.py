"""Acts of the ledger as templates show them: in words, with what was before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from governance.queries.ledger import ChangeRow, LedgerRow
from governance.rules.votes import Choice
from governance.words import CHOICES_MADE, STATE_NAMES
from measures.rules.stage import Stage
from measures.words import SERIES_NAMES, STAGE_NAMES

# What a row keeps for itself says nothing to a reader: keys, moments, transactions.
UNSAID = frozenset(
    {
        "node", "measure", "line", "request", "stored_as", "content_type", "public_id", "digest",
        "snapshot", "created_at", "created_in", "recorded_at", "recorded_by", "updated_at",
        "cast_in", "cast_at", "decided_in", "decided_at", "taken_in", "requested_at",
        "confirmed_at", "claimed_at", "ancestor_ids", "parent", "split", "scheme_version",
        "take_over", "decision", "figures", "approved", "sha256", "is_seeded",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One field, before and after; `before` is None where there was nothing."""

    field: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One act as components/history.html reads it, with the address of its subject."""

    what: str
    at: datetime
    who: str
    reason: str
    changes: tuple[ChangeView, ...]
    number: int
    hash: str
    subject: str
    subject_kind: str
    address: UUID | None


def shown(found: Iterable[LedgerRow]) -> list[EntryView]:
    """Return acts with their words."""
    return [one(row) for row in found]


def one(row: LedgerRow) -> EntryView:
    """Return one act with its words."""
    return EntryView(
        what=f"{act(row.act)}{_detail(row)}",
        at=row.at,
        who=row.actor,
        reason=row.reason,
        changes=tuple(_change(each) for each in row.changes if each.field not in UNSAID),
        number=row.seq,
        hash=row.hash,
        subject=row.subject,
        subject_kind=row.subject_kind,
        address=row.address,
    )


def act(code: str) -> str:
    """Return the words of an act's code: "gate_requested" reads "Gate requested"."""
    return capfirst(_(code.replace("_", " ")))


def _detail(row: LedgerRow) -> str:
    """Return what an act's own figures add to its name: the gate, the vote, the month."""
    details, said = row.details, []
    gate, choice = details.get("gate"), details.get("choice")
    if isinstance(gate, int):
        said.append(str(STAGE_NAMES[Stage(gate)]))
    if isinstance(choice, str):
        said.append(str(CHOICES_MADE[Choice(choice)]))
    year, period = details.get("fiscal_year"), details.get("period")
    if isinstance(year, int) and isinstance(period, int):
        said.append(f"{year}-{period:02d}")
    return f": {', '.join(said)}" if said else ""


def _change(change: ChangeRow) -> ChangeView:
    return ChangeView(
        field=_field(change),
        before=_text(change, change.before) or None,
        after=_text(change, change.after) or "–",
    )


def _field(change: ChangeRow) -> str:
    name = change.field.removesuffix("_id").replace("_", " ")
    if change.field.startswith("p") and change.field[1:].isdecimal():
        return _("month %(number)d") % {"number": int(change.field[1:])}
    return name


def _text(change: ChangeRow, value: str) -> str:
    """Return a stored value in the words that pages use for it."""
    if change.table == "measures_measure" and change.field == "stage" and value.isdecimal():
        return str(STAGE_NAMES[Stage(int(value))])
    words = {"True": _("yes"), "False": _("no")}
    named = {each.value: str(name) for each, name in (SERIES_NAMES | STATE_NAMES).items()}
    if change.field in {"series", "state"}:
        return named.get(value, value)
    return words.get(value, value)
