"""Acts that meet over the calendar: a month that locks or opens while something is said of it."""

from collections.abc import Callable

import psycopg

from tests.attacks.meetings import Meeting, end_seats
from tests.attacks.races import Side
from tests.attacks.session import enter
from tests.factories.closing import an_implemented_measure
from tests.factories.governance import YEAR, Case, a_measure, evidence
from tests.factories.organizations import TestOrganization
from tests.factories.schemes import second_administrator

APPROVING, CORRECTED = 6, 5
"""On the eighth of July: the month that still waits for its approvals, and a locked one."""


def claims(case: Case, corrects: int | None = None) -> Side:
    """Claim the month as the owner, or correct another month's actual in it."""
    with case.acting("owner"):
        proof = evidence(case.measure_id, "ledger_extract").pk

    def side(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("owner"))
        raw.execute(
            "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year,"
            " period, kind, corrects_id, amount, evidence_id, is_final, note, state,"
            " decision_reason) SELECT assay_organization(), %s, %s, %s, %s, %s, (SELECT c.id FROM"
            " measures_actualclaim c WHERE c.measure_id = %s AND c.period = %s), -1, %s, false,"
            " 'Counted.', 'submitted', ''",
            [
                *(case.line_id, case.measure_id, YEAR, APPROVING),
                *("correction" if corrects else "actual", case.measure_id, corrects or 0, proof),
            ],
        )

    return side


def closes(case: Case, period: int, state: str, until: str | None = None) -> Side:
    """Lock a month early, or open it again, as the controller of the whole organization."""

    def side(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("controller"))
        raw.execute(
            "INSERT INTO measures_periodclose (organization_id, fiscal_year, period, version,"
            " state, open_until, reason) VALUES (assay_organization(), %s, %s, 99, %s, %s, 'So.')",
            [YEAR, period, state, until],
        )

    return side


def a_claim_and_a_lock(organization: TestOrganization) -> Meeting:
    """A month is locked early while an actual is claimed for it."""
    case = an_implemented_measure(organization=organization, periods=(4, 5))
    return Meeting(
        case, claims(case), closes(case, APPROVING, "locked"), ["done", "done", "waited"]
    )


def a_lock_and_a_claim(organization: TestOrganization) -> Meeting:
    """An actual is claimed for a month that locks."""
    case = an_implemented_measure(organization=organization, periods=(4, 5))
    return Meeting(
        case,
        closes(case, APPROVING, "locked"),
        claims(case),
        ["done", "GV105", "waited"],
        "SELECT 1 FROM measures_actualclaim WHERE measure_id = %(measure)s AND period = 6",
    )


def an_opening_and_a_correction(organization: TestOrganization) -> Meeting:
    """The actual of a locked month is corrected while that month is opened again."""
    case = an_implemented_measure(organization=organization)
    return Meeting(
        case,
        closes(case, CORRECTED, "reopened", f"{YEAR}-07-10"),
        claims(case, corrects=CORRECTED),
        ["done", "GV106", "waited"],
        "SELECT 1 FROM measures_actualclaim WHERE measure_id = %(measure)s AND kind = 'correction'",
    )


def two_calendars(organization: TestOrganization) -> Meeting:
    """Two administrators cut the same years anew."""
    case = a_measure(organization=organization)

    def cut(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("administrator"))
        raw.execute(
            "INSERT INTO measures_calendarpattern (organization_id, version, from_year, kind,"
            " last_weekday, year_end, reason)"
            " VALUES (assay_organization(), 99, 2030, '4-4-5', 7, 'last', 'So.')"
        )

    # Without the lock both take the same number, and the later one is lost.
    return Meeting(
        case,
        cut,
        cut,
        ["done", "done", "waited"],
        astray=("done", "23505", "waited"),
    )


def a_holiday_and_an_administrator_who_goes(organization: TestOrganization) -> Meeting:
    """An administrator enters a holiday while another ends the seat this stands on."""
    case = a_measure(organization=organization)
    second = second_administrator(organization)

    def enter_it(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("administrator"))
        raw.execute(
            "INSERT INTO measures_holiday (organization_id, day, name)"
            " VALUES (assay_organization(), '2030-05-01', 'May')"
        )

    def end(raw: psycopg.Connection) -> None:
        end_seats(raw, case, case.id_of("administrator"), by=second)

    return Meeting(case, enter_it, end, ["done", "done", "waited"])


LOCKS: dict[Callable[[TestOrganization], Meeting], str] = {
    a_claim_and_a_lock: "assay_guard_period_close",
    a_lock_and_a_claim: "assay_guard_claim_period",
    an_opening_and_a_correction: "assay_guard_correction",
    two_calendars: "assay_guard_calendar_pattern",
    a_holiday_and_an_administrator_who_goes: "assay_holds_root_seat",
}
"""The function whose lock each meeting needs."""
