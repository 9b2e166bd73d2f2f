"""The numbers of a dashboard: exact, traced to their measures, as cheap for many as for one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import tenancy
from governance.services import lifecycle
from hierarchy.models import Node
from measures.models.target import Horizon as TargetHorizon
from measures.queries import periods
from measures.rules.lines import EffectType, Nature, Recurrence, Series
from measures.rules.stage import Lifecycle, Stage
from measures.services import lines, targets
from reporting.queries import version
from reporting.queries.children import Children, Filter, largest
from reporting.queries.dashboard import dashboard
from reporting.queries.provenance import Figure, Sources
from reporting.rules.figures import Horizon, Measured
from tests.factories.measures import YEAR, a_decided_measure, a_line_draft, a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.reporting import children_of, drained, seen
from tests.factories.sharing import shared

THOUSAND = Decimal(1000)


@pytest.fixture
def own_portfolio(clock_at):
    """Three measures under three portfolios, of 90, 45 and 9 thousand; the last two claimed."""
    return a_portfolio(clock_at)


@pytest.fixture
def portfolio(clock_at):
    """The same on the same day for tests that only look: built once."""
    made = shared(a_portfolio, clock_at)
    clock_at(YEAR, 5, 5, 9)
    return made


def a_portfolio(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    large, middle, small = (
        a_decided_measure(organization, dict.fromkeys(range(4, 13), amount))
        for amount in (10_000, 5_000, 1_000)
    )
    clock_at(YEAR, 5, 5, 9)
    middle.approve(middle.claim(4, 4000))
    small.claim(4, 1000)
    for subject in (large, middle, small):
        subject.save(Series.FORECAST, {12: 1 if subject is small else 2})
    drained(organization)
    return organization, large, middle, small


def portfolio_of(subject):
    with tenancy.reading(subject.actor("lead")):
        return Node.objects.get(pk=subject.package.ancestor_ids[-2])


def test_a_node_shows_what_all_below_it_come_to(portfolio):
    organization, *_ = portfolio

    shown = seen(organization, organization.root)

    assert shown.sentence.plan == 144 * THOUSAND
    assert shown.sentence.outlook == 80_002 + (4000 + 7 * 5000 + 2) + (8 * 1000 + 1)
    assert shown.columns[0].confirmed == 4000
    assert shown.confirmed_share == Decimal("0.8")
    assert (shown.claimed, shown.measures) == (1000, 3)
    assert shown.lifecycles[Lifecycle.ACTIVE] == 3
    assert {step.stage: step.count for step in shown.funnel}[Stage.DECIDED] == 3
    assert {step.stage: step.value for step in shown.funnel}[Stage.DECIDED] == 144 * THOUSAND
    assert shown.hardness_weighted == Decimal("0.6") * 144 * THOUSAND
    assert shown.unit == "EUR"


def test_targets_stand_beside_the_plan_with_coverage_and_what_is_left_to_give(own_portfolio):
    organization, large, middle, _ = own_portfolio
    aims = [
        (organization.root, 288 * THOUSAND),
        (portfolio_of(large), 100 * THOUSAND),
        (portfolio_of(middle), 50 * THOUSAND),
    ]
    for node, amount in aims:
        targets.set_target(
            actor=organization.actor("executive"),
            node_id=node.pk,
            horizon=TargetHorizon.FISCAL_YEAR,
            fiscal_year=YEAR,
            amount=amount,
            reason="The board's ambition.",
        )

    year, rate, life = seen(organization, organization.root).columns

    assert (year.target, year.coverage) == (288 * THOUSAND, Decimal("0.5"))
    assert year.gap == 138 * THOUSAND
    assert (rate.target, life.target) == (None, None)


def test_figures_of_two_groups_are_never_added_but_offered_side_by_side(clock_at):
    clock_at(YEAR, 1, 12, 9)
    subject = a_planned_measure()
    lines.add(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        draft=a_line_draft(
            "Tender",
            nature=Nature.ONE_TIME,
            effect_type=EffectType.HARD,
            recurrence=Recurrence.ONE_OFF,
            full_effect_on=None,
        ),
    )
    drained(subject.organization)

    shown = seen(subject.organization, subject.organization.root)

    assert shown.groups == ()
    assert (shown.group, shown.unit, shown.curve) == (None, "", ())
    assert shown.columns[0].plan is None
    assert shown.measures == 1


def test_another_group_is_shown_at_its_address(portfolio):
    organization, *_ = portfolio
    leading = seen(organization, organization.root)

    again = seen(organization, organization.root, leading.groups[0].address)
    unknown = seen(organization, organization.root, "hard-one_off-benefit-USD-2")

    assert [each.address for each in leading.groups] == ["hard-recurring-benefit-EUR-2"]
    assert again == leading == unknown


def test_a_node_below_which_nothing_is_shows_grey_and_nothing(own_portfolio):
    organization, *_ = own_portfolio
    empty = organization.branch("Empty").project

    shown = seen(organization, empty)

    assert (shown.implementation.colour, shown.potential.colour) == ("grey", "grey")
    assert (shown.version, shown.measures, shown.fresh_share) == (None, 0, None)
    (row,) = children_of(organization, empty)
    assert (row.name, row.plan, row.outlook, row.delta) == ("Empty package", None, None, None)
    assert row.implementation.colour == "grey"


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("plan", [9, 45, 90]),
        ("-plan", [90, 45, 9]),
        ("-outlook", [90, 45, 9]),
        ("delta", [90, 45, 9]),
        ("-confirmed", [45, 9, 90]),
        ("nonsense", [90, 45, 9]),
    ],
)
def test_children_are_sorted_by_what_the_table_shows(portfolio, sort, expected):
    organization, *_ = portfolio

    rows = children_of(organization, organization.root, Filter(sort=sort))

    assert [row.plan / 1000 for row in rows] == expected


def test_children_are_searched_filtered_and_read_by_pages(portfolio):
    organization, large, *_ = portfolio
    name = portfolio_of(large).name
    ground_of = periods.ground

    with tenancy.reading(organization.actor("executive")):
        group = dashboard(organization.root, ground_of()).group
        every = Children(organization.root, ground_of(), group)
        found = Children(organization.root, ground_of(), group, Filter(search=name.lower()))
        none = Children(organization.root, ground_of(), group, Filter(search="100%"))
        red = Children(organization.root, ground_of(), group, Filter(potential="red"))
        page = Paginator(every, 2).page(2)

        assert [row.name for row in found] == [name]
        assert list(none) == []
        assert {row.potential.colour for row in red} <= {"red"}
        assert (page.paginator.count, len(page.object_list)) == (3, 1)
        assert every[0] == every[0:1][0]
        begun = Children(organization.root, ground_of(), group, expected=slice(0, 1))
        assert (list(begun[0:1]), len(begun), list(begun)) == (list(every[0:1]), 3, list(every))
        beyond = Children(organization.root, ground_of(), group, expected=slice(50, 100))
        assert (list(beyond[50:100]), len(beyond)) == ([], 3)


def test_the_quadrant_has_the_largest_first_with_score_and_ratio(portfolio):
    organization, *_ = portfolio

    with tenancy.reading(organization.actor("executive")):
        group = dashboard(organization.root, periods.ground()).group
        rows = largest(organization.root, periods.ground(), group)

    assert [row.plan for row in rows] == [90 * THOUSAND, 45 * THOUSAND, 9 * THOUSAND]
    assert [row.implementation_score for row in rows] == [1, 1, 1]
    assert rows[1].potential_ratio == Decimal(39002) / Decimal(45000)


@pytest.mark.parametrize("measured", Measured)
@pytest.mark.parametrize("horizon", Horizon)
def test_a_figure_is_the_sum_of_the_measures_it_is_traced_to(portfolio, measured, horizon):
    organization, *_ = portfolio
    shown = seen(organization, organization.root)
    columns = {column.horizon: column for column in shown.columns}
    by_name = {"claimed": shown.claimed, "unclaimed": shown.unclaimed}
    figure = (
        by_name[measured.value]
        if measured.value in by_name
        else getattr(columns[horizon], measured.value)
    )
    if measured.value in by_name and horizon is Horizon.RUN_RATE:
        figure = None

    with tenancy.reading(organization.actor("executive")):
        sources = Sources(
            organization.root, periods.ground(), Figure(shown.group, measured, horizon)
        )
        rows = list(sources)
        count = len(sources)

    assert sum((row.amount for row in rows), Decimal(0)) == (figure or 0)
    assert count == len(rows)
    assert [abs(row.amount) for row in rows] == sorted(
        (abs(row.amount) for row in rows), reverse=True
    )


def test_a_source_says_when_it_was_last_said_and_what_is_approved(portfolio):
    organization, _, middle, _ = portfolio
    group = seen(organization, organization.root).group

    with tenancy.reading(organization.actor("executive")):
        (row,) = Sources(organization.root, periods.ground(), Figure(group, Measured.CONFIRMED))

    assert row.address == middle.measure().node.public_id
    assert (row.amount, row.approved, row.waiting) == (4000, 1, 0)
    assert (row.source, row.stage) == (Series.ACTUAL, Stage.DECIDED)
    assert row.recorded_at is not None
    assert row.approved_at is not None


def test_a_page_costs_the_same_for_one_child_and_for_many(portfolio):
    organization, large, *_ = portfolio
    costs = [_cost(organization, node) for node in (portfolio_of(large), organization.root)]

    assert costs[0] == costs[1]
    assert costs[0] == 8


def _cost(organization, node):
    with tenancy.reading(organization.actor("executive")):
        node = Node.objects.get(pk=node.pk)
        with CaptureQueriesContext(connection) as done:
            ground = periods.ground()
            shown = dashboard(node, ground)
            rows = Children(node, ground, shown.group, expected=slice(0, 50))
            list(Paginator(rows, 50).page(1))
            largest(node, ground, shown.group)
            version.stamp(node)
    return len(done)


def test_the_stamp_of_a_node_follows_its_measures_its_targets_and_nobody_elses(own_portfolio):
    organization, large, middle, _ = own_portfolio
    mine, other = portfolio_of(large), portfolio_of(middle)
    before = stamps(organization, mine, other)

    large.save(Series.FORECAST, {11: 7})
    drained(organization)
    between = stamps(organization, mine, other)
    targets.set_target(
        actor=organization.actor("executive"),
        node_id=mine.pk,
        horizon=TargetHorizon.RUN_RATE,
        fiscal_year=YEAR,
        amount=Decimal(5),
        reason="The board's ambition.",
    )
    after = stamps(organization, mine, other)

    assert (before[0] != between[0], between[0] != after[0]) == (True, True)
    assert before[1] == between[1] == after[1]


def stamps(organization, *nodes):
    with tenancy.reading(organization.actor("executive")):
        return [version.stamp(Node.objects.get(pk=node.pk)) for node in nodes]


def test_a_measure_on_hold_is_shown_with_the_light_it_had(own_portfolio):
    organization, large, *_ = own_portfolio
    before = {row.name: row for row in children_of(organization, large.package)}
    lifecycle.hold(
        actor=large.actor("sponsor"),
        measure_id=large.measure_id,
        reason_code="priority",
        reason="Others come first.",
        until=periods_today(organization, 30),
    )
    drained(organization)

    (row,) = children_of(organization, large.package)

    assert row.lifecycle is Lifecycle.ON_HOLD
    assert (row.implementation.held, row.potential.held) == (True, True)
    assert row.potential.colour == before[row.name].potential.colour
    assert row.outlook < before[row.name].outlook
    assert row.is_measure


def periods_today(organization, days):
    with tenancy.reading(organization.actor("lead")):
        return periods.ground().today + timedelta(days=days)
