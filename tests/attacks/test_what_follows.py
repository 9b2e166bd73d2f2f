"""What the database itself writes after an act, and what it asks before it looks at anything else.

Each of these was a guard that no test missed when it was taken away.
"""

from datetime import date

import pytest

from core import tenancy
from governance.rules.forced import Answer
from governance.services import forcing
from governance.services.forcing import Reply
from measures.rules.stage import Stage
from tests.attacks.session import enter, lifecycle, move, only, refused, request
from tests.factories.closing import a_closed_measure
from tests.factories.forced import a_forced_decision, forced_on
from tests.factories.governance import (
    YEAR,
    a_measure,
    a_request,
    approved_months,
    claim_row,
    pass_next_gate,
)
from tests.factories.organizations import an_organization
from tests.factories.rollbacks import rolled_back


@pytest.fixture
def raw(app_connection):
    return app_connection()


def system(case):
    return tenancy.system(case.organization.id)


@pytest.mark.guards("trigger:measures_actualclaim.project_actual")
def test_an_approved_month_is_an_actual_and_a_claimed_one_is_not(db, raw):
    case = a_measure(Stage.DECIDED)
    approved_months(case, 4)
    with case.acting("owner"):
        claim_row(case, 5)

    enter(raw, case.actor("lead"))

    assert only(
        raw,
        "SELECT fiscal_year, p04, p05 FROM measures_seriesversion WHERE line_id = %s"
        " AND series = 'actual'",
        case.line_id,
    ) == (YEAR, 9_000_00, None)


@pytest.mark.guards("trigger:governance_lifecycledecision.note_ripples")
@pytest.mark.parametrize("act", ["hold", "cancel"])
def test_who_waits_for_a_measure_that_stops_is_noted(db, raw, act):
    organization = an_organization()
    case, waiting = (a_measure(Stage.DECIDED, organization) for _ in range(2))
    enter(raw, waiting.actor("lead"))
    raw.execute(
        "INSERT INTO measures_dependency (organization_id, measure_id, needs_id, what,"
        " is_blocking, version) VALUES (assay_organization(), %s, %s, 'Its steam.', true, 1)",
        [waiting.measure_id, case.measure_id],
    )
    raw.commit()

    enter(raw, case.actor("sponsor"))
    made = lifecycle(raw, case.measure_id, act)

    assert only(
        raw,
        "SELECT measure_id, owner_id, distance, is_blocking FROM governance_ripple"
        " WHERE decision_id = %s",
        made,
    ) == (waiting.measure_id, waiting.id_of("owner"), 1, True)


@pytest.mark.guards("trigger:governance_lifecycledecision.guard_settled")
def test_a_hold_names_the_request_that_it_settles(db, raw):
    case = a_measure(Stage.DECIDED)
    asked = a_request(case)
    enter(raw, case.actor("sponsor"))

    made = lifecycle(raw, case.measure_id, "hold")

    assert only(raw, "SELECT settled_id FROM governance_lifecycledecision WHERE id = %s", made) == (
        asked.pk,
    )


@pytest.mark.guards("trigger:measures_measure.void_requests_behind")
def test_a_request_is_void_once_its_measure_went_back(db, raw):
    case = a_measure(Stage.DECIDED)
    asked = a_request(case)

    rolled_back(case, Stage.DETAILED)

    enter(raw, case.actor("lead"))
    assert only(raw, "SELECT state FROM governance_gaterequest WHERE id = %s", asked.pk) == (
        "void",
    )


@pytest.mark.guards("trigger:governance_stagepassage.settle_forced")
def test_a_plan_made_anew_is_answered_by_the_gate_it_passes(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    forcing.answer(
        actor=subject.actor("sponsor"),
        forced_id=asked.pk,
        reply=Reply(Answer.REPLAN, "The tender is run again.", until=date(2026, 8, 31)),
    )
    before = forced_on(subject)[0].state

    pass_next_gate(subject.case())

    assert (before, forced_on(subject)[0].state) == ("replanning", "decided")


@pytest.mark.guards("refusal:assay_lapsed_hold.lifecycle_not_now")
def test_the_system_does_not_hold_what_is_held(db, raw):
    case = a_measure(Stage.DECIDED)
    enter(raw, case.actor("sponsor"))
    lifecycle(raw, case.measure_id, "hold")
    move(raw, case.measure_id, 3, "on_hold")
    raw.commit()
    enter(raw, system(case))

    with refused(raw, "GV014", "lifecycle_not_now"):
        lifecycle(raw, case.measure_id, "hold")


@pytest.mark.guards("refusal:assay_guard_begin.measure_begins_at_defined")
def test_no_measure_begins_at_a_later_step(db, raw):
    case = a_measure()
    enter(raw, case.actor("lead"))

    with refused(raw, "GV006", "measure_begins_at_defined"):
        raw.execute(
            "INSERT INTO measures_measure (organization_id, node_id, description, effect_type,"
            " size_unit, stage, step, lifecycle, version) SELECT organization_id, node_id, '',"
            " 'hard', '', 0, 1, 'active', 1 FROM measures_measure WHERE id = %s",
            [case.measure_id],
        )


@pytest.mark.guards("refusal:assay_guard_gate_request.not_a_submitter")
def test_who_submits_nothing_is_not_told_which_gate_is_next(db, raw):
    case = a_measure()
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV015", "not_a_submitter"):
        request(raw, case.measure_id, 4)


def escalate(raw, measure_id, node_id):
    raw.execute(
        "INSERT INTO steering_escalation (organization_id, measure_id, node_id, rule, severity,"
        " level, since, facts, state, repeats, decider_role, level_since, due_on, version,"
        " currency)"
        " VALUES (assay_organization(), %s, %s, 'T17', 'red', 1, '2026-01-01', '{}', 'open', 0,"
        " 'sponsor', '2026-01-01', '2026-01-01', 1, '')",
        [measure_id, node_id],
    )


@pytest.mark.guards("refusal:assay_guard_escalation.no_failure_to_escalate")
def test_no_closed_measure_is_escalated_whose_value_lasts(clock_at, raw):
    clock_at(YEAR, 7, 8, 9)
    case = a_closed_measure()
    node = case.measure().node_id
    enter(raw, system(case))

    with refused(raw, "GV039", "no_failure_to_escalate"):
        escalate(raw, case.measure_id, node)


@pytest.mark.guards("refusal:assay_closed_measure.not_found")
def test_what_follows_a_closing_follows_one_of_this_organization(db, raw):
    case, stranger = a_measure(), a_measure()
    node = case.measure().node_id
    enter(raw, system(case))

    with refused(raw, "GV005", "not_found"):
        escalate(raw, stranger.measure_id, node)
