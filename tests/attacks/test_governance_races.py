"""Two real sessions at the same moment: whatever the order, never both and never half.

Each race is run many times with both sides released at once.
"""

import threading

import psycopg
import pytest

from measures.rules.stage import Stage
from tests.attacks.meetings import end_seats
from tests.attacks.races import Side, race, when_waiting_or_done
from tests.attacks.session import (
    book,
    certify,
    confirm,
    decide,
    enter,
    move,
    only,
    request,
    sign,
    vote,
)
from tests.factories.closing import an_implemented_measure
from tests.factories.governance import (
    YEAR,
    Case,
    a_measure,
    a_request,
    claim_row,
    confirmation_row,
)
from tests.factories.organizations import an_organization
from tests.plugin import in_ci_or_nightly

ROUNDS = in_ci_or_nightly(50, 1000)
SHORT = 7_300_00  # of 10 k a month


@pytest.fixture(autouse=True)
def july(clock_at):
    """The eighth of July: April to June are the proof window."""
    clock_at(YEAR, 7, 8, 9)


def voting(case: Case, asked: int, role: str) -> Side:
    """Vote, and decide and move where this turns out to be the last vote."""

    def side(raw: psycopg.Connection) -> None:
        enter(raw, case.actor(role))
        vote(raw, asked, role)
        count = only(raw, "SELECT count(*) FROM governance_vote WHERE request_id = %s", asked)
        if count == (2,):
            decide(raw, asked)
            move(raw, case.measure_id, 3)

    return side


@pytest.fixture
def pair(app_connection):
    return app_connection(), app_connection()


@pytest.fixture
def organization(db):
    return an_organization()


def test_of_two_last_votes_exactly_one_decides(db, pair, organization):
    seen = []
    for _ in range(ROUNDS):
        case = a_measure(Stage.DETAILED, organization)
        raw = enter(pair[0], case.actor("owner"))
        asked = request(raw, case.measure_id, 3)
        raw.commit()

        outcomes = race(pair, (voting(case, asked, "sponsor"), voting(case, asked, "controller")))

        enter(raw, case.actor("lead"))
        decisions = only(
            raw, "SELECT count(*) FROM governance_decision WHERE request_id = %s", asked
        )
        raw.rollback()
        seen.append((sorted(outcomes), decisions, case.measure().stage))

    assert seen == [(["done", "done"], (1,), 3)] * ROUNDS


def test_two_sessions_of_one_person_give_one_vote(db, pair, organization):
    seen = []
    for _ in range(ROUNDS):
        case = a_measure(organization=organization)
        raw = enter(pair[0], case.actor("owner"))
        asked = request(raw, case.measure_id, 1)
        raw.commit()

        def side(raw, case=case, asked=asked):
            enter(raw, case.actor("lead"))
            vote(raw, asked, "lead")
            decide(raw, asked)
            move(raw, case.measure_id, 1)

        outcomes = race(pair, (side, side))
        seen.append((outcomes.count("done"), case.measure().stage))

    assert seen == [(1, 1)] * ROUNDS


def test_a_measure_is_never_closed_beside_an_actual_nobody_confirmed(db, pair, organization):
    broken, closed, approved = 0, 0, 0
    for _ in range(ROUNDS):
        case = an_implemented_measure(organization=organization)
        with case.acting("owner"):
            late = claim_row(case, 7).pk
        raw = enter(pair[0], case.actor("owner"))
        asked = request(raw, case.measure_id, 5)
        raw.commit()

        def close(raw, case=case, asked=asked):
            enter(raw, case.actor("controller"))
            confirm(raw, case.measure_id)
            vote(raw, asked, "controller")
            decide(raw, asked)
            move(raw, case.measure_id, 5, "closed")
            certify(raw, case.measure_id)

        def approve(raw, case=case, late=late):
            enter(raw, case.actor("controller"))
            raw.execute("UPDATE measures_actualclaim SET state = 'approved' WHERE id = %s", [late])

        outcomes = race(pair, (close, approve))
        closed += outcomes[0] == "done"
        approved += outcomes[1] == "done"
        broken += outcomes == ["done", "done"]

    assert (broken, closed + approved) == (0, ROUNDS)


def meets(first: Side, second: Side, pair, watcher) -> list[str]:
    """Let the second side begin while the first has done all but commit; return both ends."""
    outcomes: list[str] = []
    first(pair[0])
    thread = threading.Thread(target=lambda: outcomes.extend(race((pair[1],), (second,))))
    thread.start()
    when_waiting_or_done(watcher, pair, thread)
    pair[0].commit()
    thread.join()
    return outcomes


@pytest.fixture
def closing(db, organization):
    """A measure whose closing is proposed while one more claim waits, and both sides of a race."""
    case = an_implemented_measure(organization=organization)
    with case.acting("owner"):
        late = claim_row(case, 7).pk
    asked = a_request(case).pk

    def close(raw):
        enter(raw, case.actor("controller"))
        confirm(raw, case.measure_id)
        vote(raw, asked, "controller")
        decide(raw, asked)
        move(raw, case.measure_id, 5, "closed")
        certify(raw, case.measure_id)

    def approve(raw):
        enter(raw, case.actor("controller"))
        raw.execute("UPDATE measures_actualclaim SET state = 'approved' WHERE id = %s", [late])

    return case, close, approve


