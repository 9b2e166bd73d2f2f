"""Takes the running portfolio over: all its measures in one act of the administrator.

Set-based, as an import does it; the database's guards judge every row.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from audit import services as audit
from config.demo.book import Book, Placed
from config.demo.planning import draft_of
from config.demo.script import LineScript, MeasureScript, MilestoneScript
from core.tenancy import Actor
from governance.services import takeover
from governance.services.takeover import Arrival
from hierarchy.models import Node
from hierarchy.rules.levels import Level
from hierarchy.services import planting
from hierarchy.services.planting import Sapling
from measures.events import MeasureProposed
from measures.models import Line, Measure, Milestone, SeriesVersion
from measures.models.line import PERIODS
from measures.queries import periods
from measures.rules.calendar import FiscalCalendar, Month
from measures.rules.lines import MONEY, Series
from measures.rules.series import rows_of
from measures.rules.stage import Stage

BATCH = 1000


def take_over(book: Book, scripts: Sequence[MeasureScript], on: date, actor: Actor) -> None:
    """Make the measures with lines, plans and milestones, and bring each to its stage."""
    nodes = _nodes(book, scripts)
    made = _measures(book, scripts, nodes, actor)
    for script, measure in zip(scripts, made, strict=True):
        book.placed[script.code] = Placed(script, measure.pk)
    _lines(book, scripts, made)
    _milestones(book, scripts, made, on)
    arrivals = [
        Arrival(measure, script.stage, {}) for script, measure in zip(scripts, made, strict=True)
    ]
    takeover.take_over_many(actor=actor, arrivals=arrivals, on=on)
    for script, measure in zip(scripts, made, strict=True):
        if script.stage >= Stage.DECIDED:
            book.of(script).note_decided()
        audit.record(
            MeasureProposed(
                subject_id=measure.pk,
                node_id=measure.node_id,
                package_id=book.company.nodes[script.package],
                reason="Taken over from the program office's workbook.",
            )
        )


def _nodes(book: Book, scripts: Sequence[MeasureScript]) -> dict[str, Node]:
    planting.place_many(
        [
            Sapling(
                key=script.code,
                name=script.name,
                level=Level.MEASURE,
                code=script.code,
                parent_id=book.company.nodes[script.package],
            )
            for script in scripts
        ]
    )
    # Read again: rights are judged by the numbers that planting has only now given them.
    placed = Node.objects.filter(code__in=[script.code for script in scripts])
    return {node.code: node for node in placed}


def _measures(
    book: Book, scripts: Sequence[MeasureScript], nodes: dict[str, Node], actor: Actor
) -> list[Measure]:
    member = book.company.member
    return Measure.objects.bulk_create(
        (
            Measure(
                node=nodes[script.code],
                description=script.description,
                effect_type=script.effect_type,
                size=None if script.size is None else Decimal(script.size),
                size_unit=script.size_unit,
                proposer_id=actor.member_id,
                owner_id=member(script.owner),
                sponsor_id=member(script.sponsor),
                controller_id=member(script.controller),
            )
            for script in scripts
        ),
        batch_size=BATCH,
    )


def _lines(book: Book, scripts: Sequence[MeasureScript], made: Sequence[Measure]) -> None:
    pairs = [
        (measure, script, line)
        for script, measure in zip(scripts, made, strict=True)
        for line in script.lines
    ]
    currency = periods.ground().currency
    calendar = book.company.setting.calendar
    rows = Line.objects.bulk_create(
        (_line(measure, line, calendar, currency) for measure, _, line in pairs), batch_size=BATCH
    )
    plans: list[SeriesVersion] = []
    for row, (_, script, line) in zip(rows, pairs, strict=True):
        placed = book.of(script)
        placed.lines[line.name] = row.pk
        for version in _plan(row, line):
            placed.versions[row.pk, Series.PLAN, version.fiscal_year] = 1
            plans.append(version)
    SeriesVersion.objects.bulk_create(plans, batch_size=BATCH)


def _line(measure: Measure, line: LineScript, calendar: FiscalCalendar, currency: str) -> Line:
    draft = draft_of(line, calendar, None)
    return Line(
        measure=measure,
        name=draft.name,
        nature=draft.nature,
        effect_type=draft.effect_type,
        recurrence=draft.recurrence,
        direction=draft.direction,
        unit=draft.unit,
        currency=currency if draft.unit == MONEY else "",
        decimals=draft.decimals,
        full_effect_on=draft.full_effect_on,
        budget_line=draft.budget_line,
    )


def _plan(row: Line, line: LineScript) -> list[SeriesVersion]:
    scale = 10**line.decimals
    months: list[tuple[Month, int | None]] = [
        (month, amount * scale) for month, amount in line.plan.items()
    ]
    return [
        SeriesVersion(
            line=row,
            series=Series.PLAN,
            fiscal_year=year,
            version=1,
            **dict(zip(PERIODS, figures, strict=True)),
        )
        for year, figures in rows_of(months).items()
    ]


def _milestones(
    book: Book, scripts: Sequence[MeasureScript], made: Sequence[Measure], on: date
) -> None:
    pairs = [
        (measure, script, each)
        for script, measure in zip(scripts, made, strict=True)
        for each in script.milestones
    ]
    rows = Milestone.objects.bulk_create(
        (_milestone(measure, each, on) for measure, _, each in pairs), batch_size=BATCH
    )
    for row, (_, script, each) in zip(rows, pairs, strict=True):
        book.of(script).milestones[each.name] = (row.pk, row.version)


def _milestone(measure: Measure, each: MilestoneScript, on: date) -> Milestone:
    is_done = each.done_on is not None and each.done_on < on
    return Milestone(
        measure=measure,
        name=each.name,
        owner_id=measure.owner_id,
        plan_end=each.plan_end,
        actual_end=each.done_on if is_done else None,
        is_critical=each.is_critical,
        is_imported=True,
    )
