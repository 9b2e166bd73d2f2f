"""Passing gates through the services: who submits, who votes, what it binds to, what it changes."""

from datetime import timedelta

import pytest

from audit.models import Event
from core import tenancy
from core.errors import NotAllowed, NotFound
from governance import errors
from governance.models import Decision, GateRequest, StagePassage
from governance.rules.votes import Choice
from governance.services import gates, lifecycle
from measures.errors import MeasureEnded
from measures.models import Measure, SeriesVersion
from measures.rules.stage import Stage
from measures.services import proposals
from tests.factories.closing import a_closed_measure
from tests.factories.governance import YEAR, a_measure, today


def submitted(case, by="owner"):
    return gates.request(actor=case.actor(by), measure_id=case.measure_id)


def voted(case, request, by, choice=Choice.APPROVE, **more):
    who, shown = case.actor(by), request.digest
    return gates.vote(actor=who, request_id=request.pk, choice=choice, digest=shown, **more)


def acts(case):
    with tenancy.reading(case.actor("lead")):
        rows = Event.objects.filter(subject_kind="measure", subject_id=case.measure_id)
        return list(rows.order_by("seq").values_list("act", flat=True))


def change_plan(case):
    with case.acting("owner"):
        SeriesVersion.objects.create(
            line_id=case.line_id, series="plan", fiscal_year=YEAR, version=2, p04=1
        )


def test_a_measure_goes_from_idea_to_decided(db):
    case = a_measure()
    for voters in (("lead",), ("lead", "controller"), ("controller", "sponsor")):
        request = submitted(case)
        for voter in voters:
            request = voted(case, request, voter)
        assert request.state == "advanced"

    assert case.measure().stage == Stage.DECIDED


def test_at_decided_the_forecast_opens_seeded_with_the_plan(db):
    case = a_measure(Stage.DETAILED)
    request = submitted(case)
    voted(case, request, "sponsor")

    voted(case, request, "controller")

    with tenancy.reading(case.actor("lead")):
        rows = SeriesVersion.objects.filter(line_id=case.line_id)
        plan, forecast = (rows.get(series=name) for name in ("plan", "forecast"))
        assert (forecast.periods, forecast.is_seeded) == (plan.periods, True)


def test_one_of_two_votes_moves_nothing(db):
    case = a_measure(Stage.DETAILED)
    request = submitted(case)

    request = voted(case, request, "sponsor")

    assert (request.state, case.measure().stage) == ("open", Stage.DETAILED)


def test_every_step_stands_in_the_ledger(db):
    case = a_measure(Stage.DETAILED)
    request = submitted(case)
    voted(case, request, "sponsor")
    voted(case, request, "controller")

    recorded = [act for act in acts(case) if act != "unattributed_change"]

    assert recorded == ["gate_requested", "vote_cast", "vote_cast", "gate_decided"]


def test_no_act_of_governance_changes_a_row_without_saying_so(db):
    case = a_measure(Stage.DETAILED)
    with tenancy.reading(case.actor("lead")):
        before = Event.objects.filter(act="unattributed_change").count()
    request = submitted(case)
    voted(case, request, "sponsor")
    voted(case, request, "controller")

    with tenancy.reading(case.actor("lead")):
        after = Event.objects.filter(act="unattributed_change").count()

    assert after == before


def test_a_decision_says_which_step_it_allowed_and_the_passage_names_it(db):
    case = a_measure()
    request = submitted(case)
    voted(case, request, "lead")

    with tenancy.reading(case.actor("lead")):
        decision = Decision.objects.get(measure_id=case.measure_id)
        passage = StagePassage.objects.get(measure_id=case.measure_id)

    assert (decision.from_stage, decision.to_stage, decision.outcome) == (0, 1, "advance")
    assert (passage.stage, passage.decision_id) == (1, decision.pk)


# --- Submitting ----------------------------------------------------------------------------------


