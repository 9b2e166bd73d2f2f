"""What a raw session of role app tries on rates of exchange: skip a version, convert its own."""

import pytest

from measures.services import lines
from tests.attacks.session import enter, only, refused
from tests.factories.measures import YEAR, a_line_draft, a_proposal
from tests.factories.organizations import an_organization


@pytest.fixture
def raw(app_connection):
    return app_connection()


def rate(raw, currency="USD", version=1):
    raw.execute(
        "INSERT INTO measures_rate (organization_id, kind, currency, fiscal_year, period, value,"
        " version, reason, recorded_by_id) VALUES (assay_organization(), 'plan', %s, %s, 0, 1.1,"
        " %s, 'As agreed.', 1)",
        [currency, YEAR, version],
    )


@pytest.mark.guards("trigger:measures_rate.guard")
def test_a_rate_is_recorded_by_who_acts_whatever_the_row_claims(db, raw):
    controller = an_organization().actor("controller")
    enter(raw, controller)

    rate(raw)

    assert only(raw, "SELECT recorded_by_id, recorded_at = assay_now() FROM measures_rate") == (
        controller.member_id,
        True,
    )


def test_the_currency_of_the_organization_has_no_rate(db, raw):
    enter(raw, an_organization(currency="EUR").actor("controller"))

    with refused(raw, "GV110", "rate_of_own_currency"):
        rate(raw, "EUR")


@pytest.mark.parametrize("version", [0, 2])
def test_no_version_of_a_rate_is_skipped(db, raw, version):
    enter(raw, an_organization().actor("controller"))

    with refused(raw, "GV111", "rate_version"):
        rate(raw, version=version)


@pytest.mark.guards("trigger:measures_rate.mark_dirty")
def test_what_stands_in_a_currency_is_summed_up_anew_when_its_rate_changes(
    db, raw, superuser_connection
):
    subject = a_proposal()
    lines.add(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        draft=a_line_draft("Steam", currency="USD"),
    )
    superuser_connection.execute(
        "DELETE FROM rollup_dirty WHERE measure_id = %s", [subject.measure_id]
    )
    enter(raw, subject.actor("controller"))

    rate(raw)

    assert only(
        raw, "SELECT count(*) FROM rollup_dirty WHERE measure_id = %s", subject.measure_id
    ) == (1,)
