"""The pairs of acts that meet over a right or a state: what one stands on while another ends it."""

import json
from collections.abc import Callable

import psycopg

from core import tenancy
from measures.rules.stage import Stage
from tests.attacks.meetings import Meeting, end_seats, last_vote, raised
from tests.attacks.races import Side
from tests.attacks.session import enter, lifecycle, made, move, request
from tests.factories.closing import a_closed_measure
from tests.factories.deputies import acting_for, named
from tests.factories.governance import Case, a_measure, a_request, a_vote
from tests.factories.organizations import TestOrganization
from tests.factories.schemes import a_proposal, document, second_administrator

IN_TURN = ["done", "done", "waited"]
SLOWER = {"due_days": 20}


def propose(case: Case, said: object) -> Side:
    """Propose a gate scheme as the administrator."""

    def side(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("administrator"))
        raw.execute(
            "INSERT INTO governance_schemeproposal (organization_id, based_on, document, numbers,"
            " reason, effective_from, is_withdrawn) VALUES (assay_organization(), 99, %s, '{}', '',"
            " assay_today(assay_organization()), false)",
            [json.dumps(said)],
        )

    return side


def confirm(case: Case, said: dict[str, object]) -> Side:
    """Propose a gate scheme, and return its confirmation by a second administrator."""
    proposal = a_proposal(case.organization, said).pk
    second = second_administrator(case.organization)

    def side(raw: psycopg.Connection) -> None:
        enter(raw, second)
        raw.execute(
            "INSERT INTO governance_scheme (organization_id, version, document, numbers, reason,"
            " effective_from, proposal_id) SELECT organization_id, 99, document, numbers, '',"
            " effective_from, id FROM governance_schemeproposal WHERE id = %s",
            [proposal],
        )

    return side


def seat_ends(case: Case) -> Side:
    """Let a second administrator end the first one's seat."""
    second, first = second_administrator(case.organization), case.id_of("administrator")

    def side(raw: psycopg.Connection) -> None:
        end_seats(raw, case, first, by=second)

    return side


def a_proposal_and_an_administrator_who_goes(organization: TestOrganization) -> Meeting:
    """An administrator proposes other gates while another ends the seat this stands on."""
    case = a_measure(organization=organization)
    return Meeting(case, propose(case, document(g3=SLOWER)), seat_ends(case), IN_TURN)


def a_confirmation_and_a_proposal(organization: TestOrganization) -> Meeting:
    """A scheme is confirmed while another is proposed, which has to be based on it."""
    case = a_measure(organization=organization)
    first = confirm(case, document(g3=SLOWER))
    return Meeting(case, first, propose(case, document()), IN_TURN)


def a_proposal_and_a_confirmation(organization: TestOrganization) -> Meeting:
    """Another scheme is proposed while the one proposed before it is confirmed."""
    case = a_measure(organization=organization)
    second = confirm(case, document(g3=SLOWER))
    return Meeting(case, propose(case, document()), second, ["done", "GV064", "waited"])


def a_shadow_and_an_administrator_who_goes(organization: TestOrganization) -> Meeting:
    """An administrator begins the shadow period while another ends the seat this stands on."""
    case = a_measure(organization=organization)

    def begin(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("administrator"))
        raw.execute(
            "INSERT INTO governance_shadowperiod (organization_id, reason)"
            " VALUES (assay_organization(), 'We begin.')"
        )

    return Meeting(case, begin, seat_ends(case), IN_TURN)


def a_deputy_and_an_administrator_who_goes(organization: TestOrganization) -> Meeting:
    """An administrator names a deputy while another ends the seat this stands on."""
    case = a_measure(organization=organization)
    deputy = organization.newcomer()

    def name(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("administrator"))
        raw.execute(
            "INSERT INTO hierarchy_deputyship (organization_id, principal_id, deputy_id, role,"
            " node_id, first_on, last_on, reason) SELECT id, %s, %s, 'controller', %s,"
            " assay_today(id), assay_today(id) + 1, 'On leave.' FROM accounts_organization"
            " WHERE id = assay_organization()",
            [case.id_of("controller"), deputy.member_id, organization.root.pk],
        )

    return Meeting(case, name, seat_ends(case), IN_TURN)


def a_hold_and_a_deputyship_that_ends(organization: TestOrganization) -> Meeting:
    """A deputy holds a measure for its sponsor, who revokes the deputyship meanwhile."""
    case = a_measure(Stage.DECIDED, organization)
    deputy = organization.newcomer()
    row = named(organization, "sponsor", deputy).pk

    def hold(raw: psycopg.Connection) -> None:
        enter(raw, acting_for(organization, deputy, "sponsor"))
        lifecycle(raw, case.measure_id, "hold")
        move(raw, case.measure_id, 3, "on_hold")

    def revoke(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("sponsor"))
        raw.execute(
            "UPDATE hierarchy_deputyship SET revoked_at = now(), revoked_by_id = 1 WHERE id = %s",
            [row],
        )

    return Meeting(case, hold, revoke, IN_TURN)


