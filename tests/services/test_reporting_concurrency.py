"""Eight people save while roll-ups are drained beside them: afterwards not one cell has drifted."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import pairwise
from threading import Event

import pytest
from django.db import connection

from core import tenancy
from core.errors import DomainError
from hierarchy.models import Node
from hierarchy.services import tree
from measures.rules.lines import Series
from reporting.services import drain
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.reporting import drained, drifted, plain, sums, tallies

WRITERS = 8
ROUNDS = 4


@contextmanager
def own_connection():
    """Each thread has a connection of its own, which it also closes."""
    try:
        yield
    finally:
        connection.close()


@pytest.fixture
def portfolio(clock_at):
    """One decided measure for each writer."""
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    return organization, [a_decided_measure(organization) for _ in range(WRITERS)]


def keep_draining(actor, done):
    with own_connection():
        while not done.is_set():
            with suppress(DomainError):  # another holds the lock for longer than one waits
                drain.drain(actor=actor, limit=3)
    return "drained"


def write(subject, number):
    with own_connection():
        for turn in range(ROUNDS):
            subject.save(Series.FORECAST, {5 + turn: 1000 * number + turn})
    return "saved"


def move(organization, subjects):
    with own_connection():
        for one, other in pairwise(subjects[: ROUNDS + 1]):
            with tenancy.reading(organization.actor("administrator")):
                package = Node.objects.get(pk=one.package.pk)
                target = Node.objects.get(pk=other.package.pk)
            tree.move(
                actor=organization.actor("administrator"),
                node_id=package.pk,
                parent_id=target.parent_id,
                version=package.version,
            )
    return "moved"


def test_eight_writers_moves_and_three_drains_leave_no_drift(portfolio):
    organization, subjects = portfolio
    done, actor = Event(), tenancy.system(organization.id)

    with ThreadPoolExecutor(WRITERS + 4) as pool:
        drains = [pool.submit(keep_draining, actor, done) for _ in range(3)]
        acts = [pool.submit(write, subject, number) for number, subject in enumerate(subjects)]
        acts.append(pool.submit(move, organization, subjects))
        finished = [act.result(timeout=120) for act in acts]
        done.set()
        stopped = [each.result(timeout=60) for each in drains]
    drained(organization)

    assert finished == ["saved"] * WRITERS + ["moved"]
    assert stopped == ["drained"] * 3
    assert (sums(organization), tallies(organization)) == plain(organization)
    assert drifted(organization) == []
