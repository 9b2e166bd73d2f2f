"""What overlaps take off, as rows of the children table and of a figure's provenance."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core.tenancy import Actor
from measures.queries import measures
from reporting.queries import deductions
from reporting.queries.dashboard import Dashboard
from reporting.queries.deductions import TakenOff
from reporting.rules.contribution import RollupSeries
from reporting.views.scene import Scene, Writer


@dataclass(frozen=True, slots=True)
class OffCells:
    """One overlap, every amount as text; `amount` is that of the one figure asked about."""

    one: str
    one_address: UUID
    other: str
    other_address: UUID
    budget: str
    budget_address: UUID
    plan: str = ""
    outlook: str = ""
    delta: str = ""
    amount: str = ""
    share: str = ""


def at_node(actor: Actor, scene: Scene, figures: Dashboard, write: Writer) -> list[OffCells]:
    """Return the overlaps that are taken off right at a node, in the figures it shows."""
    told = None if scene.as_of is None else measures.visible(actor)
    found = deductions.meeting_at(scene.node, scene.ground, figures.group, told)
    return [_row(each, write) for each in found]


def of_figure(taken: list[TakenOff], write: Writer, total: Decimal | None) -> list[OffCells]:
    """Return the overlaps that are taken off one figure."""
    cells = []
    for each in taken:
        amount = deductions.whole([each])
        cells.append(
            OffCells(
                *_names(each),
                amount=write.money(amount),
                share=write.share(amount / total if total else None),
            )
        )
    return cells


def _row(taken: TakenOff, write: Writer) -> OffCells:
    plan, outlook = (
        taken.amounts.get(series.value, Decimal(0))
        for series in (RollupSeries.PLAN, RollupSeries.OUTLOOK)
    )
    return OffCells(
        *_names(taken),
        plan=write.money(plan),
        outlook=write.money(outlook),
        delta=write.money(outlook - plan, signed=True),
    )


def _names(taken: TakenOff) -> tuple[str, UUID, str, UUID, str, UUID]:
    return (
        taken.one,
        taken.one_address,
        taken.other,
        taken.other_address,
        taken.budget,
        taken.budget_address,
    )
