"""Agreed overlaps are taken off where two measures come together, once, and wherever they move."""

from datetime import date

import pytest

from core import tenancy
from governance.services import lifecycle
from measures.rules.lines import Bucket, Series
from measures.services import overlaps
from reporting.models import RollupDeduction
from reporting.services import recompute
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.overlaps import a_chart, agreed, on_line, proposed
from tests.factories.reporting import drained, drifted, plain, sums, tallies

K = 1000
OUTLOOK = 160 * K  # April is locked, and nobody claimed it
FROM_JULY = dict.fromkeys(range(7, 13), 2 * K)


@pytest.fixture
def two(clock_at):
    """Two decided measures of 10,000 a month from April, in two branches, on one budget line."""
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    one, other = (a_decided_measure(organization) for _ in range(2))
    a_chart(organization)
    on_line(one, other)
    clock_at(YEAR, 6, 2, 9)
    drained(organization)
    return one, other


def held(subject, node_id, series="plan", bucket=Bucket.COMMITTED, year=YEAR):
    """Return what a node holds of a series in a year, in whole euros."""
    rows = sums(subject.organization).get(node_id, {})
    found = [
        row
        for key, row in rows.items()
        if (key.series, key.bucket, key.fiscal_year) == (series, bucket, year)
    ]
    return sum(map(sum, found)) // 100


def path_of(subject):
    return subject.measure().node.ancestor_ids


def test_an_agreed_overlap_is_taken_off_at_the_lowest_common_node_and_above_it(two):
    one, other = two
    organization = one.organization
    proposal = proposed(one, other, FROM_JULY)
    drained(organization)
    package, *_, portfolio, root = path_of(one)
    before = (held(one, root), held(one, portfolio), held(one, package))

    overlaps.confirm(actor=other.actor("sponsor"), overlap_id=proposal.pk)
    overlaps.confirm(actor=other.actor("controller"), overlap_id=proposal.pk)
    drained(organization)

    assert before == (180 * K, 90 * K, 90 * K)
    assert (held(one, root), held(one, portfolio), held(one, package)) == (168 * K, 90 * K, 90 * K)
    assert held(one, root, "outlook") == OUTLOOK - 12 * K
    assert held(one, root, "plan", Bucket.ORIGINAL) == 168 * K
    assert held(one, root, "plan_rate", year=0) == 2 * 120 * K - 24 * K
    assert tallies(organization)[root]["measures"] == 2
    assert (sums(organization), tallies(organization)) == plain(organization)
    assert drifted(organization) == []


def test_a_hold_takes_off_less_and_a_reversal_nothing(two):
    one, other = two
    made = agreed(one, other, FROM_JULY)
    drained(one.organization)
    root = path_of(one)[-1]
    both = held(one, root, "outlook")
    lifecycle.hold(
        actor=other.actor("sponsor"),
        measure_id=other.measure_id,
        reason_code="priority",
        reason="Others come first.",
        until=date(YEAR, 7, 2),
    )
    drained(one.organization)
    on_hold = (held(one, root, "outlook"), held(one, path_of(other)[0], "outlook"))

    overlaps.end(actor=one.actor("controller"), overlap_id=made.pk, reason="Nothing is common.")
    drained(one.organization)

    # What the halted one does not bring any more is not taken off either; its plan still is.
    alone = held(one, path_of(one)[0], "outlook")
    assert both == OUTLOOK - 12 * K
    assert on_hold[0] == alone + on_hold[1]
    assert held(one, root) == 180 * K
    assert (sums(one.organization), tallies(one.organization)) == plain(one.organization)
    with tenancy.reading(one.actor("executive")):
        stays = RollupDeduction.objects.filter(overlap_id=made.pk)
        assert {sum(row.periods) for row in stays} == {0}


def test_the_full_recompute_and_the_check_know_what_is_taken_off(two, superuser_connection):
    one, other = two
    agreed(one, other, FROM_JULY)
    drained(one.organization)
    should = sums(one.organization)
    root = path_of(one)[-1]

    superuser_connection.execute(
        "UPDATE rollup_value SET p08 = p08 + 7 WHERE node_id = %s AND series = 'plan'", [root]
    )
    superuser_connection.execute("UPDATE rollup_deduction SET p09 = p09 - 5 WHERE series = 'plan'")
    drift = {(cell.node_id, cell.column) for cell in drifted(one.organization)}
    recompute.rebuild(actor=tenancy.system(one.organization.id))

    assert drift == {(root, "p08"), (root, "p09")}
    assert sums(one.organization) == should
    assert drifted(one.organization) == []


def test_what_is_said_anew_of_one_of_them_is_taken_off_anew(two):
    one, other = two
    agreed(one, other, FROM_JULY)
    drained(one.organization)
    root = path_of(one)[-1]

    one.save(Series.FORECAST, {8: 500, 9: 0})
    drained(one.organization)

    # 9,500 and 10,000 less in the outlook, and only 500 and 0 are left to be counted twice there.
    assert held(one, root, "outlook") == OUTLOOK - 19_500 - (4 * 2 * K + 500)
    assert held(one, root) == 168 * K
    assert (sums(one.organization), tallies(one.organization)) == plain(one.organization)
