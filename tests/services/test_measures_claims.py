"""Claims: the owner says what a month brought, and only the controller makes it an actual."""

from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from measures.errors import (
    AlreadyClaimed,
    CellsRefused,
    ClaimNotWaiting,
    ClaimsNotOpen,
    MonthLocked,
    MonthNotBegun,
    OwnClaim,
)
from measures.models import ActualClaim
from measures.queries import claims as rows
from measures.rules.lines import Series
from measures.services import claims, proposals
from measures.services.claims import ClaimDraft
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


def state_of(subject, claim):
    with tenancy.reading(subject.actor("lead")):
        return ActualClaim.objects.get(pk=claim.pk).state


def draft_of(subject, period, amount):
    return ClaimDraft(
        line_id=subject.line_id, fiscal_year=YEAR, period=period, amount=Decimal(amount)
    )


def test_a_claim_waits_and_remembers_the_forecast_given_before_it(subject):
    claim = subject.claim(4, 9000)

    assert (claim.state, claim.amount, claim.forecast_before) == ("submitted", 9_000_00, 10_000_00)
    assert subject.row(Series.ACTUAL) is None


def test_a_month_of_many_lines_is_claimed_in_one_act_with_one_entry_each(subject, clock_at):
    clock_at(YEAR, 5, 29)
    drafts = [draft_of(subject, 5, 8000), draft_of(subject, 6, 9000)]
    clock_at(YEAR, 6, 3)

    made = claims.claim_many(actor=subject.actor("owner"), drafts=drafts)

    assert [(each.period, each.amount, each.forecast_before) for each in made] == [
        (5, 8_000_00, 10_000_00),
        (6, 9_000_00, 10_000_00),
    ]
    with tenancy.reading(subject.actor("lead")):
        entries = Event.objects.filter(act="actual_claimed", subject_id=subject.measure_id)
        assert sorted(each.details["period"] for each in entries) == [5, 6]


@pytest.mark.parametrize(
    ("second", "refusal"), [(4, AlreadyClaimed), (7, MonthNotBegun)], ids=["twice", "ahead"]
)
def test_one_month_that_cannot_be_claimed_refuses_the_whole_act(subject, second, refusal):
    drafts = [draft_of(subject, 4, 9000), draft_of(subject, second, 9000)]

    with pytest.raises(refusal):
        claims.claim_many(actor=subject.actor("owner"), drafts=drafts)

    with tenancy.reading(subject.actor("lead")):
        assert not ActualClaim.objects.filter(measure_id=subject.measure_id).exists()


@pytest.mark.parametrize("line_id", [2**62, 2**64])
def test_many_months_with_a_line_that_is_not_there_are_not_found(subject, line_id):
    drafts = [
        draft_of(subject, 4, 9000),
        ClaimDraft(line_id=line_id, fiscal_year=YEAR, period=4, amount=Decimal(1)),
    ]

    with pytest.raises(NotFound):
        claims.claim_many(actor=subject.actor("owner"), drafts=drafts)


def test_nobody_but_owner_and_lead_claims_many_months(subject):
    with pytest.raises(NotAllowed):
        claims.claim_many(actor=subject.actor("controller"), drafts=[draft_of(subject, 4, 9000)])


def test_no_month_at_all_is_nothing_to_claim(subject):
    with pytest.raises(Invalid):
        claims.claim_many(actor=subject.actor("owner"), drafts=[])


def test_an_approved_claim_becomes_the_actual_of_its_month(subject, clock_at):
    april = subject.claim(4, 9000)
    clock_at(YEAR, 6, 3)
    may = subject.claim(5, 8000)

    subject.approve(april, may)

    assert subject.row(Series.ACTUAL) == (*(None,) * 3, 9_000_00, 8_000_00, *(None,) * 7)


def test_a_batch_is_one_transaction_with_one_ledger_entry_for_each_claim(subject, clock_at):
    april = subject.claim(4, 9000)
    clock_at(YEAR, 6, 3)
    may = subject.claim(5, 8000)

    subject.approve(april, may)

    with tenancy.reading(subject.actor("lead")):
        events = list(Event.objects.filter(act="claim_approved").order_by("seq"))
    assert [each.details["claim_id"] for each in events] == [april.pk, may.pk]
    assert len({each.transaction_id for each in events}) == 1
    assert {each.subject_id for each in events} == {subject.measure_id}


def test_a_batch_with_one_claim_that_cannot_be_decided_changes_none(subject, clock_at):
    april = subject.claim(4, 9000)
    subject.approve(april)
    clock_at(YEAR, 6, 3)
    may = subject.claim(5, 8000)

    with pytest.raises(ClaimNotWaiting):
        subject.approve(april, may)

    assert state_of(subject, may) == "submitted"


