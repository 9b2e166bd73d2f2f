"""What a hold costs a fiscal year: past every service, only Assay books it, once, as it was."""

import pytest

from core import tenancy
from governance.models import Leakage
from tests.attacks.session import enter, refused
from tests.factories.measures import Subject
from tests.factories.steering_holds import YEAR_LOCKED, a_measure_held_over


@pytest.fixture
def raw(app_connection):
    return app_connection()


@pytest.fixture
def subject(clock_at):
    made = a_measure_held_over(clock_at)
    clock_at(*YEAR_LOCKED)
    return made


def booked(subject: Subject) -> list[Leakage]:
    with tenancy.reading(subject.actor("lead")):
        return list(Leakage.objects.filter(measure_id=subject.measure_id).order_by("pk"))


def put(raw, subject: Subject, year: int = 2026) -> None:
    raw.execute(
        "INSERT INTO governance_leakage (organization_id, measure_id, line_id, cause, in_year,"
        " fiscal_year, reason) VALUES (assay_organization(), %s, %s, 'hold', 1, %s, 'Held.')",
        [subject.measure_id, subject.line_id, year],
    )


@pytest.mark.guards("trigger:governance_leakage.guard")
def test_the_database_takes_it_from_no_person(subject, raw):
    enter(raw, subject.actor("controller"))

    with refused(raw, "GV135", "booked_by_assay"):
        put(raw, subject)


@pytest.mark.guards("trigger:governance_leakage.guard")
def test_the_database_takes_none_of_a_year_that_no_hold_reached_over(subject, raw):
    enter(raw, tenancy.system(subject.organization.id))

    with refused(raw, "GV136", "nothing_held_over"):
        put(raw, subject, 2025)


def test_the_database_works_the_figure_out_and_takes_it_once(subject, raw):
    enter(raw, tenancy.system(subject.organization.id))
    put(raw, subject)

    with refused(raw, "GV136", "nothing_held_over"):
        put(raw, subject)

    enter(raw, tenancy.system(subject.organization.id))
    put(raw, subject)
    raw.commit()
    assert [each.in_year for each in booked(subject)] == [30_000_00]