def a_reopening_and_an_escalation(organization: TestOrganization) -> Meeting:
    """A closed measure is reopened while the loss of its value is escalated."""
    case = a_closed_measure(organization=organization)

    def reopen(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("controller"))
        row = made(
            raw,
            "INSERT INTO governance_reopening (organization_id, measure_id, confirmation_id,"
            " reason, proposed_as) VALUES (assay_organization(), %s, 1, 'An error.', 'controller')"
            " RETURNING id",
            case.measure_id,
        )
        raw.commit()
        enter(raw, case.actor("sponsor"))
        raw.execute(
            "INSERT INTO governance_reopeningconfirmation (organization_id, reopening_id,"
            " confirmed_in) VALUES (assay_organization(), %s, 1)",
            [row],
        )
        move(raw, case.measure_id, 4)

    def escalate(raw: psycopg.Connection) -> None:
        enter(raw, tenancy.system(organization.id))
        raw.execute(
            "INSERT INTO steering_escalation (organization_id, measure_id, node_id, rule, severity,"
            " level, since, facts, state, repeats, decider_role, level_since, due_on, version,"
            " currency) SELECT organization_id, id, node_id, 'T17', 'red', 1, '2026-07-01', '{}',"
            " 'open', 0, 'sponsor', '2026-07-01', '2026-07-01', 1, '' FROM measures_measure"
            " WHERE id = %s",
            [case.measure_id],
        )

    # Without the lock it is asked whether a check failed, of a measure that is no longer closed.
    return Meeting(
        case,
        reopen,
        escalate,
        ["done", "GV054", "waited"],
        astray=("done", "GV039", "went ahead"),
    )


def two_restorations(organization: TestOrganization) -> Meeting:
    """A cancelled measure is restored twice on one proposal."""
    case = a_measure(Stage.DECIDED, organization)

    def restore(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("lead"))
        lifecycle(raw, case.measure_id, "restore")

    def first(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("sponsor"))
        lifecycle(raw, case.measure_id, "cancel")
        move(raw, case.measure_id, 3, "cancelled")
        raw.commit()
        enter(raw, case.actor("sponsor"))
        raw.execute(
            "INSERT INTO governance_restoration (organization_id, measure_id, cancellation_id,"
            " proposed_as, proposed_by_id, reason) VALUES (assay_organization(), %s, 1, 'sponsor',"
            " 1, 'A buyer came.')",
            [case.measure_id],
        )
        raw.commit()
        restore(raw)
        move(raw, case.measure_id, 3)

    return Meeting(case, first, restore, ["done", "GV062", "waited"])


def an_escalation_that_ends_and_a_hold(organization: TestOrganization) -> Meeting:
    """The escalation of a hold ends as its measure runs again, which is held once more."""
    case = a_measure(Stage.DECIDED, organization)
    raised(case, "T10")

    def end(raw: psycopg.Connection) -> None:
        enter(raw, tenancy.system(organization.id))
        raw.execute(
            "UPDATE steering_escalation SET state = 'ended', version = version + 1"
            " WHERE measure_id = %s",
            [case.measure_id],
        )

    def hold(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("sponsor"))
        lifecycle(raw, case.measure_id, "hold")
        move(raw, case.measure_id, 3, "on_hold")

    return Meeting(case, end, hold, IN_TURN)


def a_last_vote_and_another_scheme(organization: TestOrganization) -> Meeting:
    """The last vote is cast while the gate it is cast on is changed."""
    case = a_measure(Stage.DETAILED, organization)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")
    second = confirm(case, document(g3={"criteria": [{"code": "risks"}]}))
    return Meeting(case, last_vote(case, asked.pk, "controller"), second, IN_TURN)


def a_submission_and_another_scheme(organization: TestOrganization) -> Meeting:
    """A gate is submitted while it is changed."""
    case = a_measure(Stage.DETAILED, organization)
    second = confirm(case, document(g3=SLOWER))

    def submit(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("owner"))
        request(raw, case.measure_id, 3)

    return Meeting(case, submit, second, IN_TURN)


LOCKS: dict[Callable[[TestOrganization], Meeting], str] = {
    a_proposal_and_an_administrator_who_goes: "assay_refuse_no_administrator",
    a_confirmation_and_a_proposal: "assay_guard_scheme_proposal",
    a_proposal_and_a_confirmation: "assay_guard_scheme",
    a_shadow_and_an_administrator_who_goes: "assay_guard_shadow",
    a_deputy_and_an_administrator_who_goes: "assay_has_seat",
    a_hold_and_a_deputyship_that_ends: "assay_stands_in",
    a_reopening_and_an_escalation: "assay_closed_measure",
    two_restorations: "assay_cancelled_measure",
    an_escalation_that_ends_and_a_hold: "assay_escalation_settled",
    a_last_vote_and_another_scheme: "assay_hold_scheme",
    a_submission_and_another_scheme: "assay_hold_scheme",
}
"""The function whose lock each meeting needs: without it, the forbidden happens."""
TRIGGERS = {
    a_last_vote_and_another_scheme: ["trigger:governance_vote.first_hold_scheme"],
    a_submission_and_another_scheme: ["trigger:governance_gaterequest.first_hold_scheme"],
}
"""The triggers that take a lock and do nothing else."""
