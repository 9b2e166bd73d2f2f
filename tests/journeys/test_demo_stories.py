"""The stories of the demo, each asserted in the product's own words after loading it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from statistics import median

import pytest
from django.core.management import call_command

from accounts.models import User
from audit.models import Event
from config.demo import keeping, requests, stories_of_change, stories_of_value
from config.demo.founding import PASSWORD
from config.demo.halvern import HALVERN
from core import tenancy
from core.money import from_scaled
from governance import certificates, printing
from governance.models import (
    ClosureCertificate,
    ClosureConfirmation,
    GateRequest,
    Leakage,
    LifecycleDecision,
    ShortfallApproval,
    StagePassage,
    SustainmentCheck,
    TakeOver,
)
from governance.queries import conflicts, desk, docket, forced
from measures.models import ActualClaim, Line, Measure, Milestone
from measures.queries import periods
from measures.rules import series
from measures.rules.amounts import percent_text
from measures.rules.stage import Lifecycle, Stage
from measures.rules.sums import Span
from reporting.queries import money
from reporting.rules.figures import Horizon
from reporting.rules.money import Basis
from steering.models import Escalation, EscalationDecision
from steering.queries import zombies
from tests.journeys.hospitals import *  # noqa: F403 -- told with the others: one demo is loaded
from tests.journeys.kept import *  # noqa: F403 -- told with the others: one demo is loaded
from tests.journeys.looked_back import *  # noqa: F403 -- told with the others: one demo is loaded
from tests.journeys.overlapped import *  # noqa: F403 -- told with the others: one demo is loaded
from tests.journeys.turned import *  # noqa: F403 -- told with the others: one demo is loaded

YEAR = 2026
MOST_CASES = 80  # of 400 measures; more would say that the demo's owners are asleep


def sentences(light) -> list[str]:
    return [each.sentence for each in light.reasons]


# --- the whole ------------------------------------------------------------------------------------


def test_the_visit_begins_on_8_july_and_no_two_duties_met_in_one_person(halvern):
    with halvern.reading() as context:
        day, met = periods.ground().day_of(context.now), conflicts.found()

    assert (day, met) == (date(YEAR, 7, 8), [])


def test_the_dashboard_says_41_2_m_of_45_0_m_against_a_target_of_50_0_m(halvern):
    seen = halvern.dashboard("Halvern Group")
    columns = {each.horizon: each for each in seen.columns}

    # The cents are those of the dollars of Monterrey at the plan rate.
    assert int(seen.sentence.outlook) == 41_200_000
    assert int(seen.sentence.plan) == 45_000_000
    assert seen.sentence.reached.quantize(Decimal("0.001")) == Decimal("0.916")
    assert columns[Horizon.RUN_RATE].target == 50_000_000


def test_four_hundred_measures_stand_at_every_stage_and_in_every_lifecycle(halvern):
    seen = halvern.dashboard("Halvern Group")

    assert seen.measures == 400
    assert all(step.count for step in seen.funnel)
    assert all(seen.lifecycles[each] for each in Lifecycle)


def test_the_top_forty_hold_two_thirds_of_the_value_and_the_median_is_60_k(halvern):
    with halvern.reading():
        sizes = sorted(Measure.objects.filter(effect_type="hard").values_list("size", flat=True))

    assert Decimal("0.64") < sum(sizes[-40:]) / sum(sizes) < Decimal("0.66")
    assert 59_000 < median(sizes) < 61_000


def test_the_plan_reaches_over_three_fiscal_years(halvern):
    with halvern.reading():
        years = Line.objects.filter(series__series="plan").values_list(
            "series__fiscal_year", flat=True
        )
        assert {2025, 2026, 2027} <= set(years)


def test_most_figures_are_fresh_and_a_few_owners_were_silent(halvern):
    seen = halvern.dashboard("Halvern Group")

    assert Decimal("0.9") < seen.fresh_share < 1


def test_all_that_was_taken_over_names_what_its_gates_would_have_asked(halvern):
    with halvern.reading():
        assert TakeOver.objects.count() == 383 - len(keeping.KEPT)
        assert TakeOver.objects.exclude(unmet=[]).exists()


# --- stories --------------------------------------------------------------------------------------


def test_steel_is_green_outside_and_red_inside(halvern):
    found = halvern.lights(stories_of_value.STEEL)
    line = halvern.figures(stories_of_value.STEEL).line_facts[0]
    clock = halvern.figures(stories_of_value.STEEL).clock
    outlook = series.in_year(series.outlook(line, clock), YEAR)
    plan = series.in_year(line.plan, YEAR)

    assert (found.implementation.colour, found.potential.colour) == ("green", "red")
    assert (outlook, plan) == (1_025_000_00, 1_800_000_00)
    assert "This fiscal year at 56.9 % of plan." in sentences(found.potential)
    assert halvern.approved(stories_of_value.STEEL, "Coil price") == 300_000
    assert halvern.waiting(stories_of_value.STEEL, "Coil price") == 65_000


def test_freight_is_the_worked_example_times_ten(halvern):
    found = halvern.lights(stories_of_value.FREIGHT)
    approved = halvern.approved(stories_of_value.FREIGHT, "Freight rates")
    waiting = halvern.waiting(stories_of_value.FREIGHT, "Freight rates")

    assert (found.implementation.colour, found.potential.colour) == ("green", "amber")
    assert sentences(found.potential) == ["Year to date at 85 % of plan."]
    assert percent_text(approved / (approved + waiting)) == "62.9 %"


def test_compressors_are_closed_with_all_of_their_plan(halvern):
    with halvern.reading():
        measure = halvern.measure(stories_of_value.COMPRESSORS)
        closing = ClosureConfirmation.objects.get(measure=measure)
    proofs = closing.figures

    assert (measure.stage, measure.lifecycle) == (Stage.CLOSED, Lifecycle.CLOSED)
    assert closing.outcome == "achieved"
    assert [proof["achieved"] for proof in proofs] == ["1", "1"]
    assert halvern.approved(stories_of_value.COMPRESSORS, "Compressors and pipework") == 310_000


def test_compressors_have_a_certificate_that_proves_itself_and_are_checked_twice_again(halvern):
    with halvern.reading():
        measure = halvern.measure(stories_of_value.COMPRESSORS)
        paper = ClosureCertificate.objects.get(measure=measure).paper
        checks = list(SustainmentCheck.objects.filter(measure=measure).order_by("number"))
    said = certificates.prove(printing.pdf(paper)).content

    assert (said["outcome"], said["signatures"]) == ("achieved", [])
    assert [line["achieved"] for line in said["lines"]] == ["1", "1"]
    assert [each.due_on for each in checks] == [date(YEAR, 12, 22), date(YEAR + 1, 6, 22)]


def test_travel_is_closed_with_a_shortfall_that_is_leakage(halvern):
    with halvern.reading():
        measure = halvern.measure(stories_of_value.TRAVEL)
        closing = ClosureConfirmation.objects.get(measure=measure)
    (proof,) = closing.figures

    assert closing.outcome == "shortfall"
    assert closing.shortfall_reason
    assert percent_text(Decimal(proof["achieved"])) == "73.3 %"
    assert Decimal(proof["confirmed_size"]) == 396_000
    assert Decimal(proof["leakage"]) == 144_000


def test_the_leakage_of_travel_is_booked_and_its_sponsor_has_countersigned_it(halvern):
    with halvern.reading():
        measure = halvern.measure(stories_of_value.TRAVEL)
        booked = Leakage.objects.get(measure=measure)
        signed = ShortfallApproval.objects.get(measure=measure)

    assert (measure.stage, measure.lifecycle) == (Stage.CLOSED, Lifecycle.CLOSED)
    assert (booked.cause, booked.run_rate, booked.in_year) == ("size", 144_000_00, 120_000_00)
    assert (signed.role, signed.approved_by_id) == ("sponsor", measure.sponsor_id)


def test_the_portal_has_less_to_gain_than_to_spend(halvern):
    figures = halvern.figures(stories_of_value.PORTAL)
    benefit, cost = (
        sum(value or 0 for row in series.outlook(line, figures.clock).values() for value in row)
        for line in figures.line_facts
    )
    spent = halvern.approved(stories_of_value.PORTAL, "Portal development")
    found = halvern.lights(stories_of_value.PORTAL)
    with halvern.reading():
        done = Milestone.objects.filter(
            measure__node__code=stories_of_value.PORTAL.code, actual_end__isnull=False
        ).count()

    assert (found.implementation.colour, found.potential.colour) == ("red", "red")
    assert (benefit, cost) == (232_000_00, 1_400_000_00)
    assert spent == 1_150_000
    assert (done, len(figures.milestones)) == (3, 9)


def test_the_portal_is_a_zombie_on_day_4_of_5_and_its_end_frees_250_k(halvern):
    actors = halvern.company.actors
    with halvern.reading():
        (asked,) = forced.waiting(actors[halvern.executive])
        (mine,) = forced.waiting(actors["Otto Brandt"], mine=True)
        found = zombies.of(actors[halvern.executive])

    assert (asked.measure_code, mine.id) == (stories_of_value.PORTAL.code, asked.id)
    assert (asked.day, asked.days, asked.due_on) == (4, 5, date(YEAR, 7, 9))
    assert (asked.to_gain, asked.to_spend, asked.net) == (232_000, 250_000, -18_000)
    assert [each.code for each in found] == [asked.measure_code]
    assert zombies.total(found, "").to_spend == 250_000


def test_harness_is_on_plan_in_dollars_and_25_6_k_lost_to_the_rate_are_not_its_owners(halvern):
    found = halvern.lights(stories_of_change.HARNESS)
    with halvern.reading():
        shown = money.of_measure(halvern.measure(stories_of_change.HARNESS), periods.ground())
    (gross,), (effect,) = shown.terms, shown.fx

    assert halvern.figures(stories_of_change.HARNESS).line_facts[0].currency == "USD"
    assert halvern.approved(stories_of_change.HARNESS, "Harness cost") == 4 * 90_000
    assert (found.potential.colour, {each.ratio for each in found.judged}) == ("green", {1})
    assert (round(effect.amount), effect.currencies) == (-2_564_103, ("USD",))
    assert gross.at(Basis.PLAN, Span.RUN_RATE) == 1_000_000_00
    assert halvern.dashboard("Halvern Group").fx == effect


def test_ostrava_was_cancelled_and_420_k_of_the_year_are_lost(halvern):
    figures = halvern.figures(stories_of_change.OSTRAVA)
    with halvern.reading():
        month = periods.ground().calendar.month_of(stories_of_change.OSTRAVA_CANCELLED)
        decision = LifecycleDecision.objects.get(measure_id=figures.measure_id)

    assert halvern.approved(stories_of_change.OSTRAVA, "Shift premiums") == 208_000
    assert series.cancellation_loss(figures.line_facts[0], month).in_year == 420_000_00
    assert from_scaled(decision.sunk_cost, 2) == 180_000
    assert all((decision.lessons, decision.ending))


def test_the_erp_gate_is_49_days_late_without_a_quorum_at_level_3(halvern):
    with halvern.reading():
        measure = halvern.measure(stories_of_change.ERP)
        asked = GateRequest.objects.get(measure=measure, gate=Stage.DECIDED)
        raised = Escalation.objects.get(measure=measure, rule="T9")
        late = (periods.ground().today - asked.due_on).days
        assert (asked.state, asked.above_limit, late) == ("open", True, 49)
        assert (measure.size, raised.level) == (950_000, 3)
        assert raised.facts["sentence"].endswith("It waits for: sponsor, steering.")


def test_the_solar_roof_is_on_hold_until_13_august(halvern):
    with halvern.reading():
        measure = halvern.measure(stories_of_change.SOLAR)
        decision = LifecycleDecision.objects.get(measure=measure)

    assert measure.lifecycle == Lifecycle.ON_HOLD
    assert decision.decided_at.date() == date(YEAR, 5, 15)
    assert decision.expires_on == date(YEAR, 8, 13)


def test_the_concession_nobody_claimed_counts_at_plan(halvern):
    figures = halvern.figures(stories_of_change.TERMS)
    line = next(each for each in figures.line_facts if each.key == "Price concession")
    outlook = series.outlook(line, figures.clock)

    assert outlook[YEAR][3:5] == (-18_000_00, -18_000_00)
    assert halvern.approved(stories_of_change.TERMS, "Payables") == 6_500_000
    assert sentences(halvern.lights(stories_of_change.TERMS).potential) == [
        "Apr 2026, May 2026 actuals not claimed (owner: Hanna Bauer)."
    ]


def test_spare_parts_are_judged_by_their_season(halvern):
    found = halvern.lights(stories_of_change.SPARE_PARTS)
    approved = halvern.approved(stories_of_change.SPARE_PARTS, "Parts margin")

    assert approved == 330_000
    assert found.potential.colour == "green"
    assert sentences(found.potential) == ["The outlook reaches 97 % of plan at least."]


def test_cyber_segmentation_costs_and_promises_nothing(halvern):
    figures = halvern.figures(stories_of_change.CYBER)
    (line,) = figures.line_facts

    assert line.is_cost
    assert series.in_year(line.plan, YEAR) == 640_000_00
    assert halvern.lights(stories_of_change.CYBER).potential.colour == "green"


def test_steel_the_portal_and_the_erp_gate_wait_for_the_steering_committee(halvern):
    with halvern.reading():
        waiting = Escalation.objects.filter(level=3, state="open").order_by("pk")
        found = [(row.measure.node.code, row.rule, row.due_on) for row in waiting]
        decided = EscalationDecision.objects.get()

    assert found == [
        (stories_of_value.STEEL.code, "T2", date(YEAR, 7, 8)),
        (stories_of_value.PORTAL.code, "T2", date(YEAR, 7, 8)),
        (stories_of_change.ERP.code, "T9", date(YEAR, 7, 8)),
    ]
    assert decided.outcome == "adjust"


def waiting_for(halvern, name, acting_for=""):
    """Return the measures on whose request somebody's vote is wanted, in their own name or not."""
    actors = halvern.company.actors
    principal = actors[acting_for].member_id if acting_for else None
    actor = replace(actors[name], acts_for_id=principal)
    with tenancy.reading(actor):
        return sorted(each.measure for each in docket.mine(actor))


