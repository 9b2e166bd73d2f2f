"""Rolling a stage back through the services: who, when, and what becomes of all around it."""

from decimal import Decimal

import pytest

from core import tenancy
from core.errors import Invalid, NotAllowed
from governance.errors import DutiesMeet, NotNow
from governance.errors.rollback import (
    NothingToRollBack,
    RollBackNotNow,
    RollBackProposed,
    TwoToRollBack,
)
from governance.models import GateRequest, RollBackConfirmation
from governance.queries import rollbacks
from governance.rules.holds import Ending
from governance.services import lifecycle, rollback
from hierarchy.errors import DutiesMerge
from measures.errors import (
    ClaimsNotOpen,
    ForecastNotOpen,
    LineCommitted,
    MeasureEnded,
    PlanFrozen,
)
from measures.models import Commitment, Line
from measures.queries import commitments, facts, periods, series
from measures.rules.lines import Series
from measures.rules.stage import Stage
from measures.services import claims, figures, lines
from measures.services.claims import ClaimDraft
from measures.services.figures import CellChange
from tests.factories.deputies import acting_for, named
from tests.factories.governance import YEAR, a_measure, a_request, approved_months, pass_next_gate
from tests.factories.measures import a_line_draft
from tests.factories.reporting import drained, drifted, sums, tallies
from tests.factories.rollbacks import plan, proposed, rolled_back


@pytest.fixture
def decided(clock_at):
    clock_at(YEAR, 7, 8, 9)
    return a_measure(Stage.DECIDED)


def figures_of(case):
    with tenancy.reading(case.actor("lead")):
        return facts.of_one(case.measure_id, periods.ground().today)


def places(case):
    return (case.measure().stage, case.measure().step, case.measure().lifecycle)


@pytest.mark.parametrize(
    ("first", "second"), [("sponsor", "controller"), ("controller", "sponsor")]
)
def test_what_one_of_the_two_proposes_the_other_confirms(decided, first, second):
    row = proposed(decided, Stage.IDENTIFIED, by=first)
    assert (row.proposed_as, places(decided)[0]) == (first, Stage.DECIDED)

    rollback.confirm(actor=decided.actor(second), measure_id=decided.measure_id)

    with tenancy.reading(decided.actor("lead")):
        done = rollbacks.of(decided.actor(second), decided.measure())
        kept = RollBackConfirmation.objects.get(measure_id=decided.measure_id)
    assert places(decided) == (Stage.IDENTIFIED, 0, "active")
    assert [(each.state, each.confirmed_by != "") for each in done.rows] == [("done", True)]
    assert (kept.snapshot["stage"], len(kept.snapshot["lines"])) == (Stage.DECIDED, 1)


@pytest.mark.parametrize("by", ["owner", "lead", "executive", "administrator"])
def test_nobody_else_proposes_or_confirms(decided, by):
    with pytest.raises(NotAllowed):
        proposed(decided, Stage.DETAILED, by=by)
    proposed(decided, Stage.DETAILED)
    with pytest.raises(NotAllowed):
        rollback.confirm(actor=decided.actor(by), measure_id=decided.measure_id)


def test_who_proposed_does_not_confirm(decided):
    proposed(decided, Stage.DETAILED)

    with pytest.raises(TwoToRollBack):
        rollback.confirm(actor=decided.actor("sponsor"), measure_id=decided.measure_id)


def test_a_sponsor_who_administers_does_not_roll_back(decided):
    decided.organization.seat(decided.actor("sponsor"), "administrator")

    with pytest.raises(DutiesMeet):
        proposed(decided, Stage.DETAILED)


@pytest.mark.parametrize("to", [Stage.DECIDED, Stage.IMPLEMENTED])
def test_a_stage_is_not_rolled_back_to_itself_or_beyond(decided, to):
    with pytest.raises(RollBackNotNow):
        proposed(decided, to)


