"""The charts of the /_components page, with invented figures of one year."""

from datetime import date, timedelta
from decimal import Decimal

from reporting.charts import cumulative, funnel, quadrant
from reporting.charts.cumulative import Curve, CurveMonth
from reporting.charts.funnel import Funnel, FunnelStage
from reporting.charts.palette import Chart
from reporting.charts.quadrant import Bubble, Quadrant

MILLION = Decimal(1_000_000)
TODAY = date(2026, 7, 8)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = tuple(enumerate(_NAMES, start=1))


def month_state(period: int) -> str:
    """Return what a month of the invented year is on the invented day."""
    if period < TODAY.month - 1:
        return "locked"
    return "provisional" if period == TODAY.month - 1 else "open"


def curve() -> Chart:
    """Return the cumulative curve of an invented year, seen on 8 July."""
    plans = ["2.1", "2.4", "2.9", "3.3", "3.6", "3.8", "4.0", "4.2", "4.4", "4.6", "4.8", "4.9"]
    seen = ["1.9", "2.2", "2.6", "2.9", "3.2", "3.4", "3.7", "3.9", "4.1", "4.3", "4.4", "4.6"]
    months = tuple(
        CurveMonth(
            ends_on=_month_end(period),
            label=f"{name} 26",
            plan=Decimal(plans[period - 1]) * MILLION,
            outlook=Decimal(seen[period - 1]) * MILLION,
            approved=Decimal(seen[period - 1]) * MILLION
            if month_state(period) == "locked"
            else None,
            is_closed=month_state(period) == "locked",
        )
        for period, name in MONTHS
    )
    return cumulative.chart(Curve(months=months, today=TODAY, unit="EUR m", divisor=MILLION))


def _month_end(period: int) -> date:
    first_of_next = date(2026 + period // 12, period % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def programs() -> Chart:
    """Return the quadrant of the invented programs; one of them is a watermelon."""
    table = (
        ("Direct Materials", "0.97", "0.57", "green", "red", "9.4"),
        ("Logistics", "0.95", "0.86", "green", "amber", "3.8"),
        ("Plant Productivity", "0.81", "0.91", "amber", "green", "7.2"),
        ("Energy", "0.62", "0.88", "red", "amber", "3.1"),
        ("Variant Reduction", "0.74", "0.64", "amber", "red", "4.4"),
        ("Pricing", "0.99", "1.02", "green", "green", "5.6"),
        ("Shared Services", "0.90", "0.74", "green", "amber", "2.2"),
    )
    bubbles = tuple(
        Bubble(name, Decimal(x), Decimal(y), first, second, Decimal(plan) * MILLION)
        for name, x, y, first, second, plan in table
    )
    unjudged = Bubble("Cyber segmentation", Decimal("0.92"), None, "green", "grey", Decimal(0))
    return quadrant.chart(Quadrant((*bubbles, unjudged), unit="EUR m", divisor=MILLION))


def stages() -> Chart:
    """Return the funnel of an invented portfolio of 402 measures."""
    table = (
        ("Defined", 64, "3.1"),
        ("Identified", 92, "8.4"),
        ("Detailed", 71, "9.9"),
        ("Decided", 118, "24.6"),
        ("Implemented", 39, "11.2"),
        ("Closed", 18, "9.2"),
    )
    standing = tuple(FunnelStage(name, count, Decimal(v) * MILLION) for name, count, v in table)
    return funnel.chart(Funnel(standing, unit="EUR m", divisor=MILLION))
