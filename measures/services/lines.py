"""Effect lines: adding, revising and removing them while the plan is still open."""

from dataclasses import asdict, dataclass
from datetime import date

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound, StaleVersion
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import LineCommitted, NameTaken, PlanFrozen
from measures.events import LineAdded, LineRemoved, LineRevised
from measures.models import Evidence, Line, Measure
from measures.queries import commitments
from measures.queries.periods import YEARS
from measures.rules.lines import (
    MONEY,
    MOST_DECIMALS,
    Direction,
    EffectType,
    Nature,
    Recurrence,
)
from measures.rules.stage import Stage
from measures.services import lock

LONGEST_NAME, LONGEST_UNIT, CURRENCY_LETTERS = 120, 20, 3
KEPT = ("unit", "currency", "decimals")  # figures are stored scaled by them
# What a line that was decided once stays, whatever is planned anew: else a commitment disappears.
COMMITTED = {"nature", "effect_type", "recurrence", "direction", "is_seasonal", "is_level"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """What a line is. `unit` is "money" or another unit's name; costs are entered positive.

    An empty `currency` of money means the organization's own. `full_effect_on` is any day of the
    month from which the effect is complete.
    """

    name: str
    nature: Nature
    effect_type: EffectType
    recurrence: Recurrence
    direction: Direction = Direction.MORE
    unit: str = MONEY
    currency: str = ""
    decimals: int = 2
    full_effect_on: date | None = None
    ends_on: date | None = None
    is_seasonal: bool = False
    is_level: bool = False
    budget_line: str = ""
    baseline_evidence_id: int | None = None


@tenancy.act
def add(*, actor: Actor, measure_id: int, draft: LineDraft) -> Line:
    """Add an effect line; NotFound, NotAllowed, MeasureEnded, PlanFrozen, NameTaken, Invalid."""
    measure = lock.measure(actor, measure_id, Permission.EDIT_MEASURE)
    _refuse_frozen(measure, "its lines")
    line = place(measure, draft)
    audit.record(LineAdded(subject_id=measure.pk, line_id=line.pk))
    return line


def place(measure: Measure, draft: LineDraft) -> Line:
    """Make a line inside an act that judges and records it (the import's); NameTaken, Invalid."""
    fields = _judged(measure, draft)
    line: Line = Line.objects.create(measure=measure, **fields)
    return line


@tenancy.act
def revise(*, actor: Actor, line_id: int, version: int, draft: LineDraft) -> Line:
    """Change what a line is; unit and currency stay, and from Decided on all but name and budget.

    Raises NotFound, NotAllowed, MeasureEnded, StaleVersion, PlanFrozen, LineCommitted, NameTaken,
    Invalid.
    """
    measure, line = lock.line(actor, line_id, Permission.EDIT_MEASURE)
    if line.version != version:
        raise StaleVersion(what=line.name)
    fields = _judged(measure, draft, but=line)
    changed = [name for name, value in fields.items() if getattr(line, name) != value]
    if not changed:
        return line
    if any(name in KEPT for name in changed):
        raise Invalid(
            field="unit", problem="a line keeps its unit and currency: remove it and add another."
        )
    if set(changed) - {"name", "budget_line"}:
        _refuse_frozen(measure, "what a line is")
    if COMMITTED & set(changed):
        _refuse_committed(line)
    for name in changed:
        setattr(line, name, fields[name])
    line.version += 1
    line.save(update_fields=[*changed, "version"])
    audit.record(LineRevised(subject_id=measure.pk, line_id=line.pk))
    return line


@tenancy.act
def remove(*, actor: Actor, line_id: int, version: int) -> None:
    """Take a line out of the plan; its figures stay in history. The refusals of `revise`."""
    measure, line = lock.line(actor, line_id, Permission.EDIT_MEASURE)
    if line.version != version:
        raise StaleVersion(what=line.name)
    _refuse_frozen(measure, "its lines")
    _refuse_committed(line)
    line.removed_on, line.version = authority.today(), line.version + 1
    line.save(update_fields=["removed_on", "version"])
    audit.record(LineRemoved(subject_id=measure.pk, line_id=line.pk))


def draft_of(line: Line) -> LineDraft:
    """Return a line as the draft it would be saved with unchanged, for forms."""
    return LineDraft(
        name=line.name,
        nature=Nature(line.nature),
        effect_type=EffectType(line.effect_type),
        recurrence=Recurrence(line.recurrence),
        direction=Direction(line.direction),
        unit=line.unit,
        currency=line.currency,
        decimals=line.decimals,
        full_effect_on=line.full_effect_on,
        ends_on=line.ends_on,
        is_seasonal=line.is_seasonal,
        is_level=line.is_level,
        budget_line=line.budget_line,
        baseline_evidence_id=line.baseline_evidence_id,
    )


def _refuse_committed(line: Line) -> None:
    if line.pk in commitments.open_lines(line.measure, [line.pk]):
        raise LineCommitted(line=line.name)


def _refuse_frozen(measure: Measure, what: str) -> None:
    if measure.stage >= Stage.DECIDED:
        raise PlanFrozen(measure=measure.node.name, what=what)


def _judged(measure: Measure, draft: LineDraft, but: Line | None = None) -> dict[str, object]:
    """Return a draft as columns, each judged."""
    name = draft.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(field="name", problem=f"enter 1 to {LONGEST_NAME} characters.")
    same = Line.objects.filter(measure=measure, name=name, removed_on__isnull=True).first()
    if same is not None and same != but:
        raise NameTaken(measure=measure.node.name, what="line", name=name)
    unit, currency = _unit(draft, but)
    starts = draft.full_effect_on.replace(day=1) if draft.full_effect_on else None
    if starts is not None and starts.year not in YEARS:
        raise Invalid(field="full_effect_on", problem=f"{starts.year} is too far away.")
    if starts is not None and draft.ends_on is not None and draft.ends_on < starts:
        raise Invalid(field="ends_on", problem="must not lie before the full-effect month.")
    _refuse_foreign_evidence(measure, draft.baseline_evidence_id)
    return asdict(draft) | {
        "name": name,
        "unit": unit,
        "currency": currency,
        "full_effect_on": starts,
        "budget_line": draft.budget_line.strip(),
    }


def _unit(draft: LineDraft, but: Line | None) -> tuple[str, str]:
    unit, currency = draft.unit.strip(), draft.currency.strip().upper()
    if not unit or len(unit) > LONGEST_UNIT:
        raise Invalid(field="unit", problem=f"enter 1 to {LONGEST_UNIT} characters.")
    if not 0 <= draft.decimals <= MOST_DECIMALS:
        raise Invalid(field="decimals", problem=f"choose 0 to {MOST_DECIMALS}.")
    if unit != MONEY:
        if currency:
            raise Invalid(field="currency", problem="only money has a currency.")
        return unit, ""
    if not currency:
        currency = people.profile().currency if but is None else but.currency
    if len(currency) != CURRENCY_LETTERS or not (currency.isascii() and currency.isalpha()):
        raise Invalid(field="currency", problem="enter three letters, such as EUR.")
    return unit, currency


def _refuse_foreign_evidence(measure: Measure, evidence_id: int | None) -> None:
    if evidence_id is None:
        return
    if not Evidence.objects.filter(pk=evidence_id, measure=measure).exists():
        raise NotFound(what="evidence")
