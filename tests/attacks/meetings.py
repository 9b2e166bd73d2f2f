"""The pairs of acts that meet: what each does by hand, and what must never be found after both."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from core import tenancy
from core.tenancy import Actor
from measures.rules.stage import Stage
from steering.models import Escalation
from tests.attacks.races import Side
from tests.attacks.session import certify, confirm, decide, enter, move, only, vote
from tests.factories.closing import an_implemented_measure
from tests.factories.governance import (
    YEAR,
    Case,
    a_measure,
    a_request,
    a_vote,
    claim_row,
    today,
)
from tests.factories.organizations import TestOrganization


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two sides; what their ends are with the lock; and what must never be, asked after both.

    `broken` is a query over the measure (`%(measure)s`) that finds the forbidden state; where the
    order itself is the wrong, it is empty: then the second may not end before the first. Where the
    second is refused anyway, `astray` are the ends of one that looked at what is no longer so.
    """

    case: Case
    first: Side
    second: Side
    ends: list[str]
    broken: str = ""
    astray: tuple[str, ...] = ()

    def is_broken(self, raw: psycopg.Connection, ends: list[str]) -> bool:
        """Tell whether the forbidden has happened."""
        if self.astray:
            return tuple(ends) == self.astray
        if not self.broken:
            return ends[:2] == ["done", "done"] and ends[-1] == "went ahead"
        enter(raw, self.case.actor("lead"))
        found = raw.execute(self.broken, {"measure": self.case.measure_id}).fetchall()
        raw.rollback()
        return bool(found)


def last_vote(case: Case, asked: int, role: str, *, votes: int = 2) -> Side:
    """Vote, and decide and move where this turns out to be the last vote."""
    next_stage = case.measure().stage + 1

    def side(raw: psycopg.Connection) -> None:
        enter(raw, case.actor(role))
        vote(raw, asked, role)
        count = only(raw, "SELECT count(*) FROM governance_vote WHERE request_id = %s", asked)
        if count == (votes,):
            decide(raw, asked)
            move(raw, case.measure_id, next_stage)

    return side


def closing_and_an_actual(organization: TestOrganization) -> Meeting:
    """A measure is closed while its controller approves one more month."""
    case = an_implemented_measure(organization=organization)
    with case.acting("owner"):
        late = claim_row(case, 7).pk
    asked = a_request(case).pk

    def close(raw: psycopg.Connection) -> None:
        _close(raw, case, asked)

    def approve(raw: psycopg.Connection) -> None:
        _approve(raw, case, late)

    return Meeting(
        case,
        close,
        approve,
        ["done", "GV003", "waited"],
        "SELECT 1 FROM measures_measure m JOIN measures_actualclaim c ON c.measure_id = m.id"
        " WHERE m.id = %(measure)s AND m.lifecycle = 'closed' AND c.period = 7"
        " AND c.state = 'approved'",
    )


def two_last_votes(organization: TestOrganization) -> Meeting:
    """Sponsor and controller cast the two votes that are still wanted."""
    case = a_measure(Stage.DETAILED, organization)
    asked = a_request(case).pk
    return Meeting(
        case,
        last_vote(case, asked, "sponsor"),
        last_vote(case, asked, "controller"),
        ["done", "done", "waited"],
        "SELECT 1 FROM governance_gaterequest r WHERE r.measure_id = %(measure)s AND r.gate = 3"
        " AND (SELECT count(*) FROM governance_vote v WHERE v.request_id = r.id) = 2"
        " AND (SELECT count(*) FROM governance_decision d WHERE d.request_id = r.id) <> 1",
    )


