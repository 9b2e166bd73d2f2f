"""The Money panel: of a measure, of a node and its children, with FX apart and rates named."""

import pytest

from tests.factories.confidential import hidden
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.money import dollars_in_pipeline, rate
from tests.factories.organizations import an_organization
from tests.factories.reporting import drained
from tests.pages.visitors import Visitor, visitor


def at_dashboards(organization, role):
    """Log in a member on the pages of reporting."""
    return Visitor(visitor(organization, role).client, f"/o/{organization.slug}/")


@pytest.fixture
def subject(clock_at):
    """A decided measure of 10,000 a month from April, one month approved, drained."""
    clock_at(YEAR, 1, 12, 9)
    made = a_decided_measure()
    clock_at(YEAR, 5, 5, 9)
    made.approve(made.claim(4, 9_000))
    drained(made.organization)
    return made


def place(subject):
    return subject.measure().node.public_id


def test_a_measure_shows_its_money_in_the_fields_terms(subject):
    rate(subject.organization, "0.08", "discount", currency="")
    page = at_dashboards(subject.organization, "owner").see(
        f"portfolio/{place(subject)}/money-of-measure/"
    )

    for shown in (
        "Gross effect",
        "Run-rate",
        "120",
        "90",
        "EUR k",
        "Net present value",
        "discounted at 8.0",
    ):
        assert shown in page.text
    assert "none: cash never turns" in page.text
    assert "nothing to pay back: cash together is never below zero" in page.text
    assert "EUR 87.7" in page.text  # the unit before the figure, as in the heads of columns


def test_without_a_discount_rate_the_present_value_is_refused_by_name(subject):
    page = at_dashboards(subject.organization, "owner").see(
        f"portfolio/{place(subject)}/money-of-measure/"
    )

    assert "There is no discount rate for fiscal year 2026" in page.text
    assert "Net present value" not in page.text


def test_a_node_shows_its_money_and_that_of_each_child(subject):
    executive = at_dashboards(subject.organization, "executive")
    root = subject.organization.root.public_id

    page = executive.see(f"portfolio/{root}/money/")
    part = executive.see(f"portfolio/{root}/money/", is_fragment=True)

    for each in (page, part):
        assert "Run-rate, net" in each.text
        assert "Total89908990––8990119120––120120" in each.text
    assert "By child" in page.text
    assert "By child" not in part.text


def test_where_nothing_is_planned_the_panel_says_so(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    root = organization.root.public_id

    page = at_dashboards(organization, "executive").see(f"portfolio/{root}/money/")

    assert "No money yet" in page.text


def test_figures_without_a_plan_rate_are_named_on_dashboard_and_panel(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    dollars_in_pipeline(organization)
    drained(organization)
    root = organization.root.public_id
    executive = at_dashboards(organization, "executive")

    named = [
        executive.see(path).text for path in (f"portfolio/{root}/", f"portfolio/{root}/money/")
    ]
    rate(organization, "1.08")
    drained(organization)
    after = executive.see(f"portfolio/{root}/").text

    assert all("for want of a plan rate: USD 2026" in each for each in named)
    assert "for want of a plan rate" not in after


def test_a_total_that_would_tell_of_a_confidential_measure_is_withheld_here_too(subject):
    hidden(subject, subject.actor("executive"))
    drained(subject.organization)
    root = subject.organization.root.public_id

    lead = at_dashboards(subject.organization, "lead").see(f"portfolio/{root}/money/")
    executive = at_dashboards(subject.organization, "executive").see(f"portfolio/{root}/money/")

    assert "The figures are withheld" in lead.text
    assert "120" not in lead.text
    assert "120" in executive.text
