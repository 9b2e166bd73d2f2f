"""Writes drafted measures with their lines, figures and milestones, a few statements for all.

Nothing is decided here; the database's guards judge every row as they judge those of a page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core import tenancy
from hierarchy.models import Node
from hierarchy.rules.levels import Level
from hierarchy.services import planting
from hierarchy.services.planting import Sapling
from intake.queries.tree import Branch, Standing
from intake.rules.mapping import BRANCH, LineMap, Mapping
from intake.rules.rows import DraftLine, RowDraft
from measures.models import Line, Measure, Milestone, SeriesVersion
from measures.models.line import PERIODS
from measures.queries.periods import Ground
from measures.rules.lines import Recurrence, Series

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """A measure beside the row it came from, with how many lines and milestones it has."""

    draft: RowDraft
    measure: Measure


@dataclass(frozen=True, slots=True)
class Office:
    """What every row needs to be written: the mapping, the members' ids, calendar and currency."""

    mapping: Mapping
    members: dict[str, int]
    ground: Ground


def nodes(drafts: Sequence[RowDraft], standing: Standing) -> tuple[dict[str, Node], int]:
    """Plant the measures and what is missing above them; returns the measures' nodes by code.

    The second figure is how many nodes were made above measures.
    """
    saplings: dict[Branch, Sapling] = {}
    for draft in drafts:
        for depth, level in enumerate(BRANCH, start=1):
            branch = draft.branch[:depth]
            if branch not in standing.branches and branch not in saplings:
                saplings[branch] = _sapling(branch, branch[-1], level, standing)
    measures = [
        _sapling((*draft.branch, draft.code), draft.name, Level.MEASURE, standing, draft.code)
        for draft in drafts
    ]
    planting.place_many([*saplings.values(), *measures])
    # Read again: rights are judged by the numbers that planting has only now given them.
    placed = Node.objects.filter(code__in=[draft.code for draft in drafts])
    return {node.code: node for node in placed}, len(saplings)


def _sapling(
    branch: Branch, name: str, level: Level, standing: Standing, code: str = ""
) -> Sapling:
    above = branch[:-1]
    parent_id = standing.branches.get(above) if above else standing.root_id
    return Sapling(
        key=_key(branch),
        name=name,
        level=level,
        code=code,
        parent_id=parent_id,
        parent_key=_key(above) if parent_id is None else None,
    )


def _key(branch: Branch) -> str:
    return "\0".join(branch)


def measures(drafts: Iterable[RowDraft], placed: dict[str, Node], office: Office) -> list[Written]:
    """Make the measures with their three people, at Defined."""
    rows = list(drafts)
    made = Measure.objects.bulk_create(
        (
            Measure(
                node=placed[draft.code],
                description=draft.description,
                effect_type=office.mapping.measure.effect_type,
                size=draft.size,
                size_unit=office.mapping.measure.size_unit,
                proposer_id=tenancy.current().actor.member_id,
                owner_id=office.members[draft.team.owner],
                sponsor_id=office.members[draft.team.sponsor],
                controller_id=office.members[draft.team.controller],
                starts_on=draft.starts_on,
                ends_on=draft.ends_on,
            )
            for draft in rows
        ),
        batch_size=BATCH,
    )
    return [Written(draft, measure) for draft, measure in zip(rows, made, strict=True)]


def lines(written: Iterable[Written], office: Office) -> int:
    """Make the lines and plan each in its month; returns how many lines there are."""
    pairs = [(each.measure, line) for each in written for line in each.draft.lines]
    made = Line.objects.bulk_create(
        (_line(measure, draft, office) for measure, draft in pairs), batch_size=BATCH
    )
    plans = [
        plan
        for row, (_, draft) in zip(made, pairs, strict=True)
        for plan in _plan(row, draft, office)
    ]
    SeriesVersion.objects.bulk_create(plans, batch_size=BATCH)
    return len(made)


def _line(measure: Measure, draft: DraftLine, office: Office) -> Line:
    declared = draft.map
    month_of = draft.month_of
    return Line(
        measure=measure,
        name=declared.name,
        nature=declared.nature,
        effect_type=declared.effect_type,
        recurrence=declared.recurrence,
        direction=declared.direction,
        currency=_currency(declared, office),
        decimals=declared.decimals,
        full_effect_on=None if month_of is None else month_of.replace(day=1),
    )


def _currency(declared: LineMap, office: Office) -> str:
    return declared.currency or office.ground.currency


def _plan(line: Line, draft: DraftLine, office: Office) -> list[SeriesVersion]:
    """Return the plan of a line: its amount in one month, or in each of twelve if recurring."""
    if draft.month_of is None:
        return []
    first = office.ground.calendar.month_of(draft.month_of)
    count = len(PERIODS) if draft.map.recurrence is Recurrence.RECURRING else 1
    years: dict[int, dict[str, int]] = {}
    for step in range(count):
        month = first.plus(step)
        years.setdefault(month.fiscal_year, {})[PERIODS[month.period - 1]] = draft.scaled
    return [
        SeriesVersion(line=line, series=Series.PLAN, fiscal_year=year, version=1, **figures)
        for year, figures in years.items()
    ]


def milestones(written: Iterable[Written]) -> int:
    """Make the milestones, marked as imported; returns how many."""
    made = Milestone.objects.bulk_create(
        (
            Milestone(
                measure=each.measure,
                name=draft.map.name,
                owner_id=each.measure.owner_id,
                plan_end=draft.day,
                actual_end=draft.day if draft.is_done else None,
                is_mandatory=draft.map.is_mandatory,
                is_critical=draft.map.is_critical,
                weight=draft.map.weight,
                is_imported=True,
            )
            for each in written
            for draft in each.draft.milestones
        ),
        batch_size=BATCH,
    )
    return len(made)
