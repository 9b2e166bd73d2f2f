"""The DoI funnel and the line in a table cell."""

from decimal import Decimal

from reporting.charts import funnel
from reporting.charts.funnel import Funnel, FunnelStage
from reporting.charts.sparkline import sparkline


def stages():
    return (
        FunnelStage("Defined", 64, Decimal(3_100_000)),
        FunnelStage("Decided", 118, Decimal(24_640_000)),
    )


def test_the_funnel_shows_count_and_value_of_each_stage_side_by_side():
    chart = funnel.chart(Funnel(stages(), unit="EUR m", divisor=Decimal(1_000_000)))

    count, value = chart.figure["data"]
    assert (count["y"], count["x"]) == (["Defined", "Decided"], [64, 118])
    assert (value["xaxis"], value["x"]) == ("x2", [3.1, 24.6])
    assert chart.rows == (("Defined", 64, Decimal("3.1")), ("Decided", 118, Decimal("24.6")))


def test_a_funnel_without_measures_can_be_drawn():
    chart = funnel.chart(Funnel((FunnelStage("Defined", 0, Decimal(0)),), unit="EUR"))

    assert chart.rows == (("Defined", 0, Decimal("0.0")),)


def test_a_sparkline_runs_from_the_lowest_to_the_highest_point_of_its_box():
    line = sparkline([Decimal(0), Decimal(5), Decimal(10)], unit="EUR k")

    assert line.points == "2.0,22.0 48.0,12.0 94.0,2.0"
    assert line.view_box == "0 0 96 24"
    assert line.description == "from 0 to 10 EUR k"


def test_a_sparkline_leaves_out_what_was_not_given():
    line = sparkline([Decimal(1), None, Decimal(3)], plan=[Decimal(1), Decimal(3), Decimal(3)])

    assert line.points == "2.0,22.0 94.0,2.0"
    assert line.plan_points == "2.0,22.0 48.0,2.0 94.0,2.0"


def test_one_point_is_no_line():
    assert sparkline([None, Decimal(4), None]) is None


def test_a_flat_line_lies_in_the_middle_of_its_box():
    assert sparkline([Decimal(4), Decimal(4)]).points == "2.0,12.0 94.0,12.0"
