"""What surrounds holds and cancellations: extension, re-check, phasing and ripple."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed
from governance import errors
from governance.models import Ripple
from governance.queries import dependants, holding, lapses
from governance.rules.holds import Ending, Rank
from governance.services import lifecycle, phasing
from hierarchy.models import Node
from measures.models import Milestone
from measures.rules.stage import Stage
from measures.services import dependencies
from tests.factories.governance import a_measure, approved_months, today
from tests.factories.measures import a_decided_measure

LESSONS = Ending(lessons="Ask the customer first.")
MAY = (2026, 5, 15, 9)


def held(case, by="sponsor", days=30, **more):
    fields = {"reason_code": "budget", "reason": "Funds were moved."} | more
    until = today(case) + timedelta(days=days)
    return lifecycle.hold(actor=case.actor(by), measure_id=case.measure_id, until=until, **fields)


def extended(case, by, days=60):
    until = today(case) + timedelta(days=days)
    return lifecycle.extend(
        actor=case.actor(by), measure_id=case.measure_id, reason="Still no funds.", until=until
    )


def cancelled(case, by="sponsor", **more):
    fields = {"reason_code": "value", "reason": "Gone.", "ending": LESSONS} | more
    return lifecycle.cancel(actor=case.actor(by), measure_id=case.measure_id, **fields)


def told(case):
    with tenancy.reading(case.actor("lead")):
        rows = Event.objects.filter(subject_kind="measure", subject_id=case.measure_id)
        return list(rows.exclude(act="unattributed_change").order_by("seq"))


def waits_for(one, other):
    return dependencies.propose(
        actor=one.actor("owner"), measure_id=one.measure_id, needs_id=other.measure_id, what="It."
    )


# --- extension ------------------------------------------------------------------------------------


def test_a_sponsors_hold_is_extended_once_from_above(db):
    case = a_measure(Stage.DETAILED)
    first = held(case)

    extension = extended(case, "steering")

    assert (first.level, extension.level) == (Rank.PROJECT, Rank.STEERING)
    assert case.measure().lifecycle == "on_hold"
    with tenancy.reading(case.actor("lead")):
        assert holding.current(case.measure_id).until == extension.expires_on
    with pytest.raises(errors.NotHigher):
        extended(case, "executive", days=70)
    assert [each.act for each in told(case)] == ["measure_held", "hold_extended"]


@pytest.mark.parametrize("by", ["sponsor", "controller", "owner"])
def test_who_is_named_on_a_measure_does_not_extend_its_hold(db, by):
    case = a_measure(Stage.DETAILED)
    held(case)

    with pytest.raises(NotAllowed):
        extended(case, by)


def test_a_steering_hold_is_not_extended_by_a_lead(db):
    case = a_measure(Stage.DETAILED)
    held(case, by="steering")

    with pytest.raises(errors.NotHigher):
        extended(case, "lead")


def test_an_extension_ends_within_the_limit_from_today(db):
    case = a_measure(Stage.DETAILED)
    held(case, days=80)

    with pytest.raises(errors.HoldTooLong):
        extended(case, "lead", days=91)


def test_a_measure_that_runs_has_no_hold_to_extend(db):
    with pytest.raises(errors.NotNow):
        extended(a_measure(Stage.DETAILED), "steering")


# --- resuming after a long time -------------------------------------------------------------------


def lose_the_milestones(case):
    with case.acting("owner"):
        row = Milestone.objects.get(measure_id=case.measure_id)
        row.owner_id, row.version = None, row.version + 1
        row.save(update_fields=["owner", "version"])


def test_after_sixty_days_the_criteria_of_the_stage_are_judged_again(db, clock_at):
    clock_at(*MAY)
    case = a_measure(Stage.DETAILED)
    held(case, days=80)
    lose_the_milestones(case)
    clock_at(2026, 7, 15, 9)

    with pytest.raises(errors.CriteriaLapsed) as refusal:
        lifecycle.resume(actor=case.actor("sponsor"), measure_id=case.measure_id)

    assert "Compressor installed" in str(refusal.value)
    assert refusal.value.details["missing_rows"]
    assert case.measure().lifecycle == "on_hold"


def test_up_to_sixty_days_a_measure_resumes_as_it_stands(db, clock_at):
    clock_at(*MAY)
    case = a_measure(Stage.DETAILED)
    held(case, days=80)
    lose_the_milestones(case)
    clock_at(2026, 7, 14, 9)

    lifecycle.resume(actor=case.actor("sponsor"), measure_id=case.measure_id)

    assert case.measure().lifecycle == "active"


def test_a_proposal_has_no_gate_behind_it_to_judge(db):
    case = a_measure(Stage.DEFINED)

    with tenancy.reading(case.actor("lead")):
        assert lapses.of(case.measure()) == ()


# --- who waits ------------------------------------------------------------------------------------


def test_the_owners_of_what_waits_are_told_of_a_hold(db):
    needed = a_measure(Stage.DETAILED)
    waiting = a_measure(organization=needed.organization)
    farther = a_measure(organization=needed.organization)
    waits_for(waiting, needed)
    waits_for(farther, waiting)

    decision = held(needed)

    with tenancy.reading(needed.actor("lead")):
        noted = dict(Ripple.objects.filter(decision=decision).values_list("measure_id", "distance"))
        shown = [
            (each.measure_id, each.distance)
            for each in dependants.of(needed.actor("lead"), needed.measure_id)
        ]
    assert noted == {waiting.measure_id: 1, farther.measure_id: 2}
    assert shown == [(waiting.measure_id, 1), (farther.measure_id, 2)]
    assert told(needed)[-1].details["told"] == [needed.id_of("owner")]


def test_an_owner_reads_it_until_the_other_measure_runs_again_or_nothing_waits(db):
    needed = a_measure(Stage.DETAILED)
    waiting = a_measure(organization=needed.organization)
    made = waits_for(waiting, needed)
    decision = held(needed)
    owner = needed.actor("owner")

    with tenancy.reading(owner):
        (row,) = dependants.for_me(owner)
    assert (row.is_cancelled, row.until) == (False, decision.expires_on)

    lifecycle.resume(actor=needed.actor("sponsor"), measure_id=needed.measure_id)
    with tenancy.reading(owner):
        assert dependants.for_me(owner) == []
    cancelled(needed)
    with tenancy.reading(owner):
        assert [each.is_cancelled for each in dependants.for_me(owner)] == [True]
    dependencies.remove(actor=owner, dependency_id=made.pk, version=1)
    with tenancy.reading(owner):
        assert dependants.for_me(owner) == []


# --- cancellation ---------------------------------------------------------------------------------


def test_a_cancellation_says_what_was_spent_and_what_it_frees(db):
    case = a_measure(Stage.DECIDED)
    other = a_measure(organization=case.organization)

    made = cancelled(
        case,
        sunk_cost=Decimal(180_000),
        ending=Ending(
            lessons="Ask the works council first.",
            freed_budget=Decimal("250000.50"),
            freed_people=Decimal("2.5"),
            replacement_id=other.measure_id,
        ),
    )

    assert (made.sunk_cost, made.freed_budget) == (180_000_00, 250_000_50)
    assert (made.freed_people, made.replacement_id) == (Decimal("2.5"), other.measure_id)
    act = told(case)[-1]
    assert (act.details["freed_budget"], act.details["replacement_id"]) == (
        250_000_50,
        other.measure_id,
    )


def test_what_is_not_stated_is_worked_out_from_the_figures(db):
    made = cancelled(a_measure(Stage.DECIDED))

    assert (made.sunk_cost, made.freed_budget) == (0, 0)


@pytest.mark.parametrize(
    "ending",
    [
        Ending(lessons="So.", freed_budget=Decimal(-1)),
        Ending(lessons="So.", freed_people=Decimal(-1)),
        Ending(lessons="So.", freed_people=Decimal("NaN")),
    ],
)
def test_what_is_freed_is_not_negative(db, ending):
    with pytest.raises(Invalid):
        cancelled(a_measure(Stage.DECIDED), ending=ending)


def test_a_measure_is_not_replaced_by_itself(db):
    case = a_measure(Stage.DECIDED)

    with pytest.raises(Invalid):
        cancelled(case, ending=Ending(lessons="So.", replacement_id=case.measure_id))


def test_an_effect_that_flows_needs_its_end_said(db):
    case = a_measure(Stage.DECIDED)
    approved_months(case, 4)

    with pytest.raises(errors.EffectStillFlows):
        cancelled(case)
    made = cancelled(case, ending=Ending(lessons="So.", ending="The lanes go back in August."))

    assert (made.ending, case.measure().lifecycle) == (
        "The lanes go back in August.",
        "cancelled",
    )


# --- the delayed phasing --------------------------------------------------------------------------


def rephased(subject):
    with tenancy.reading(subject.actor("lead")):
        return holding.is_rephased(subject.measure_id)


def test_a_delayed_phasing_counts_once_sponsor_and_controller_confirm_the_forecast(db, clock_at):
    clock_at(*MAY)
    subject = a_decided_measure()
    held(subject.case())
    phasing.confirm(actor=subject.actor("sponsor"), measure_id=subject.measure_id)
    assert not rephased(subject)

    phasing.confirm(actor=subject.actor("controller"), measure_id=subject.measure_id)

    assert rephased(subject)


def test_another_forecast_needs_another_confirmation(db, clock_at):
    clock_at(*MAY)
    subject = a_decided_measure()
    held(subject.case())
    for by in ("sponsor", "controller"):
        phasing.confirm(actor=subject.actor(by), measure_id=subject.measure_id)

    subject.save("forecast", {12: 5000})

    assert not rephased(subject)


@pytest.mark.parametrize("by", ["owner", "lead", "steering"])
def test_a_delayed_phasing_is_confirmed_by_nobody_else(db, by):
    case = a_measure(Stage.DECIDED)
    held(case)

    with pytest.raises(errors.NotItsRephaser):
        phasing.confirm(actor=case.actor(by), measure_id=case.measure_id)


def test_a_measure_that_runs_has_no_delayed_phasing(db):
    case = a_measure(Stage.DECIDED)

    with pytest.raises(errors.NothingToRephase):
        phasing.confirm(actor=case.actor("sponsor"), measure_id=case.measure_id)


def test_only_a_node_above_gives_rank(db):
    case = a_measure(Stage.DETAILED)
    newcomer = case.organization.newcomer()
    with tenancy.reading(case.actor("lead")):
        package = Node.objects.get(pk=case.measure().node.parent_id)
    case.organization.seat(newcomer, "lead", package)

    with tenancy.reading(case.actor("lead")):
        measure = case.measure()
        ranks = {
            role: holding.rank(measure, case.id_of(role))
            for role in ("owner", "sponsor", "controller", "lead", "steering", "executive")
        }
        assert holding.rank(measure, newcomer.member_id) is Rank.PROJECT
    assert ranks == {
        "owner": Rank.NONE,
        "sponsor": Rank.PROJECT,
        "controller": Rank.PROGRAM,
        "lead": Rank.PROGRAM,
        "steering": Rank.STEERING,
        "executive": Rank.EXECUTIVE,
    }


def test_a_review_outside_the_hold_is_refused(db):
    case = a_measure(Stage.DETAILED)

    with pytest.raises(Invalid):
        held(case, review_on=date(2099, 1, 1))
