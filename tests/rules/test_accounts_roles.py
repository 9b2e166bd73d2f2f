"""Roles: the table of domain-rules §3 as it stands in code, read the other way round."""

import pytest

from accounts.rules import roles
from accounts.rules.roles import Permission, Role

ADMINISTRATION = {
    Permission.ADMINISTER_STRUCTURE,
    Permission.ADMINISTER_PEOPLE,
    Permission.CHANGE_NUMBERS,
    Permission.CHANGE_GATES,
    Permission.TAKE_OVER,
    Permission.MAINTAIN_BUDGET,
    Permission.MAINTAIN_RATES,
}
READING = {Permission.VIEW, Permission.COMMENT, Permission.USE_API}
LEDGER = {Permission.VIEW_LEDGER}
EXPORT = {Permission.EXPORT_LEDGER}
OWNING = {
    Permission.NAME_PEOPLE,
    Permission.EDIT_MEASURE,
    Permission.ENTER_FORECAST,
    Permission.UPDATE_MILESTONE,
    Permission.CLAIM_ACTUAL,
    Permission.ATTACH_EVIDENCE,
    Permission.SUBMIT_GATE,
}
STOPPING = {Permission.HOLD, Permission.RESUME, Permission.CANCEL}
EXTENDING = {Permission.EXTEND_HOLD}
HIDING = {Permission.MAKE_CONFIDENTIAL}
NAMING = {Permission.NAME_READERS}
FUNDING = {Permission.SET_ENVELOPE, Permission.DECIDE_OVERSPEND}
OPENING = {Permission.OPEN_CONFIDENTIAL}
OVERLAPPING = {Permission.PROPOSE_OVERLAP}
AGREEING = {Permission.CONFIRM_OVERLAP}

SEATS = {
    Role.ADMINISTRATOR: READING | LEDGER | EXPORT | ADMINISTRATION,
    Role.EXECUTIVE: READING
    | LEDGER
    | STOPPING
    | EXTENDING
    | FUNDING
    | {Permission.SET_TARGET, Permission.VOTE_GATE, Permission.DECIDE_ESCALATION},
    Role.LEAD: READING
    | LEDGER
    | OWNING
    | HIDING
    | OVERLAPPING
    | {
        Permission.SET_TARGET,
        Permission.ASK_OVERSPEND,
        Permission.PROPOSE_MEASURE,
        Permission.VOTE_GATE,
        Permission.HOLD,
        Permission.RESUME,
        Permission.EXTEND_HOLD,
        Permission.RESTORE,
        Permission.REJECT_PROPOSAL,
        Permission.DECIDE_ESCALATION,
        Permission.VOID_PREMISE,
    },
    Role.SPONSOR: READING | {Permission.PROPOSE_MEASURE},
    Role.CONTROLLER: READING
    | LEDGER
    | EXPORT
    | OVERLAPPING
    | {
        Permission.ASK_OVERSPEND,
        Permission.CHECK_SUSTAINMENT,
        Permission.CLOSE_PERIOD,
        Permission.MAINTAIN_BUDGET,
        Permission.MAINTAIN_RATES,
    },
    Role.OWNER: READING | {Permission.PROPOSE_MEASURE},
    Role.STEERING: READING
    | LEDGER
    | FUNDING
    | STOPPING
    | EXTENDING
    | {Permission.VOTE_GATE, Permission.DECIDE_ESCALATION, Permission.APPROVE_SHORTFALL},
}
NAMED = {
    Role.OWNER: READING
    | LEDGER
    | OWNING
    | HIDING
    | NAMING
    | OPENING
    | OVERLAPPING
    | {Permission.DECIDE_ESCALATION},
    Role.SPONSOR: READING
    | LEDGER
    | HIDING
    | NAMING
    | OPENING
    | OVERLAPPING
    | AGREEING
    | STOPPING
    | {
        Permission.RESTORE,
        Permission.VOTE_GATE,
        Permission.COUNTERSIGN_SHORTFALL,
        Permission.REOPEN,
        Permission.ROLL_BACK,
        Permission.CONFIRM_TAKE_OVER,
        Permission.DECIDE_ESCALATION,
        Permission.VOID_PREMISE,
    },
    Role.CONTROLLER: READING
    | LEDGER
    | OPENING
    | OVERLAPPING
    | AGREEING
    | {
        Permission.ATTACH_EVIDENCE,
        Permission.APPROVE_ACTUAL,
        Permission.VOTE_GATE,
        Permission.HOLD,
        Permission.CONFIRM_CLOSURE,
        Permission.REOPEN,
        Permission.ROLL_BACK,
        Permission.CHECK_SUSTAINMENT,
        Permission.CONFIRM_TAKE_OVER,
        Permission.DECIDE_ESCALATION,
        Permission.VOID_PREMISE,
    },
}


@pytest.mark.parametrize("role", Role)
def test_a_seat_gives_exactly_the_acts_of_its_row(role):
    assert roles.permissions_of([role]) == SEATS[role]


@pytest.mark.parametrize("role", NAMED)
def test_being_named_on_a_measure_gives_exactly_the_acts_of_its_row(role):
    named = roles.measure_permissions(
        is_owner=role is Role.OWNER,
        is_sponsor=role is Role.SPONSOR,
        is_controller=role is Role.CONTROLLER,
    )

    assert named == NAMED[role]


def test_every_act_has_one_row():
    assert [grant.permission for grant in roles.GRANTS] == list(Permission)


def test_seats_add_up():
    together = roles.permissions_of([Role.ADMINISTRATOR, Role.LEAD])

    assert together == SEATS[Role.ADMINISTRATOR] | SEATS[Role.LEAD]


def test_no_seat_and_no_name_give_nothing():
    nobody = roles.measure_permissions(is_owner=False, is_sponsor=False, is_controller=False)

    assert roles.permissions_of([]) == frozenset()
    assert nobody == frozenset()


@pytest.mark.parametrize(
    ("permission", "seats"),
    [
        (Permission.ADMINISTER_PEOPLE, {Role.ADMINISTRATOR}),
        (Permission.APPROVE_ACTUAL, set()),
        (Permission.SET_TARGET, {Role.EXECUTIVE, Role.LEAD}),
    ],
)
def test_a_refusal_can_say_which_seats_give_an_act(permission, seats):
    assert roles.seats_giving(permission) == seats