def test_all_unmet_criteria_are_named_with_who_and_where(db):
    case = a_measure(planned=False)
    with case.acting("lead"):
        Measure.objects.filter(pk=case.measure_id).update(
            owner_id=None, size=None, version=case.measure().version + 1
        )

    with pytest.raises(errors.GateBlocked) as refusal:
        submitted(case, by="lead")

    address = f"/o/{case.organization.slug}/measures/{case.measure().node.public_id}/"
    assert refusal.value.details["missing_rows"] == [
        {
            "text": "The measure has no owner.",
            "who": "Lead: Lead Person",
            "url": f"{address}#head",
        },
        {
            "text": "The measure has no rough size.",
            "who": "Owner, whom Lead: Lead Person can name",
            "url": f"{address}#head",
        },
    ]
    assert str(refusal.value) == (
        "Identified still needs: The measure has no owner. (lead); "
        "The measure has no rough size. (owner)"
    )
    with tenancy.reading(case.actor("lead")):
        assert not GateRequest.objects.filter(measure_id=case.measure_id).exists()


def test_a_gate_is_submitted_by_owner_or_lead(db):
    case = a_measure()

    with pytest.raises(NotAllowed):
        submitted(case, by="sponsor")

    assert submitted(case, by="lead").requested_by_id == case.id_of("lead")


def test_somebody_who_may_not_even_look_finds_nothing(db):
    case = a_measure()
    stranger = case.organization.newcomer()

    with pytest.raises(NotFound):
        gates.request(actor=stranger, measure_id=case.measure_id)


def test_another_organization_finds_no_such_measure_and_no_such_request(db):
    case, other = a_measure(), a_measure()
    request = submitted(case)

    with pytest.raises(NotFound):
        gates.request(actor=other.actor("owner"), measure_id=case.measure_id)
    with pytest.raises(NotFound):
        voted(other, request, "lead")


def test_one_request_a_measure_at_a_time(db):
    case = a_measure()
    submitted(case)

    with pytest.raises(errors.RequestAlreadyOpen):
        submitted(case)


def test_a_request_that_went_stale_makes_room_for_another(db):
    case = a_measure(Stage.IDENTIFIED)
    first = submitted(case)
    change_plan(case)

    second = submitted(case)

    with tenancy.reading(case.actor("lead")):
        assert GateRequest.objects.get(pk=first.pk).state == "void"
    assert (second.state, second.digest == first.digest) == ("open", False)


def test_a_measure_on_hold_submits_no_gate(db):
    case = a_measure()
    lifecycle.hold(
        actor=case.actor("sponsor"),
        measure_id=case.measure_id,
        reason_code="budget",
        reason="Funds were moved.",
        until=today(case) + timedelta(days=30),
    )

    with pytest.raises(errors.GateNotNow):
        submitted(case)


def test_a_closed_measure_submits_no_gate(clock_at):
    clock_at(YEAR, 7, 8, 9)
    case = a_closed_measure()

    with pytest.raises(MeasureEnded):
        submitted(case)


# --- Voting --------------------------------------------------------------------------------------


def test_nobody_votes_on_their_own_request(db):
    case = a_measure()
    request = submitted(case, by="lead")

    with pytest.raises(errors.OwnRequest):
        voted(case, request, "lead")


def test_another_lead_votes_on_the_request_of_a_lead(db):
    case = a_measure()
    other = case.organization.newcomer()
    case.organization.seat(other, "lead")
    request = submitted(case, by="lead")

    gates.vote(actor=other, request_id=request.pk, choice="approve", digest=request.digest)

    assert case.measure().stage == Stage.IDENTIFIED


def test_the_owner_does_not_vote_even_with_a_seat_that_would(db):
    case = a_measure()
    case.organization.seat(case.actor("owner"), "lead")
    request = submitted(case, by="lead")

    with pytest.raises(errors.OwnMeasure):
        voted(case, request, "owner")


def test_a_person_without_the_role_is_told_who_decides(db):
    case = a_measure()
    request = submitted(case)

    for role in ("sponsor", "executive", "steering"):
        with pytest.raises(errors.NotADecider):
            voted(case, request, role)
    with pytest.raises(NotAllowed):
        voted(case, request, "administrator")


def test_an_administrator_with_a_leads_seat_approves_nothing(db):
    case = a_measure()
    both = case.organization.newcomer()
    for role in ("lead", "administrator"):
        case.organization.seat(both, role)
    request = submitted(case)

    with pytest.raises(errors.DutiesMeet):
        gates.vote(actor=both, request_id=request.pk, choice="approve", digest=request.digest)


