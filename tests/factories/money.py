"""Rates and foreign figures for tests."""

from decimal import Decimal

from measures.models import Line
from measures.rules.lines import Series
from measures.rules.rate_file import RateEntry
from measures.rules.stage import Stage
from measures.services import figures, lines, rates
from measures.services.figures import CellChange
from tests.factories import governance
from tests.factories.measures import YEAR, a_line_draft
from tests.factories.organizations import TestOrganization


def rate(
    organization: TestOrganization, value: str, kind: str = "plan", *, currency: str = "USD",
    period: int = 0,
) -> None:  # fmt: skip
    """Record a rate of YEAR as the controller."""
    entry = RateEntry(kind, currency, YEAR, period, Decimal(value))
    rates.record(actor=organization.actor("controller"), entries=[entry], reason="Budget")


def dollars_in_pipeline(organization: TestOrganization, monthly: int = 10_800) -> Line:
    """Plan dollars a month from April of YEAR for a measure at Identified."""
    case = governance.a_measure(Stage.IDENTIFIED, organization)
    lead = organization.actor("lead")
    line = lines.add(
        actor=lead, measure_id=case.measure_id, draft=a_line_draft("Harness", currency="USD")
    )
    figures.save(
        actor=lead,
        measure_id=case.measure_id,
        cells=[
            CellChange(line.pk, Series.PLAN, YEAR, period, Decimal(monthly))
            for period in range(4, 13)
        ],
        versions={},
    )
    return line
