"""Acts of the ledger as templates show them: in words, with what was before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.queries.changes import ChangeRow
from governance.queries.ledger import LedgerRow
from governance.rules.votes import Choice
from governance.views import columns
from governance.words import CHOICES_MADE
from measures.models.line import PERIODS
from measures.queries import periods, stages
from measures.queries.periods import Ground
from measures.rules.amounts import EN_DASH
from measures.rules.calendar import Month
from measures.rules.lines import Series
from measures.words import SERIES_NAMES

# What a row keeps for itself says nothing to a reader: keys, moments, transactions, and who and
# why, which stand in the head of the entry.
UNSAID = frozenset(
    {
        "act", "ancestor_ids", "approved", "author", "baseline_evidence", "cast_at", "cast_in",
        "choice", "claimed_at", "claimed_by", "confirmed_at", "confirmed_by", "content_type",
        "controller_at_request", "created_at", "created_in", "decided_at", "decided_by",
        "decided_in", "decimals", "decision", "digest", "entered_by", "evidence", "figures",
        "fiscal_year", "from_step", "gate", "is_seeded", "level", "line", "measure", "node", "note",
        "owner_at_request", "parent", "parent_level", "period", "public", "reason", "recorded_at",
        "recorded_by", "request", "requested_at", "requested_by", "scheme_version", "sha256",
        "size_unit", "snapshot", "split", "sponsor_at_request", "status_confirmed_at",
        "step", "stored_as", "take_over", "taken_by", "taken_in", "to_step", "unmet", "updated_at",
        "uploaded_at", "uploaded_by", "voter",
    }
)  # fmt: skip


KINDS: Mapping[str, str | Promise] = {
    "measure": _("Measure"),
    "node": _("Node"),
    "member": _("Member"),
    "seat": _("Seat"),
    "escalation": _("Escalation"),
    "request": _("Request"),
    "deputyship": _("Deputyship"),
    "invitation": _("Invitation"),
    "number": _("Number of the rules"),
    "rate": _("Rate"),
    "budget_batch": _("Budget file"),
    "organization": _("Organization"),
    "import": _("Import"),
    "api_token": _("API token"),
    "ledger": _("Ledger"),
    "scheme_proposal": _("Proposal for the gates"),
}
# What an act says it was judged by.
BASES: Mapping[str, str | Promise] = {
    "digest": _("data shown"),
    "figures_digest": _("figures"),
    "scheme_version": _("scheme version"),
    "file_digest": _("file"),
    "mapping_digest": _("mapping"),
    "sha256": _("file"),
    "hash": _("hash"),
}
DIGEST = 64  # characters of a digest
SHORT = 12  # of these tell two apart


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One field of a record, before and after; `before` is None where there was nothing."""

    record: str
    field: str
    before: str | None
    after: str
    thing: str

    @property
    def where(self) -> str:
        """Return record and field in one, where a record is known by what it is called."""
        return f"{self.thing}, {self.field.lower()}" if self.thing else self.field


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
    address: object | None
    basis: tuple[str, ...]


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
        f"{each.where}: {each.before or EN_DASH} → {each.after}" for each in entry.changes
    )
    when = row.at.astimezone(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    return (
        str(row.seq), when, entry.what, entry.kind, entry.subject, entry.who, entry.reason,
        changes, row.hash,
    )  # fmt: skip


def act(code: str) -> str:
    """Return the words of an act's code: "gate_requested" reads "Gate requested"."""
    return capfirst(gettext(code.replace("_", " ")))


def kind(code: str) -> str:
    """Return the words of a subject's kind: "api_token" reads "API token"."""
    return str(KINDS.get(code) or columns.TABLES.get(code) or code.replace("_", " "))


def everything(row: LedgerRow) -> list[ChangeView]:
    """Return all that an act changed, the rows' own keys and moments among it."""
    ground = periods.ground()
    return [_change(each, ground) for each in row.changes]


def _entry(row: LedgerRow, ground: Ground) -> EntryView:
    said = [each for each in row.changes if each.field not in UNSAID and not _is_empty(each)]
    subject = row.subject
    if row.subject_kind == "number":
        subject = capfirst(subject.replace("_", " "))
    return EntryView(
        what=f"{act(row.act)}{_detail(row, ground)}",
        at=row.at,
        who=_who(row),
        reason=row.reason,
        changes=tuple(_change(each, ground) for each in said),
        number=row.seq,
        hash=row.hash,
        subject=subject,
        subject_kind=row.subject_kind,
        kind=kind(row.subject_kind),
        address=row.address,
        basis=_basis(row.details),
    )


def _is_empty(change: ChangeRow) -> bool:
    """Tell whether a new row only says that something is not so, not given, or its own name."""
    return not change.before and change.after in {"", "False", change.thing}


def _detail(row: LedgerRow, ground: Ground) -> str:
    """Return what an act's own figures add to its name: the gate, the vote, the month."""
    details, said = row.details, []
    gate, step, choice = details.get("gate"), details.get("step"), details.get("choice")
    if isinstance(gate, int):
        said.append(stages.names().of(gate, step if isinstance(step, int) else 0))
    if isinstance(choice, str):
        said.append(str(CHOICES_MADE[Choice(choice)]))
    year, period = details.get("fiscal_year"), details.get("period")
    if isinstance(year, int) and isinstance(period, int):
        said.append(ground.label(Month(year, period)))
    return f": {', '.join(said)}" if said else ""


def _change(change: ChangeRow, ground: Ground) -> ChangeView:
    return ChangeView(
        record=columns.table(change),
        field=_field(change, ground),
        before=_text(change, change.before) or None,
        after=_text(change, change.after) or EN_DASH,
        thing=_thing(change),
    )


def _thing(change: ChangeRow) -> str:
    if change.table not in columns.TOLD_BY_NAME:
        return ""
    is_code = change.table == "accounts_numbersetting"
    return capfirst(change.thing.replace("_", " ")) if is_code else change.thing


def _field(change: ChangeRow, ground: Ground) -> str:
    if change.series and change.field in PERIODS:
        month = Month(change.fiscal_year, int(change.field.removeprefix("p")))
        series = str(SERIES_NAMES[Series(change.series)])
        return f"{change.line}, {series.lower()}, {ground.label(month)}"
    return columns.column(change)


def _text(change: ChangeRow, value: str) -> str:
    return columns.value(change, value) if value else ""


def _who(row: LedgerRow) -> str:
    """Return who acted, and as whose deputy."""
    if not row.decided_for:
        return row.actor
    return gettext("%(actor)s for %(other)s") % {"actor": row.actor, "other": row.decided_for}


def _basis(details: Mapping[str, object]) -> tuple[str, ...]:
    """Return by which data and rules an act was done, as far as it says so."""
    said = []
    for name, words in BASES.items():
        value = details.get(name)
        if isinstance(value, str) and len(value) == DIGEST:
            said.append(f"{words} {value[:SHORT]}…")
        elif isinstance(value, int | str) and value != "" and len(str(value)) != DIGEST:
            said.append(f"{words} {value}")
    said += [_version(each) for each in _saved(details)]
    return tuple(said)


def _saved(details: Mapping[str, object]) -> list[Mapping[str, object]]:
    rows = details.get("rows")
    return [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []


def _version(saved: Mapping[str, object]) -> str:
    series = SERIES_NAMES.get(Series(str(saved.get("series"))), "")
    words = {"series": series, "year": saved.get("fiscal_year"), "n": saved.get("version")}
    return gettext("%(series)s %(year)s, version %(n)s") % words
