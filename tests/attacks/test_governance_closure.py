"""What a raw session of role app tries on closing and holding, beside what is lawful."""

import pytest

from measures.models import ActualClaim, Measure
from measures.rules.stage import Stage
from tests.attacks.session import (
    certify,
    confirm,
    decide,
    enter,
    lifecycle,
    move,
    only,
    refused,
    vote,
)
from tests.factories.closing import (
    a_closed_measure,
    an_implemented_measure,
    confirmed,
    proposed,
)
from tests.factories.governance import (
    YEAR,
    a_measure,
    a_request,
    approved_months,
    claim_row,
)


@pytest.fixture(autouse=True)
def july(clock_at):
    """The eighth of July: April to June are the proof window."""
    clock_at(YEAR, 7, 8, 9)


def test_a_measure_is_closed_on_the_confirmation_of_its_controller(db, app_connection):
    case = an_implemented_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("controller"))
    confirm(raw, case.measure_id)
    vote(raw, asked.pk, "controller")
    decide(raw, asked.pk)

    move(raw, case.measure_id, 5, "closed")
    certify(raw, case.measure_id)
    raw.commit()

    assert (case.measure().stage, case.measure().lifecycle) == (5, "closed")


def test_a_confirmation_says_who_and_what_whatever_is_claimed(db, app_connection):
    case = an_implemented_measure()
    raw = enter(app_connection(), case.actor("controller"))

    made = confirm(raw, case.measure_id)

    assert only(
        raw,
        "SELECT confirmed_by_id, jsonb_array_length(approved), approved -> 0 ->> 'amount',"
        " figures_digest = assay_figures_digest(organization_id, measure_id)"
        " FROM governance_closureconfirmation WHERE id = %s",
        made,
    ) == (case.id_of("controller"), 3, "900000", True)


def test_closing_without_confirmation_is_refused(db, app_connection):
    case = an_implemented_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("controller"))
    vote(raw, asked.pk, "controller")
    decide(raw, asked.pk)

    with refused(raw, "GV013", "closing_needs_confirmation"):
        move(raw, case.measure_id, 5, "closed")


def test_closing_without_the_vote_on_its_gate_is_refused(db, app_connection):
    case = an_implemented_measure()
    a_request(case)
    raw = enter(app_connection(), case.actor("controller"))
    confirm(raw, case.measure_id)

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 5, "closed")


def test_closing_on_a_confirmation_of_other_figures_is_refused(db, app_connection):
    case = an_implemented_measure()
    raw = enter(app_connection(), case.actor("controller"))
    confirm(raw, case.measure_id)
    raw.commit()
    approved_months(case, 7)
    asked = a_request(case)
    enter(raw, case.actor("controller"))
    vote(raw, asked.pk, "controller")
    decide(raw, asked.pk)

    with refused(raw, "GV013", "closing_needs_confirmation"):
        move(raw, case.measure_id, 5, "closed")


def test_figures_approved_after_the_request_make_it_stale(db, app_connection):
    case = an_implemented_measure()
    asked = a_request(case)
    approved_months(case, 7)
    raw = enter(app_connection(), case.actor("controller"))
    confirm(raw, case.measure_id)

    with refused(raw, "GV019", "stale_request"):
        vote(raw, asked.pk, "controller")


def test_the_confirmation_of_a_former_controller_does_not_close(db, app_connection):
    case = an_implemented_measure()
    raw = enter(app_connection(), case.actor("controller"))
    confirm(raw, case.measure_id)
    raw.commit()
    successor = case.organization.newcomer()
    with case.acting("lead"):
        Measure.objects.filter(pk=case.measure_id).update(
            controller_id=successor.member_id, version=case.measure().version + 1
        )
    asked = a_request(case)
    enter(raw, successor)
    vote(raw, asked.pk, "controller")
    decide(raw, asked.pk)

    with refused(raw, "GV013", "closing_needs_confirmation"):
        move(raw, case.measure_id, 5, "closed")


@pytest.mark.parametrize("role", ["owner", "sponsor", "lead", "administrator", "executive"])
def test_nobody_confirms_in_the_controllers_place(db, app_connection, role):
    case = an_implemented_measure()
    raw = enter(app_connection(), case.actor(role))

    with refused(raw, "GV022", "only_the_controller"):
        confirm(raw, case.measure_id)


