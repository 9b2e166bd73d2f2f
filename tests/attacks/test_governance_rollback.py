"""What a raw session of role app tries with a roll-back: alone, twice, with old decisions."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import decide, enter, lifecycle, made, move, only, refused, request, vote
from tests.factories.deputies import acting_for, named
from tests.factories.governance import (
    a_measure,
    a_request,
    a_vote,
    decision_row,
    vote_row,
)
from tests.factories.rollbacks import rolled_back

ROUNDS = 5


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


@pytest.fixture
def raw(app_connection):
    return app_connection()


def propose(raw, case, to=2):
    """Propose by hand, in another's name, from elsewhere, and as if it were confirmed."""
    return made(
        raw,
        "INSERT INTO governance_rollback (organization_id, measure_id, from_stage, from_step,"
        " to_stage, reason, state, proposed_as, proposed_by_id) VALUES (assay_organization(), %s,"
        " 5, 3, %s, 'No offer.', 'confirmed', 'sponsor', 1) RETURNING id",
        case.measure_id,
        to,
    )


def second(raw, row, measure_id=1):
    return made(
        raw,
        "INSERT INTO governance_rollbackconfirmation (organization_id, roll_back_id, measure_id,"
        " confirmed_by_id, confirmed_in, snapshot, digest, last_decision)"
        " VALUES (assay_organization(), %s, %s, 1, 1, '{}', 'forged', 0) RETURNING id",
        row,
        measure_id,
    )


def become(raw, case, role):
    """Go on as somebody else in the same transaction, as only a raw session can."""
    raw.execute("SELECT set_config('app.actor', %s, true)", [str(case.id_of(role))])


def proposed(raw, case, by="sponsor", to=2):
    enter(raw, case.actor(by))
    row = propose(raw, case, to)
    raw.commit()
    return row


def test_two_persons_roll_a_stage_back(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("controller"))

    second(raw, row)
    move(raw, case.measure_id, 2)
    raw.commit()

    assert case.measure().stage == Stage.DETAILED
    enter(raw, case.actor("lead"))
    assert only(
        raw,
        "SELECT b.state, b.from_stage, b.proposed_as, b.proposed_by_id, c.measure_id,"
        " c.confirmed_by_id, c.digest = assay_digest(c.snapshot), c.snapshot ->> 'stage',"
        " c.last_decision > 0 FROM governance_rollback b JOIN governance_rollbackconfirmation c"
        " ON c.roll_back_id = b.id WHERE b.id = %s",
        row,
    ) == (
        *("done", 3, "sponsor", case.id_of("sponsor"), case.measure_id, case.id_of("controller")),
        *(True, "3", True),
    )


@pytest.mark.parametrize("said", ["nothing", "proposed", "earlier"])
def test_a_stage_does_not_go_back_without_both_in_this_act(case, raw, said):
    if said != "nothing":
        row = proposed(raw, case)
    enter(raw, case.actor("controller"))
    if said == "earlier":
        with refused(raw, "GV087", "roll_back_not_done"):
            second(raw, row)
        enter(raw, case.actor("controller"))

    with refused(raw, "GV010", "stage_needs_a_roll_back"):
        move(raw, case.measure_id, 2)


@pytest.mark.parametrize(("stage", "step"), [(1, 0), (0, 0), (2, 1)])
def test_a_roll_back_leads_where_both_said_and_nowhere_else(case, raw, stage, step):
    row = proposed(raw, case)
    enter(raw, case.actor("controller"))
    second(raw, row)

    with refused(raw, "GV010", "stage_needs_a_roll_back"):
        raw.execute(
            "UPDATE measures_measure SET stage = %s, step = %s, version = version + 1"
            " WHERE id = %s",
            [stage, step, case.measure_id],
        )


