"""Acts of the ledger as templates show them: in words, with what was before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext

from governance.queries.changes import ChangeRow
from governance.queries.ledger import LedgerRow
from governance.rules.votes import Choice, RequestState
from governance.words import CHOICES_MADE, STATE_NAMES
from measures.models.line import PERIODS
from measures.queries import periods
from measures.queries.periods import Ground
from measures.rules.amounts import EN_DASH
from measures.rules.calendar import Month
from measures.rules.lines import Series
from measures.rules.stage import Lifecycle, Stage
from measures.words import LIFECYCLE_NAMES, SERIES_NAMES, STAGE_NAMES

# What a row keeps for itself says nothing to a reader: keys, moments, transactions, and who and
# why, which stand in the head of the entry.
UNSAID = frozenset(
    {
        "act", "ancestor_ids", "approved", "author", "baseline_evidence", "cast_at", "cast_in",
        "choice", "claimed_at", "claimed_by", "confirmed_at", "confirmed_by", "content_type",
        "controller_at_request", "created_at", "created_in", "decided_at", "decided_by",
        "decided_in", "decimals", "decision", "digest", "entered_by", "evidence", "figures",
        "fiscal_year", "gate", "is_seeded", "level", "line", "measure", "node", "note",
        "owner_at_request", "parent", "parent_level", "period", "public", "reason", "recorded_at",
        "recorded_by", "request", "requested_at", "requested_by", "scheme_version", "sha256",
        "size_unit", "snapshot", "split", "sponsor_at_request", "status_confirmed_at",
        "stored_as", "take_over", "taken_by", "taken_in", "unmet", "updated_at", "uploaded_at",
        "uploaded_by", "voter",
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
    kind: str
    address: UUID | None


def shown(found: Iterable[LedgerRow]) -> list[EntryView]:
    """Return acts with their words."""
    ground = periods.ground()
    return [_entry(row, ground) for row in found]


def one(row: LedgerRow) -> EntryView:
    """Return one act with its words."""
    return _entry(row, periods.ground())


TABLE_HEAD = (
    "Entry", "When (UTC)", "Act", "Kind", "On", "By", "Why", "Changes", "Hash",
)  # fmt: skip


def table_row(row: LedgerRow, entry: EntryView) -> tuple[str, ...]:
    """Return one act as a line of a table for reading."""
    changes = "; ".join(
        f"{each.field}: {each.before or EN_DASH} → {each.after}" for each in entry.changes
    )
    when = row.at.astimezone(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    return (
        str(row.seq), when, entry.what, entry.kind, entry.subject, entry.who, entry.reason,
        changes, row.hash,
    )  # fmt: skip


def act(code: str) -> str:
    """Return the words of an act's code: "gate_requested" reads "Gate requested"."""
    return capfirst(gettext(code.replace("_", " ")))


def _entry(row: LedgerRow, ground: Ground) -> EntryView:
    said = [each for each in row.changes if each.field not in UNSAID and not _is_empty(each)]
    return EntryView(
        what=f"{act(row.act)}{_detail(row, ground)}",
        at=row.at,
        who=row.actor,
        reason=row.reason,
        changes=tuple(_change(each, ground) for each in said),
        number=row.seq,
        hash=row.hash,
        subject=row.subject,
        subject_kind=row.subject_kind,
        kind=row.subject_kind.replace("_", " "),
        address=row.address,
    )


def _is_empty(change: ChangeRow) -> bool:
    """Tell whether a new row only says that something is not so, or not given."""
    return not change.before and change.after in {"", "False"}


def _detail(row: LedgerRow, ground: Ground) -> str:
    """Return what an act's own figures add to its name: the gate, the vote, the month."""
    details, said = row.details, []
    gate, choice = details.get("gate"), details.get("choice")
    if isinstance(gate, int):
        said.append(str(STAGE_NAMES[Stage(gate)]))
    if isinstance(choice, str):
        said.append(str(CHOICES_MADE[Choice(choice)]))
    year, period = details.get("fiscal_year"), details.get("period")
    if isinstance(year, int) and isinstance(period, int):
        said.append(ground.label(Month(year, period)))
    return f": {', '.join(said)}" if said else ""


def _change(change: ChangeRow, ground: Ground) -> ChangeView:
    return ChangeView(
        field=_field(change, ground),
        before=_text(change, change.before) or None,
        after=_text(change, change.after) or EN_DASH,
    )


def _field(change: ChangeRow, ground: Ground) -> str:
    if change.series and change.field in PERIODS:
        month = Month(change.fiscal_year, int(change.field.removeprefix("p")))
        series = str(SERIES_NAMES[Series(change.series)])
        return f"{change.line}, {series.lower()}, {ground.label(month)}"
    return change.field.removeprefix("is_").replace("_", " ")


def _text(change: ChangeRow, value: str) -> str:
    """Return a stored value in the words that pages use for it."""
    if change.table == "measures_measure" and change.field == "stage" and value.isdecimal():
        return str(STAGE_NAMES[Stage(int(value))])
    if change.field == "lifecycle" and value:
        return str(LIFECYCLE_NAMES[Lifecycle(value)])
    if change.table == "governance_gaterequest" and change.field == "state" and value:
        return str(STATE_NAMES[RequestState(value)])
    return {"True": gettext("yes"), "False": gettext("no")}.get(value, value)
