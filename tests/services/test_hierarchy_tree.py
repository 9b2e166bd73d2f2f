"""The tree's acts: what they do, whom they refuse, and how little they cost."""

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound, StaleVersion
from hierarchy.errors import (
    CodeTaken,
    MeasuresAreProposed,
    MoveIntoOwnSubtree,
    NodeArchived,
    NodeNotEmpty,
    RootStays,
    SecondRoot,
    WrongLevel,
)
from hierarchy.models import Node
from hierarchy.queries import soundness
from hierarchy.rules import numbering
from hierarchy.rules.levels import Level
from hierarchy.services import numbering as numbers
from hierarchy.services import planting, tree
from hierarchy.services.planting import Sapling
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


# --- what the acts do ---------------------------------------------------------------------------


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


# --- whom they refuse ---------------------------------------------------------------------------


def test_a_second_root_is_refused_by_the_service_and_by_the_database(db, halvern, app_connection):
    with pytest.raises(SecondRoot):
        tree.plant(actor=halvern.actor("administrator"), name="Another root")

    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(halvern.id)])
    with pytest.raises(psycopg.errors.UniqueViolation):
        raw.execute(
            "INSERT INTO hierarchy_node (organization_id, name, code, lft, rght, tree_id, level,"
            " ancestor_ids, version) VALUES (%s, 'Second', '', 1, 2, %s, 0, '{}', 1)",
            [halvern.id, halvern.id],
        )


def test_a_wrong_level_is_refused_by_the_service_and_by_the_database(db, halvern, app_connection):
    energy = halvern.branch()
    with pytest.raises(WrongLevel, match="Choose a program as its parent"):
        tree.move(
            actor=halvern.actor("administrator"),
            node_id=energy.project.pk,
            parent_id=halvern.root.pk,
            version=1,
        )
    with pytest.raises(WrongLevel):
        tree.add(
            actor=halvern.actor("administrator"),
            parent_id=halvern.root.pk,
            name="A project under the root",
            level=Level.PROJECT,
        )

    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(halvern.id)])
    raw.execute(
        "INSERT INTO hierarchy_node (organization_id, name, code, lft, rght, tree_id, level,"
        " parent_id, ancestor_ids, version) VALUES (%s, 'x', '', 5, 6, %s, 3, %s, '{}', 1)",
        [halvern.id, halvern.id, halvern.root.pk],
    )
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        raw.commit()


def test_a_node_of_another_organization_is_not_there(db, halvern):
    other = an_organization(name="Other")
    energy = halvern.branch()

    with pytest.raises(NotFound):
        tree.add(actor=other.actor("administrator"), parent_id=energy.portfolio.pk, name="Theft")
    with pytest.raises(NotFound):
        tree.move(
            actor=other.actor("administrator"),
            node_id=energy.portfolio.pk,
            parent_id=other.root.pk,
            version=1,
        )


def test_a_child_in_another_organization_is_refused_by_the_database(db, halvern, app_connection):
    other = an_organization(name="Other")
    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(halvern.id)])
    raw.execute(
        "INSERT INTO hierarchy_node (organization_id, name, code, lft, rght, tree_id, level,"
        " parent_id, ancestor_ids, version) VALUES (%s, 'x', '', 5, 6, %s, 1, %s, '{}', 1)",
        [halvern.id, halvern.id, other.root.pk],
    )
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        raw.commit()


def test_a_node_never_moves_into_its_own_subtree(db, halvern):
    energy = halvern.branch()

    for parent in (energy.program, energy.project):
        with pytest.raises(MoveIntoOwnSubtree):
            tree.move(
                actor=halvern.actor("administrator"),
                node_id=energy.program.pk,
                parent_id=parent.pk,
                version=1,
            )


def test_an_archived_parent_takes_no_move(db, halvern):
    energy = halvern.branch()
    gone = halvern.add(halvern.root, "Gone")
    tree.archive(actor=halvern.actor("administrator"), node_id=gone.pk, version=1)

    with pytest.raises(NodeArchived, match="Gone is archived"):
        tree.move(
            actor=halvern.actor("administrator"),
            node_id=energy.program.pk,
            parent_id=gone.pk,
            version=1,
        )


