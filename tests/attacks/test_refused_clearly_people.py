"""Refused clearly: a second owner, and one person in two of a measure's three duties."""

import pytest
from django.core.management.base import CommandError

from tests.api.test_hierarchy_api import caller_of
from tests.api.test_measures_api import address, public_id
from tests.attacks.refusals import Refused, nothing_changes, of_api, of_page
from tests.factories.intake import GOOD, HEADER, mapping_file, printed
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import place, reader

SECOND_OWNER = Refused(
    422,
    "second_owner",
    "A measure has exactly one owner, and 2 people were named. Choose the one who answers for it; "
    "the others can own milestones.",
)


def two_duties(person: str, first: str, second: str) -> Refused:
    """Return the refusal of one person in two duties."""
    return Refused(
        422,
        "same_person",
        f"{person} cannot be {first} and {second} of one measure: owner, sponsor and controller "
        f"are three different people. Name somebody else as {second}.",
    )


# Who is named: owners, sponsor, controller; and the answer.
NAMED = [
    ((["owner", "lead"], "sponsor", "controller"), SECOND_OWNER),
    ((["owner"], "sponsor", "owner"), two_duties("Owner Person", "owner", "controller")),
    ((["owner"], "owner", "controller"), two_duties("Owner Person", "owner", "sponsor")),
    ((["owner"], "sponsor", "sponsor"), two_duties("Sponsor Person", "sponsor", "controller")),
]


@pytest.fixture(scope="module")
def planned(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return a_planned_measure()


@pytest.mark.parametrize(("people", "answer"), NAMED)
def test_on_the_page(db, planned, superuser_connection, people, answer):
    owners, sponsor, controller = people
    fields = {
        "owner_id": [planned.id_of(each) for each in owners],
        "sponsor_id": planned.id_of(sponsor),
        "controller_id": planned.id_of(controller),
        "version": planned.measure().version,
    }
    page = reader(planned.organization, "lead")

    with nothing_changes(planned.organization, superuser_connection):
        refused = page.post(f"{place(planned)}people/", fields)

    assert of_page(refused) == answer


@pytest.mark.parametrize(("people", "answer"), NAMED)
def test_by_the_api(db, planned, superuser_connection, people, answer):
    owners, sponsor, controller = people
    caller = caller_of(planned.organization, "lead")
    named = [public_id(planned, each) for each in owners]
    body = {
        "owner_id": named if len(named) > 1 else named[0],
        "sponsor_id": public_id(planned, sponsor),
        "controller_id": public_id(planned, controller),
    }

    with nothing_changes(planned.organization, superuser_connection):
        refused = caller(
            "PUT", address(planned, "/people"), body, If_Match=str(planned.measure().version)
        )

    assert of_api(refused) == answer


# What a mapping says of its team, and the answer.
TEAMS = [
    (
        'owner = "owner@{slug}.example"',
        'owner = ["owner@{slug}.example", "lead@{slug}.example"]',
        "must be one text in quotes",
    ),
    (
        'controller = "controller@{slug}.example"',
        'controller = "owner@{slug}.example"',
        "names one person twice: owner, sponsor and controller differ",
    ),
]


@pytest.mark.parametrize(("was", "now", "problem"), TEAMS)
def test_by_the_command(db, tmp_path, superuser_connection, was, now, problem):
    organization = an_organization(currency="EUR")
    was, now = (text.replace("{slug}", organization.slug) for text in (was, now))
    file = tmp_path / "savings.csv"
    file.write_bytes(f"{HEADER}\n{GOOD}\n".encode("latin-1"))
    mapping = mapping_file(tmp_path, organization, lambda text: text.replace(was, now))

    with (
        nothing_changes(organization, superuser_connection),
        pytest.raises(CommandError) as refused,
    ):
        printed(organization, file, "--mapping", str(mapping))

    assert str(refused.value).startswith("The mapping cannot be used: team")
    assert problem in str(refused.value)
    assert str(refused.value).endswith("(code mapping_refused)")


def test_three_different_people_are_taken_by_both_ways(db):
    subject = a_planned_measure()
    fields = {
        "owner_id": subject.id_of("lead"),
        "sponsor_id": subject.id_of("sponsor"),
        "controller_id": subject.id_of("controller"),
        "version": subject.measure().version,
    }

    typed = reader(subject.organization, "lead").post(f"{place(subject)}people/", fields)
    body = {f"{role}_id": public_id(subject, role) for role in ("owner", "sponsor", "controller")}
    called = caller_of(subject.organization, "lead")(
        "PUT", address(subject, "/people"), body, If_Match=str(subject.measure().version)
    )

    assert (typed.status_code, called.status_code) == (303, 200)
