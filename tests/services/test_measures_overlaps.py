"""An overlap is agreed by three people, told in the ledger, and counts at the Decided gate."""

from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from governance.errors import GateBlocked
from governance.queries import claims_on_budgets
from governance.rules.holds import Ending
from governance.services import gates, lifecycle
from measures.errors import MeasureEnded
from measures.errors.overlap import (
    OverlapNotYours,
    OverlapOfSecret,
    OverlapOver,
    OverlapReversedByOthers,
    OverlapTaken,
    OverlapTooLarge,
    OverlapUnlike,
)
from measures.models import Overlap
from measures.queries import budget as reading
from measures.queries import overlaps as known
from measures.rules.budget_file import FileKind
from measures.rules.calendar import Month
from measures.rules.stage import Stage
from measures.services import overlaps
from tests.factories.budget import BOOKINGS, imported
from tests.factories.confidential import hidden
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.overlaps import a_chart, agreed, on_line, proposed

MONTHS = {5: 2000, 6: 2000}


@pytest.fixture
def two(clock_at):
    """Two planned measures of 10,000 a month from April on one budget line."""
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    one, other = (a_planned_measure(organization) for _ in range(2))
    a_chart(organization)
    on_line(one, other)
    return one, other


def state(overlap, subject):
    with tenancy.reading(subject.actor("lead")):
        return Overlap.objects.get(pk=overlap.pk).state


def test_owner_proposes_sponsor_and_controller_confirm_and_the_ledger_tells(two):
    one, other = two

    made = proposed(one, other, MONTHS)
    first = overlaps.confirm(actor=other.actor("controller"), overlap_id=made.pk).state
    second = overlaps.confirm(actor=other.actor("sponsor"), overlap_id=made.pk).state
    overlaps.end(actor=one.actor("controller"), overlap_id=made.pk, reason="Nothing is common.")

    assert (made.first_year, made.amounts[3:7]) == (YEAR, [0, 200_000, 200_000, 0])
    assert (first, second, state(made, one)) == ("proposed", "agreed", "reversed")
    with tenancy.reading(one.actor("lead")):
        told = Event.objects.filter(act__startswith="overlap_", subject_id=one.measure_id)
        assert list(told.order_by("pk").values_list("act", flat=True)) == [
            "overlap_proposed", "overlap_confirmed", "overlap_confirmed", "overlap_reversed",
        ]  # fmt: skip


def test_nobody_confirms_what_they_proposed_nor_twice_nor_without_a_duty(two):
    one, other = two
    by_sponsor = proposed(one, other, MONTHS, by="sponsor")

    for role in ("owner", "sponsor"):
        with pytest.raises((OverlapNotYours, NotAllowed)):
            overlaps.confirm(actor=one.actor(role), overlap_id=by_sponsor.pk)
    overlaps.confirm(actor=one.actor("controller"), overlap_id=by_sponsor.pk)
    with pytest.raises(OverlapNotYours):
        overlaps.confirm(actor=one.actor("controller"), overlap_id=by_sponsor.pk)
    with pytest.raises(NotFound):
        overlaps.confirm(actor=one.organization.newcomer(), overlap_id=by_sponsor.pk)
    assert state(by_sponsor, one) == "proposed"
    with pytest.raises(NotAllowed):
        proposed(one, other, MONTHS, by="executive")


def test_a_proposal_is_taken_back_or_declined_and_an_agreed_one_reversed_by_a_controller(two):
    one, other = two
    back, reason = proposed(one, other, MONTHS), "Counted by mistake."
    overlaps.end(actor=one.actor("owner"), overlap_id=back.pk, reason=reason)
    declined = proposed(one, other, MONTHS)
    overlaps.end(actor=other.actor("sponsor"), overlap_id=declined.pk, reason=reason)
    standing = agreed(one, other, MONTHS)

    for role in ("owner", "sponsor", "lead"):
        with pytest.raises(OverlapReversedByOthers):
            overlaps.end(actor=one.actor(role), overlap_id=standing.pk, reason=reason)
    with pytest.raises(OverlapOver):
        overlaps.confirm(actor=one.actor("controller"), overlap_id=standing.pk)
    with pytest.raises(OverlapOver):
        overlaps.end(actor=one.actor("owner"), overlap_id=back.pk, reason=reason)
    with pytest.raises(Invalid):
        overlaps.end(actor=one.actor("controller"), overlap_id=standing.pk, reason=" ")
    assert [state(each, one) for each in (back, declined, standing)] == [
        "declined", "declined", "agreed",
    ]  # fmt: skip


