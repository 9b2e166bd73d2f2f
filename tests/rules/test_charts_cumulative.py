"""The cumulative curve."""

from datetime import date
from decimal import Decimal

from reporting.charts import cumulative
from reporting.charts.cumulative import Curve, CurveMonth


def month(ends_on, plan, outlook, approved=None, *, closed=False):
    values = [None if value is None else Decimal(value) for value in (plan, outlook, approved)]
    return CurveMonth(ends_on, f"{ends_on:%b %y}", *values, is_closed=closed)


def three_months():
    return (
        month(date(2026, 4, 30), 10_000, 9_000, 9_000, closed=True),
        month(date(2026, 5, 31), 10_000, 8_000, 8_000, closed=True),
        month(date(2026, 6, 30), 10_000, 10_000),
    )


def drawn(today=date(2026, 6, 8), months=None):
    curve = Curve(months or three_months(), today, unit="EUR k", divisor=Decimal(1000))
    return cumulative.chart(curve)


def lines(chart):
    return {trace["name"]: trace["y"] for trace in chart.figure["data"]}


def test_each_line_is_the_sum_up_to_the_month_in_the_scale_of_the_page():
    assert lines(drawn()) == {
        "Plan": [10.0, 20.0, 30.0],
        "Outlook": [9.0, 17.0, 27.0],
        "Approved actual": [9.0, 17.0, None],
    }


def test_approved_actual_ends_with_the_last_month_that_has_one():
    assert drawn().rows[-1] == ("Jun 26", Decimal("30.00"), Decimal("27.00"), None)


def test_a_month_missing_in_between_does_not_break_the_line():
    months = list(three_months())
    months[1] = month(date(2026, 5, 31), 10_000, None, 8_000, closed=True)

    assert lines(drawn(months=tuple(months)))["Outlook"] == [9.0, 9.0, 19.0]


def test_a_series_nobody_gave_has_no_line_and_no_name():
    chart = drawn(months=tuple(month(each.ends_on, 10_000, None) for each in three_months()))

    names = [label["text"] for label in chart.figure["layout"]["annotations"]]
    assert lines(chart)["Outlook"] == [None, None, None]
    assert names == ["Plan", "Today"]


def test_closed_months_are_shaded_and_today_is_marked():
    shapes = drawn().figure["layout"]["shapes"]

    assert [(shape["type"], shape["x0"], shape["x1"]) for shape in shapes] == [
        ("rect", "2026-04-30", "2026-05-31"),
        ("line", "2026-06-08", "2026-06-08"),
    ]


def test_a_day_outside_of_the_months_is_not_marked():
    chart = drawn(today=date(2027, 1, 1))

    assert [shape["type"] for shape in chart.figure["layout"]["shapes"]] == ["rect"]


def test_names_of_lines_that_end_close_together_do_not_lie_on_one_another():
    near = (month(date(2026, 1, 31), 100_000, 99_000), month(date(2026, 2, 28), 1_000, 1_000))

    labels = drawn(months=near).figure["layout"]["annotations"]

    assert [(label["text"], label["yshift"]) for label in labels] == [("Plan", 0), ("Outlook", -15)]


def test_a_year_without_months_is_an_empty_chart():
    chart = cumulative.chart(Curve((), date(2026, 6, 8), unit="EUR"))

    assert chart.rows == ()
    assert chart.figure["layout"].get("shapes", []) == []
