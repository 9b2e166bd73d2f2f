"""Deeds after the decision: claims and their approval, forecasts, milestones, and the endings."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile

from config.demo.book import Book, Placed
from config.demo.script import LineScript, MeasureScript, MilestoneScript
from config.demo.timeline import Deed
from core.tenancy import Actor
from governance.queries import facts
from governance.rules.holds import Ending, ReasonCode
from governance.rules.proofs import BudgetChange
from governance.services import closure, lifecycle, shortfall, statements
from governance.services.statements import Statement
from measures.models.evidence import EvidenceKind
from measures.rules.calendar import Month
from measures.rules.lines import EffectType, Nature, Series
from measures.services import claims, evidence, figures, milestones
from measures.services.claims import ClaimDraft
from measures.services.figures import CellChange

REVIEWED_BEFORE = 28  # days before a hold ends
UNPROVEN = 7  # of so many claims one comes without its extract


def claim(book: Book, scripts: Sequence[MeasureScript], month: Month) -> Deed:
    """Claim a month of every line of these measures for which there is something to claim."""

    def deed(actor: Actor) -> None:
        drafts, deciders = [], []
        for script in scripts:
            placed = book.of(script)
            proof = _proof(placed, month, actor)
            for line in script.lines:
                if month in line.claims:
                    drafts.append(_draft(placed.line(line), line, month, proof))
                    deciders.append("" if month in line.waiting else script.controller)
        made = claims.claim_many(actor=actor, drafts=drafts)
        for row, controller in zip(made, deciders, strict=True):
            if controller:
                book.claimed.setdefault((controller, month), []).append(row.pk)

    return deed


def _proof(placed: Placed, month: Month, actor: Actor) -> int | None:
    """Attach the extract that proves a month; None where the owner has left it out.

    What was approved before anybody visits needs none, but for the measures with a story.
    """
    script = placed.script
    claimed = [line for line in script.lines if month in line.claims]
    waits = any(month in line.waiting for line in claimed)
    is_left_out = not script.gates and int(script.code[-3:]) % UNPROVEN == 0
    if not claimed or is_left_out or not (waits or script.gates):
        return None
    label = f"{month.fiscal_year}-{month.period:02d}"
    rows = ["line,fiscal year,period,amount"]
    rows += [
        f"{line.name},{month.fiscal_year},{month.period},{line.claims[month]}" for line in claimed
    ]
    return evidence.attach(
        actor=actor,
        measure_id=placed.measure_id,
        kind=EvidenceKind.LEDGER_EXTRACT,
        title=f"Ledger extract {label}",
        content=ContentFile("\n".join(rows).encode()),
        file_name=f"{script.code}-ledger-{label}.csv",
    ).pk


def _draft(line_id: int, line: LineScript, month: Month, proof: int | None) -> ClaimDraft:
    return ClaimDraft(
        line_id=line_id,
        fiscal_year=month.fiscal_year,
        period=month.period,
        amount=Decimal(line.claims[month]),
        evidence_id=proof,
        is_final=line.final_in == month,
    )


def approve(book: Book, controller: str, month: Month) -> Deed:
    """Approve all that was claimed of a month, in one act."""

    def deed(actor: Actor) -> None:
        waiting = book.claimed.pop((controller, month), [])
        if waiting:
            claims.approve(actor=actor, claim_ids=waiting)

    return deed


def report(book: Book, script: MeasureScript, today: Month) -> Deed:
    """Give the forecast of the open months: new figures, or "no change"."""

    def deed(actor: Actor) -> None:
        placed = book.of(script)
        cells = [
            CellChange(
                placed.line(line),
                Series.FORECAST,
                month.fiscal_year,
                month.period,
                Decimal(amount),
            )
            for line in script.lines
            if line.forecast is not None
            for month, amount in line.forecast.items()
            if month >= today
        ]
        written = figures.save(
            actor=actor, measure_id=placed.measure_id, cells=cells, versions=placed.versions
        )
        placed.note(written or figures.no_change(actor=actor, measure_id=placed.measure_id))

    return deed


def complete(book: Book, script: MeasureScript, milestone: MilestoneScript) -> Deed:
    """Record a milestone as done, with the protocol that proves it."""

    def deed(actor: Actor) -> None:
        placed = book.of(script)
        if placed.evidence_id is None and script.gates:
            content = ContentFile(f"Hand-over protocol of {script.name}".encode())
            placed.evidence_id = evidence.attach(
                actor=actor,
                measure_id=placed.measure_id,
                kind=EvidenceKind.COMPLETION,
                title="Hand-over protocol",
                content=content,
                file_name=f"{script.code}-protocol.txt",
            ).pk
        pk, version = placed.milestones[milestone.name]
        row = milestones.complete(
            actor=actor, milestone_id=pk, version=version, evidence_id=placed.evidence_id
        )
        placed.milestones[milestone.name] = (pk, row.version)

    return deed


def postpone(book: Book, script: MeasureScript, milestone: MilestoneScript) -> Deed:
    """Say that a milestone will be done later than planned."""

    def deed(actor: Actor) -> None:
        placed = book.of(script)
        pk, version = placed.milestones[milestone.name]
        row = milestones.forecast(
            actor=actor, milestone_id=pk, version=version, forecast_end=milestone.forecast_end
        )
        placed.milestones[milestone.name] = (pk, row.version)

    return deed


def state_lines(book: Book, script: MeasureScript) -> Deed:
    """Name the ledger extract that proves each line, and say what became of its budget."""

    def deed(actor: Actor) -> None:
        placed = book.of(script)
        extract = evidence.attach(
            actor=actor,
            measure_id=placed.measure_id,
            kind=EvidenceKind.LEDGER_EXTRACT,
            title="Ledger extract of the closed months",
            content=ContentFile(f"Cost centres of {script.name}".encode()),
            file_name=f"{script.code}-ledger-extract.txt",
        )
        for line in script.lines:
            is_hard = line.nature is Nature.BENEFIT and line.effect_type is EffectType.HARD
            said = Statement(
                evidence_id=extract.pk,
                budget=BudgetChange.REDUCED if is_hard else "",
                budget_note="Voucher BC-2026-114, from May on." if is_hard else "",
            )
            statements.state(actor=actor, line_id=placed.line(line), statement=said)

    return deed


def countersign(book: Book, script: MeasureScript, statement: str) -> Deed:
    """Sign the shortfall that the controller has confirmed."""

    def deed(actor: Actor) -> None:
        measure_id = book.of(script).measure_id
        shortfall.countersign(
            actor=actor,
            measure_id=measure_id,
            digest=facts.one(measure_id).figures_digest or "",
            statement=statement,
        )

    return deed


def close(book: Book, script: MeasureScript) -> Deed:
    """Close a measure on its signed shortfall."""

    def deed(actor: Actor) -> None:
        measure_id = book.of(script).measure_id
        digest = facts.one(measure_id).figures_digest or ""
        closure.close(actor=actor, measure_id=measure_id, digest=digest)

    return deed


def confirm_status(book: Book, script: MeasureScript) -> Deed:
    """Say that the milestones stand as they are recorded."""

    def deed(actor: Actor) -> None:
        milestones.confirm_status(actor=actor, measure_id=book.of(script).measure_id)

    return deed


def propose_closing(book: Book, script: MeasureScript) -> Deed:
    """Submit the gate Closed."""

    def deed(actor: Actor) -> None:
        closure.propose(actor=actor, measure_id=book.of(script).measure_id)

    return deed


def confirm_closing(book: Book, script: MeasureScript, statement: str, shortfall: str = "") -> Deed:
    """Confirm exactly the figures approved now; what is as planned is closed by it."""

    def deed(actor: Actor) -> None:
        measure_id = book.of(script).measure_id
        closure.confirm(
            actor=actor,
            measure_id=measure_id,
            digest=facts.one(measure_id).figures_digest or "",
            statement=statement,
            shortfall_reason=shortfall,
        )

    return deed


def hold(book: Book, script: MeasureScript, until: date, why: str) -> Deed:
    """Put a measure on hold for want of budget."""

    def deed(actor: Actor) -> None:
        lifecycle.hold(
            actor=actor,
            measure_id=book.of(script).measure_id,
            reason_code=ReasonCode.BUDGET,
            reason=why,
            until=until,
            review_on=until - timedelta(days=REVIEWED_BEFORE),
        )

    return deed


def cancel(book: Book, script: MeasureScript, sunk_cost: int, why: str, ending: Ending) -> Deed:
    """Cancel a measure whose value does not come."""

    def deed(actor: Actor) -> None:
        lifecycle.cancel(
            actor=actor,
            measure_id=book.of(script).measure_id,
            reason_code=ReasonCode.VALUE,
            reason=why,
            sunk_cost=Decimal(sunk_cost),
            ending=ending,
        )

    return deed
