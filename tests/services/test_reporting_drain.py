"""The drain: whatever is done in whatever order, stored sums equal those of plain addition."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import tenancy
from core.errors import DomainError
from governance.rules.holds import Ending
from governance.services import lifecycle
from hierarchy.models import Node
from hierarchy.services import tree
from measures.models import Overlap, RollupDirty
from measures.rules.lines import Series
from measures.rules.stage import Stage
from measures.services import claims, overlaps
from reporting.models import RollupCount, RollupLeaf
from reporting.services import drain, recompute
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.overlaps import a_chart, agreed, on_line
from tests.factories.reporting import drained, drifted, plain, sums, tallies

SEVERAL = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ACTS = st.tuples(
    st.sampled_from(
        ["forecast", "forecast", "claim", "hold", "resume", "cancel", "move", "drain"]
        + 2 * ["overlap"]
        + ["reverse"]
    ),
    st.integers(0, 3),
    st.integers(-20_000, 20_000),
)


@pytest.fixture
def world(clock_at):
    """An organization with four measures in four branches, three of them decided."""
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    subjects = [a_decided_measure(organization) for _ in range(3)]
    subjects.append(a_decided_measure(organization, stage=Stage.DETAILED))
    a_chart(organization)
    on_line(*subjects)
    clock_at(YEAR, 6, 2, 9)
    return organization, subjects


class Acts:
    """What people do with measures; refused acts are acts too, and change nothing."""

    def __init__(self, organization, subjects):
        self.organization, self.subjects = organization, subjects

    def do(self, act, which, amount):
        try:
            getattr(self, act)(self.subjects[which], amount)
        except DomainError:
            return

    def forecast(self, subject, amount):
        subject.save(Series.FORECAST, {6 + abs(amount) % 7: amount})

    def claim(self, subject, amount):
        claim = subject.claim(5 + abs(amount) % 2, amount)
        if amount % 3:
            subject.approve(claim)
        elif amount % 2:
            claims.reject(
                actor=subject.actor("controller"), claim_ids=[claim.pk], reason="No invoice."
            )

    def hold(self, subject, _):
        lifecycle.hold(
            actor=subject.actor("sponsor"),
            measure_id=subject.measure_id,
            reason_code="priority",
            reason="Others come first.",
            until=date(YEAR, 6, 2) + timedelta(days=30),
        )

    def resume(self, subject, _):
        lifecycle.resume(actor=subject.actor("sponsor"), measure_id=subject.measure_id)

    def cancel(self, subject, amount):
        if amount % 4 == 0:
            lifecycle.cancel(
                actor=subject.actor("sponsor"),
                measure_id=subject.measure_id,
                reason_code="value",
                reason="It will not pay.",
                ending=Ending(lessons="Ask first.", ending="It ends with the month."),
            )

    def move(self, subject, amount):
        other = self.subjects[abs(amount) % len(self.subjects)].package
        move(self.organization, subject.package, to=project_of(self.organization, other))

    def overlap(self, subject, amount):
        other = self.subjects[abs(amount) % len(self.subjects)]
        agreed(subject, other, {4 + abs(amount) % 9: abs(amount) % 10_000, 12: 100})

    def reverse(self, subject, _):
        with tenancy.reading(tenancy.system(self.organization.id)):
            found = Overlap.objects.filter(measure_id=subject.measure_id, state="agreed").first()
        if found is not None:
            overlaps.end(
                actor=subject.actor("controller"), overlap_id=found.pk, reason="Nothing is common."
            )

    def drain(self, _, amount):
        drain.drain(actor=tenancy.system(self.organization.id), limit=1 + abs(amount) % 3)


def project_of(organization, package):
    with tenancy.reading(organization.actor("lead")):
        return Node.objects.get(pk=package.pk).parent_id


def move(organization, package, *, to):
    with tenancy.reading(organization.actor("lead")):
        fresh = Node.objects.get(pk=package.pk)
    tree.move(
        actor=organization.actor("administrator"),
        node_id=package.pk,
        parent_id=to,
        version=fresh.version,
    )


@SEVERAL
@given(history=st.lists(ACTS, min_size=3, max_size=10))
def test_incremental_equals_full_equals_plain_addition(world, history):
    organization, subjects = world
    acts = Acts(organization, subjects)

    for act in history:
        acts.do(*act)
    drained(organization)

    stored = sums(organization), tallies(organization)
    assert stored == plain(organization)
    assert drifted(organization) == []
    assert recompute.rebuild(actor=tenancy.system(organization.id)) == 0
    assert (sums(organization), tallies(organization)) == stored


def test_a_move_leaves_the_grand_total_and_takes_everything_to_the_new_place(world):
    organization, subjects = world
    drained(organization)
    before = sums(organization)
    moved, target = subjects[0], subjects[1]
    old, new = project_of(organization, moved.package), project_of(organization, target.package)

    move(organization, moved.package, to=new)
    drained(organization)

    after = sums(organization)
    assert after[organization.root.pk] == before[organization.root.pk]
    assert after[moved.package.pk] == before[moved.package.pk]
    assert old not in after
    assert after[new] != before[new]
    assert (after, tallies(organization)) == plain(organization)


@SEVERAL
@given(moves=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=5))
def test_no_sequence_of_moves_changes_the_grand_total(world, moves):
    organization, subjects = world
    drained(organization)
    before = sums(organization)[organization.root.pk]

    for which, target in moves:
        to = project_of(organization, subjects[target].package)
        move(organization, subjects[which].package, to=to)
    drained(organization)

    assert sums(organization)[organization.root.pk] == before


def test_draining_again_changes_nothing_and_bumps_no_version(world):
    organization, subjects = world
    drained(organization)
    versions = _versions(organization)
    with tenancy.acting(tenancy.system(organization.id)):
        drain.mark([subject.measure_id for subject in subjects] * 3)

    again = drain.drain(actor=tenancy.system(organization.id))

    assert again == len(subjects)
    assert _versions(organization) == versions


def test_only_the_nodes_above_a_change_get_another_version(world):
    organization, subjects = world
    drained(organization)
    before = _versions(organization)

    subjects[0].save(Series.FORECAST, {9: 1})
    drained(organization)

    after = _versions(organization)
    changed = {node for node in after if after[node] != before[node]}
    with tenancy.reading(organization.actor("lead")):
        leaf = RollupLeaf.objects.get(measure_id=subjects[0].measure_id)
    assert changed == {leaf.node_id, *leaf.ancestor_ids}


def test_one_statement_more_or_less_does_not_follow_the_size_of_the_batch(world):
    organization, subjects = world
    drained(organization)
    actor = tenancy.system(organization.id)

    counts = []
    for some in (subjects[:1], subjects):
        for subject in some:
            if subject is not subjects[3]:
                subject.save(Series.FORECAST, {8: Decimal(len(some) * 111)})
        with tenancy.acting(actor):
            drain.mark([subject.measure_id for subject in some])
        with CaptureQueriesContext(connection) as done:
            drain.drain(actor=actor)
        counts.append(len(done))

    assert counts[0] == counts[1]
    assert counts[0] <= 35


def test_what_is_marked_while_a_batch_is_derived_stays_for_the_next(world, app_connection):
    organization, subjects = world
    drained(organization)
    actor = tenancy.system(organization.id)
    subjects[0].save(Series.FORECAST, {9: 5})
    with tenancy.acting(actor):
        drain.drain(actor=actor)
        with app_connection() as other:
            other.execute(
                "SELECT set_config('app.organization', %s, false)", [str(organization.id)]
            )
            other.execute(
                "INSERT INTO rollup_dirty (organization_id, measure_id) VALUES (%s, %s)",
                [organization.id, subjects[1].measure_id],
            )

    with tenancy.reading(actor):
        waiting = list(RollupDirty.objects.values_list("measure_id", flat=True))
    assert waiting == [subjects[1].measure_id]


def test_a_measure_below_decided_counts_in_the_pipeline_and_nowhere_else(world):
    organization, subjects = world
    drained(organization)

    with tenancy.reading(organization.actor("lead")):
        row = RollupCount.objects.get(node_id=organization.root.pk)
    buckets = {key.bucket.value for key in sums(organization)[subjects[3].measure().node_id]}

    assert (row.measures, row.counted, row.stage_2, row.stage_3) == (4, 3, 1, 3)
    assert buckets == {"pipeline"}


def _versions(organization):
    with tenancy.reading(organization.actor("lead")):
        return dict(RollupCount.objects.values_list("node_id", "version"))
