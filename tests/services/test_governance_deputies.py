"""Votes, holds and closings by deputies: "A for B", bound by the duties of both."""

from datetime import timedelta

import pytest

from core import tenancy
from core.errors import NotFound
from governance.errors import AlreadyVoted, EnteredTheFigures, OwnRequest
from governance.models import ClosureConfirmation, LifecycleDecision, Vote
from governance.queries import docket, ledger, passage
from governance.queries import requests as asked_for
from governance.rules.holds import Ending, Move
from governance.services import closure, gates, lifecycle
from hierarchy.errors import DeputyEnded, DutiesMerge, NotForDeputies
from hierarchy.services import deputies
from measures.models import Measure
from measures.rules.stage import Lifecycle, Stage
from tests.factories.closing import an_implemented_measure, digest_of, proposed
from tests.factories.deputies import acting_for, named
from tests.factories.governance import (
    a_measure,
    a_request,
    a_vote,
    approve_row,
    claim_row,
    today,
)


@pytest.fixture
def case(db):
    """A measure whose gate Decided is asked: the votes of sponsor and controller are wanted."""
    return a_measure(Stage.DETAILED)


def voted(case, actor, request, choice="approve", **more):
    return gates.vote(
        actor=actor, request_id=request.pk, choice=choice, digest=request.digest, **more
    )


def a_deputy(case, principal, **options):
    """Name a newcomer the deputy of who holds a role, and return them acting for that one."""
    deputy = case.organization.newcomer("Dora Deputy")
    named(case.organization, principal, deputy, **options)
    return acting_for(case.organization, deputy, principal)


# --- votes ----------------------------------------------------------------------------------------


def test_a_deputy_votes_for_the_sponsor_and_it_is_said_wherever_the_vote_is(case):
    request, deputy = a_request(case), a_deputy(case, "sponsor")

    with tenancy.reading(deputy):
        (waiting,) = docket.mine(deputy)
    voted(case, deputy, request)

    with tenancy.reading(case.actor("lead")):
        vote = Vote.objects.get(request=request)
        (row,) = docket.rows([asked_for.by_id(request.pk)], case.actor("lead"))
        told = ledger.page(case.actor("lead")).rows[0]
    assert waiting.my_role == "sponsor"
    assert (vote.voter_id, vote.decided_for_id) == (deputy.member_id, case.id_of("sponsor"))
    assert row.votes[0].voter == "Dora Deputy for Sponsor Person"
    assert (told.actor, told.decided_for) == ("Dora Deputy", "Sponsor Person")


def test_the_last_vote_of_a_deputy_decides_and_moves_the_stage(case):
    request = a_request(case)
    a_vote(case, request, "sponsor")

    voted(case, a_deputy(case, "controller"), request)

    assert case.measure().stage == Stage.DECIDED


@pytest.mark.parametrize("role", ["owner", "sponsor", "administrator", "lead"])
def test_who_has_a_duty_of_their_own_does_not_vote_for_the_controller(case, role):
    request = a_request(case)
    named(case.organization, "controller", case.actor(role))

    with pytest.raises(DutiesMerge):
        voted(case, acting_for(case.organization, case.actor(role), "controller"), request)

    with tenancy.reading(case.actor("lead")):
        assert Vote.objects.filter(request=request).count() == 0


def test_a_deputy_does_not_vote_on_what_either_of_them_submitted(db):
    case = a_measure(Stage.DETAILED)
    organization = case.organization
    organization.seat(organization.actor("sponsor"), "lead")
    request = a_request(case, "sponsor")

    with pytest.raises(OwnRequest):
        voted(case, a_deputy(case, "sponsor"), request)


def test_one_hand_votes_once_however_many_it_stands_in_for(case):
    request = a_request(case)
    deputy = case.organization.newcomer()
    for role in ("sponsor", "controller"):
        named(case.organization, role, deputy)
    voted(case, acting_for(case.organization, deputy, "sponsor"), request)

    with pytest.raises(AlreadyVoted):
        voted(case, acting_for(case.organization, deputy, "controller"), request)


def test_a_deputy_for_one_duty_has_no_vote_in_another(case):
    request = a_request(case)

    with pytest.raises(NotFound):  # who stands in for nothing here does not even see it
        voted(case, a_deputy(case, "sponsor", role="controller"), request)


