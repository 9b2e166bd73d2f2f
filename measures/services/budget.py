"""Importing the budget: chart of lines, amounts and bookings, each file whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from hierarchy.rules.levels import Level
from measures.errors.budget import BudgetFileRefused
from measures.events import BudgetImported
from measures.models import Booking, BudgetAmount, BudgetBatch, BudgetLine
from measures.queries import budget
from measures.rules.budget_file import ChartRow, FigureRow, FileKind, Told, read

LONGEST_REASON = 500
CHANGEABLE = ("name", "account", "cost_centre", "node_id", "variable_share")
AT_ONCE = 1000

Chart = Mapping[str, BudgetLine]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file does: rows that are new, that change something, and that say what stands.

    `batch` is None where nothing was written: a check, or a file that changes nothing.
    """

    new: int
    changed: int
    same: int
    batch: BudgetBatch | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    new: list[BudgetLine | BudgetAmount | Booking]
    changed: list[BudgetLine]
    same: int
    problems: list[str]

    @property
    def outcome(self) -> Outcome:
        return Outcome(len(self.new), len(self.changed), self.same)


@tenancy.act
def import_file(*, actor: Actor, kind: FileKind, text: str, reason: str) -> Outcome:
    """Take a file of the budget, all of it or nothing; taken before, it changes nothing.

    Raises NotAllowed, Invalid without a reason, BudgetFileRefused with a sentence for each row
    that cannot stand. Bookings are never changed: a correction is a file with other documents.
    """
    _ensure(actor)
    tenancy.lock_organization("budget")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(field="reason", problem=f"enter 1 to {LONGEST_REASON} characters.")
    told = _told(kind, text)
    judged = _judged(kind, told)
    if not judged.new and not judged.changed:
        return judged.outcome
    batch = BudgetBatch.objects.create(
        kind=kind.value,
        digest=told.digest,
        rows=len(told.rows),
        reason=reason.strip(),
    )
    _write(judged, batch)
    done = judged.outcome
    audit.record(
        BudgetImported(
            subject_id=batch.pk,
            file=kind.value,
            digest=told.digest,
            new=done.new,
            changed=done.changed,
            reason=reason.strip(),
        )
    )
    return Outcome(done.new, done.changed, done.same, batch)


def check_file(*, actor: Actor, kind: FileKind, text: str) -> Outcome:
    """Say what a file would do and write nothing; the refusals of `import_file`."""
    with tenancy.reading(actor):
        _ensure(actor)
        return _judged(kind, _told(kind, text)).outcome


def _ensure(actor: Actor) -> None:
    # Who has a seat below may see the budget, so the answer is not that there is no such page.
    if not authority.may(actor, Permission.MAINTAIN_BUDGET, tree.root()):
        raise NotAllowed(act=Permission.MAINTAIN_BUDGET.value)


def _told(kind: FileKind, text: str) -> Told:
    told = read(kind, text)
    if told.problems:
        raise BudgetFileRefused(rows=list(told.problems))
    return told


def _judged(kind: FileKind, told: Told) -> _Judged:
    chart = budget.by_code()
    if kind is FileKind.CHART:
        judged = _chart([(at, row) for at, row in told.rows if isinstance(row, ChartRow)], chart)
    else:
        rows = [(at, row) for at, row in told.rows if isinstance(row, FigureRow)]
        judged = _figures(kind, rows, chart, told.digest)
    if judged.problems:
        raise BudgetFileRefused(rows=judged.problems)
    return judged


def _chart(rows: Sequence[tuple[int, ChartRow]], chart: Chart) -> _Judged:
    judged = _Judged([], [], 0, [])
    places, same = _places(), 0
    for at, row in rows:
        node_id = places.get(row.node.casefold())
        if node_id is None:
            judged.problems.append(
                f"Row {at}: no node, or more than one, is named “{row.node}”. Enter the code or "
                "the full name of one, or nothing for the whole organization."
            )
            continue
        former = chart.get(row.code.lower())
        if former is None:
            judged.new.append(_line(row, node_id))
        elif (former.kind, former.currency) != (row.kind, row.currency):
            judged.problems.append(
                f"Row {at}: {former.code} is a line of {former.kind} in {former.currency} and "
                "stays so, because figures stand under it. Use another code."
            )
        elif _changes(former, _line(row, node_id)):
            judged.changed.append(former)
        else:
            same += 1
    return _Judged(judged.new, judged.changed, same, judged.problems)


