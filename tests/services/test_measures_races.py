"""Two people at once, over real connections: one wins, and the other is told."""

import threading

import pytest
from django.db import DatabaseError, connection

from core import tenancy
from core.errors import DomainError
from governance.rules.holds import Ending
from governance.services import lifecycle
from measures.errors import MeasureEnded, PlanFrozen, StaleFigures
from measures.models import ActualClaim
from measures.rules.lines import Series
from measures.services import claims, figures
from tests.factories import governance
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization

ROUNDS = 10


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


def at_once(*acts):
    """Run acts in threads that start together; returns what each gave or raised."""
    start = threading.Barrier(len(acts))
    outcomes = [None] * len(acts)

    def run(at, act):
        start.wait()
        try:
            outcomes[at] = act()
        except DomainError as refused:
            outcomes[at] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_saves_of_one_cell_one_wins_and_the_other_is_stale(organization):
    for _ in range(ROUNDS):
        subject = a_planned_measure(organization)
        seen = subject.versions()

        def save(amount, role, subject=subject, seen=seen):
            return figures.save(
                actor=subject.actor(role),
                measure_id=subject.measure_id,
                cells=subject.cells(Series.PLAN, {4: amount}),
                versions=seen,
            )

        first, second = at_once(lambda: save(7000, "owner"), lambda: save(8000, "lead"))

        lost = [each for each in (first, second) if isinstance(each, StaleFigures)]
        assert len(lost) == 1
        assert subject.row(Series.PLAN)[3] == (8_000_00 if lost == [first] else 7_000_00)
        assert subject.versions()[subject.line_id, Series.PLAN, YEAR] == 2


def test_a_plan_saved_while_it_is_decided_is_in_the_decision_or_refused(organization):
    for _ in range(ROUNDS):
        subject = a_planned_measure(organization)
        case = subject.case()
        while case.measure().stage < 2:
            governance.pass_next_gate(case)
        request = governance.a_request(case)
        governance.a_vote(case, request, "sponsor")
        seen = subject.versions()

        def decide(case=case, request=request):
            with case.acting("controller"):
                governance.vote_row(case, request, "controller")
                governance.decision_row(case, request)
                governance.move_row(case, 3)

        def save(subject=subject, seen=seen):
            return figures.save(
                actor=subject.actor("owner"),
                measure_id=subject.measure_id,
                cells=subject.cells(Series.PLAN, {4: 1}),
                versions=seen,
            )

        decided, saved = at_once(guarded(decide), save)

        was_saved = not isinstance(saved, DomainError)
        assert was_saved is isinstance(decided, DomainError)
        assert was_saved or isinstance(saved, PlanFrozen)
        assert subject.row(Series.PLAN)[3] == (1_00 if was_saved else 10_000_00)


def guarded(act):
    """Return an act whose refusal by the database arrives as a refusal."""

    def run():
        try:
            act()
        except DatabaseError as error:
            raise tenancy.refusal_of(error) from error

    return run


def test_a_claim_approved_twice_at_once_is_approved_once(organization, clock_at):
    subjects = [a_decided_measure(organization) for _ in range(ROUNDS)]
    clock_at(YEAR, 5, 4)
    for subject in subjects:
        claim = subject.claim(4, 9000)

        def approve(subject=subject, claim=claim):
            return claims.approve(actor=subject.actor("controller"), claim_ids=[claim.pk])

        outcomes = at_once(approve, approve)

        assert sum(isinstance(each, DomainError) for each in outcomes) == 1
        assert subject.row(Series.ACTUAL)[3] == 9_000_00
        assert subject.versions()[subject.line_id, Series.ACTUAL, YEAR] == 1


def test_a_claim_withdrawn_while_it_is_approved_is_one_of_the_two(organization, clock_at):
    subjects = [a_decided_measure(organization) for _ in range(ROUNDS)]
    clock_at(YEAR, 5, 4)
    for subject in subjects:
        claim = subject.claim(4, 9000)

        approved, withdrawn = at_once(
            lambda s=subject, c=claim: claims.approve(
                actor=s.actor("controller"), claim_ids=[c.pk]
            ),
            lambda s=subject, c=claim: claims.withdraw(actor=s.actor("owner"), claim_id=c.pk),
        )

        was_approved = not isinstance(approved, DomainError)
        assert was_approved is isinstance(withdrawn, DomainError)
        assert (subject.row(Series.ACTUAL) is not None) is was_approved


def test_a_claim_made_while_a_measure_is_cancelled_is_before_it_or_refused(organization, clock_at):
    subjects = [a_decided_measure(organization) for _ in range(ROUNDS)]
    clock_at(YEAR, 5, 4)
    for subject in subjects:
        cancelled, claimed = at_once(
            lambda s=subject: lifecycle.cancel(
                actor=s.actor("sponsor"),
                measure_id=s.measure_id,
                reason_code="value",
                reason="The carriers do not come.",
                ending=Ending(lessons="Ask first.", ending="It ends with the month."),
            ),
            lambda s=subject: s.claim(4, 9000),
        )

        assert not isinstance(cancelled, DomainError)
        assert isinstance(claimed, MeasureEnded | ActualClaim)
        with pytest.raises(MeasureEnded):
            subject.claim(5, 9000)
