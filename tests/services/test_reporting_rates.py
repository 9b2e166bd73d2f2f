"""Plan rates in stored roll-ups: a change reaches every node above, and nothing drifts."""

from decimal import Decimal

import pytest

from measures.rules.lines import Series
from measures.rules.rate_file import RateEntry
from measures.rules.stage import Stage
from measures.services import figures, lines, rates
from measures.services.figures import CellChange
from tests.factories import governance
from tests.factories.measures import YEAR, a_decided_measure, a_line_draft
from tests.factories.organizations import an_organization
from tests.factories.reporting import drained, drifted, plain, seen, sums, tallies

EUR = "hard-recurring-benefit-EUR-2"
USD = "hard-recurring-benefit-USD-2"


def rate(organization, value, kind="plan", period=0):
    entry = RateEntry(kind, "USD", YEAR, period, Decimal(value))
    rates.record(actor=organization.actor("controller"), entries=[entry], reason="Budget")


@pytest.fixture
def portfolio(clock_at):
    """A decided measure in euro, and one planned in dollars of 10,800 a month from April."""
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    a_decided_measure(organization)
    dollars = governance.a_measure(Stage.IDENTIFIED, organization)
    lead = organization.actor("lead")
    line = lines.add(
        actor=lead,
        measure_id=dollars.measure_id,
        draft=a_line_draft("Harness", currency="USD"),
    )
    figures.save(
        actor=lead,
        measure_id=dollars.measure_id,
        cells=[
            CellChange(line.pk, Series.PLAN, YEAR, period, Decimal(10_800))
            for period in range(4, 13)
        ],
        versions={},
    )
    drained(organization)
    return organization


def pipeline(organization, group):
    shown = seen(organization, organization.root, group)
    return shown.columns[0].pipeline


def test_a_rate_brings_dollars_into_our_group_and_its_change_moves_every_sum(portfolio):
    before = pipeline(portfolio, EUR)
    rate(portfolio, "1.08")
    drained(portfolio)
    first = pipeline(portfolio, EUR)
    rate(portfolio, "1.20")
    drained(portfolio)

    assert first - (before or 0) == 90_000
    assert pipeline(portfolio, EUR) - (before or 0) == 81_000
    assert pipeline(portfolio, USD) == 97_200
    assert drifted(portfolio) == []
    assert (sums(portfolio), tallies(portfolio)) == plain(portfolio)


def test_an_actual_rate_moves_no_stored_sum(portfolio):
    rate(portfolio, "1.08")
    drained(portfolio)
    before = sums(portfolio)

    rate(portfolio, "1.17", kind="actual", period=4)
    drained(portfolio)

    assert sums(portfolio) == before
