"""Duties, votes and holds: what each forbids, and what the same setting permits."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.duties import Act, Standing
from accounts.rules.numbers import Numbers
from accounts.rules.roles import Permission, Role
from governance.errors import ConditionsMissing, HoldTooLong, NotNow, ReasonMissing
from governance.rules import duties, holds, votes
from governance.rules.default_scheme import DEFAULT
from governance.rules.duties import ERRORS, Refusal
from governance.rules.gates import GateCode
from governance.rules.holds import Move
from governance.rules.votes import Ballot, Choice, Outcome, RequestFacts, RequestState
from measures.rules.stage import Lifecycle, Stage
from tests.rules.governance_facts import CONTROLLER, LEAD, OWNER, SPONSOR

TODAY = date(2026, 7, 8)
NUMBERS = Numbers()


def person(member_id, *, seats=(), named=()):
    return Standing(member_id, frozenset(seats), frozenset(named))


THE_OWNER = person(OWNER, named=[Role.OWNER])
THE_SPONSOR = person(SPONSOR, named=[Role.SPONSOR])
THE_CONTROLLER = person(CONTROLLER, named=[Role.CONTROLLER])
THE_LEAD = person(LEAD, seats=[Role.LEAD])


def request(gate, **changes):
    facts = RequestFacts(
        gate=DEFAULT.gate_to(Stage[gate.name]),
        scheme_version=1,
        digest="x",
        requested_by=OWNER,
        owner_at_request=OWNER,
    )
    return replace(facts, **changes)


DECIDED = request(GateCode.DECIDED)


def refusals(role, voter, facts, principal=None):
    return duties.vote_refusals(role=role, voter=voter, principal=principal, request=facts)


@pytest.mark.parametrize(
    ("gate", "role", "voter"),
    [
        (GateCode.IDENTIFIED, Role.LEAD, THE_LEAD),
        (GateCode.DETAILED, Role.LEAD, THE_LEAD),
        (GateCode.DETAILED, Role.CONTROLLER, THE_CONTROLLER),
        (GateCode.DECIDED, Role.SPONSOR, THE_SPONSOR),
        (GateCode.DECIDED, Role.CONTROLLER, THE_CONTROLLER),
        (GateCode.IMPLEMENTED, Role.SPONSOR, THE_SPONSOR),
        (GateCode.CLOSED, Role.CONTROLLER, THE_CONTROLLER),
    ],
)
def test_the_roles_of_the_table_may_vote(gate, role, voter):
    assert refusals(role, voter, request(gate)) == ()


@pytest.mark.parametrize(
    ("role", "voter", "facts", "expected"),
    [
        (Role.LEAD, THE_LEAD, DECIDED, (Refusal.NOT_A_DECIDER,)),
        (Role.SPONSOR, person(9), DECIDED, (Refusal.NOT_A_DECIDER,)),
        (Role.SPONSOR, person(9, seats=[Role.SPONSOR]), DECIDED, (Refusal.NOT_A_DECIDER,)),
        (
            Role.SPONSOR,
            THE_SPONSOR,
            request(GateCode.DECIDED, requested_by=SPONSOR),
            (Refusal.OWN_REQUEST,),
        ),
        (
            Role.SPONSOR,
            THE_SPONSOR,
            request(GateCode.DECIDED, owner_at_request=SPONSOR),
            (Refusal.OWN_MEASURE,),
        ),
        (
            Role.LEAD,
            person(OWNER, seats=[Role.LEAD], named=[Role.OWNER]),
            request(GateCode.IDENTIFIED, requested_by=LEAD),
            (Refusal.OWN_MEASURE, Refusal.DUTIES_MEET),
        ),
        (
            Role.LEAD,
            person(SPONSOR, seats=[Role.LEAD], named=[Role.SPONSOR]),
            request(GateCode.DETAILED),
            (Refusal.DUTIES_MEET,),
        ),
        (
            Role.SPONSOR,
            person(SPONSOR, seats=[Role.ADMINISTRATOR], named=[Role.SPONSOR]),
            DECIDED,
            (Refusal.DUTIES_MEET,),
        ),
        (
            Role.SPONSOR,
            THE_SPONSOR,
            request(GateCode.DECIDED, ballots=(Ballot(Role.SPONSOR, 8, Choice.APPROVE),)),
            (Refusal.ROLE_ALREADY_VOTED,),
        ),
        (
            Role.CONTROLLER,
            person(CONTROLLER, seats=[Role.LEAD], named=[Role.CONTROLLER]),
            request(GateCode.DETAILED, ballots=(Ballot(Role.LEAD, CONTROLLER, Choice.APPROVE),)),
            (Refusal.ALREADY_VOTED,),
        ),
        (
            Role.SPONSOR,
            THE_SPONSOR,
            request(GateCode.DECIDED, state=RequestState.RETURNED),
            (Refusal.ALREADY_DECIDED,),
        ),
    ],
)
def test_a_vote_is_refused_where_duties_meet(role, voter, facts, expected):
    assert refusals(role, voter, facts) == expected


def test_a_deputy_votes_for_a_principal_who_holds_the_role():
    deputy = person(8)

    assert refusals(Role.SPONSOR, deputy, DECIDED, principal=THE_SPONSOR) == ()
    assert refusals(Role.SPONSOR, deputy, DECIDED, principal=person(7)) == (Refusal.NOT_A_DECIDER,)


@pytest.mark.parametrize(
    ("deputy", "facts", "expected"),
    [
        (person(8), request(GateCode.DECIDED, requested_by=SPONSOR), (Refusal.OWN_REQUEST,)),
        (person(8), request(GateCode.DECIDED, requested_by=8), (Refusal.OWN_REQUEST,)),
        (
            THE_OWNER,
            request(GateCode.DECIDED, requested_by=LEAD),
            (Refusal.OWN_MEASURE, Refusal.DUTIES_MEET),
        ),
        (
            THE_CONTROLLER,
            request(
                GateCode.DECIDED, ballots=(Ballot(Role.CONTROLLER, CONTROLLER, Choice.APPROVE),)
            ),
            (Refusal.ALREADY_VOTED,),
        ),
        (
            person(8),
            request(
                GateCode.DECIDED,
                ballots=(Ballot(Role.CONTROLLER, 8, Choice.APPROVE, decided_for=CONTROLLER),),
            ),
            (Refusal.ALREADY_VOTED,),
        ),
    ],
)
def test_nobody_gets_round_a_duty_through_a_deputy(deputy, facts, expected):
    assert refusals(Role.SPONSOR, deputy, facts, principal=THE_SPONSOR) == expected


@pytest.mark.parametrize(
    ("confirmer", "principal", "entered_by", "expected"),
    [
        (THE_CONTROLLER, None, [OWNER], ()),
        (person(8), THE_CONTROLLER, [OWNER], ()),
        (THE_CONTROLLER, None, [OWNER, CONTROLLER], (Refusal.ENTERED_THE_FIGURES,)),
        (person(8), THE_CONTROLLER, [8], (Refusal.ENTERED_THE_FIGURES,)),
        (person(8, seats=[Role.CONTROLLER]), None, [], (Refusal.NOT_THE_CONTROLLER,)),
        (THE_OWNER, THE_CONTROLLER, [], (Refusal.DUTIES_MEET,)),
        (THE_SPONSOR, THE_CONTROLLER, [], (Refusal.DUTIES_MEET,)),
        (
            person(9, seats=[Role.ADMINISTRATOR]),
            None,
            [],
            (Refusal.NOT_THE_CONTROLLER, Refusal.DUTIES_MEET),
        ),
    ],
)
def test_value_is_confirmed_by_the_controller_who_did_not_enter_it(
    confirmer, principal, entered_by, expected
):
    found = duties.confirmation_refusals(
        confirmer=confirmer, principal=principal, entered_by=entered_by
    )

    assert found == expected


@pytest.mark.parametrize(
    ("act", "actor", "expected"),
    [
        (Act.HOLD, THE_CONTROLLER, ()),
        (Act.RESUME, THE_CONTROLLER, (Refusal.DUTIES_MEET,)),
        (Act.RESUME, THE_SPONSOR, ()),
        (Act.CANCEL, THE_SPONSOR, ()),
        (
            Act.CANCEL,
            person(OWNER, seats=[Role.STEERING], named=[Role.OWNER]),
            (Refusal.DUTIES_MEET,),
        ),
        (Act.HOLD, person(9, seats=[Role.ADMINISTRATOR, Role.LEAD]), (Refusal.DUTIES_MEET,)),
    ],
)
def test_hold_resume_and_cancel_keep_the_duties_apart(act, actor, expected):
    assert duties.act_refusals(act=act, actor=actor) == expected


@pytest.mark.parametrize("refusal", Refusal)
def test_each_refusal_is_raised_as_the_error_of_its_code(refusal):
    with pytest.raises(ERRORS[refusal]) as refused:
        duties.ensure([refusal, Refusal.OWN_REQUEST])

    assert refused.value.code == refusal.value
    assert refused.value.status in {HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT}


def test_no_refusal_raises_nothing():
    duties.ensure([])


def test_a_request_advances_when_every_required_role_approves():
    sponsor = Ballot(Role.SPONSOR, SPONSOR, Choice.APPROVE)
    controller = Ballot(Role.CONTROLLER, CONTROLLER, Choice.APPROVE)

    decided = DEFAULT.gate_to(Stage.DECIDED)
    assert votes.open_votes(decided, []) == (Role.SPONSOR, Role.CONTROLLER)
    assert votes.outcome_of(decided, [sponsor]) is None
    assert votes.outcome_of(decided, [controller, sponsor]) is Outcome.ADVANCE


def test_a_single_return_decides_the_request():
    ballots = [Ballot(Role.CONTROLLER, CONTROLLER, Choice.RETURN)]

    assert votes.outcome_of(DEFAULT.gate_to(Stage.DECIDED), ballots) is Outcome.RETURN


def test_every_outcome_ends_the_request():
    assert list(votes.STATE_AFTER) == list(Outcome)
    assert RequestState.OPEN not in votes.STATE_AFTER.values()


def test_a_return_gives_conditions_and_a_day():
    votes.check_return(conditions="Name the supplier", due_on=date(2026, 7, 9), today=TODAY)


@pytest.mark.parametrize(
    ("conditions", "due_on"),
    [(" ", date(2026, 7, 9)), ("Name the supplier", None), ("Name the supplier", TODAY)],
)
def test_a_return_without_conditions_or_a_day_ahead_is_refused(conditions, due_on):
    with pytest.raises(ConditionsMissing):
        votes.check_return(conditions=conditions, due_on=due_on, today=TODAY)


BEGINS = {
    (Move.HOLD, Lifecycle.ACTIVE): Lifecycle.ON_HOLD,
    (Move.RESUME, Lifecycle.ON_HOLD): Lifecycle.ACTIVE,
    (Move.EXTEND, Lifecycle.ON_HOLD): Lifecycle.ON_HOLD,
    (Move.RESTORE, Lifecycle.CANCELLED): Lifecycle.ACTIVE,
    (Move.CANCEL, Lifecycle.ACTIVE): Lifecycle.CANCELLED,
    (Move.CANCEL, Lifecycle.ON_HOLD): Lifecycle.CANCELLED,
    (Move.REJECT, Lifecycle.ACTIVE): Lifecycle.CANCELLED,
    (Move.REJECT, Lifecycle.ON_HOLD): Lifecycle.CANCELLED,
    (Move.CLOSE, Lifecycle.ACTIVE): Lifecycle.CLOSED,
}
ONLY_AT = {Move.REJECT: Stage.DEFINED, Move.CLOSE: Stage.IMPLEMENTED}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("lifecycle", Lifecycle)
@pytest.mark.parametrize("stage", Stage)
def test_a_move_leads_where_the_table_says_and_begins_nowhere_else(move, lifecycle, stage):
    fits = stage is not Stage.CLOSED and stage is ONLY_AT.get(move, stage)
    expected = BEGINS.get((move, lifecycle)) if fits else None

    assert (move in holds.possible(stage=stage, lifecycle=lifecycle)) == (expected is not None)
    if expected is not None:
        assert holds.after(move, stage=stage, lifecycle=lifecycle) is expected
        return
    with pytest.raises(NotNow) as refused:
        holds.after(move, stage=stage, lifecycle=lifecycle)
    assert refused.value.details == {
        "act": move.value.title(),
        "stage": stage.name.title(),
        "lifecycle": lifecycle.value,
    }


def test_every_move_takes_its_own_permission():
    assert {move: row.permission for move, row in holds.TRANSITIONS.items()} == {
        Move.HOLD: Permission.HOLD,
        Move.RESUME: Permission.RESUME,
        Move.EXTEND: Permission.EXTEND_HOLD,
        Move.RESTORE: Permission.RESTORE,
        Move.CANCEL: Permission.CANCEL,
        Move.REJECT: Permission.REJECT_PROPOSAL,
        Move.CLOSE: Permission.CONFIRM_CLOSURE,
    }


@given(steps=st.lists(st.sampled_from([*Move, *GateCode]), max_size=40))
def test_no_sequence_of_lawful_steps_leaves_an_end_or_closes_without_the_last_gate(steps):
    stage, lifecycle = Stage.DEFINED, Lifecycle.ACTIVE
    seen = [(stage, lifecycle)]
    restored = 0

    for step in steps:
        if isinstance(step, Move):
            if step in holds.possible(stage=stage, lifecycle=lifecycle) and step is not Move.CLOSE:
                restored += step is Move.RESTORE
                lifecycle = holds.after(step, stage=stage, lifecycle=lifecycle)
        elif lifecycle is Lifecycle.ACTIVE and stage + 1 == Stage[step.name]:
            if step is GateCode.CLOSED:
                lifecycle = holds.after(Move.CLOSE, stage=stage, lifecycle=lifecycle)
            stage = DEFAULT.gate_to(Stage[step.name]).leads_to
        seen.append((stage, lifecycle))

    pairs = list(pairwise(seen))
    assert all(after[0] - before[0] in {0, 1} for before, after in pairs)
    left = [before[1] for before, after in pairs if before != after]
    assert (left.count(Lifecycle.CLOSED), left.count(Lifecycle.CANCELLED)) == (0, restored)
    assert all((at is Stage.CLOSED) == (life is Lifecycle.CLOSED) for at, life in seen)


def test_a_hold_may_last_ninety_days_or_what_the_tenant_says():
    shorter = Numbers.from_overrides({"hold_days": Decimal(30)})

    holds.check_hold(
        until=TODAY + timedelta(days=90), reason="Budget", today=TODAY, numbers=NUMBERS
    )

    assert holds.latest_end(TODAY, NUMBERS) == date(2026, 10, 6)
    assert holds.latest_end(TODAY, shorter) == date(2026, 8, 7)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_hold_that_is_too_long_or_over_is_refused(days):
    with pytest.raises(HoldTooLong) as refused:
        holds.check_hold(
            until=TODAY + timedelta(days=days), reason="Budget", today=TODAY, numbers=NUMBERS
        )

    assert refused.value.details == {"latest": "2026-10-06", "days": 90}


def test_a_hold_or_cancellation_without_a_reason_is_refused():
    with pytest.raises(ReasonMissing) as of_hold:
        holds.check_hold(until=TODAY, reason=" ", today=TODAY, numbers=NUMBERS)
    with pytest.raises(ReasonMissing) as of_cancel:
        holds.check_reason(Move.CANCEL, "")

    assert str(of_hold.value) == "Hold needs a reason in words. Please say why."
    assert str(of_cancel.value) == "Cancel needs a reason in words. Please say why."


def test_a_hold_expires_after_its_last_day():
    assert not holds.is_expired(TODAY, TODAY)
    assert holds.is_expired(TODAY, TODAY + timedelta(days=1))
