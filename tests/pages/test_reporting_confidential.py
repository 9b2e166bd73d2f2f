"""Dashboards above confidential measures: totals stay whole, and are withheld where they tell."""

from decimal import Decimal

import pytest
from django.db.models import F

from core import tenancy
from measures.models import Measure
from measures.queries import periods
from reporting.models import RollupCount
from reporting.queries.dashboard import dashboard, reasons_from
from tests.factories import reporting
from tests.factories.confidential import hidden
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.pages.visitors import visitor


@pytest.fixture
def subjects(clock_at):
    """Four decided measures of one organization, each in a branch of its own."""
    clock_at(YEAR, 5, 4)
    organization = an_organization()
    found = [a_decided_measure(organization) for _ in range(4)]
    reporting.drained(organization)
    return found


def page(subject, role, node, part=""):
    client = visitor(subject.organization, role).client
    answer = client.get(f"/o/{subject.organization.slug}/portfolio/{node.public_id}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def plan_at(subject, role, node):
    """Return what a member's dashboard says is planned at a node; None where it is withheld."""
    with tenancy.reading(subject.actor(role)):
        return dashboard(node, periods.ground()).sentence.plan


def test_one_hidden_measure_withholds_every_total_above_it_from_who_does_not_read_it(subjects):
    subject, root = subjects[0], subjects[0].organization.root
    hidden(subject, subject.actor("executive"))
    reporting.drained(subject.organization)

    assert plan_at(subject, "lead", subject.package) is None
    assert plan_at(subject, "lead", root) is None
    assert plan_at(subject, "lead", subjects[1].package) == Decimal(90000)
    assert plan_at(subject, "executive", root) == Decimal(360000)
    seen = page(subject, "lead", root)
    assert "The figures are withheld: 1 confidential measure lies here" in seen
    assert "1 confidential, figures withheld" in seen
    assert "No course is drawn of what is withheld." in seen
    assert "figures of each below are withheld" in page(subject, "lead", root, "money/")
    assert "withheld" not in page(subject, "executive", root)
    assert "withheld" not in page(subject, "executive", root, "money/")


def test_three_hidden_measures_are_pooled_where_they_first_meet(subjects):
    root = subjects[0].organization.root
    for subject in subjects[:3]:
        hidden(subject)
    reporting.drained(subject.organization)

    assert [plan_at(each, "lead", each.package) for each in subjects] == [
        *[None] * 3,
        Decimal(90000),
    ]
    assert plan_at(subjects[0], "lead", root) == Decimal(360000)
    seen = page(subjects[0], "lead", root)
    assert "3 confidential measures lie here that you do not read. The totals include them." in seen
    with tenancy.reading(tenancy.system(subjects[0].organization.id)):
        assert dashboard(root, periods.ground()).sentence.plan == Decimal(360000)


def test_no_reason_tells_what_one_child_weighs_where_something_below_is_hidden(subjects):
    subject, root = subjects[0], subjects[0].organization.root
    weighs = {"code": "node_red_child", "params": {"child": "Energy", "percent": "41.1 %"}}
    score = {"code": "node_outlook", "params": {"percent": "84.3 %"}}
    hidden(subject)

    def told(role, *reasons):
        with tenancy.reading(subject.actor(role)):
            return [each.code for each in reasons_from(reasons, root.pk)]

    assert told("owner", weighs, score) == ["node_red_child", "node_outlook"]
    assert told("lead", weighs, score) == ["node_outlook"]
    assert told("lead", weighs) == ["node_withheld"]


def test_who_reads_all_pays_no_query_for_it(subjects, django_assert_num_queries):
    lead = subjects[0].actor("lead")
    hidden(subjects[0], lead)

    with django_assert_num_queries(4), tenancy.reading(lead):  # BEGIN, level, context, COMMIT
        assert not tenancy.current().sight.rows


def is_withheld(subject, node):
    """Tell whether a node's sums are withheld from the lead, who reads nothing that is hidden."""
    with tenancy.reading(subject.actor("lead")):
        return node.pk in tenancy.current().sight.sums


@pytest.fixture
def pooled(subjects, clock_at):
    """Three of the four hidden, and the root's sums shown; their April is due and not claimed."""
    for subject in subjects[:3]:
        hidden(subject)
    clock_at(YEAR, 5, 12)
    reporting.drained(subjects[0].organization)
    assert not is_withheld(subjects[0], subjects[0].organization.root)
    return subjects[0]


def test_no_total_tells_what_one_alone_of_a_pool_has_confirmed(pooled):
    pooled.approve(pooled.claim(4, 8000))
    reporting.drained(pooled.organization)

    assert is_withheld(pooled, pooled.organization.root)


def test_no_funnel_tells_what_one_alone_of_a_pool_plans_at_its_stage(pooled):
    organization = pooled.organization
    with tenancy.acting(tenancy.system(organization.id)):
        node = Measure.objects.get(pk=pooled.measure_id).node_id
        RollupCount.objects.filter(node_id=node).update(
            stage_3_value=0, stage_4_value=F("stage_3_value"), version=F("version") + 1
        )

    assert is_withheld(pooled, organization.root)