def test_a_roll_back_changes_nothing_else(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("controller"))
    second(raw, row)

    with refused(raw, "GV011", "stage_moves_alone"):
        raw.execute(
            "UPDATE measures_measure SET stage = 2, size = 1, version = version + 1 WHERE id = %s",
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
    enter(raw, case.actor(by))
    with refused(raw, "GV024", "not_entitled"):
        raw.execute("UPDATE governance_rollback SET state = 'withdrawn' WHERE id = %s", [row])


def test_the_proposer_does_not_confirm(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV086", "two_to_roll_back"):
        second(raw, row)


@pytest.mark.parametrize("hand", ["proposed", "confirms"])
def test_a_deputy_is_never_both_hands(case, raw, hand):
    organization, deputy = case.organization, case.organization.newcomer("Deputy")
    named(organization, "sponsor", deputy)
    named(organization, "controller", deputy)
    enter(raw, acting_for(organization, deputy, "sponsor"))
    row = propose(raw, case)
    raw.commit()
    enter(raw, acting_for(organization, deputy, "controller" if hand == "confirms" else "sponsor"))

    with refused(raw, "GV086", "two_to_roll_back"):
        second(raw, row)


def test_an_owner_is_nobodys_deputy_in_it(case, raw):
    named(case.organization, "sponsor", case.actor("owner"))
    enter(raw, acting_for(case.organization, case.actor("owner"), "sponsor"))

    with refused(raw, "GV076", "duties_merge"):
        propose(raw, case)


def test_a_sponsor_who_administers_rolls_nothing_back(case, raw):
    case.organization.seat(case.actor("sponsor"), "administrator")
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV027", "duties_meet"):
        propose(raw, case)


@pytest.mark.parametrize("to", [-1, 3, 4])
def test_only_an_earlier_stage_is_rolled_back_to(case, raw, to):
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV085", "roll_back_not_now"):
        propose(raw, case, to)


def test_what_is_on_hold_is_not_rolled_back_and_a_proposal_ends_with_it(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("lead"))
    lifecycle(raw, case.measure_id, "hold")
    move(raw, case.measure_id, 3, "on_hold")
    raw.commit()
    enter(raw, case.actor("controller"))

    with refused(raw, "GV087", "roll_back_not_open"):
        second(raw, row)
    enter(raw, case.actor("sponsor"))
    with refused(raw, "GV085", "roll_back_not_now"):
        propose(raw, case)


@pytest.mark.guards("trigger:measures_measure.end_roll_backs")
def test_a_proposal_ends_when_one_of_the_two_is_another(case, raw):
    row = proposed(raw, case)
    successor = case.organization.newcomer()
    enter(raw, case.actor("lead"))
    raw.execute(
        "UPDATE measures_measure SET controller_id = %s, version = version + 1 WHERE id = %s",
        [successor.member_id, case.measure_id],
    )
    raw.commit()
    enter(raw, successor)

    with refused(raw, "GV087", "roll_back_not_open"):
        second(raw, row)


def test_a_roll_back_is_used_once(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("controller"))
    second(raw, row)
    move(raw, case.measure_id, 2)
    raw.commit()
    enter(raw, case.actor("controller"))
    with refused(raw, "GV087", "roll_back_not_open"):
        second(raw, row)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV010", "stage_needs_a_roll_back"):
        move(raw, case.measure_id, 1)


def test_a_roll_back_is_used_once_even_within_its_own_transaction(case, raw):
    row = proposed(raw, case)
    enter(raw, case.actor("controller"))
    second(raw, row)
    move(raw, case.measure_id, 2)
    become(raw, case, "owner")
    asked = request(raw, case.measure_id, 3)
    for role in ("sponsor", "controller"):
        become(raw, case, role)
        vote(raw, asked, role)
    decide(raw, asked)
    move(raw, case.measure_id, 3)

    with refused(raw, "GV010", "stage_needs_a_roll_back"):
        move(raw, case.measure_id, 2)


@pytest.mark.guards("trigger:measures_measure.void_requests_behind")
def test_a_request_that_was_open_takes_no_vote_afterwards(case, raw):
    asked = a_request(case).pk
    rolled_back(case, Stage.DETAILED)
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV020", "request_not_open"):
        vote(raw, asked, "sponsor")


def test_what_was_decided_before_a_roll_back_does_not_count_after_it(db, raw):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")
    with case.acting("controller"):
        vote_row(case, asked, "controller")
        decision_row(case, asked)  # decided, and the stage left where it was
    rolled_back(case, Stage.IDENTIFIED)
    again = a_request(case, by="owner")
    a_vote(case, again, "lead")
    enter(raw, case.actor("controller"))
    vote(raw, again.pk, "controller")
    decide(raw, again.pk)
    move(raw, case.measure_id, 2)
    raw.commit()
    enter(raw, case.actor("controller"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 3)


@pytest.mark.parametrize(
    "state", ["confirmed", "done", "void", "open"], ids=lambda state: f"to {state}"
)
def test_the_state_of_a_roll_back_is_not_set_by_hand(case, raw, state):
    row = proposed(raw, case)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV026", "written_by_the_database"):
        raw.execute("UPDATE governance_rollback SET state = %s WHERE id = %s", [state, row])


@pytest.mark.guards("trigger:governance_rollback.never_deleted")
def test_nothing_else_of_a_roll_back_is_changed_or_taken_away(case, raw, superuser_connection):
    row = proposed(raw, case)
    for statement in (
        "UPDATE governance_rollback SET to_stage = 0 WHERE id = %s",
        "DELETE FROM governance_rollback WHERE id = %s",
        "UPDATE governance_rollbackconfirmation SET digest = '' WHERE roll_back_id = %s",
        "DELETE FROM measures_commitment WHERE id = %s",
        "UPDATE measures_commitment SET number = 2 WHERE id = %s",
    ):
        enter(raw, case.actor("controller"))
        with refused(raw, "42501"):
            raw.execute(statement, [row])
    with refused(superuser_connection, "GV001"):
        superuser_connection.execute("DELETE FROM governance_rollback WHERE id = %s", [row])