def test_a_roll_back_says_why_and_is_proposed_once(decided):
    with pytest.raises(Invalid):
        proposed(decided, Stage.DETAILED, reason=" ")
    with pytest.raises(Invalid):
        proposed(decided, 9)
    proposed(decided, Stage.DETAILED)
    with pytest.raises(RollBackProposed):
        proposed(decided, Stage.DETAILED, by="controller")


def test_what_is_on_hold_or_closed_is_not_rolled_back(decided):
    proposed(decided, Stage.DETAILED)
    lifecycle.hold(
        actor=decided.actor("lead"),
        measure_id=decided.measure_id,
        reason_code="budget",
        reason="No money.",
        until=decided.measure().created_at.date().replace(month=8, day=1),
    )

    with pytest.raises(NothingToRollBack):
        rollback.confirm(actor=decided.actor("controller"), measure_id=decided.measure_id)
    with pytest.raises(RollBackNotNow):
        proposed(decided, Stage.DETAILED)
    lifecycle.cancel(
        actor=decided.actor("sponsor"),
        measure_id=decided.measure_id,
        reason_code="value",
        reason="Over.",
        ending=Ending(lessons="Ask first."),
    )
    with pytest.raises(MeasureEnded):
        proposed(decided, Stage.DETAILED)


def test_either_of_the_two_withdraws_what_waits(decided):
    proposed(decided, Stage.DETAILED)
    rollback.withdraw(
        actor=decided.actor("controller"), measure_id=decided.measure_id, reason="Not needed."
    )

    with pytest.raises(NothingToRollBack):
        rollback.confirm(actor=decided.actor("controller"), measure_id=decided.measure_id)
    with pytest.raises(NothingToRollBack):
        rollback.withdraw(actor=decided.actor("sponsor"), measure_id=decided.measure_id)


def test_a_page_that_showed_another_stage_confirms_nothing(decided):
    proposed(decided, Stage.DETAILED)

    with pytest.raises(NothingToRollBack):
        rollback.confirm(
            actor=decided.actor("controller"),
            measure_id=decided.measure_id,
            to_stage=Stage.IDENTIFIED,
        )


def test_a_deputy_rolls_back_for_one_and_never_for_both(decided):
    organization, deputy = decided.organization, decided.organization.newcomer("Deputy")
    named(organization, "controller", deputy)
    named(organization, "sponsor", deputy)
    proposed(decided, Stage.DETAILED, actor=acting_for(organization, deputy, "sponsor"))

    with pytest.raises(TwoToRollBack):
        rollback.confirm(
            actor=acting_for(organization, deputy, "controller"), measure_id=decided.measure_id
        )
    rollback.confirm(actor=decided.actor("controller"), measure_id=decided.measure_id)

    with tenancy.reading(decided.actor("lead")):
        row = rollbacks.of(decided.actor("lead"), decided.measure()).rows[0]
    assert " for " in row.proposed_by


def test_a_deputy_with_a_duty_here_does_not_roll_back(decided):
    organization = decided.organization
    named(organization, "controller", organization.actor("owner"))

    with pytest.raises(DutiesMerge):
        proposed(
            decided,
            Stage.DETAILED,
            actor=acting_for(organization, organization.actor("owner"), "controller"),
        )


def test_an_open_request_is_void_by_it(decided):
    asked = a_request(decided)
    rolled_back(decided, Stage.DETAILED)

    with tenancy.reading(decided.actor("lead")):
        assert GateRequest.objects.get(pk=asked.pk).state == "void"


def test_the_plan_is_open_again_and_what_was_decided_goes_on_counting(decided):
    before = plan(decided)
    with pytest.raises(PlanFrozen):
        _set_plan(decided, 7_000)
    rolled_back(decided, Stage.DETAILED)

    _set_plan(decided, 7_000)

    line = figures_of(decided).lines[0]
    in_force, drafted = line.facts, line.drafted
    assert in_force.plan[YEAR][8] == 10_000_00 == in_force.original[YEAR][8]
    assert drafted.plan[YEAR][8] == 7_000_00
    # Version 1 stays letter by letter, and the new one stands beside it.
    assert (plan(decided)[: len(before)], len(plan(decided)) - len(before)) == (before, 1)


