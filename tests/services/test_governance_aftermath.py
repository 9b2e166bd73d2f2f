"""After a closing: checks that the value lasts, leakage where it does not, and reopening by two."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from governance import errors
from governance.errors import closing as closing_errors
from governance.models import ClosureCertificate, ClosureConfirmation
from governance.queries import certificates, sustained
from governance.services import reopening, sustainment
from measures.errors import MeasureEnded
from measures.queries import periods
from measures.rules.stage import Stage
from reporting.queries import endings
from tests.factories.closing import (
    a_closed_measure,
    an_implemented_measure,
    checks,
    confirmed,
    leakages,
    proposed,
)
from tests.factories.governance import a_measure, approved_months
from tests.factories.schemes import number_changed


@pytest.fixture
def july(clock_at):
    return clock_at(2026, 7, 8, 9)


@pytest.fixture
def case(july):
    """A measure closed on 8 July with 108 k a year confirmed of 120 k."""
    return a_closed_measure()


def january(clock_at):
    clock_at(2027, 1, 8, 9)


def told(case):
    with tenancy.reading(case.actor("lead")):
        rows = Event.objects.filter(subject_kind="measure", subject_id=case.measure_id)
        return list(rows.order_by("seq").values_list("act", flat=True))


def confirm(case, number=1, by="controller", statement="The ledger of this year shows it."):
    return sustainment.confirm(
        actor=case.actor(by), check_id=checks(case)[number - 1].pk, statement=statement
    )


def fail(case, lost, number=1, by="controller", line_id=None):
    return sustainment.fail(
        actor=case.actor(by),
        check_id=checks(case)[number - 1].pk,
        statement="The contract was lost.",
        losses={line_id or case.line_id: Decimal(lost)},
    )


# --- checks ---------------------------------------------------------------------------------------


def test_two_checks_are_planned_at_the_closing_itself(case):
    assert [(each.number, each.due_on) for each in checks(case)] == [
        (1, date(2027, 1, 8)),
        (2, date(2027, 7, 8)),
    ]


def test_an_organization_may_check_earlier(july):
    made = proposed(an_implemented_measure())
    number_changed(made.organization, "first_check_months", 3)

    confirmed(made)

    assert [each.due_on for each in checks(made)] == [date(2026, 10, 8), date(2027, 7, 8)]


def test_a_check_is_made_when_it_is_due_and_not_before(case, clock_at):
    with pytest.raises(closing_errors.CheckNotDue) as refusal:
        confirm(case)
    january(clock_at)

    made = confirm(case)

    assert "due on 2027-01-08" in str(refusal.value)
    assert (made.outcome, made.found_by_id) == ("confirmed", case.id_of("controller"))
    assert leakages(case) == []
    assert told(case)[-1] == "sustainment_checked"


def test_a_check_is_due_on_the_desk_of_its_controller_until_it_is_made(case, clock_at):
    def due(role):
        with tenancy.reading(case.actor(role)):
            return [each.check_id for each in sustained.due(case.actor(role))]

    before = due("controller")
    january(clock_at)
    on_the_day = {role: due(role) for role in ("controller", "owner", "lead", "sponsor")}
    confirm(case)

    first = checks(case)[0].pk
    assert before == []
    assert on_the_day == {"controller": [first], "owner": [], "lead": [], "sponsor": []}
    assert due("controller") == []


def test_what_does_not_last_is_booked_as_leakage(case, clock_at):
    january(clock_at)

    made = fail(case, 27000)

    (booked,) = leakages(case)
    assert (booked.cause, booked.finding_id) == ("sustainment", made.pk)
    # From January on the whole year lacks it.
    assert (booked.run_rate, booked.in_year, booked.fiscal_year) == (27_000_00, 27_000_00, 2027)
    assert told(case)[-2:] == ["leakage_booked", "sustainment_checked"]


def test_a_loss_lowers_what_the_months_after_the_closing_count_at(case, clock_at):
    january(clock_at)
    fail(case, 27000)

    with tenancy.reading(case.actor("lead")):
        found = endings.of([case.measure_id], periods.ground())[case.measure_id]

    # 108 of 120 were proven, and 81 of those 108 last.
    assert found.proven[case.line_id] == Fraction(9, 10) * Fraction(81, 108)


def test_more_than_was_confirmed_cannot_be_lost_not_even_in_two_steps(case, clock_at):
    january(clock_at)
    with pytest.raises(closing_errors.LossTooLarge):
        fail(case, 108001)
    fail(case, 100000)
    clock_at(2027, 7, 8, 9)

    with pytest.raises(closing_errors.LossTooLarge):
        fail(case, 8001, number=2)
    fail(case, 8000, number=2)

    assert sum(each.run_rate for each in leakages(case)) == 108_000_00


@pytest.mark.parametrize("by", ["owner", "sponsor", "lead", "administrator", "executive"])
def test_nobody_checks_in_the_controllers_place(case, clock_at, by):
    january(clock_at)

    with pytest.raises(NotAllowed):
        confirm(case, by=by)


def test_another_controller_above_the_measure_may_check_it(case, clock_at):
    january(clock_at)
    other = case.organization.newcomer()
    case.organization.seat(other, "controller")

    made = sustainment.confirm(actor=other, check_id=checks(case)[0].pk, statement="It lasts.")

    assert made.found_by_id == other.member_id


def test_a_controller_who_leads_does_not_check(case, clock_at):
    january(clock_at)
    case.organization.seat(case.actor("controller"), "lead")

    with pytest.raises(errors.DutiesMeet):
        confirm(case)


def test_a_check_is_made_once_and_says_on_what_it_stands(case, clock_at):
    january(clock_at)
    with pytest.raises(Invalid):
        confirm(case, statement=" ")
    confirm(case)

    with pytest.raises(closing_errors.AlreadyChecked):
        fail(case, 1)


def test_a_failure_without_a_loss_or_of_a_foreign_line_is_refused(case, clock_at):
    other = a_measure(Stage.IMPLEMENTED, case.organization)
    january(clock_at)

    with pytest.raises(Invalid):
        fail(case, 0)
    with pytest.raises(NotFound):
        fail(case, 1, line_id=other.line_id)
    with pytest.raises(Invalid):
        fail(case, "0.001")


def test_a_check_that_does_not_exist_is_not_found(case):
    with pytest.raises(NotFound):
        sustainment.confirm(actor=case.actor("controller"), check_id=0, statement="So.")


# --- reopening ------------------------------------------------------------------------------------


def propose(case, by="controller", reason="The extract was of another cost centre."):
    return reopening.propose(actor=case.actor(by), measure_id=case.measure_id, reason=reason)


def second(case, by="sponsor"):
    return reopening.confirm(actor=case.actor(by), measure_id=case.measure_id)


@pytest.mark.parametrize(("first", "then"), [("controller", "sponsor"), ("sponsor", "controller")])
def test_a_closing_is_taken_back_by_controller_and_sponsor(case, first, then):
    propose(case, by=first)
    alone = (case.measure().stage, case.measure().lifecycle)

    second(case, by=then)

    assert alone == (Stage.CLOSED, "closed")
    assert (case.measure().stage, case.measure().lifecycle) == (Stage.IMPLEMENTED, "active")
    assert told(case)[-2:] == ["reopening_proposed", "measure_reopened"]


def test_the_old_closing_and_its_certificate_stay_superseded(case):
    propose(case)
    second(case)

    with tenancy.reading(case.actor("lead")):
        assert ClosureConfirmation.objects.filter(measure_id=case.measure_id).count() == 1
        (row,) = certificates.of_measure(case.measure_id)
    assert row.is_superseded


def test_a_reopened_measure_takes_actuals_and_is_closed_again(case):
    propose(case)
    second(case)
    approved_months(case, 7)

    confirmed(proposed(case))

    assert case.measure().stage == Stage.CLOSED
    with tenancy.reading(case.actor("lead")):
        rows = certificates.of_measure(case.measure_id)
        papers = ClosureCertificate.objects.filter(measure_id=case.measure_id).count()
    assert ([row.is_superseded for row in rows], papers) == ([False, True], 2)
    assert len(checks(case)) == 4


def test_the_checks_of_a_closing_that_was_taken_back_are_not_made(case, clock_at):
    first = checks(case)[0]
    propose(case)
    second(case)
    confirmed(proposed(case))
    january(clock_at)

    with pytest.raises(NotFound):
        sustainment.confirm(actor=case.actor("controller"), check_id=first.pk, statement="So.")


def test_one_alone_reopens_nothing(case):
    with pytest.raises(closing_errors.NothingToReopen):
        second(case)
    propose(case)

    with pytest.raises(closing_errors.TwoToReopen):
        second(case, by="controller")
    with pytest.raises(closing_errors.AlreadyProposed):
        propose(case, by="sponsor")
    assert case.measure().stage == Stage.CLOSED


@pytest.mark.parametrize("by", ["owner", "lead", "administrator", "executive", "steering"])
def test_nobody_else_reopens(case, by):
    with pytest.raises(NotAllowed):
        propose(case, by=by)
    propose(case)
    with pytest.raises(NotAllowed):
        second(case, by=by)


def test_a_sponsor_who_administers_does_not_reopen(case):
    case.organization.seat(case.actor("sponsor"), "administrator")

    with pytest.raises(errors.DutiesMeet):
        propose(case, by="sponsor")


def test_a_reopening_needs_its_reason_and_a_closed_measure(case, july):
    with pytest.raises(Invalid):
        propose(case, reason=" ")
    running = a_measure(Stage.IMPLEMENTED)
    with pytest.raises(closing_errors.NotClosed):
        propose(running)


def test_a_second_closing_can_be_taken_back_as_well(case):
    for _ in range(2):
        propose(case)
        second(case)
        confirmed(proposed(case))
    with pytest.raises(MeasureEnded):
        confirmed(case)

    assert told(case).count("measure_reopened") == 2