def test_a_vote_counts_for_what_was_shown_and_nothing_else(db):
    case = a_measure()
    request = submitted(case)

    with pytest.raises(errors.StaleRequest):
        gates.vote(
            actor=case.actor("lead"), request_id=request.pk, choice="approve", digest="0" * 64
        )


def test_a_vote_after_the_plan_has_changed_is_refused(db):
    case = a_measure(Stage.IDENTIFIED)
    request = submitted(case)
    change_plan(case)

    with pytest.raises(errors.StaleRequest):
        voted(case, request, "lead")


def test_a_corrected_description_leaves_a_request_open(db):
    case = a_measure()
    request = submitted(case)
    proposals.describe(
        actor=case.actor("owner"),
        measure_id=case.measure_id,
        version=case.measure().version,
        description="Said better.",
    )

    assert voted(case, request, "lead").state == "advanced"


def test_another_controller_voids_the_open_request(db):
    case = a_measure()
    request = submitted(case)
    proposals.name_people(
        actor=case.actor("lead"),
        measure_id=case.measure_id,
        version=case.measure().version,
        owner_id=case.id_of("owner"),
        sponsor_id=case.id_of("sponsor"),
        controller_id=case.id_of("steering"),
    )

    with pytest.raises(errors.AlreadyDecided):
        voted(case, request, "lead")


def test_the_same_person_votes_once(db):
    case = a_measure(Stage.IDENTIFIED)
    case.organization.seat(case.actor("controller"), "lead")
    request = submitted(case)
    voted(case, request, "controller")

    with pytest.raises(errors.AlreadyVoted):
        voted(case, request, "controller")


def test_a_decided_request_takes_no_vote(db):
    case = a_measure()
    request = submitted(case)
    voted(case, request, "lead")

    with pytest.raises((errors.AlreadyDecided, errors.GateNotNow)):
        voted(case, request, "lead")


def test_a_return_needs_conditions_and_a_day_they_are_due(db):
    case = a_measure()
    request = submitted(case)

    with pytest.raises(errors.ConditionsMissing):
        voted(case, request, "lead", Choice.RETURN, reason="Say more.")
    with pytest.raises(errors.ConditionsMissing):
        voted(case, request, "lead", Choice.RETURN, due_on=today(case) + timedelta(days=7))


def test_one_return_returns_the_request_and_it_can_be_submitted_again(db):
    case = a_measure(Stage.DETAILED)
    request = submitted(case)
    due = today(case) + timedelta(days=7)

    returned = voted(case, request, "sponsor", Choice.RETURN, reason="Plan March.", due_on=due)

    with tenancy.reading(case.actor("lead")):
        decision = Decision.objects.get(request_id=request.pk)
    assert (returned.state, case.measure().stage) == ("returned", Stage.DETAILED)
    assert (decision.outcome, decision.conditions, decision.due_on) == (
        "return",
        "Plan March.",
        due,
    )
    assert submitted(case).state == "open"


def test_a_plan_emptied_under_an_open_request_bars_its_decision(db):
    case = a_measure(Stage.DETAILED)
    with case.acting("owner"):
        SeriesVersion.objects.create(
            line_id=case.line_id, series="plan", fiscal_year=YEAR, version=2
        )

    with pytest.raises(errors.GateBlocked) as refusal:
        submitted(case)

    assert [each.code for each in refusal.value.details["missing"]] == ["plan"]


# --- Withdrawing ---------------------------------------------------------------------------------


def test_a_request_is_withdrawn_and_can_be_submitted_again(db):
    case = a_measure()
    request = submitted(case)

    withdrawn = gates.withdraw(actor=case.actor("owner"), request_id=request.pk)

    assert (withdrawn.state, submitted(case).state) == ("withdrawn", "open")


def test_no_voter_withdraws_a_request_and_none_is_withdrawn_twice(db):
    case = a_measure()
    request = submitted(case)

    with pytest.raises(NotAllowed):
        gates.withdraw(actor=case.actor("sponsor"), request_id=request.pk)
    gates.withdraw(actor=case.actor("owner"), request_id=request.pk)
    with pytest.raises(errors.AlreadyDecided):
        gates.withdraw(actor=case.actor("owner"), request_id=request.pk)