def _line(row: ChartRow, node_id: int) -> BudgetLine:
    return BudgetLine(
        code=row.code,
        name=row.name,
        kind=row.kind.value,
        account=row.account,
        cost_centre=row.cost_centre,
        node_id=node_id,
        currency=row.currency,
        variable_share=row.variable_share,
    )


def _changes(former: BudgetLine, wanted: BudgetLine) -> bool:
    """Take over what may change of a line; False if nothing does."""
    changed = [name for name in CHANGEABLE if getattr(former, name) != getattr(wanted, name)]
    for name in changed:
        setattr(former, name, getattr(wanted, name))
    return bool(changed)


def _places() -> dict[str, int]:
    """Return nodes above measures by code and by name; a name that two have leads nowhere."""
    rows = Node.objects.filter(level__lt=Level.MEASURE, archived_on__isnull=True)
    found: dict[str, int] = {}
    twice: set[str] = set()
    for pk, code, name in rows.values_list("pk", "code", "name"):
        for said in {code.casefold(), name.casefold()} - {""}:
            if found.setdefault(said, pk) != pk:
                twice.add(said)
    kept = {said: pk for said, pk in found.items() if said not in twice}
    return kept | {"": tree.root().pk}


def _figures(
    kind: FileKind, rows: Sequence[tuple[int, FigureRow]], chart: Chart, digest: str
) -> _Judged:
    if BudgetBatch.objects.filter(kind=kind.value, digest=digest).exists():
        return _Judged([], [], len(rows), [])
    judged = _Judged([], [], 0, [])
    known = [(at, row, chart[row.code.lower()]) for at, row in rows if row.code.lower() in chart]
    judged.problems.extend(
        f"Row {at}: the chart has no line “{row.code}”. Import the chart first."
        for at, row in rows
        if row.code.lower() not in chart
    )
    if kind is FileKind.BOOKINGS:
        judged.problems.extend(_booking_problems(known))
    model = Booking if kind is FileKind.BOOKINGS else BudgetAmount
    for _, row, line in known:
        figure = model(
            budget=line,
            fiscal_year=row.fiscal_year,
            period=row.period,
            amount=row.amount,
            volume=row.volume,
        )
        if isinstance(figure, Booking):
            figure.document = row.document
        judged.new.append(figure)
    return judged


def _booking_problems(known: Sequence[tuple[int, FigureRow, BudgetLine]]) -> list[str]:
    ids = {line.pk for _, _, line in known}
    budgeted = set(
        BudgetAmount.objects.filter(budget_id__in=ids)
        .values_list("budget_id", "fiscal_year")
        .distinct()
    )
    years = {row.fiscal_year for _, row, _ in known}
    taken = set(
        Booking.objects.filter(budget_id__in=ids, fiscal_year__in=years).values_list(
            "budget_id", "fiscal_year", "period", "document"
        )
    )
    problems = []
    for at, row, line in known:
        month = f"{row.fiscal_year}-{row.period:02d}"
        if (line.pk, row.fiscal_year) not in budgeted:
            problems.append(
                f"Row {at}: {line.code} has no budget in {row.fiscal_year}. Import it first."
            )
        elif (line.pk, row.fiscal_year, row.period, row.document) in taken:
            problems.append(
                f"Row {at}: document {row.document} is booked on {line.code} in {month} already. "
                "Leave it out; a correction has a document of its own."
            )
    return problems


def _write(judged: _Judged, batch: BudgetBatch) -> None:
    for line in judged.changed:
        line.version += 1
        line.save(update_fields=[*CHANGEABLE, "version"])
    lines = [row for row in judged.new if isinstance(row, BudgetLine)]
    BudgetLine.objects.bulk_create(lines, batch_size=AT_ONCE)
    amounts = [row for row in judged.new if isinstance(row, BudgetAmount)]
    bookings = [row for row in judged.new if isinstance(row, Booking)]
    for row in (*amounts, *bookings):
        row.batch = batch
    BudgetAmount.objects.bulk_create(amounts, batch_size=AT_ONCE)
    Booking.objects.bulk_create(bookings, batch_size=AT_ONCE)
