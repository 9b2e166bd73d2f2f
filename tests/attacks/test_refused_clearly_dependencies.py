"""Refused clearly: measures that would wait for each other in a circle.

Dependencies have a page and no API in this step; the service is what a later one would call.
"""

import pytest

from measures.errors import DependencyCycle
from measures.services import dependencies
from tests.attacks.refusals import Refused, nothing_changes, of_page
from tests.factories.measures import Subject, a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import place, reader


def waits(subject: Subject, needs: Subject, what: str = "Power"):
    """Let one measure wait for another."""
    return dependencies.propose(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        needs_id=needs.measure_id,
        what=what,
    )


def circle(*subjects: Subject) -> Refused:
    """Return the refusal that names every measure of the circle, in its order."""
    chain = " waits for ".join(each.measure().node.name for each in subjects)
    return Refused(
        409,
        "dependency_cycle",
        f"This would close a circle: {chain}. Two measures cannot wait for each other; "
        "remove one of these dependencies first.",
    )


def a_chain() -> tuple[Subject, Subject, Subject]:
    """Make three measures, of which the first waits for the second and that for the third."""
    organization = an_organization()
    first, second, third = (a_planned_measure(organization) for _ in range(3))
    waits(first, second)
    waits(second, third)
    return first, second, third


@pytest.fixture(scope="module")
def three(django_db_setup, django_db_blocker):
    """A chain that no test makes longer."""
    with django_db_blocker.unblock():
        return a_chain()


# Which measure (by its place in the chain) would wait for the first.
@pytest.mark.parametrize("closing", [1, 2])
def test_on_the_page(db, three, superuser_connection, closing):
    last = three[closing]
    owner = reader(last.organization, "owner")
    fields = {"needs_id": three[0].measure_id, "what": "Steam"}

    with nothing_changes(last.organization, superuser_connection):
        refused = owner.post(f"{place(last)}dependencies/add/", fields)

    assert of_page(refused) == circle(last, *three[: closing + 1])


@pytest.mark.parametrize("closing", [0, 1, 2])
def test_by_the_service(db, three, superuser_connection, closing):
    last = three[closing]

    with (
        nothing_changes(last.organization, superuser_connection),
        pytest.raises(DependencyCycle) as refused,
    ):
        waits(last, three[0])

    itself = f"{last.measure().node.name} waits for itself"
    wanted = circle(last, *three[: closing + 1]).sentence
    assert str(refused.value) == (
        wanted if closing else DependencyCycle.message.format(chain=itself)
    )


def test_what_closes_no_circle_is_taken_on_the_page(db):
    first, _, third = a_chain()
    fields = {"needs_id": third.measure_id, "what": "Steam"}

    taken = reader(first.organization, "owner").post(f"{place(first)}dependencies/add/", fields)

    assert taken.status_code == 303