def test_a_controller_who_leads_does_not_confirm(db, app_connection):
    case = an_implemented_measure()
    case.organization.seat(case.actor("controller"), "lead")
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "GV027", "duties_meet"):
        confirm(raw, case.measure_id)


def test_a_controller_who_entered_a_figure_does_not_confirm(db, app_connection):
    case = an_implemented_measure()
    successor = case.organization.newcomer()
    with case.acting("owner"):
        pass
    raw = enter(app_connection(), successor)
    claim = only(
        raw,
        "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year,"
        " period, amount, is_final, note, state, decision_reason)"
        " VALUES (assay_organization(), %s, %s, %s, 7, 1, false, '', 'submitted', '')"
        " RETURNING id",
        case.line_id,
        case.measure_id,
        YEAR,
    )[0]
    raw.commit()
    enter(raw, case.actor("controller"))
    raw.execute("UPDATE measures_actualclaim SET state = 'approved' WHERE id = %s", [claim])
    raw.commit()
    enter(raw, case.actor("lead"))
    raw.execute(
        "UPDATE measures_measure SET controller_id = %s, version = version + 1 WHERE id = %s",
        [successor.member_id, case.measure_id],
    )
    raw.commit()
    enter(raw, successor)

    with refused(raw, "GV023", "entered_the_figures"):
        confirm(raw, case.measure_id)


def test_nothing_is_confirmed_before_it_is_implemented(db, app_connection):
    case = a_measure(Stage.DECIDED)
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "GV014", "gate_not_now"):
        confirm(raw, case.measure_id)


@pytest.mark.parametrize(("stage", "state"), [(4, "closed"), (5, "active")])
def test_stage_and_lifecycle_close_together(db, app_connection, stage, state):
    case = an_implemented_measure()
    raw = enter(app_connection(), case.actor("controller"))
    confirm(raw, case.measure_id)

    with refused(raw, {4: "GV012", 5: "GV010"}[stage]):
        move(raw, case.measure_id, stage, state)


def test_a_closed_measure_stays_closed(db, app_connection):
    case = a_closed_measure()
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "GV003", "measure_has_ended"):
        move(raw, case.measure_id, 4)
    enter(raw, case.actor("lead"))
    with refused(raw, "GV003", "measure_has_ended"):
        lifecycle(raw, case.measure_id, "cancel")


ACTUALS = {
    "insert": "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year,"
    " period, amount, is_final, note, state, decision_reason)"
    " VALUES (assay_organization(), %(line)s, %(measure)s, 2026, 8, 1, false, '', 'submitted', '')",
    "update": "UPDATE measures_actualclaim SET state = 'approved' WHERE measure_id = %(measure)s",
    "project": "INSERT INTO measures_seriesversion (organization_id, line_id, split, series,"
    " fiscal_year, version, is_seeded, p04) VALUES (assay_organization(), %(line)s, '', 'actual',"
    " 2026, 9, false, 1)",
    "plan": "INSERT INTO measures_seriesversion (organization_id, line_id, split, series,"
    " fiscal_year, version, is_seeded, p04) VALUES (assay_organization(), %(line)s, '', 'plan',"
    " 2026, 2, false, 1)",
}


@pytest.mark.parametrize("attack", ACTUALS)
def test_no_figure_changes_after_closing(db, app_connection, attack):
    case = an_implemented_measure()
    with case.acting("owner"):
        claim_row(case, 7)
    confirmed(proposed(case))
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "GV003", "measure_has_ended"):
        raw.execute(ACTUALS[attack], {"line": case.line_id, "measure": case.measure_id})


@pytest.mark.parametrize("table", ["measures_actualclaim", "measures_measure", "measures_line"])
def test_nothing_governed_is_deleted(db, app_connection, table):
    case = an_implemented_measure()
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "42501"):
        raw.execute(f"DELETE FROM {table}")


# --- Hold, resume, cancel, reject ----------------------------------------------------------------


def moved(raw, case, act, to, by):
    enter(raw, case.actor(by))
    lifecycle(raw, case.measure_id, act)
    move(raw, case.measure_id, case.measure().stage, to)
    raw.commit()