def test_a_node_with_children_is_not_archived_and_the_sentence_lists_them(db, halvern):
    energy = halvern.branch("Full")

    with pytest.raises(NodeNotEmpty, match="still holds 1 active nodes: Full program"):
        tree.archive(actor=halvern.actor("administrator"), node_id=energy.portfolio.pk, version=1)


def test_the_root_is_neither_moved_nor_archived(db, halvern):
    administrator = halvern.actor("administrator")
    energy = halvern.branch()

    with pytest.raises(RootStays):
        tree.archive(actor=administrator, node_id=halvern.root.pk, version=1)
    with pytest.raises(RootStays):
        tree.move(
            actor=administrator, node_id=halvern.root.pk, parent_id=energy.package.pk, version=1
        )


def test_a_stale_version_overwrites_nothing(db, halvern):
    node = halvern.add(halvern.root, "Contended")
    administrator = halvern.actor("administrator")
    tree.rename(actor=administrator, node_id=node.pk, version=1, name="First", code="")

    with pytest.raises(StaleVersion):
        tree.rename(actor=administrator, node_id=node.pk, version=1, name="Second", code="")
    with pytest.raises(StaleVersion):
        tree.archive(actor=administrator, node_id=node.pk, version=1)

    with tenancy.reading(administrator):
        assert Node.objects.get(pk=node.pk).name == "First"


def test_a_code_belongs_to_one_node(db, halvern):
    halvern.add(halvern.root, "Holder", code="ONCE")

    with pytest.raises(CodeTaken, match="Holder"):
        halvern.add(halvern.root, "Other", code="ONCE")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "two\nlines", "nul\x00"])
def test_a_name_must_be_one_printable_line(db, halvern, name):
    with pytest.raises(Invalid):
        halvern.add(halvern.root, name)


def test_a_measure_is_never_added_as_a_bare_node(db, halvern):
    energy = halvern.branch()

    with pytest.raises(MeasuresAreProposed):
        halvern.add(energy.package, "A measure without its measure")


@pytest.mark.parametrize("role", ["executive", "lead", "controller", "sponsor", "owner"])
def test_only_an_administrator_changes_the_structure(db, halvern, role):
    actor = halvern.actor(role)

    with pytest.raises(NotAllowed):
        tree.add(actor=actor, parent_id=halvern.root.pk, name="Mine")
    with pytest.raises(NotAllowed):
        tree.rename(actor=actor, node_id=halvern.root.pk, version=1, name="Mine", code="")


def test_an_administrator_of_one_branch_does_not_reach_beyond_it(db, halvern):
    energy, water = halvern.branch("Energy"), halvern.branch("Water")
    local = halvern.newcomer()
    halvern.seat(local, "administrator", energy.portfolio)

    added = tree.add(actor=local, parent_id=energy.program.pk, name="Local project")

    assert added.level == Level.PROJECT
    with pytest.raises(NotFound):
        tree.add(actor=local, parent_id=water.program.pk, name="Not mine")
    with pytest.raises(NotFound):
        tree.move(actor=local, node_id=energy.project.pk, parent_id=water.program.pk, version=1)


def test_a_batch_with_one_refusal_leaves_nothing(db, halvern):
    with tenancy.reading(halvern.actor("lead")):
        before = Node.objects.count()
    saplings = [
        Sapling("a", "Good", Level.PORTFOLIO, parent_id=halvern.root.pk),
        Sapling("b", "A project too high", Level.PROJECT, parent_key="a"),
    ]

    with pytest.raises(WrongLevel):
        planting.add_many(actor=halvern.actor("administrator"), saplings=saplings)

    with tenancy.reading(halvern.actor("lead")):
        assert Node.objects.count() == before


def test_a_node_is_not_deleted_by_role_app(db, halvern, app_connection):
    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(halvern.id)])

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("DELETE FROM hierarchy_node")