def test_the_seat_of_a_lead_is_stood_in_for_as_well(db):
    case = a_measure()
    request = a_request(case)

    voted(case, a_deputy(case, "lead"), request)

    assert case.measure().stage == Stage.IDENTIFIED


def test_a_deputy_whose_time_is_over_or_revoked_votes_no_more(case):
    request = a_request(case)
    deputy = case.organization.newcomer()
    made = named(case.organization, "sponsor", deputy)
    deputies.revoke(actor=case.actor("sponsor"), deputyship_id=made.pk)

    with pytest.raises(DeputyEnded, match="Ask Sponsor Person, or a new deputy"):
        voted(case, acting_for(case.organization, deputy, "sponsor"), request)


def test_a_deputy_submits_no_gate(case):
    with pytest.raises(NotForDeputies):
        gates.request(actor=a_deputy(case, "sponsor"), measure_id=case.measure_id)


# --- holds ----------------------------------------------------------------------------------------


def held(case, actor):
    return lifecycle.hold(
        actor=actor,
        measure_id=case.measure_id,
        reason_code="budget",
        reason="No money before autumn.",
        until=today(case) + timedelta(days=30),
    )


def test_a_deputy_holds_resumes_and_cancels_for_the_sponsor(db):
    case = a_measure(Stage.DECIDED)
    deputy = a_deputy(case, "sponsor")

    with tenancy.reading(deputy):
        measure = Measure.objects.select_related("node").get(pk=case.measure_id)
        offered = passage.moves(deputy, measure)
    held(case, deputy)
    lifecycle.resume(actor=deputy, measure_id=case.measure_id)
    lifecycle.cancel(
        actor=deputy, measure_id=case.measure_id, reason_code="value", reason="Nothing is left.",
        **ending(),
    )  # fmt: skip

    with tenancy.reading(case.actor("lead")):
        rows = list(LifecycleDecision.objects.order_by("pk"))
        shown = passage.lifecycle(case.measure_id)
    assert offered == (Move.HOLD, Move.CANCEL)
    assert {(each.decided_by_id, each.decided_for_id) for each in rows} == {
        (deputy.member_id, case.id_of("sponsor"))
    }
    assert shown[0].decided_by == "Dora Deputy for Sponsor Person"
    assert case.measure().lifecycle == Lifecycle.CANCELLED


def ending():
    """Return what else a cancellation says."""
    return {"ending": Ending(lessons="Ask for the money first.")}


def test_the_owner_holds_nothing_as_a_deputy_either(db):
    case = a_measure(Stage.DECIDED)
    named(case.organization, "sponsor", case.actor("owner"))

    with pytest.raises(DutiesMerge):
        held(case, acting_for(case.organization, case.actor("owner"), "sponsor"))


# --- closing --------------------------------------------------------------------------------------


@pytest.fixture
def closable(clock_at):
    clock_at(2026, 7, 8, 9)
    return proposed(an_implemented_measure(10_000_00))


def confirmed(case, actor):
    return closure.confirm(
        actor=actor,
        measure_id=case.measure_id,
        digest=digest_of(case),
        statement="The ledger shows it.",
    )


def test_a_deputy_closes_a_measure_for_its_controller(closable):
    deputy = a_deputy(closable, "controller")

    made = confirmed(closable, deputy)

    with tenancy.reading(closable.actor("lead")):
        stored = ClosureConfirmation.objects.get(pk=made.pk)
    assert (stored.confirmed_by_id, stored.decided_for_id, stored.controller_then) == (
        deputy.member_id,
        closable.id_of("controller"),
        closable.id_of("controller"),
    )
    assert closable.measure().stage == Stage.CLOSED


def test_a_deputy_who_entered_a_figure_does_not_confirm_it(clock_at):
    clock_at(2026, 7, 8, 9)
    case = an_implemented_measure(10_000_00)
    organization, deputy = case.organization, case.organization.newcomer("Dora Deputy")
    organization.seat(deputy, "lead", organization.branch("Elsewhere").portfolio)
    with tenancy.acting(deputy):
        claim = claim_row(case, 3, 10_000_00).pk
    with case.acting("controller"):
        approve_row(claim)
    proposed(case)
    named(organization, "controller", deputy)

    with pytest.raises(EnteredTheFigures):
        confirmed(case, acting_for(organization, deputy, "controller"))
