"""What the tree's acts refuse, to whom and in which sentence; and what the database refuses."""

import psycopg
import pytest

from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound, StaleVersion
from hierarchy.errors import (
    CodeTaken,
    MeasureNotArchived,
    MeasuresAreProposed,
    MoveIntoOwnSubtree,
    NodeArchived,
    NodeNotEmpty,
    RootStays,
    SecondRoot,
    WrongLevel,
)
from hierarchy.models import Node
from hierarchy.rules.levels import Level
from hierarchy.services import planting, tree
from hierarchy.services.planting import Sapling
from tests.factories.measures import a_proposal
from tests.factories.organizations import an_organization


@pytest.fixture(scope="module")
def halvern(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_organization()


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


def test_a_package_with_a_living_measure_stays(db):
    subject = a_proposal()

    with pytest.raises(NodeNotEmpty):
        tree.archive(
            actor=subject.actor("administrator"),
            node_id=subject.package.pk,
            version=subject.package.version,
        )
    node = subject.measure().node
    with pytest.raises(MeasureNotArchived):
        tree.archive(actor=subject.actor("administrator"), node_id=node.pk, version=node.version)