def test_two_requests_wait_for_the_sponsor_on_leave_or_who_stands_in_and_two_for_the_controller(
    halvern,
):
    castings, regrind = "Castings from two foundries", "Regrind in plastic covers"

    assert waiting_for(halvern, "Martin Hauser") == [castings, regrind]
    assert waiting_for(halvern, "Eva Kowalska") == []
    assert waiting_for(halvern, "Eva Kowalska", "Martin Hauser") == [castings, regrind]
    assert waiting_for(halvern, "Clara Weiss") == [castings, "Full containers from Asia"]


def test_a_sponsor_on_leave_has_voted_through_who_stands_in(halvern):
    with halvern.reading():
        measure = halvern.measure(requests.SEA_FREIGHT)
        (row,) = [
            each
            for each in desk.of_measure(halvern.company.actors[halvern.executive], measure.pk)
            if each.stage is Stage.DECIDED
        ]

    assert [(vote.role, vote.voter, vote.choice) for vote in row.votes] == [
        ("sponsor", "Eva Kowalska for Martin Hauser", "approve"),
        ("controller", "", ""),
    ]


def test_cases_have_been_open_for_some_days_and_were_raised_when_nobody_decided(halvern):
    with halvern.reading():
        today = periods.ground().today
        found = Escalation.objects.filter(state="open").values_list("opened_at", "level")
        ages = {(today - opened.date()).days: level for opened, level in found}

    assert set(ages) == {0, 5, 6, 7, 9, 28}
    assert ages[9] > 0
    assert len(found) < MOST_CASES


def test_nearly_every_claim_that_waits_comes_with_its_extract(halvern):
    with halvern.reading():
        waiting = ActualClaim.objects.filter(state="submitted")
        proven = waiting.filter(evidence__isnull=False).count()

        assert 0.8 < proven / waiting.count() < 1


def test_every_story_passed_its_gates_by_votes(halvern):
    with halvern.reading():
        passages = StagePassage.objects.filter(
            measure__node__code=stories_of_value.COMPRESSORS.code, decision__isnull=False
        )
        stages = list(passages.order_by("stage").values_list("stage", flat=True))

    assert stages == [1, 2, 3, 4, 5]


# --- soundness ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check_tree", "check_rollups", "verify_ledger"])
def test_what_was_loaded_is_sound(demo, db, command):
    for slug in ("halvern", "marienfeld"):
        call_command(command, organization=slug)


def test_nothing_was_changed_without_a_governed_act(halvern):
    with halvern.reading():
        assert not Event.objects.filter(act="unattributed_change").exists()


def test_the_same_people_can_log_in_with_the_password_that_is_shown(halvern):
    user = User.objects.get(email=HALVERN.email("Felix Baumann"))

    assert user.check_password(PASSWORD)