def test_a_measure_is_held_resumed_and_cancelled_by_its_sponsor(db, app_connection):
    case = a_measure(Stage.IDENTIFIED)
    raw = app_connection()
    seen = []

    for act, to in (("hold", "on_hold"), ("resume", "active"), ("cancel", "cancelled")):
        moved(raw, case, act, to, by="sponsor")
        seen.append(case.measure().lifecycle)

    assert seen == ["on_hold", "active", "cancelled"]


@pytest.mark.parametrize("state", ["on_hold", "cancelled"])
def test_a_lifecycle_does_not_change_without_a_decision(db, app_connection, state):
    case = a_measure()
    raw = enter(app_connection(), case.actor("sponsor"))

    with refused(raw, "GV012", "lifecycle_needs_a_decision"):
        move(raw, case.measure_id, 0, state)


def test_a_decision_of_another_day_does_not_hold(db, app_connection):
    case = a_measure()
    raw = app_connection()
    moved(raw, case, "hold", "on_hold", by="sponsor")
    moved(raw, case, "resume", "active", by="sponsor")
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV012", "lifecycle_needs_a_decision"):
        move(raw, case.measure_id, 0, "on_hold")


def test_a_decision_for_another_act_does_not_cancel(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("sponsor"))
    lifecycle(raw, case.measure_id, "hold")

    with refused(raw, "GV012", "lifecycle_needs_a_decision"):
        move(raw, case.measure_id, 0, "cancelled")


@pytest.mark.parametrize(
    ("act", "role"),
    [
        ("hold", "owner"),
        ("hold", "administrator"),
        ("cancel", "owner"),
        ("cancel", "lead"),
        ("cancel", "controller"),
        ("reject", "sponsor"),
    ],
)
def test_a_lifecycle_is_decided_by_whom_the_table_names(db, app_connection, act, role):
    case = a_measure()
    raw = enter(app_connection(), case.actor(role))

    with refused(raw, "GV024", "not_entitled"):
        lifecycle(raw, case.measure_id, act)


def test_a_controller_holds_and_does_not_resume(db, app_connection):
    case = a_measure()
    raw = app_connection()
    moved(raw, case, "hold", "on_hold", by="controller")
    enter(raw, case.actor("controller"))

    with refused(raw, "GV024", "not_entitled"):
        lifecycle(raw, case.measure_id, "resume")


def test_a_controller_who_leads_does_not_resume_either(db, app_connection):
    case = a_measure()
    case.organization.seat(case.actor("controller"), "lead")
    raw = app_connection()
    moved(raw, case, "hold", "on_hold", by="sponsor")
    enter(raw, case.actor("controller"))

    with refused(raw, "GV027", "duties_meet"):
        lifecycle(raw, case.measure_id, "resume")


def test_a_proposal_is_rejected_only_before_it_is_sized(db, app_connection):
    proposal, sized = a_measure(), a_measure(Stage.IDENTIFIED)
    raw = app_connection()
    moved(raw, proposal, "reject", "cancelled", by="lead")
    enter(raw, sized.actor("lead"))

    with refused(raw, "GV014", "lifecycle_not_now"):
        lifecycle(raw, sized.measure_id, "reject")
    assert proposal.measure().lifecycle == "cancelled"


def test_a_held_measure_passes_no_gate(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = app_connection()
    moved(raw, case, "hold", "on_hold", by="sponsor")
    enter(raw, case.actor("lead"))

    with refused(raw, "GV020", "request_not_open"):
        vote(raw, asked.pk, "lead")


def test_a_cancelled_measure_takes_no_claim_and_does_not_come_back(db, app_connection):
    case = a_measure(Stage.DECIDED)
    raw = app_connection()
    moved(raw, case, "cancel", "cancelled", by="sponsor")
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV012", "lifecycle_needs_a_decision"):
        move(raw, case.measure_id, 3)
    with pytest.raises(Exception, match="nothing of it can be changed"), case.acting("owner"):
        ActualClaim.objects.create(
            line_id=case.line_id,
            measure_id=case.measure_id,
            fiscal_year=YEAR,
            period=4,
            amount=1,
        )
