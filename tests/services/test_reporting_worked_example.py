"""The worked example of domain-rules §15, from the services through the drain to the dashboard."""

from datetime import date
from decimal import Decimal

import pytest

from measures.rules.lines import Series
from reporting.rules.figures import Horizon
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.reporting import children_of, drained, drifted, seen

THOUSAND = Decimal(1000)


@pytest.fixture
def example(clock_at):
    """The example as it stands on 8 July: April and May approved, June claimed."""
    clock_at(YEAR, 1, 12, 9)
    subject = a_decided_measure()
    _claim_april_and_may(clock_at, subject)
    clock_at(YEAR, 7, 8, 9)
    subject.save(Series.FORECAST, dict.fromkeys(range(7, 13), 9000))
    subject.claim(6, 10_000)
    return subject


def test_the_example_arrives_at_every_level_of_the_tree(example):
    drained(example.organization)

    for node in (example.organization.root, example.package):
        shown = seen(example.organization, node)
        assert (shown.sentence.plan, shown.sentence.outlook) == (90 * THOUSAND, 81 * THOUSAND)
        assert shown.sentence.reached == Decimal("0.9")
        assert str(shown.sentence.confirmed_share)[:6] == "0.6296"
        year, rate, life = shown.columns
        assert (year.horizon, year.confirmed) == (Horizon.FISCAL_YEAR, 17 * THOUSAND)
        assert (rate.plan, rate.outlook) == (120 * THOUSAND, 108 * THOUSAND)
        assert (life.plan, life.outlook) == (90 * THOUSAND, 81 * THOUSAND)
        assert shown.claimed == 10 * THOUSAND
        assert shown.unclaimed is None
        # One amber measure alone reaches half of its weight, and a node is red below 60 % (§10.4).
        assert shown.potential.colour == "red"
        assert shown.potential.reason == (
            "The measures below reach 50 % of their weight; under 60 % is red."
        )
    assert drifted(example.organization) == []


def test_the_measure_is_shown_green_and_amber_in_the_table_of_its_package(example):
    drained(example.organization)

    (row,) = children_of(example.organization, example.package)

    assert (row.implementation.colour, row.potential.colour) == ("green", "amber")
    assert row.potential.reason == "Year to date at 85 % of plan."
    assert (row.plan, row.outlook, row.delta) == (90 * THOUSAND, 81 * THOUSAND, -9 * THOUSAND)
    assert (row.confirmed, row.unclaimed) == (17 * THOUSAND, 0)
    assert (row.implementation_score, row.potential_ratio) == (1, Decimal("0.9"))
    assert row.outlook_months[5] == 10 * THOUSAND


def test_the_curve_shows_each_month_and_closed_ones_as_closed(example):
    drained(example.organization)

    curve = seen(example.organization, example.organization.root).curve
    by_month = {point.label: point for point in curve}

    assert len(curve) == 12
    assert curve[0].ends_on == date(YEAR, 1, 31)
    june = by_month["Jun 2026"]
    assert (june.plan, june.outlook, june.approved) == (10 * THOUSAND, 10 * THOUSAND, None)
    assert (by_month["May 2026"].approved, by_month["May 2026"].is_closed) == (8 * THOUSAND, True)
    assert not by_month["Jul 2026"].is_closed


def test_a_month_never_claimed_counts_as_missing_and_is_shown_as_due(clock_at):
    clock_at(YEAR, 1, 12, 9)
    subject = a_decided_measure()
    _claim_april_and_may(clock_at, subject)
    clock_at(YEAR, 7, 20, 9)

    drained(subject.organization)

    shown = seen(subject.organization, subject.organization.root)
    assert shown.unclaimed == 10 * THOUSAND
    assert shown.potential.colour == "red"
    assert shown.potential.reds == 1


def _claim_april_and_may(clock_at, subject):
    clock_at(YEAR, 5, 5, 9)
    subject.approve(subject.claim(4, 9000))
    clock_at(YEAR, 6, 2, 9)
    subject.approve(subject.claim(5, 8000))
