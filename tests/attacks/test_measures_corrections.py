"""What a raw session of role app tries on corrections of locked months."""

import pytest

from core import tenancy
from tests.attacks.session import enter, refused
from tests.factories.governance import evidence
from tests.factories.measures import YEAR, a_decided_measure

CORRECTION = (
    "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year, period,"
    " kind, corrects_id, amount, evidence_id, is_final, note, state, decision_reason)"
    " VALUES (assay_organization(), %(line)s, %(measure)s, %(year)s, %(period)s, 'correction',"
    " %(corrects)s, -1, %(evidence)s, false, 'Counted twice.', 'submitted', '')"
)


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    made.approve(made.claim(4, 9000))
    clock_at(YEAR, 6, 8)
    made.approve(made.claim(5, 9000))
    return made


@pytest.fixture
def said(subject):
    with tenancy.acting(subject.actor("owner")):
        proof = evidence(subject.measure_id, "ledger_extract")
    return {
        "line": subject.line_id,
        "measure": subject.measure_id,
        "year": YEAR,
        "period": 6,
        "corrects": claim_of(subject, 4),
        "evidence": proof.pk,
    }


def claim_of(subject, period):
    with tenancy.reading(subject.actor("lead")):
        return subject.line().claims.get(period=period).pk


def test_a_locked_approved_actual_alone_is_corrected(subject, said, app_connection):
    raw = enter(app_connection(), subject.actor("owner"))

    with refused(raw, "GV106", "correction_of_nothing_locked"):
        raw.execute(CORRECTION, said | {"corrects": claim_of(subject, 5)})


def test_a_correction_names_an_actual_of_its_own_line(subject, said, app_connection):
    other = a_decided_measure(subject.organization)
    raw = enter(app_connection(), other.actor("owner"))

    with refused(raw, "GV106", "correction_of_nothing_locked"):
        raw.execute(CORRECTION, said | {"line": other.line_id, "measure": other.measure_id})


@pytest.mark.parametrize("period", [7, 12])
def test_a_correction_is_not_posted_ahead(subject, said, app_connection, period):
    raw = enter(app_connection(), subject.actor("owner"))

    with refused(raw, "GV106", "correction_posted_ahead"):
        raw.execute(CORRECTION, said | {"period": period})


def test_a_correction_is_not_posted_in_a_locked_period(subject, said, app_connection):
    raw = enter(app_connection(), subject.actor("owner"))

    with refused(raw, "GV105", "period_is_locked"):
        raw.execute(CORRECTION, said | {"period": 3})


@pytest.mark.parametrize("column", ["kind = 'actual', corrects_id = NULL", "corrects_id = id"])
def test_what_a_claim_is_does_not_change(subject, said, app_connection, column):
    raw = enter(app_connection(), subject.actor("owner"))
    raw.execute(CORRECTION, said)

    with refused(raw, "GV004", "claim_is_fixed"):
        raw.execute(
            f"UPDATE measures_actualclaim SET {column}"
            " WHERE measure_id = %s AND state = 'submitted'",
            [subject.measure_id],
        )


def test_a_correction_comes_from_an_approved_claim_alone(subject, app_connection):
    raw = enter(app_connection(), subject.actor("controller"))

    with refused(raw, "GV106", "correction_only_from_claim"):
        raw.execute(
            "INSERT INTO measures_seriesversion (organization_id, line_id, split, series,"
            " fiscal_year, version, is_seeded, p04)"
            " VALUES (assay_organization(), %s, '', 'correction', %s, 1, false, -1)",
            [subject.line_id, YEAR],
        )


def test_two_corrections_of_one_month_do_not_wait_together(subject, said, app_connection):
    raw = enter(app_connection(), subject.actor("owner"))
    raw.execute(CORRECTION, said)

    with refused(raw, "23505"):
        raw.execute(CORRECTION, said)
