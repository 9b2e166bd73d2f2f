"""Plan rates in stored roll-ups: a change reaches every node above, and nothing drifts."""

import pytest

from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.money import dollars_in_pipeline, rate
from tests.factories.organizations import an_organization
from tests.factories.reporting import drained, drifted, plain, seen, sums, tallies

EUR = "hard-recurring-benefit-EUR-2"
USD = "hard-recurring-benefit-USD-2"


@pytest.fixture
def portfolio(clock_at):
    """A decided measure in euro, and one planned in dollars of 10,800 a month from April."""
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    a_decided_measure(organization)
    dollars_in_pipeline(organization)
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