def test_decided_again_the_new_plan_counts_beside_the_original_one(decided):
    rolled_back(decided, Stage.DETAILED)
    _set_plan(decided, 7_000)
    pass_next_gate(decided)

    line = figures_of(decided).lines[0].facts
    assert (line.plan[YEAR][8], line.original[YEAR][8]) == (7_000_00, 10_000_00)
    with pytest.raises(PlanFrozen):
        _set_plan(decided, 6_000)

    rolled_back(decided, Stage.DETAILED)
    _set_plan(decided, 5_000)
    pass_next_gate(decided)
    again = figures_of(decided).lines[0].facts
    assert (again.plan[YEAR][8], again.original[YEAR][8]) == (5_000_00, 10_000_00)
    with tenancy.reading(decided.actor("lead")):
        assert Commitment.objects.filter(measure_id=decided.measure_id).count() == 2


def test_a_roll_back_to_decided_opens_no_plan(clock_at):
    clock_at(YEAR, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)
    rolled_back(case, Stage.DECIDED)

    assert places(case) == (Stage.DECIDED, 0, "active")
    with pytest.raises(PlanFrozen):
        _set_plan(case, 7_000)
    with tenancy.reading(case.actor("lead")):
        assert not commitments.of([case.measure_id])


def test_a_measure_rolled_back_is_still_claimed_and_forecast(decided):
    rolled_back(decided, Stage.DEFINED)
    approved_months(decided, 5)
    _save(decided, Series.FORECAST, 8_000)
    new = lines.add(
        actor=decided.actor("owner"),
        measure_id=decided.measure_id,
        draft=a_line_draft("Water"),
    )

    with pytest.raises(ForecastNotOpen):
        _save(decided, Series.FORECAST, 8_000, line_id=new.pk)
    with pytest.raises(ClaimsNotOpen):
        claims.claim_many(
            actor=decided.actor("owner"),
            drafts=[ClaimDraft(line_id=new.pk, fiscal_year=YEAR, period=5, amount=Decimal(1))],
        )
    found = figures_of(decided)
    assert found.judged_stage is Stage.DECIDED
    assert found.lines[0].facts.approved[YEAR][4] == 9_000_00


def test_a_line_that_was_decided_is_not_taken_away(decided):
    rolled_back(decided, Stage.DETAILED)
    with tenancy.reading(decided.actor("owner")):
        version = Line.objects.get(pk=decided.line_id).version

    with pytest.raises(LineCommitted):
        lines.remove(actor=decided.actor("owner"), line_id=decided.line_id, version=version)


def test_a_roll_back_betters_no_total(decided):
    before = _rows(decided)
    rolled_back(decided, Stage.IDENTIFIED)
    _set_plan(decided, 1_000)

    assert _rows(decided) == before


def test_what_was_decided_is_cancelled_and_not_rejected(decided):
    rolled_back(decided, Stage.DEFINED)

    with pytest.raises(NotNow):
        lifecycle.reject(
            actor=decided.actor("lead"), measure_id=decided.measure_id, reason="No proposal."
        )


def _set_plan(case, amount):
    _save(case, Series.PLAN, amount)


def _save(case, kind, amount, line_id=None):
    with tenancy.reading(case.actor("owner")):
        versions = {
            tuple(key): at.version for key, at in series.current([line_id or case.line_id]).items()
        }
    figures.save(
        actor=case.actor("owner"),
        measure_id=case.measure_id,
        cells=[CellChange(line_id or case.line_id, kind, YEAR, 9, Decimal(amount))],
        versions=versions,
    )


def _rows(case):
    """Return the sums of every node and the lights of their measures, stages left out."""
    drained(case.organization)
    assert drifted(case.organization) == []
    counts = {
        node: {key: value for key, value in tally.numbers.items() if not key.startswith("stage.")}
        for node, tally in tallies(case.organization).items()
    }
    return sums(case.organization), counts