def a_decision_and_an_edit(organization: TestOrganization) -> Meeting:
    """The last vote freezes the plan while its owner writes another."""
    case = a_measure(Stage.DETAILED, organization)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")

    def edit(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("owner"))
        raw.execute(
            "INSERT INTO measures_seriesversion (organization_id, line_id, split, series,"
            " fiscal_year, version, is_seeded, p04)"
            " VALUES (assay_organization(), %s, '', 'plan', %s, 2, false, 7)",
            [case.line_id, YEAR],
        )

    return Meeting(
        case,
        last_vote(case, asked.pk, "controller"),
        edit,
        ["done", "GV004", "waited"],
        "SELECT 1 FROM measures_measure m JOIN measures_line l ON l.measure_id = m.id"
        " JOIN measures_seriesversion s ON s.line_id = l.id AND s.series = 'plan'"
        " WHERE m.id = %(measure)s AND m.stage = 3 AND s.version = 2",
    )


def a_vote_and_a_seat_that_ends(organization: TestOrganization) -> Meeting:
    """A lead votes while an administrator ends the seat the vote stands on."""
    case = a_measure(organization=organization)
    lead = organization.newcomer()
    organization.seat(lead, "lead")
    asked = a_request(case).pk

    def approve(raw: psycopg.Connection) -> None:
        enter(raw, lead)
        vote(raw, asked, "lead")
        decide(raw, asked)
        move(raw, case.measure_id, 1)

    def end(raw: psycopg.Connection) -> None:
        end_seats(raw, case, lead.member_id)

    return Meeting(case, approve, end, ["done", "done", "waited"])


def a_seat_that_ends_and_a_vote(organization: TestOrganization) -> Meeting:
    """The same the other way round: the vote waits, and finds no seat."""
    other = a_vote_and_a_seat_that_ends(organization)
    return Meeting(
        other.case,
        other.second,
        other.first,
        ["done", "GV018", "waited"],
        "SELECT 1 FROM measures_measure WHERE id = %(measure)s AND stage = 1",
    )


def an_approval_and_another_controller(organization: TestOrganization) -> Meeting:
    """A controller approves a month while a lead names another controller."""
    case = a_measure(Stage.DECIDED, organization)
    with case.acting("owner"):
        waiting = claim_row(case, 4).pk
    successor = organization.newcomer()

    def approve(raw: psycopg.Connection) -> None:
        _approve(raw, case, waiting)

    def name(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("lead"))
        raw.execute(
            "UPDATE measures_measure SET controller_id = %s, version = version + 1 WHERE id = %s",
            [successor.member_id, case.measure_id],
        )

    return Meeting(case, approve, name, ["done", "done", "waited"])


def two_halves_of_a_circle(organization: TestOrganization) -> Meeting:
    """One measure is made to wait for another, and that for the first."""
    case, other = a_measure(organization=organization), a_measure(organization=organization)

    def waits(measure: int, needs: int) -> Side:
        def side(raw: psycopg.Connection) -> None:
            enter(raw, case.actor("lead"))
            raw.execute(
                "INSERT INTO measures_dependency (organization_id, measure_id, needs_id, what,"
                " is_blocking, version) VALUES (assay_organization(), %s, %s, 'It.', true, 1)",
                [measure, needs],
            )

        return side

    return Meeting(
        case,
        waits(case.measure_id, other.measure_id),
        waits(other.measure_id, case.measure_id),
        ["done", "GV008", "waited"],
        "SELECT 1 FROM measures_dependency a JOIN measures_dependency b"
        " ON a.measure_id = b.needs_id AND a.needs_id = b.measure_id"
        " WHERE a.measure_id = %(measure)s",
    )


def an_escalation_that_climbs_and_a_closing(organization: TestOrganization) -> Meeting:
    """An escalation reaches the level that bars closing while the measure is closed."""
    case = an_implemented_measure(organization=organization)
    raised(case)
    asked = a_request(case).pk

    def close(raw: psycopg.Connection) -> None:
        _close(raw, case, asked)

    return Meeting(
        case,
        climbing(case),
        close,
        ["done", "GV037", "waited"],
        "SELECT 1 FROM measures_measure m JOIN steering_escalation e ON e.measure_id = m.id"
        " WHERE m.id = %(measure)s AND m.lifecycle = 'closed' AND e.state = 'open'"
        " AND e.level = 2",
    )