def test_only_the_controller_of_the_measure_decides(subject):
    claim = subject.claim(4, 9000)

    for role in ("owner", "sponsor", "lead", "administrator", "executive"):
        with pytest.raises(NotAllowed):
            claims.approve(actor=subject.actor(role), claim_ids=[claim.pk])
    with pytest.raises(NotFound):
        claims.approve(actor=subject.organization.newcomer(), claim_ids=[claim.pk])

    assert state_of(subject, claim) == "submitted"


def test_a_rejection_needs_a_reason_and_the_month_can_be_claimed_again(subject):
    claim = subject.claim(4, 9000)
    controller = subject.actor("controller")

    with pytest.raises(Invalid):
        claims.reject(actor=controller, claim_ids=[claim.pk], reason=" ")
    claims.reject(actor=controller, claim_ids=[claim.pk], reason="Invoice 12 is missing.")
    again = subject.claim(4, 8500)

    assert state_of(subject, claim) == "rejected"
    assert state_of(subject, again) == "submitted"


def test_who_claimed_as_lead_and_became_controller_decides_nothing_of_their_own(subject):
    lead = subject.actor("lead")
    claim = claims.claim(
        actor=lead,
        line_id=subject.line_id,
        fiscal_year=YEAR,
        period=4,
        amount=Decimal(9000),
    )
    proposals.name_people(
        actor=lead,
        measure_id=subject.measure_id,
        version=subject.measure().version,
        owner_id=subject.id_of("owner"),
        sponsor_id=subject.id_of("sponsor"),
        controller_id=subject.id_of("lead"),
    )

    with pytest.raises(OwnClaim):
        claims.approve(actor=lead, claim_ids=[claim.pk])

    assert state_of(subject, claim) == "submitted"


def test_a_month_is_claimed_once_unless_the_first_is_withdrawn(subject):
    first = subject.claim(4, 9000)

    with pytest.raises(AlreadyClaimed):
        subject.claim(4, 9500)
    claims.withdraw(actor=subject.actor("owner"), claim_id=first.pk)
    second = subject.claim(4, 9500)

    assert (state_of(subject, first), state_of(subject, second)) == ("withdrawn", "submitted")


def test_a_decided_claim_is_not_withdrawn(subject):
    claim = subject.claim(4, 9000)
    subject.approve(claim)

    with pytest.raises(ClaimNotWaiting):
        claims.withdraw(actor=subject.actor("owner"), claim_id=claim.pk)


def test_the_running_month_can_be_claimed_and_the_next_cannot(subject):
    with pytest.raises(MonthNotBegun):
        subject.claim(6, 9000)

    assert subject.claim(5, 9000).period == 5


def test_a_month_can_be_claimed_on_its_tenth_working_day_and_not_after_it(subject, clock_at):
    clock_at(YEAR, 5, 15)
    with pytest.raises(MonthLocked):
        subject.claim(4, 9000)
    clock_at(YEAR, 5, 14)

    assert subject.claim(4, 9000).state == "submitted"


def test_a_pending_claim_is_approved_after_the_lock_and_marked_late(subject, clock_at):
    claim = subject.claim(4, 9000)
    clock_at(YEAR, 5, 18)

    subject.approve(claim)

    with tenancy.reading(subject.actor("lead")):
        event = Event.objects.get(act="claim_approved", details__claim_id=claim.pk)
    assert event.details["is_late"] is True
    assert subject.row(Series.ACTUAL)[3] == 9_000_00


def test_a_claim_needs_a_decided_measure_and_a_readable_amount(subject, clock_at):
    clock_at(YEAR, 5, 4)
    planned = a_planned_measure()

    with pytest.raises(ClaimsNotOpen):
        planned.claim(4, 9000)
    with pytest.raises(CellsRefused):
        subject.claim(4, Decimal("NaN"))
    with pytest.raises(CellsRefused):
        subject.claim(4, Decimal("1.005"))


def test_who_may_not_claim_is_refused_beside_the_lead_who_may(subject):
    asked = {"line_id": subject.line_id, "fiscal_year": YEAR, "period": 4, "amount": Decimal(1)}

    with pytest.raises(NotAllowed):
        claims.claim(actor=subject.actor("controller"), **asked)

    assert claims.claim(actor=subject.actor("lead"), **asked).state == "submitted"


def test_the_controller_finds_what_waits_the_largest_first_and_not_their_own(subject, clock_at):
    small = subject.claim(4, 100)
    large = subject.claim(5, -9000)

    with tenancy.reading(subject.actor("controller")):
        waiting = rows.waiting_for(subject.actor("controller"))
    with tenancy.reading(subject.actor("owner")):
        none = rows.waiting_for(subject.actor("owner"))

    assert [each.claim_id for each in waiting] == [large.pk, small.pk]
    assert none == []
