"""Figures: plan until Decided, forecast after it, and nobody's save overwrites another's."""

from decimal import Decimal

import pytest

from core import tenancy
from core.errors import NotAllowed, NotFound
from measures.errors import (
    ActualFromClaimsOnly,
    CellsRefused,
    ForecastNotOpen,
    MonthClosed,
    NothingToForecast,
    PlanFrozen,
    StaleFigures,
)
from measures.models import SeriesVersion
from measures.rules.lines import Series
from measures.services import figures
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure, a_proposal

PLAN = (None, None, None, *(10_000_00,) * 9)


def test_a_saved_plan_is_the_next_version_and_the_earlier_one_stays(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()

    subject.save(Series.PLAN, {4: 8000})

    with tenancy.reading(subject.actor("owner")):
        rows = SeriesVersion.objects.filter(line_id=subject.line_id, series="plan")
        kept = list(rows.order_by("version").values_list("version", "p04", "p05", "recorded_by"))
    owner = subject.id_of("owner")
    assert kept == [(1, 10_000_00, 10_000_00, owner), (2, 8_000_00, 10_000_00, owner)]


def test_cells_that_say_what_is_there_write_no_version(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()
    before = subject.versions()

    subject.save(Series.PLAN, {4: 10_000})

    assert subject.versions() == before


def test_an_emptied_cell_is_not_given_which_is_not_zero(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()

    subject.save(Series.PLAN, {4: None, 5: 0})

    assert subject.row(Series.PLAN)[3:5] == (None, 0)


def test_the_plan_is_frozen_from_decided_on(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()

    with pytest.raises(PlanFrozen):
        subject.save(Series.PLAN, {4: 1})

    assert subject.row(Series.PLAN) == PLAN


def test_the_forecast_opens_at_decided_seeded_with_the_plan(clock_at):
    clock_at(YEAR, 1, 12)
    planned = a_planned_measure()
    decided = a_decided_measure()

    with pytest.raises(ForecastNotOpen):
        planned.save(Series.FORECAST, {4: 1})
    decided.save(Series.FORECAST, {4: 9000})

    assert planned.row(Series.FORECAST) is None
    assert decided.row(Series.FORECAST) == (None, None, None, 9_000_00, *(10_000_00,) * 8)


def test_an_actual_is_not_written_but_claimed(clock_at):
    clock_at(YEAR, 5, 4)
    subject = a_decided_measure()

    with pytest.raises(ActualFromClaimsOnly):
        subject.save(Series.ACTUAL, {4: 1})


def test_a_month_that_has_ended_keeps_its_forecast_and_the_running_one_does_not(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()
    clock_at(YEAR, 5, 4)

    with pytest.raises(MonthClosed) as refused:
        subject.save(Series.FORECAST, {4: 1, 5: 2})
    subject.save(Series.FORECAST, {5: 2})

    assert "Freight, forecast Apr 2026" in str(refused.value)
    assert subject.row(Series.FORECAST)[3:5] == (10_000_00, 2_00)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("NaN", "is not a number"),
        ("Infinity", "is not a finite number"),
        ("1234567890123456789", "too large"),
        ("0.001", "more than the 2 decimals"),
    ],
)
def test_a_cell_that_cannot_be_kept_is_refused_by_name_and_nothing_is_saved(clock_at, amount, said):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()

    with pytest.raises(CellsRefused) as refused:
        subject.save(Series.PLAN, {4: Decimal(amount), 5: 1})

    assert str(refused.value).startswith("Freight, plan Apr 2026:")
    assert said in str(refused.value)
    assert subject.row(Series.PLAN) == PLAN


def test_all_refused_cells_are_named_not_only_the_first(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()

    with pytest.raises(CellsRefused) as refused:
        subject.save(Series.PLAN, {4: Decimal("NaN"), 5: Decimal("0.001")})

    assert len(refused.value.details["cells"]) == 2


def test_the_largest_amount_that_fits_is_kept_exactly(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()

    subject.save(Series.PLAN, {4: Decimal("99999999999.99"), 5: Decimal("-99999999999.99")})

    assert subject.row(Series.PLAN)[3:5] == (10**13 - 1, -(10**13 - 1))


def test_a_save_from_a_stale_page_shows_both_values_and_overwrites_nothing(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()
    seen = subject.versions()
    subject.save(Series.PLAN, {4: 7000}, by="lead")

    with pytest.raises(StaleFigures) as refused:
        figures.save(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            cells=subject.cells(Series.PLAN, {4: 8000}),
            versions=seen,
        )

    assert "Freight, plan Apr 2026: yours 8000.00, theirs 7000.00" in str(refused.value)
    assert subject.row(Series.PLAN)[3] == 7_000_00


def test_who_may_not_edit_is_refused_and_who_may_not_look_finds_nothing(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()
    stranger = subject.organization.newcomer()

    with pytest.raises(NotAllowed):
        subject.save(Series.PLAN, {4: 1}, by="executive")
    with pytest.raises(NotFound):
        figures.save(
            actor=stranger,
            measure_id=subject.measure_id,
            cells=subject.cells(Series.PLAN, {4: 1}),
            versions=subject.versions(),
        )
    subject.save(Series.PLAN, {4: 1}, by="lead")

    assert subject.row(Series.PLAN)[3] == 1_00


def test_a_line_of_another_measure_is_not_found(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_planned_measure()
    other = a_proposal(subject.organization)

    with pytest.raises(NotFound):
        figures.save(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            cells=other.cells(Series.PLAN, {4: 1}),
            versions={},
        )


def test_no_change_submits_the_forecast_again(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()
    before = subject.row(Series.FORECAST)

    figures.no_change(actor=subject.actor("owner"), measure_id=subject.measure_id)

    assert subject.row(Series.FORECAST) == before
    assert subject.versions()[subject.line_id, Series.FORECAST, YEAR] == 2


def test_no_change_needs_a_forecast(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure(plan={})

    with pytest.raises(NothingToForecast):
        figures.no_change(actor=subject.actor("owner"), measure_id=subject.measure_id)


def test_a_shift_moves_the_open_months_and_keeps_their_sum(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()

    figures.shift(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        line_id=subject.line_id,
        months=2,
    )

    assert subject.row(Series.FORECAST) == (None, None, None, 0, 0, *(10_000_00,) * 7)
    assert subject.row(Series.FORECAST, YEAR + 1) == (*(10_000_00,) * 2, *(None,) * 10)


def test_a_shift_into_a_month_that_has_ended_is_refused(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()
    clock_at(YEAR, 5, 4)

    with pytest.raises(MonthClosed):
        figures.shift(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            line_id=subject.line_id,
            months=-1,
        )


def test_the_rest_of_the_year_is_scaled_to_a_total_to_the_cent(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()
    clock_at(YEAR, 10, 5)

    figures.scale_rest(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        line_id=subject.line_id,
        total=Decimal("10000.00"),
    )

    row = subject.row(Series.FORECAST)
    assert row[3:9] == (10_000_00,) * 6
    assert row[9:] == (3_333_34, 3_333_33, 3_333_33)


def test_a_one_click_act_from_a_stale_page_is_refused(clock_at):
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()
    seen = subject.versions()
    subject.save(Series.FORECAST, {4: 9000}, by="lead")

    with pytest.raises(StaleFigures):
        figures.no_change(
            actor=subject.actor("owner"), measure_id=subject.measure_id, versions=seen
        )
