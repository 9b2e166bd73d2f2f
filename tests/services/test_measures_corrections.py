"""Corrections: a locked month stays, its reversal entry is posted in the open one and approved."""

from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from governance.queries import facts as governed
from measures.errors import CellsRefused, MonthLocked, NotToCorrect
from measures.models import ActualClaim
from measures.queries import claims as rows
from measures.queries import facts, periods
from measures.rules.calendar import Month
from measures.rules.lines import Series
from measures.rules.series import outlook, value_at
from measures.services import claims, corrections
from tests.factories.governance import evidence
from tests.factories.measures import YEAR, a_decided_measure

APRIL, JUNE = Month(YEAR, 4), Month(YEAR, 6)


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    made.approve(made.claim(4, 9000))
    clock_at(YEAR, 6, 8)
    return made


@pytest.fixture
def origin(subject):
    with tenancy.reading(subject.actor("lead")):
        return ActualClaim.objects.get(measure_id=subject.measure_id)


@pytest.fixture
def proof(subject):
    with tenancy.acting(subject.actor("owner")):
        return evidence(subject.measure_id, "ledger_extract")


def correct(subject, origin, proof, amount=-2500, *, by="owner", note="Counted twice."):
    return corrections.correct(
        actor=subject.actor(by),
        claim_id=origin.pk,
        amount=Decimal(amount),
        evidence_id=None if proof is None else proof.pk,
        note=note,
    )


def line_of(subject):
    with tenancy.reading(subject.actor("lead")):
        ground = periods.ground()
        return facts.of_one(subject.measure_id, ground.today).line_facts[0], ground.clock()


def test_a_locked_month_stays_and_its_correction_is_posted_in_the_open_one(subject, origin, proof):
    with pytest.raises(MonthLocked, match="reversal entry"):
        subject.claim(4, 6500)

    made = correct(subject, origin, proof)
    before, clock = line_of(subject)
    subject.approve(made)
    after, clock = line_of(subject)

    assert (made.fiscal_year, made.period, made.amount) == (YEAR, 6, -2500_00)
    assert subject.row(Series.ACTUAL)[3] == 9000_00
    assert subject.row(Series.CORRECTION)[5] == -2500_00
    assert before.corrections == {}
    assert value_at(after.corrected, APRIL) == -2500_00
    assert value_at(outlook(after, clock), JUNE) == 10_000_00 - 2500_00
    with tenancy.reading(subject.actor("lead")):
        said = Event.objects.get(act="actual_corrected").details
        month = next(
            each for each in governed.one(subject.measure_id).lines[0].months if each.month == APRIL
        )
    assert (said["amount"], said["period"]) == (-2500_00, 6)
    assert month.approved == Decimal(6500)


def test_corrections_posted_in_one_month_add_up(subject, origin, proof):
    subject.approve(correct(subject, origin, proof))
    subject.approve(correct(subject, origin, proof, 500, note="Only half of it."))

    assert subject.row(Series.CORRECTION)[5] == -2000_00


def test_the_list_shows_the_month_and_what_corrects_it(subject, origin, proof):
    correct(subject, origin, proof)

    with tenancy.reading(subject.actor("controller")):
        waiting = rows.waiting_for(subject.actor("controller"))
        shown = rows.of_measure(subject.measure_id)

    assert [(each.label, each.corrects, each.amount) for each in waiting] == [
        ("Jun 2026", "Apr 2026", -2500_00)
    ]
    assert [(each.label, each.may_be_corrected) for each in shown] == [
        ("Jun 2026", False),
        ("Apr 2026", True),
    ]


def test_a_correction_takes_no_claim_of_its_month_away(subject, origin, proof):
    subject.approve(correct(subject, origin, proof))

    subject.approve(subject.claim(6, 8000))

    line, clock = line_of(subject)
    assert subject.row(Series.ACTUAL)[5] == 8000_00
    assert value_at(outlook(line, clock), JUNE) == 5500_00


def test_only_one_correction_of_a_month_waits(subject, origin, proof):
    correct(subject, origin, proof)

    with pytest.raises(NotToCorrect, match="another correction of it waits"):
        correct(subject, origin, proof)


def test_a_month_that_is_not_locked_and_a_correction_itself_are_not_corrected(
    subject, origin, proof
):
    subject.approve(subject.claim(5, 9000))
    with tenancy.reading(subject.actor("lead")):
        may = ActualClaim.objects.get(measure_id=subject.measure_id, period=5)
    made = correct(subject, origin, proof)
    subject.approve(made)

    with pytest.raises(NotToCorrect, match="once the month is locked"):
        correct(subject, may, proof)
    with pytest.raises(NotToCorrect, match="only an approved actual"):
        correct(subject, made, proof)


@pytest.mark.parametrize(
    ("amount", "note", "refusal"),
    [
        (0, "Wrong.", Invalid),
        ("1.005", "Wrong.", CellsRefused),
        ("NaN", "Wrong.", CellsRefused),
        ("1e19", "Wrong.", CellsRefused),
        (-1, " ", Invalid),
    ],
    ids=["nothing", "three decimals", "no number", "19 digits", "no word"],
)
def test_a_correction_says_by_how_much_why_and_proves_it(
    subject, origin, proof, amount, note, refusal
):
    with pytest.raises(refusal):
        correct(subject, origin, proof, amount, note=note)


def test_a_correction_without_a_file_is_refused(subject, origin):
    with pytest.raises(Invalid, match="the file that proves it"):
        correct(subject, origin, None)


@pytest.mark.parametrize("role", ["controller", "sponsor", "administrator"])
def test_who_may_not_claim_does_not_correct(subject, origin, proof, role):
    with pytest.raises(NotAllowed):
        correct(subject, origin, proof, by=role)


def test_a_file_of_another_measure_proves_nothing(subject, origin):
    other = a_decided_measure(subject.organization)
    with tenancy.acting(other.actor("owner")):
        foreign = evidence(other.measure_id, "ledger_extract")

    with pytest.raises(NotFound):
        correct(subject, origin, foreign)


def test_nobody_approves_the_correction_they_posted(subject, origin, proof):
    made = correct(subject, origin, proof)

    with pytest.raises(NotAllowed):
        claims.approve(actor=subject.actor("owner"), claim_ids=[made.pk])
