"""A roll-back beside another act at the same moment: whatever the order, never both."""

from measures.rules.stage import Stage
from tests.attacks.races import race
from tests.attacks.session import decide, enter, move, only, vote
from tests.attacks.test_governance_rollback import proposed, second
from tests.factories.governance import a_measure, a_request, claim_row
from tests.factories.organizations import an_organization

ROUNDS = 5


def test_of_a_last_vote_and_a_roll_back_exactly_one_moves_the_measure(db, app_connection):
    pair = (app_connection(), app_connection())
    organization, seen = an_organization(), set()
    for _ in range(ROUNDS):
        case = a_measure(Stage.DECIDED, organization)
        asked = a_request(case).pk
        row = proposed(pair[0], case, by="controller")

        def advance(raw, case=case, asked=asked):
            enter(raw, case.actor("sponsor"))
            vote(raw, asked, "sponsor")
            decide(raw, asked)
            move(raw, case.measure_id, 4)

        def give_up(raw, case=case, row=row):
            enter(raw, case.actor("sponsor"))
            second(raw, row)
            move(raw, case.measure_id, 2)

        outcomes = race(pair, (advance, give_up))
        seen.add((*outcomes, case.measure().stage))

    assert seen <= {("done", "GV087", 4), ("GV020", "done", 2)}


def test_an_actual_approved_beside_a_roll_back_counts_once_and_for_good(db, app_connection):
    pair = (app_connection(), app_connection())
    organization, seen = an_organization(), set()
    for _ in range(ROUNDS):
        case = a_measure(Stage.DECIDED, organization)
        with case.acting("owner"):
            late = claim_row(case, 5).pk
        row = proposed(pair[0], case)

        def approve(raw, case=case, late=late):
            enter(raw, case.actor("controller"))
            raw.execute(
                "UPDATE measures_actualclaim SET state = 'approved', decided_at = now()"
                " WHERE id = %s",
                [late],
            )

        def give_up(raw, case=case, row=row):
            enter(raw, case.actor("controller"))
            second(raw, row)
            move(raw, case.measure_id, 2)

        outcomes = race(pair, (approve, give_up))
        enter(pair[0], case.actor("lead"))
        counts = only(
            pair[0],
            "SELECT count(*) FROM measures_seriesversion WHERE line_id = %s AND series = 'actual'",
            case.line_id,
        )
        pair[0].rollback()
        seen.add((*outcomes, *counts, case.measure().stage))

    assert seen == {("done", "done", 1, 2)}
