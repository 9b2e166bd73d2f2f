"""Duties of a measure's people: who may never be two, and who may not approve a claim."""

import pytest

from accounts.rules import duties
from accounts.rules.duties import Act, Conflict, Standing
from accounts.rules.roles import Role

CONTROLLER = Standing(3, seats=frozenset(), named=frozenset({Role.CONTROLLER}))


@pytest.mark.parametrize(
    ("owner", "sponsor", "controller", "conflicts"),
    [
        (1, 2, 3, ()),
        (None, None, None, ()),
        (1, None, None, ()),
        (1, 1, 3, (Conflict.OWNER_IS_SPONSOR,)),
        (1, 2, 1, (Conflict.OWNER_IS_CONTROLLER,)),
        (1, 2, 2, (Conflict.SPONSOR_IS_CONTROLLER,)),
        (
            1,
            1,
            1,
            (
                Conflict.OWNER_IS_SPONSOR,
                Conflict.OWNER_IS_CONTROLLER,
                Conflict.SPONSOR_IS_CONTROLLER,
            ),
        ),
    ],
)
def test_owner_sponsor_and_controller_are_three_people(owner, sponsor, controller, conflicts):
    found = duties.people_conflicts(owner_id=owner, sponsor_id=sponsor, controller_id=controller)

    assert found == conflicts


def test_every_conflict_has_its_sentence_and_every_act_its_row():
    assert list(duties.SENTENCES) == list(Conflict)
    assert list(duties.NEVER) == list(Act)


@pytest.mark.parametrize("act", Act)
def test_an_administrator_approves_nothing(act):
    administrator = Standing(9, seats=frozenset({Role.ADMINISTRATOR}), named=frozenset())

    assert duties.barred_by(act, administrator) == {Role.ADMINISTRATOR}


def test_a_seat_as_owner_somewhere_above_bars_nobody_from_this_measure():
    proposer = Standing(4, seats=frozenset({Role.OWNER}), named=frozenset({Role.CONTROLLER}))

    assert duties.barred_by(Act.APPROVE_ACTUAL, proposer) == frozenset()


@pytest.mark.parametrize(
    ("standing", "entered_by", "conflicts"),
    [
        (CONTROLLER, [1], ()),
        (CONTROLLER, [1, 3], (Conflict.OWN_CLAIM,)),
        (
            Standing(1, frozenset(), frozenset({Role.OWNER})),
            [1],
            (Conflict.FORBIDDEN_ROLE, Conflict.NOT_THE_CONTROLLER, Conflict.OWN_CLAIM),
        ),
        (
            Standing(3, frozenset({Role.LEAD}), frozenset({Role.CONTROLLER})),
            [1],
            (Conflict.FORBIDDEN_ROLE,),
        ),
        (
            Standing(5, frozenset({Role.CONTROLLER}), frozenset()),
            [1],
            (Conflict.NOT_THE_CONTROLLER,),
        ),
    ],
)
def test_a_claim_is_approved_by_the_controller_who_did_not_enter_it(
    standing, entered_by, conflicts
):
    assert duties.claim_conflicts(standing, entered_by=entered_by) == conflicts