def test_an_approval_waits_for_a_closing_under_way_and_is_refused(
    closing, pair, superuser_connection
):
    case, close, approve = closing

    outcomes = meets(close, approve, pair, superuser_connection)

    assert (outcomes, case.measure().lifecycle) == (["GV003"], "closed")


def test_a_closing_waits_for_an_approval_under_way_and_is_refused(
    closing, pair, superuser_connection
):
    case, close, approve = closing

    outcomes = meets(approve, close, pair, superuser_connection)

    assert (outcomes, case.measure().lifecycle) == (["GV019"], "active")


def test_no_plan_is_decided_that_was_changed_at_the_same_moment(db, pair, organization):
    seen = []
    for _ in range(ROUNDS):
        case = a_measure(Stage.DETAILED, organization)
        raw = enter(pair[0], case.actor("owner"))
        asked = request(raw, case.measure_id, 3)
        raw.commit()
        enter(raw, case.actor("sponsor"))
        vote(raw, asked, "sponsor")
        raw.commit()

        def edit(raw, case=case):
            enter(raw, case.actor("owner"))
            raw.execute(
                "INSERT INTO measures_seriesversion (organization_id, line_id, split, series,"
                " fiscal_year, version, is_seeded, p04)"
                " VALUES (assay_organization(), %s, '', 'plan', %s, 2, false, 7)",
                [case.line_id, YEAR],
            )

        seen.append(tuple(race(pair, (voting(case, asked, "controller"), edit))))

    assert set(seen) <= {("done", "GV004"), ("GV019", "done")}
    assert len(seen) == ROUNDS


@pytest.fixture
def signing(db, organization):
    """A confirmed shortfall while one more claim waits, and both sides of a race."""
    case = an_implemented_measure(SHORT, organization)
    with case.acting("owner"):
        late = claim_row(case, 7).pk
    with case.acting("controller"):
        confirmation = confirmation_row(
            case, outcome="shortfall", shortfall_reason="Prices rose."
        ).pk

    def countersign(raw):
        enter(raw, case.actor("sponsor"))
        sign(raw, case.measure_id, confirmation)

    def approve(raw):
        enter(raw, case.actor("controller"))
        raw.execute("UPDATE measures_actualclaim SET state = 'approved' WHERE id = %s", [late])

    return countersign, approve


def test_an_approval_waits_for_a_countersignature_and_makes_it_void(
    signing, pair, superuser_connection
):
    countersign, approve = signing

    outcomes = meets(countersign, approve, pair, superuser_connection)

    # The signature stands under figures that are no more: closing compares them and refuses.
    assert outcomes == ["done"]


def test_a_countersignature_waits_for_an_approval_and_is_refused(
    signing, pair, superuser_connection
):
    countersign, approve = signing

    outcomes = meets(approve, countersign, pair, superuser_connection)

    assert outcomes == ["GV019"]


def test_no_shortfall_is_closed_on_other_figures_than_were_signed(db, pair, organization):
    broken = 0
    for _ in range(ROUNDS):
        case = an_implemented_measure(SHORT, organization)
        with case.acting("owner"):
            late = claim_row(case, 7).pk
        asked = a_request(case).pk
        with case.acting("controller"):
            confirmation = confirmation_row(
                case, outcome="shortfall", shortfall_reason="Prices rose."
            ).pk

        def countersign_and_close(raw, case=case, asked=asked, confirmation=confirmation):
            enter(raw, case.actor("sponsor"))
            sign(raw, case.measure_id, confirmation)
            raw.commit()
            enter(raw, case.actor("controller"))
            book(raw, case.measure_id, case.line_id, confirmation)
            vote(raw, asked, "controller")
            decide(raw, asked)
            move(raw, case.measure_id, 5, "closed")
            certify(raw, case.measure_id)

        def approve(raw, case=case, late=late):
            enter(raw, case.actor("controller"))
            raw.execute("UPDATE measures_actualclaim SET state = 'approved' WHERE id = %s", [late])

        broken += race(pair, (countersign_and_close, approve)) == ["done", "done"]

    assert broken == 0


def test_no_vote_counts_whose_seat_was_ended_before_it(db, pair, organization):
    broken, voted = 0, 0
    lead = organization.newcomer()
    for _ in range(ROUNDS):
        case = a_measure(organization=organization)
        organization.seat(lead, "lead")
        asked = a_request(case).pk
        standing: list[tuple[object, ...]] = []

        def approve(raw, case=case, asked=asked, standing=standing):
            enter(raw, lead)
            vote(raw, asked, "lead")
            decide(raw, asked)
            move(raw, case.measure_id, 1)
            # The last look before it counts: the seat still stands, whoever is ending it.
            standing.append(
                only(
                    raw,
                    "SELECT count(*) FROM hierarchy_seat WHERE member_id = %s AND valid_to IS NULL",
                    lead.member_id,
                )
            )

        outcomes = race(
            pair, (approve, lambda raw, case=case: end_seats(raw, case, lead.member_id))
        )
        voted += outcomes[0] == "done"
        broken += outcomes[1] != "done" or (outcomes[0] == "done") is not (standing == [(1,)])

    assert (broken, voted <= ROUNDS) == (0, True)
