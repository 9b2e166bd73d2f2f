"""What a raw session of role app tries on a closed measure: reopen it alone, forge what follows."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import enter, lifecycle, made, move, only, refused
from tests.factories import closing
from tests.factories.closing import a_closed_measure, checks, leakages
from tests.factories.governance import a_measure


@pytest.fixture
def case(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_closed_measure()


@pytest.fixture
def raw(app_connection):
    return app_connection()


def january(clock_at):
    clock_at(2027, 1, 8, 9)


def propose(raw, case):
    return made(
        raw,
        "INSERT INTO governance_reopening (organization_id, measure_id, confirmation_id, reason,"
        " proposed_as, proposed_by_id) VALUES (assay_organization(), %s, 1, 'An error.', 'sponsor',"
        " 1) RETURNING id",
        case.measure_id,
    )


def second(raw, reopening):
    return made(
        raw,
        "INSERT INTO governance_reopeningconfirmation (organization_id, reopening_id,"
        " confirmed_by_id, confirmed_in) VALUES (assay_organization(), %s, 1, 1) RETURNING id",
        reopening,
    )


def find(raw, case, check, outcome="confirmed"):
    return made(
        raw,
        "INSERT INTO governance_sustainmentfinding (organization_id, measure_id, check_made_id,"
        " outcome, statement, found_by_id, found_in) VALUES (assay_organization(), %s, %s, %s,"
        " 'It is so.', 1, 1) RETURNING id",
        case.measure_id,
        check,
        outcome,
    )


def lose(raw, case, finding, line_id=None):
    return made(
        raw,
        "INSERT INTO governance_leakage (organization_id, measure_id, line_id, confirmation_id,"
        " finding_id, cause, run_rate, in_year, fiscal_year, reason, booked_by_id)"
        " VALUES (assay_organization(), %s, %s, (SELECT max(id) FROM governance_closureconfirmation"
        " WHERE measure_id = %s), %s, 'sustainment', 1, 1, 2027, 'Lost.', 1) RETURNING id",
        case.measure_id,
        line_id or case.line_id,
        case.measure_id,
        finding,
    )


def certify(raw, case, document):
    return made(
        raw,
        "INSERT INTO governance_closurecertificate (organization_id, measure_id, confirmation_id,"
        " paper, issued_by_id) VALUES (assay_organization(), %s, (SELECT max(id) FROM"
        " governance_closureconfirmation WHERE measure_id = %s), %s, 1) RETURNING id",
        case.measure_id,
        case.measure_id,
        document,
    )


def proposed(raw, case, by="controller"):
    enter(raw, case.actor(by))
    row = propose(raw, case)
    raw.commit()
    return row


# --- reopening ------------------------------------------------------------------------------------


def test_two_persons_reopen_a_closed_measure(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("sponsor"))

    second(raw, row)
    move(raw, case.measure_id, 4)
    raw.commit()

    assert (case.measure().stage, case.measure().lifecycle) == (4, "active")


def test_a_proposal_says_who_made_it_whatever_is_claimed(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("lead"))

    assert only(
        raw, "SELECT proposed_by_id, proposed_as FROM governance_reopening WHERE id = %s", row
    ) == (case.id_of("controller"), "controller")


@pytest.mark.parametrize("step", ["nothing", "proposal", "another day"])
def test_a_closed_measure_does_not_move_without_both_in_this_act(case, raw, step):
    if step != "nothing":
        row = proposed(raw, case)
    enter(raw, case.actor("sponsor"))
    if step == "another day":
        second(raw, row)
        raw.commit()
        enter(raw, case.actor("sponsor"))

    with refused(raw, "GV003", "measure_has_ended"):
        move(raw, case.measure_id, 4)


@pytest.mark.parametrize(("stage", "state"), [(4, "on_hold"), (3, "active"), (5, "active")])
def test_a_reopening_leads_to_implemented_and_active_alone(case, raw, stage, state):
    row = proposed(raw, case)
    enter(raw, case.actor("sponsor"))
    second(raw, row)

    with refused(raw, "GV003", "measure_has_ended"):
        move(raw, case.measure_id, stage, state)


def test_a_reopening_changes_nothing_else_of_the_measure(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("sponsor"))
    second(raw, row)

    with refused(raw, "GV011", "stage_moves_alone"):
        raw.execute(
            "UPDATE measures_measure SET stage = 4, lifecycle = 'active', description = 'Another',"
            " version = version + 1 WHERE id = %s",
            [case.measure_id],
        )


@pytest.mark.parametrize("by", ["owner", "lead", "administrator", "steering", "executive"])
def test_nobody_else_proposes_or_confirms(case, raw, by):
    enter(raw, case.actor(by))
    with refused(raw, "GV024", "not_entitled"):
        propose(raw, case)
    row = proposed(raw, case)
    enter(raw, case.actor(by))
    with refused(raw, "GV024", "not_entitled"):
        second(raw, row)


def test_the_proposer_does_not_confirm(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV055", "two_to_reopen"):
        second(raw, row)


def test_a_sponsor_who_administers_does_not_reopen(case, raw):
    case.organization.seat(case.actor("sponsor"), "administrator")
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV027", "duties_meet"):
        propose(raw, case)


def test_what_runs_is_not_reopened(case, raw):
    running = a_measure(Stage.IMPLEMENTED, case.organization)
    enter(raw, running.actor("controller"))

    with refused(raw, "GV054", "not_closed"):
        propose(raw, running)


def test_a_proposal_of_an_earlier_closing_reopens_no_later_one(case, raw):
    first = proposed(raw, case)
    enter(raw, case.actor("sponsor"))
    second(raw, first)
    move(raw, case.measure_id, 4)
    raw.commit()
    closing.confirmed(closing.proposed(case))
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV055", "reopening_of_another_closing"):
        second(raw, first)


def test_a_closed_measure_is_not_cancelled_by_way_of_a_reopening(case, raw):
    proposed(raw, case)
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV003", "measure_has_ended"):
        lifecycle(raw, case.measure_id, "cancel")


# --- checks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["controller", "lead", "administrator"])
def test_checks_are_planned_by_the_database_alone(case, raw, by):
    enter(raw, case.actor(by))

    with refused(raw, "GV026", "written_by_the_database"):
        raw.execute(
            "INSERT INTO governance_sustainmentcheck (organization_id, measure_id, confirmation_id,"
            " number, due_on) SELECT organization_id, measure_id, confirmation_id, number, due_on"
            " FROM governance_sustainmentcheck LIMIT 1"
        )


def test_a_check_is_not_made_before_it_is_due(case, raw):
    enter(raw, case.actor("controller"))

    with refused(raw, "GV056", "check_not_due"):
        find(raw, case, checks(case)[0].pk)


def test_a_finding_says_who_made_it_whatever_is_claimed(case, raw, clock_at):
    january(clock_at)
    enter(raw, case.actor("controller"))

    row = find(raw, case, checks(case)[0].pk)

    assert only(
        raw, "SELECT found_by_id FROM governance_sustainmentfinding WHERE id = %s", row
    ) == (case.id_of("controller"),)


@pytest.mark.parametrize("by", ["owner", "sponsor", "lead", "administrator", "executive"])
def test_nobody_else_checks(case, raw, clock_at, by):
    january(clock_at)
    enter(raw, case.actor(by))

    with refused(raw, "GV024", "not_entitled"):
        find(raw, case, checks(case)[0].pk)


@pytest.mark.parametrize("by", ["owner", "sponsor", "lead"])
def test_a_controllers_seat_does_not_free_from_another_duty(case, raw, clock_at, by):
    january(clock_at)
    case.organization.seat(case.actor(by), "controller")
    enter(raw, case.actor(by))

    with refused(raw, "GV027", "duties_meet"):
        find(raw, case, checks(case)[0].pk)


def test_a_check_of_another_measure_is_not_made_here(case, raw, clock_at):
    other = a_closed_measure(organization=case.organization)
    january(clock_at)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV005", "not_found"):
        find(raw, case, checks(other)[0].pk)


def test_a_check_is_made_once(case, raw, clock_at):
    january(clock_at)
    enter(raw, case.actor("controller"))
    find(raw, case, checks(case)[0].pk)

    with refused(raw, "23505"):
        find(raw, case, checks(case)[0].pk)


def test_a_failure_that_is_not_booked_is_refused(case, raw, clock_at):
    january(clock_at)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV057", "failure_not_booked"):
        find(raw, case, checks(case)[0].pk, "failed")


def test_a_failure_is_booked_in_its_own_act(case, raw, clock_at):
    january(clock_at)
    enter(raw, case.actor("controller"))
    lose(raw, case, find(raw, case, checks(case)[0].pk, "failed"))
    raw.commit()

    assert [each.cause for each in leakages(case)] == ["sustainment"]


@pytest.mark.parametrize("what", ["confirmed", "another act", "line", "bare"])
def test_no_leakage_is_booked_without_a_failure_behind_it(case, raw, clock_at, what):
    other = a_measure(Stage.IMPLEMENTED, case.organization)
    january(clock_at)
    enter(raw, case.actor("controller"))
    finding = None
    if what != "bare":
        finding = find(
            raw, case, checks(case)[0].pk, "confirmed" if what == "confirmed" else "failed"
        )
    if what == "another act":
        lose(raw, case, finding)
        raw.commit()
        enter(raw, case.actor("controller"))

    with refused(raw, "GV005" if what == "line" else "GV057"):
        lose(raw, case, finding, other.line_id if what == "line" else None)


# --- certificates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["owner", "sponsor", "lead", "administrator"])
def test_a_certificate_is_issued_by_the_controller(case, raw, by):
    enter(raw, case.actor(by))

    with refused(raw, "GV022", "only_the_controller"):
        certify(raw, case, '{"document": {}}')


def test_a_certificate_of_other_figures_is_refused(case, raw):
    enter(raw, case.actor("controller"))

    with refused(raw, "GV058", "certificate_of_another_closing"):
        certify(raw, case, '{"document": {"figures_digest": "forged"}}')


def test_a_measure_that_runs_has_no_certificate(case, raw):
    running = a_measure(Stage.IMPLEMENTED, case.organization)
    enter(raw, running.actor("controller"))

    with refused(raw, "GV054", "not_closed"):
        certify(raw, running, '{"document": {}}')


@pytest.mark.parametrize(
    "table",
    [
        "governance_closurecertificate",
        "governance_sustainmentcheck",
        "governance_sustainmentfinding",
        "governance_reopening",
        "governance_reopeningconfirmation",
    ],
)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_issued_checked_or_reopened_stays(case, raw, table, act):
    enter(raw, case.actor("controller"))

    with refused(raw, "42501"):
        raw.execute(act.format(table))
