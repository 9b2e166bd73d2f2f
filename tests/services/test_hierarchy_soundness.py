"""The tree stays whole: after random acts, after many writers at once; a planted fault is found."""

import io
import random
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import tenancy
from core.errors import DomainError
from hierarchy.models import Node
from hierarchy.queries import soundness
from hierarchy.rules import numbering
from hierarchy.rules.levels import Level
from hierarchy.services import tree
from tests.factories.organizations import an_organization

WRITERS = 8


def check(organization):
    """Run the command on one organization; returns its lines and whether it failed."""
    out = io.StringIO()
    try:
        call_command("check_tree", organization=organization.slug, stdout=out)
    except CommandError:
        return out.getvalue().splitlines(), True
    return out.getvalue().splitlines(), False


class PlainTree:
    """The tree in plain Python: who stands under whom, and what is archived."""

    def __init__(self, root):
        self.parent = {root: None}
        self.archived = set()

    def level(self, node):
        above = self.parent[node]
        return 0 if above is None else self.level(above) + 1

    def is_under(self, node, top):
        while node is not None:
            if node == top:
                return True
            node = self.parent[node]
        return False

    def children(self, node):
        return [each for each, above in self.parent.items() if above == node]

    def may_add(self, parent):
        return parent not in self.archived and self.level(parent) < Level.PACKAGE

    def may_move(self, node, parent):
        return (
            self.parent[node] is not None
            and node not in self.archived
            and parent not in self.archived
            and not self.is_under(parent, node)
            and self.level(parent) == self.level(node) - 1
        )

    def may_archive(self, node):
        return (
            self.parent[node] is not None
            and node not in self.archived
            and all(each in self.archived for each in self.children(node))
        )


acts = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "move", "move", "archive"]),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    min_size=5,
    max_size=40,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=acts, tight=st.booleans())
def test_random_acts_agree_with_a_plain_tree_and_leave_a_sound_one(db, acts, tight):
    halvern = an_organization()
    administrator = halvern.actor("administrator")
    plain = PlainTree(halvern.root.pk)
    widths = dict(numbering.WIDTHS)
    if tight:  # every second child widens its parent
        numbering.WIDTHS.update(dict.fromkeys(Level, 4))
    try:
        for act, first, second in acts:
            _carry_out(administrator, plain, act, first, second)
    finally:
        numbering.WIDTHS.update(widths)

    with tenancy.reading(administrator):
        stored = dict(Node.objects.values_list("pk", "parent_id"))
        archived = set(Node.objects.filter(archived_on__isnull=False).values_list("pk", flat=True))
        faults = soundness.faults()
    assert (stored, archived, faults) == (plain.parent, plain.archived, [])


def _carry_out(actor, plain, act, first, second):
    nodes = sorted(plain.parent)
    node, other = nodes[first % len(nodes)], nodes[second % len(nodes)]
    version = _version(actor, node)
    expected = {
        "add": plain.may_add(node),
        "move": plain.may_move(node, other),
        "archive": plain.may_archive(node),
    }[act]
    try:
        if act == "add":
            plain.parent[tree.add(actor=actor, parent_id=node, name="x").pk] = node
        elif act == "move":
            tree.move(actor=actor, node_id=node, parent_id=other, version=version)
            plain.parent[node] = other
        else:
            tree.archive(actor=actor, node_id=node, version=version)
            plain.archived.add(node)
    except DomainError:
        assert not expected
    else:
        assert expected


def _version(actor, node):
    with tenancy.reading(actor):
        return Node.objects.get(pk=node).version


def test_eight_writers_at_once_leave_a_sound_tree(db):
    halvern = an_organization()
    branches = [halvern.branch(f"Branch {number}") for number in range(3)]
    failures = []

    def write(seed):
        dice = random.Random(seed)
        try:
            for turn in range(6):
                target = dice.choice(branches)
                added = tree.add(
                    actor=halvern.actor("administrator"),
                    parent_id=target.project.pk,
                    name=f"{seed}-{turn}",
                )
                tree.move(
                    actor=halvern.actor("administrator"),
                    node_id=added.pk,
                    parent_id=dice.choice(branches).project.pk,
                    version=1,
                )
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with tenancy.reading(halvern.actor("lead")):
        packages = Node.objects.filter(level=Level.PACKAGE).count()
    assert failures == []
    assert packages == 3 + WRITERS * 6
    assert check(halvern) == ([f"{halvern.slug}: {1 + 9 + packages} nodes, no faults"], False)


PLANTED = {
    "level": "UPDATE hierarchy_node SET level = 3 WHERE id = {program}",
    "ancestors": "UPDATE hierarchy_node SET ancestor_ids = '{{1}}' WHERE id = {program}",
    "tree": "UPDATE hierarchy_node SET tree_id = tree_id + 1 WHERE id = {program}",
    "interval": "UPDATE hierarchy_node SET rght = lft WHERE id = {package}",
    "nesting": "UPDATE hierarchy_node SET rght = 2147483647 WHERE id = {package}",
    "overlap": "UPDATE hierarchy_node n SET lft = p.lft, rght = p.rght FROM hierarchy_node p"
    " WHERE n.id = {twin} AND p.id = {program}",
    "unreachable": "UPDATE hierarchy_node SET parent_id = {package} WHERE id = {portfolio}",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_planted_by_a_superuser_is_found(db, superuser_connection, fault):
    halvern = an_organization()
    branch = halvern.branch()
    twin = halvern.add(branch.portfolio, "Twin")
    statement = PLANTED[fault].format(
        portfolio=branch.portfolio.pk,
        program=branch.program.pk,
        package=branch.package.pk,
        twin=twin.pk,
    )
    assert check(halvern)[1] is False

    with superuser_connection.transaction():
        superuser_connection.execute("SET LOCAL session_replication_role = replica")
        superuser_connection.execute("ALTER TABLE hierarchy_node DISABLE TRIGGER USER")
        superuser_connection.execute(statement)
        for trigger in ("guard", "history", "history_of_change", "keep_insert", "keep_update"):
            superuser_connection.execute(
                f"ALTER TABLE hierarchy_node ENABLE ALWAYS TRIGGER {trigger}"
            )

    lines, failed = check(halvern)
    assert failed
    assert [line for line in lines if line.startswith(f"{halvern.slug}: {fault}: node ")] != []


def test_gaps_alone_are_no_fault(db):
    halvern = an_organization()
    branch = halvern.branch()

    assert branch.package.lft - branch.project.lft == 1
    assert branch.project.rght - branch.package.rght > 1
    assert check(halvern) == ([f"{halvern.slug}: 5 nodes, no faults"], False)
