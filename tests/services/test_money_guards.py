"""What the database refuses of rates and drivers to a raw session of role app, and marks."""

from decimal import Decimal

import pytest

from core import tenancy
from measures.models import Rate, RollupDirty
from measures.rules.calendar import Month
from measures.rules.drivers import Drivers
from measures.services import drivers, lines
from tests.attacks.session import enter, refused
from tests.factories.measures import (
    YEAR,
    a_decided_measure,
    a_line_draft,
    a_planned_measure,
    a_proposal,
)
from tests.factories.money import rate
from tests.factories.organizations import an_organization

FOUR = Drivers(Decimal(12), Decimal(9), Decimal(5000), Decimal(4000))
DRIVER = (
    "INSERT INTO measures_linedriver (organization_id, measure_id, line_id, fiscal_year, period,"
    " version, baseline_price, new_price, baseline_volume, new_volume)"
    " VALUES (assay_organization(), %s, %s, 2026, %s, %s, 1, 1, 1, 1)"
)
RATE = (
    "INSERT INTO measures_rate (organization_id, kind, currency, fiscal_year, period, value,"
    " version, reason) VALUES (assay_organization(), 'plan', %s, 2026, 0, 1.08, %s, '')"
)


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


@pytest.fixture
def planned(clock_at):
    clock_at(YEAR, 1, 12)
    return a_planned_measure()


def test_a_plan_rate_marks_the_measures_of_its_currency_and_an_actual_rate_none(clock_at):
    clock_at(YEAR, 1, 12)
    subject, other = a_proposal(), a_proposal()
    lines.add(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        draft=a_line_draft("Harness", currency="USD"),
    )

    def marked(organization):
        with tenancy.acting(tenancy.system(organization.id)):
            found = set(RollupDirty.objects.values_list("measure_id", flat=True))
            RollupDirty.objects.all().delete()
            return found

    marked(subject.organization)
    rate(subject.organization, "1.17", "actual", period=1)
    assert marked(subject.organization) == set()
    rate(subject.organization, "4.3", currency="PLN")
    assert marked(subject.organization) == set()
    rate(subject.organization, "1.08")
    assert marked(subject.organization) == {subject.measure_id}
    marked(other.organization)
    rate(other.organization, "1.08")
    assert marked(other.organization) == set()


def test_the_database_takes_no_rate_of_the_own_currency(app_connection, organization):
    raw = enter(app_connection(), organization.actor("controller"))

    with refused(raw, "GV110", "rate_of_own_currency"):
        raw.execute(RATE, ["EUR", 1])


def test_the_database_takes_versions_in_order_and_changes_none(app_connection, organization):
    rate(organization, "1.08")
    raw = app_connection()

    for version in (1, 3):
        enter(raw, organization.actor("controller"))
        with refused(raw, "GV111", "rate_version"):
            raw.execute(RATE, ["USD", version])
    enter(raw, organization.actor("controller"))
    with refused(raw, "42501"):
        raw.execute("UPDATE measures_rate SET value = 2")
    enter(raw, organization.actor("owner"))
    raw.execute(RATE, ["USD", 2])
    raw.commit()
    with tenancy.reading(organization.actor("owner")):
        last = Rate.objects.latest("version")
        assert last.recorded_by_id == organization.actor("owner").member_id


def test_price_and_volume_are_frozen_in_the_database_too(app_connection, clock_at):
    clock_at(YEAR, 1, 12)
    decided = a_decided_measure()

    raw = enter(app_connection(), decided.actor("owner"))
    with refused(raw, "GV113", "plan_is_frozen"):
        raw.execute(DRIVER, [decided.measure_id, decided.line_id, 4, 1])


def test_the_database_takes_versions_in_order_and_lines_of_the_measure(app_connection, planned):
    other = a_planned_measure(planned.organization)
    drivers.record(
        actor=planned.actor("owner"), line_id=planned.line_id, months=[Month(YEAR, 4)], drivers=FOUR
    )
    raw = app_connection()

    for version in (1, 3):
        enter(raw, planned.actor("owner"))
        with refused(raw, "GV114", "driver_version"):
            raw.execute(DRIVER, [planned.measure_id, planned.line_id, 4, version])
    enter(raw, planned.actor("owner"))
    with refused(raw, "GV112", "not_found"):
        raw.execute(DRIVER, [planned.measure_id, other.line_id, 4, 1])
    enter(raw, planned.actor("owner"))
    raw.execute(DRIVER, [planned.measure_id, planned.line_id, 4, 2])
    raw.commit()
