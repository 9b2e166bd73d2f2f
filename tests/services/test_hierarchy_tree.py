"""The tree's acts: what they do, and how little they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core import tenancy
from hierarchy.errors import (
    NodeArchived,
)
from hierarchy.models import Node
from hierarchy.queries import soundness
from hierarchy.rules import numbering
from hierarchy.rules.levels import Level
from hierarchy.services import numbering as numbers
from hierarchy.services import planting, tree
from hierarchy.services.planting import Sapling
from measures.models import RollupDirty
from tests.factories.measures import a_proposal
from tests.factories.organizations import an_organization


@pytest.fixture(scope="module")
def halvern(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_organization()


def faults_of(organization):
    with tenancy.reading(organization.actor("lead")):
        return soundness.faults()


def latest_event(organization):
    with tenancy.reading(organization.actor("lead")):
        event = Event.objects.order_by("seq").last()
        return event.act, event.subject_id


def test_a_branch_stands_level_by_level_under_the_root(db, halvern):
    branch = halvern.branch()

    nodes = [branch.portfolio, branch.program, branch.project, branch.package]
    assert [node.level for node in nodes] == [1, 2, 3, 4]
    assert [node.tree_id for node in nodes] == [halvern.id] * 4
    assert branch.package.ancestor_ids == [
        branch.project.pk,
        branch.program.pk,
        branch.portfolio.pk,
        halvern.root.pk,
    ]
    assert latest_event(halvern) == ("node_added", branch.package.pk)
    assert faults_of(halvern) == []


def test_adding_costs_the_same_statements_whatever_the_size(db, halvern):
    parent = halvern.add(halvern.root, "Flat cost")

    with CaptureQueriesContext(connection) as early:
        halvern.add(parent, "Early")
    for number in range(8):
        halvern.add(parent, f"Program {number}")
    with CaptureQueriesContext(connection) as late:
        halvern.add(parent, "Late")

    written = [each["sql"] for each in late if each["sql"].startswith(("INSERT", "UPDATE"))]
    assert [sql.split('"')[1] for sql in written] == ["hierarchy_node", "audit_event"]
    assert len(late) == len(early)


def test_a_full_parent_is_widened_by_one_shift(db, halvern, monkeypatch):
    monkeypatch.setitem(numbering.WIDTHS, Level.PORTFOLIO, 2 * numbering.WIDTHS[Level.PROGRAM] + 2)
    parent = halvern.add(halvern.root, "Narrow")
    halvern.add(halvern.root, "Its right neighbour")
    halvern.add(parent, "First")
    halvern.add(parent, "Second")

    with CaptureQueriesContext(connection) as queries:
        halvern.add(parent, "Third")

    shifts = [each for each in queries if each["sql"].lstrip().startswith("UPDATE")]
    assert len(shifts) == 1
    assert faults_of(halvern) == []


def test_a_tree_without_numbers_left_is_numbered_anew(db, halvern, monkeypatch):
    other = an_organization()
    branch = other.branch()
    monkeypatch.setattr(numbers, "_widen", lambda *_: False)
    monkeypatch.setitem(numbering.WIDTHS, Level.PROGRAM, numbering.LARGEST)

    added = other.add(branch.portfolio, "Too wide for any room")

    assert faults_of(other) == []
    assert added.rght < numbering.LARGEST


def test_a_renumbering_leaves_a_sound_tree_and_a_second_one_changes_nothing(db, halvern):
    other = an_organization()
    for name in ("Energy", "Water", "Steel"):
        other.branch(name)
    administrator = other.actor("administrator")

    with tenancy.acting(administrator):
        numbers.renumber()
        again = numbers.renumber()

    assert again == 0
    assert faults_of(other) == []


def test_a_move_takes_everything_below_along(db, halvern):
    energy, water = halvern.branch("Energy"), halvern.branch("Water")
    administrator = halvern.actor("administrator")

    moved = tree.move(
        actor=administrator,
        node_id=energy.project.pk,
        parent_id=water.program.pk,
        version=energy.project.version,
    )

    with tenancy.reading(administrator):
        package = Node.objects.get(pk=energy.package.pk)
    above = [water.program.pk, water.portfolio.pk, halvern.root.pk]
    assert (moved.parent_id, moved.ancestor_ids) == (water.program.pk, above)
    assert moved.version == energy.project.version + 1
    assert package.ancestor_ids == [moved.pk, *above]
    assert package.version == energy.package.version
    assert faults_of(halvern) == []


def test_a_move_to_the_same_parent_changes_nothing(db, halvern):
    energy = halvern.branch()
    before = latest_event(halvern)

    node = tree.move(
        actor=halvern.actor("administrator"),
        node_id=energy.program.pk,
        parent_id=energy.portfolio.pk,
        version=energy.program.version,
    )

    assert node.version == energy.program.version
    assert latest_event(halvern) == before


def test_a_move_marks_the_measures_below_for_new_roll_ups(db):
    subject = a_proposal()
    other = subject.organization.branch("Elsewhere")
    administrator = subject.actor("administrator")
    with tenancy.reading(administrator):
        before = RollupDirty.objects.filter(measure_id=subject.measure_id).count()

    tree.move(
        actor=administrator,
        node_id=subject.package.pk,
        parent_id=other.project.pk,
        version=subject.package.version,
    )

    with tenancy.reading(administrator):
        after = RollupDirty.objects.filter(measure_id=subject.measure_id).count()
        details = Event.objects.order_by("seq").last().details
    assert (after - before, details["measures"]) == (1, 1)


def test_renaming_steps_the_version(db, halvern):
    node = halvern.add(halvern.root, "Old name")

    renamed = tree.rename(
        actor=halvern.actor("administrator"),
        node_id=node.pk,
        version=1,
        name="  New name ",
        code=f"N-{node.pk}",
    )

    assert (renamed.name, renamed.code, renamed.version) == ("New name", f"N-{node.pk}", 2)
    assert latest_event(halvern) == ("node_renamed", node.pk)


def test_an_empty_node_is_archived_and_takes_no_more_children(db, halvern):
    node = halvern.add(halvern.root, "Short-lived")

    archived = tree.archive(actor=halvern.actor("administrator"), node_id=node.pk, version=1)

    assert archived.archived_on is not None
    with pytest.raises(NodeArchived):
        halvern.add(node, "Too late")


def test_many_nodes_are_planted_at_once_and_numbered_in_one_go(db, halvern):
    other = an_organization()
    saplings = [Sapling("p", "Imported", Level.PORTFOLIO, parent_id=other.root.pk)]
    saplings += [Sapling(f"g{i}", f"Program {i}", Level.PROGRAM, parent_key="p") for i in range(40)]

    with CaptureQueriesContext(connection) as queries:
        ids = planting.add_many(actor=other.actor("administrator"), saplings=saplings)

    assert len(ids) == 41
    assert len([each for each in queries if "UPDATE hierarchy_node" in each["sql"]]) == 1
    assert faults_of(other) == []