def a_decision_and_an_escalation_that_climbs(organization: TestOrganization) -> Meeting:
    """A sponsor decides an escalation at level 1 while it goes over their head."""
    case = a_measure(Stage.DECIDED, organization)
    raised(case)

    def settle(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("sponsor"))
        raw.execute(
            "INSERT INTO steering_escalationdecision (organization_id, escalation_id, outcome,"
            " text, level, expires_on, effects, decided_by_id, decided_in)"
            " SELECT organization_id, id, 'accept', 'So be it.', 1, '2099-01-01', '{}', 1, 1"
            " FROM steering_escalation WHERE measure_id = %s",
            [case.measure_id],
        )

    return Meeting(case, settle, climbing(case), ["done", "done", "waited"])


def two_acts_of_one_ledger(organization: TestOrganization) -> Meeting:
    """Two acts are recorded, and the second must follow the first in the chain."""
    case = a_measure(organization=organization)

    def record(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("lead"))
        raw.execute(
            "INSERT INTO audit_event (organization_id, seq, act, subject_kind, reason, details,"
            " database_user, transaction_id, history_digest, previous_hash, hash)"
            " VALUES (assay_organization(), 0, 'said', 'measure', '', '{}', '', 0, '', '', '')"
        )

    return Meeting(
        case,
        record,
        record,
        ["done", "done", "waited"],
        "SELECT 1 WHERE (SELECT count(*) FROM audit_event WHERE act = 'said'"
        f" AND organization_id = {organization.id}) <> 2",
    )


def raised(case: Case, rule: str = "T1") -> None:
    """Raise a red escalation at level 1, which the sponsor decides."""
    with tenancy.acting(tenancy.system(case.organization.id)):
        day = today(case)
        Escalation.objects.create(
            measure_id=case.measure_id,
            node=case.measure().node,
            rule=rule,
            severity="red",
            level=1,
            since=day,
            facts={},
            decider_id=case.id_of("sponsor"),
            decider_role="sponsor",
            level_since=day,
            due_on=day,
        )


def climbing(case: Case) -> Side:
    """Let the clock take the measure's escalation to level 2."""

    def side(raw: psycopg.Connection) -> None:
        enter(raw, tenancy.system(case.organization.id))
        raw.execute(
            "UPDATE steering_escalation SET level = 2, version = version + 1 WHERE measure_id = %s",
            [case.measure_id],
        )

    return side


def end_seats(
    raw: psycopg.Connection, case: Case, member_id: int | None, by: Actor | None = None
) -> None:
    """End all seats of a member today, as an administrator."""
    enter(raw, by or case.actor("administrator"))
    raw.execute(
        "UPDATE hierarchy_seat SET valid_to = assay_today(organization_id)"
        " WHERE organization_id = assay_organization() AND member_id = %s",
        [member_id],
    )


def _close(raw: psycopg.Connection, case: Case, asked: int) -> None:
    enter(raw, case.actor("controller"))
    confirm(raw, case.measure_id)
    vote(raw, asked, "controller")
    decide(raw, asked)
    move(raw, case.measure_id, 5, "closed")
    certify(raw, case.measure_id)


def _approve(raw: psycopg.Connection, case: Case, claim: int) -> None:
    enter(raw, case.actor("controller"))
    raw.execute("UPDATE measures_actualclaim SET state = 'approved' WHERE id = %s", [claim])


LOCKS: dict[Callable[[TestOrganization], Meeting], str] = {
    closing_and_an_actual: "assay_open_measure",
    two_last_votes: "assay_locked_measure",
    a_decision_and_an_edit: "assay_open_measure",
    a_vote_and_a_seat_that_ends: "assay_seats",
    a_seat_that_ends_and_a_vote: "assay_seats",
    an_approval_and_another_controller: "assay_open_measure",
    two_halves_of_a_circle: "assay_guard_dependency",
    an_escalation_that_climbs_and_a_closing: "assay_guard_closing_over_escalation",
    a_decision_and_an_escalation_that_climbs: "assay_guard_escalation_decision",
    two_acts_of_one_ledger: "assay_chain_event",
}
"""The function whose lock each meeting needs: without it, the forbidden happens."""
