"""Dependencies: proposed by one side, accepted by the other, never in a circle."""

import threading

import pytest
from django.db import connection

from core import tenancy
from core.errors import DomainError, NotAllowed, NotFound, StaleVersion
from measures.errors import DependencyCycle, DependencyTaken
from measures.models import Dependency
from measures.services import dependencies
from tests.factories.measures import a_proposal
from tests.factories.organizations import an_organization


def propose(waits, needs, role="lead"):
    return dependencies.propose(
        actor=waits.actor(role),
        measure_id=waits.measure_id,
        needs_id=needs.measure_id,
        what="The new carriers",
    )


@pytest.fixture
def organization(db):
    return an_organization()


def test_a_dependency_is_accepted_by_who_has_a_say_in_the_measure_needed(organization):
    waits, needs = a_proposal(organization), a_proposal(organization)
    dependency = propose(waits, needs)

    with pytest.raises(NotAllowed):
        dependencies.accept(actor=waits.actor("sponsor"), dependency_id=dependency.pk, version=1)
    accepted = dependencies.accept(
        actor=waits.actor("lead"), dependency_id=dependency.pk, version=1
    )

    assert (accepted.accepted_by_id, accepted.version) == (waits.id_of("lead"), 2)


def test_a_circle_is_refused_and_names_its_measures(organization):
    one, two, three = (a_proposal(organization) for _ in range(3))
    names = {each.measure_id: each.measure().node.name for each in (one, two, three)}
    propose(one, two)
    propose(two, three)

    with pytest.raises(DependencyCycle) as refused:
        propose(three, one)
    with pytest.raises(DependencyCycle):
        propose(one, one)

    said = " waits for ".join(names[each.measure_id] for each in (three, one, two, three))
    assert said in str(refused.value)


def test_a_removed_dependency_closes_no_circle(organization):
    one, two = a_proposal(organization), a_proposal(organization)
    dependency = propose(one, two)

    with pytest.raises(StaleVersion):
        dependencies.remove(actor=one.actor("lead"), dependency_id=dependency.pk, version=7)
    dependencies.remove(actor=one.actor("lead"), dependency_id=dependency.pk, version=1)

    assert propose(two, one).needs_id == one.measure_id


def test_a_dependency_is_there_once_and_inside_one_organization(organization):
    one, two, other = a_proposal(organization), a_proposal(organization), a_proposal()
    propose(one, two)

    with pytest.raises(DependencyTaken):
        propose(one, two)
    with pytest.raises(NotFound):
        propose(one, other)


def test_the_database_refuses_a_circle_whatever_the_service_says(organization):
    one, two = a_proposal(organization), a_proposal(organization)
    propose(one, two)

    with pytest.raises(DomainError) as refused:
        close_the_circle_past_the_service(
            actor=one.actor("lead"), measure_id=two.measure_id, needs_id=one.measure_id
        )

    assert refused.value.details["guard"] == "dependency_cycle"


@tenancy.act
def close_the_circle_past_the_service(*, actor, measure_id, needs_id):
    Dependency.objects.create(measure_id=measure_id, needs_id=needs_id, what="Past the service")


def test_two_halves_of_a_circle_proposed_at_once_leave_one_of_them(organization):
    for _ in range(5):
        one, two = a_proposal(organization), a_proposal(organization)
        start = threading.Barrier(2)
        outcomes = []

        def propose_at_once(waits, needs, start=start, outcomes=outcomes):
            start.wait()
            try:
                outcomes.append(propose(waits, needs).pk is not None)
            except DependencyCycle:
                outcomes.append(False)
            finally:
                connection.close()

        threads = [
            threading.Thread(target=propose_at_once, args=pair) for pair in ((one, two), (two, one))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == [False, True]
