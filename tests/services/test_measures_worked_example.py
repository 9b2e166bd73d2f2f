"""The worked example of domain-rules §15, through the services under a shifted clock."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from core import tenancy
from measures.models import MeasureStatus
from measures.queries import facts
from measures.queries import lights as stored
from measures.rules import series
from measures.rules.lines import Series
from measures.services import figures, lights
from tests.factories.measures import YEAR, Subject, a_decided_measure

K = 1000


@pytest.fixture
def example(clock_at):
    """Live through the year up to 8 July: April and May approved, June claimed at 10 k."""
    return live(clock_at)


def live(clock_at, *, june_forecast: int = 10 * K, claims_june: bool = True) -> Subject:
    clock_at(YEAR, 1, 12, 9)
    subject = a_decided_measure()
    for month, amount in ((4, 9 * K), (5, 8 * K)):
        clock_at(YEAR, month + 1, 3, 9)
        subject.approve(subject.claim(month, amount))
    subject.save(Series.FORECAST, {6: june_forecast})
    clock_at(YEAR, 7, 6, 9)
    if claims_june:
        subject.claim(6, 10 * K)
    subject.save(Series.FORECAST, dict.fromkeys(range(7, 13), 9 * K))
    clock_at(YEAR, 7, 8, 9)
    return subject


def figures_of(subject: Subject) -> facts.MeasureFigures:
    with tenancy.reading(subject.actor("executive")):
        return facts.of_one(subject.measure_id, datetime(YEAR, 7, 8, tzinfo=UTC).date())


def judged(status: MeasureStatus) -> dict[str, Fraction | None]:
    return {each.window: each.ratio for each in stored.read(status).judged}


def sentences(status: MeasureStatus) -> list[str]:
    return [each.sentence for each in stored.read(status).potential.reasons]


def test_the_plan_has_its_in_year_effect_run_rate_and_carry_over(example):
    line = figures_of(example).line_facts[0]

    assert series.in_year(line.plan, YEAR) == 90 * K * 100
    assert series.run_rate(line.plan, line.full_effect) == 120 * K * 100
    assert line.original == line.plan


def test_the_outlook_counts_approved_pending_and_forecast_months(example):
    case = figures_of(example)

    outlook = series.outlook(case.line_facts[0], case.clock)

    assert outlook[YEAR] == (
        0, 0, 0, *(each * K * 100 for each in (9, 8, 10, 9, 9, 9, 9, 9, 9)),
    )  # fmt: skip
    assert sum(outlook[YEAR]) == 81 * K * 100


def test_on_8_july_the_year_to_date_makes_the_potential_amber_and_the_work_is_on_time(example):
    status = example.judged()

    assert (status.implementation, status.potential) == ("green", "amber")
    assert judged(status) == {
        "fiscal_year": Fraction(81, 90),
        "run_rate": Fraction(90, 100),
        "year_to_date": Fraction(17, 20),
    }
    assert sentences(status) == ["Year to date at 85 % of plan."]
    marks = [each.sentence for each in stored.read(status).potential.marks]
    assert marks == ["Jun 2026 provisional: not yet confirmed, without effect on the colour."]


def test_had_june_been_forecast_at_9_the_year_would_be_amber_too(clock_at):
    subject = live(clock_at, june_forecast=9 * K)

    status = subject.judged()

    assert judged(status)["fiscal_year"] == Fraction(80, 90)
    assert status.potential == "amber"


def test_on_20_july_a_claim_still_pending_caps_at_amber_and_names_the_controller(clock_at, example):
    clock_at(YEAR, 7, 20, 9)
    figures.no_change(actor=example.actor("owner"), measure_id=example.measure_id)

    status = example.judged()

    assert status.potential == "amber"
    assert judged(status)["year_to_date"] == Fraction(17, 20)
    assert sentences(status)[0] == (
        "Jun 2026 actuals not yet confirmed (controller: Controller Person)."
    )


def test_had_june_never_been_claimed_it_would_be_red_and_name_the_owner(clock_at):
    subject = live(clock_at, claims_june=False)
    clock_at(YEAR, 7, 20, 9)
    figures.no_change(actor=subject.actor("owner"), measure_id=subject.measure_id)

    status = subject.judged()

    assert status.potential == "red"
    assert judged(status)["year_to_date"] == Fraction(17, 30)
    assert sentences(status)[0] == (
        "Year to date at 56.6 % of plan: Jun 2026 never claimed (owner: Owner Person)."
    )


def test_silence_makes_the_forecast_stale_and_then_expired(clock_at, example):
    clock_at(YEAR, 7, 17, 9)
    stale = stored.read(example.judged())
    clock_at(YEAR, 7, 31, 9)
    expired = stored.read(example.judged())

    assert (stale.forecast, stale.potential.colour) == ("stale", "amber")
    assert (expired.forecast, expired.potential.colour) == ("expired", "red")
    assert (stale.implementation.colour, expired.implementation.colour) == ("amber", "red")


def test_judging_twice_changes_nothing(example):
    once = stored.read(example.judged())

    twice = stored.read(example.judged())

    assert (once.implementation, once.potential) == (twice.implementation, twice.potential)
    assert once.judged == twice.judged


def test_facts_and_lights_cost_the_same_number_of_statements_for_one_and_for_three(
    clock_at, example, django_assert_num_queries
):
    clock_at(YEAR, 1, 12, 9)
    subjects = [a_decided_measure(example.organization) for _ in range(2)]
    ids = [example.measure_id, *(each.measure_id for each in subjects)]
    today = datetime(YEAR, 7, 8, tzinfo=UTC).date()

    with tenancy.acting(tenancy.system(example.organization.id)):
        for some in (ids[:1], ids):
            with django_assert_num_queries(8):
                facts.of(some, today)
            lights.recompute(some, today)  # the first judgement marks those that wait
            with django_assert_num_queries(12):
                lights.recompute(some, today)


def test_the_claim_was_entered_in_cents_without_a_float(example):
    line = figures_of(example).line_facts[0]

    assert line.pending == {YEAR: (None,) * 5 + (int(Decimal(10 * K) * 100),) + (None,) * 6}
