"""Measures that cost something, and envelopes to hold it, made through the services."""

from decimal import Decimal

from accounts.rules.roles import Role
from core import tenancy
from hierarchy.models import Node
from hierarchy.queries import authority
from measures.models import Envelope
from measures.rules.envelopes import Cost
from measures.rules.lines import EffectType, Nature, Recurrence, Series
from measures.rules.stage import Stage
from measures.services import envelopes, figures, lines
from measures.services.figures import CellChange
from tests.factories import governance
from tests.factories.measures import YEAR, Subject, a_line_draft, a_planned_measure
from tests.factories.organizations import TestOrganization

COST = 60_000


def a_costly_measure(
    organization: TestOrganization,
    stage: Stage = Stage.DETAILED,
    cost: int = COST,
    currency: str = "EUR",
) -> Subject:
    """Plan a measure with a one-time cost in June, and take it to a stage."""
    subject = a_planned_measure(organization)
    line = lines.add(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        draft=a_line_draft(
            "Machines",
            nature=Nature.ONE_TIME,
            effect_type=EffectType.HARD,
            recurrence=Recurrence.ONE_OFF,
            currency=currency,
        ),
    )
    figures.save(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        cells=[CellChange(line.pk, Series.PLAN, YEAR, 6, Decimal(cost))],
        versions=subject.versions(),
    )
    at = Stage.DEFINED
    while at < stage:
        at = governance.pass_next_gate(subject.case(), at=at)
    return subject


def an_envelope(
    organization: TestOrganization,
    node: Node | None = None,
    amount: int = 100_000,
    by: Role | str = "executive",
) -> Envelope:
    """Give a node (the root unless given) an envelope for one-time cost, from today."""
    actor = organization.actor(by)
    with tenancy.reading(actor):
        today = authority.today()
    return envelopes.set_envelope(
        actor=actor,
        node_id=(node or organization.root).pk,
        key=(Cost.ONE_TIME, YEAR),
        amount=Decimal(amount),
        effective_on=today,
        reason="Budget round",
    )
