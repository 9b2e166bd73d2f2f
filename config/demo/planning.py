"""Deeds before the decision: proposing, naming people, planning lines and milestones, the gates."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile

from config.demo.book import Book, Placed
from config.demo.script import Amounts, LineScript, MeasureScript
from config.demo.timeline import Deed
from core.tenancy import Actor
from governance.queries import requests
from governance.rules.votes import Choice, RequestState
from governance.services import gates
from measures.models.evidence import EvidenceKind
from measures.rules.calendar import FiscalCalendar
from measures.rules.lines import Series
from measures.rules.stage import Stage
from measures.services import evidence, figures, lines, milestones, proposals
from measures.services.figures import CellChange
from measures.services.lines import LineDraft
from measures.services.milestones import MilestoneDraft


def propose(book: Book, script: MeasureScript) -> Deed:
    """Propose a measure in its package."""

    def deed(actor: Actor) -> None:
        measure = proposals.propose(
            actor=actor,
            package_id=book.company.nodes[script.package],
            name=script.name,
            description=script.description,
            effect_type=script.effect_type,
            code=script.code,
            size=None if script.size is None else Decimal(script.size),
            size_unit=script.size_unit,
        )
        book.placed[script.code] = Placed(script, measure.pk)

    return deed


def name_people(book: Book, script: MeasureScript) -> Deed:
    """Name owner, sponsor and controller."""

    def deed(actor: Actor) -> None:
        member = book.company.member
        proposals.name_people(
            actor=actor,
            measure_id=book.of(script).measure_id,
            version=1,
            owner_id=member(script.owner),
            sponsor_id=member(script.sponsor),
            controller_id=member(script.controller),
        )

    return deed


def plan(book: Book, script: MeasureScript) -> Deed:
    """Plan every line month by month on a proven baseline, and the milestones."""

    def deed(actor: Actor) -> None:
        placed = book.of(script)
        proof = evidence.attach(
            actor=actor,
            measure_id=placed.measure_id,
            kind=EvidenceKind.BASELINE,
            title=f"Baseline of {script.name}",
            content=_sheet(script),
            file_name=f"{script.code}-baseline.csv",
        )
        for line in script.lines:
            draft = draft_of(line, book.company.setting.calendar, proof.pk)
            row = lines.add(actor=actor, measure_id=placed.measure_id, draft=draft)
            placed.lines[line.name] = row.pk
        cells = [cell for line in script.lines for cell in _cells(placed, line)]
        written = figures.save(actor=actor, measure_id=placed.measure_id, cells=cells, versions={})
        placed.note(written)
        _add_milestones(book, script, actor)

    return deed


def request(book: Book, script: MeasureScript, due_on: date | None = None) -> Deed:
    """Submit the next gate."""

    def deed(actor: Actor) -> None:
        placed = book.of(script)
        made = gates.request(actor=actor, measure_id=placed.measure_id, due_on=due_on)
        placed.request_id = made.pk

    return deed


def approve(book: Book, script: MeasureScript, reason: str = "") -> Deed:
    """Vote for the gate on exactly what was shown."""

    def deed(actor: Actor) -> None:
        placed = book.of(script)
        shown = requests.by_id(placed.request_id or 0)
        now = gates.vote(
            actor=actor,
            request_id=shown.pk,
            choice=Choice.APPROVE,
            digest=shown.digest,
            reason=reason,
        )
        if now.state == RequestState.ADVANCED and now.gate == Stage.DECIDED:
            placed.note_decided()

    return deed


def approve_large(book: Book, script: MeasureScript) -> Deed:
    """Vote for the gate as a member of the steering committee, where the size demands it."""

    def deed(actor: Actor) -> None:
        shown = requests.by_id(book.of(script).request_id or 0)
        if shown.above_limit:
            approve(book, script)(actor)

    return deed


def draft_of(line: LineScript, calendar: FiscalCalendar, proof_id: int | None) -> LineDraft:
    """Return a line as the services take it."""
    starts = None if line.full_effect is None else calendar.first_day(line.full_effect)
    return LineDraft(
        name=line.name,
        nature=line.nature,
        effect_type=line.effect_type,
        recurrence=line.recurrence,
        direction=line.direction,
        unit=line.unit,
        currency=line.currency,
        decimals=line.decimals,
        full_effect_on=starts,
        is_seasonal=line.is_seasonal,
        is_level=line.is_level,
        budget_line=line.budget_line,
        baseline_evidence_id=proof_id,
    )


def _add_milestones(book: Book, script: MeasureScript, actor: Actor) -> None:
    placed = book.of(script)
    for each in script.milestones:
        row = milestones.add(
            actor=actor,
            measure_id=placed.measure_id,
            draft=MilestoneDraft(
                name=each.name,
                plan_end=each.plan_end,
                owner_id=book.company.member(script.owner),
                is_critical=each.is_critical,
            ),
        )
        placed.milestones[each.name] = (row.pk, row.version)


def _cells(placed: Placed, line: LineScript) -> Iterator[CellChange]:
    series: tuple[tuple[Series, Amounts], ...] = (
        (Series.PLAN, line.plan),
        (Series.BASELINE, line.budget),
    )
    for kind, amounts in series:
        for month, amount in amounts.items():
            yield CellChange(
                placed.line(line), kind, month.fiscal_year, month.period, Decimal(amount)
            )


def _sheet(script: MeasureScript) -> "ContentFile[bytes]":
    """Return the baseline as the small table an owner would attach."""
    rows = ["line,fiscal year,period,baseline"]
    rows += [
        f"{line.name},{month.fiscal_year},{month.period},{amount}"
        for line in script.lines
        for month, amount in line.budget.items()
    ]
    return ContentFile("\n".join(rows).encode(), name=f"{script.code}-baseline.csv")