def test_only_what_both_plan_on_one_budget_line_overlaps_and_once(two):
    one, other = two
    elsewhere = a_planned_measure(one.organization)

    with pytest.raises(OverlapUnlike, match="one budget line"):
        proposed(one, elsewhere, MONTHS)
    on_line(elsewhere, code="6300")
    with pytest.raises(OverlapUnlike, match="one budget line"):
        proposed(one, elsewhere, MONTHS)
    with pytest.raises(OverlapUnlike, match="lines of one measure"):
        proposed(one, one, MONTHS)
    with pytest.raises(OverlapTooLarge, match="Mar 2026"):
        proposed(one, other, {3: 1})
    with pytest.raises(OverlapTooLarge, match="Apr 2026"):
        proposed(one, other, {4: 10_001})
    for months in ({}, {4: 0}, {4: -1}, {4: Decimal("0.001")}):
        with pytest.raises(Invalid):
            proposed(one, other, months)
    proposed(one, other, MONTHS)
    with pytest.raises(OverlapTaken):
        proposed(other, one, MONTHS)
    with tenancy.reading(one.actor("owner")):
        pairs = known.candidates(one.actor("owner"), one.measure())
    assert [(line.pk, far.pk) for line, far in pairs] == [(one.line_id, other.line_id)]


def test_a_confidential_measure_has_no_overlap_and_what_has_one_is_not_made_confidential(two):
    one, other = two
    third = a_planned_measure(one.organization)
    on_line(third)
    hidden(third)

    with pytest.raises((OverlapOfSecret, NotFound)):
        proposed(one, third, MONTHS)
    with pytest.raises(OverlapOfSecret):
        proposed(third, other, MONTHS)


def test_a_measure_that_has_ended_agrees_on_nothing(two):
    one, other = two
    waiting = proposed(one, other, MONTHS)
    lifecycle.cancel(
        actor=other.actor("sponsor"),
        measure_id=other.measure_id,
        reason_code="value",
        reason="It will not pay.",
        ending=Ending(lessons="Ask first.", ending="It ends with the month."),
    )

    with pytest.raises(MeasureEnded):
        overlaps.confirm(actor=one.actor("controller"), overlap_id=waiting.pk)
    overlaps.end(actor=one.actor("controller"), overlap_id=waiting.pk, reason="Too late.")
    with pytest.raises(MeasureEnded):
        proposed(one, other, MONTHS)


def test_the_ledger_is_explained_by_effects_net_of_what_overlaps(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    one, other = (a_decided_measure(organization) for _ in range(2))
    a_chart(organization)
    on_line(one, other)
    imported(organization, FileKind.BOOKINGS, BOOKINGS)
    agreed(one, other, {5: 3000, 6: 3000})
    clock_at(YEAR, 6, 2, 9)
    one.approve(one.claim(5, 9000))
    other.approve(other.claim(5, 2500))

    with tenancy.reading(organization.actor("controller")):
        chart = list(reading.visible(organization.actor("controller")))
        account = reading.accounts(chart, YEAR)[0]
    may, june = account.months[Month(YEAR, 5)], account.months[Month(YEAR, 6)]

    assert (may.effects, may.overlaps) == (1_150_000, 250_000)
    assert (june.effects, june.overlaps) == (0, 0)


def test_plans_beyond_the_budget_bar_the_decided_gate_until_the_overlap_is_agreed(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    plan = dict.fromkeys(range(4, 13), 70_000)
    committee = [organization.newcomer() for _ in range(2)]
    for member in committee:
        organization.seat(member, "steering")
    one = a_decided_measure(organization, plan, committee=committee)
    other = a_decided_measure(organization, plan, stage=Stage.DETAILED)
    a_chart(organization)
    on_line(one, other)

    def planned():
        with tenancy.reading(organization.actor("lead")):
            found = claims_on_budgets.of([other.measure_id, one.measure_id])
        return {
            pk: [
                (each.name, each.fiscal_year, int(each.planned), int(each.budget)) for each in rows
            ]
            for pk, rows in found.items()
        }

    def missing():
        with pytest.raises(GateBlocked) as barred:
            gates.request(actor=other.actor("owner"), measure_id=other.measure_id)
        return {each.code for each in barred.value.details["missing"]}

    before, barred = planned(), missing()
    agreed(other, one, dict.fromkeys(range(4, 13), 20_000))

    whole = 1_200_000
    assert barred - missing() == {"over_claim"}
    assert before[other.measure_id] == [("6210 Packaging", YEAR, 1_260_000, whole)]
    # What is not decided yet bars nobody else.
    assert before[one.measure_id] == [("6210 Packaging", YEAR, 630_000, whole)]
    assert planned()[other.measure_id] == [("6210 Packaging", YEAR, 1_080_000, whole)]
