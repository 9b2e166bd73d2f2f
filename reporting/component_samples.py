"""The content of the /_components page: every component in all its states, figures invented."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django import forms
from django.core.paginator import Paginator

from reporting import chart_samples
from reporting.chart_samples import MILLION, MONTHS, month_state
from reporting.charts.sparkline import Sparkline, sparkline


@dataclass(frozen=True, slots=True)
class SampleLight:
    """What a page hands to a light: the stored colour and its reason in words."""

    colour: str
    reason: str = ""
    held: bool = False
    computed: str = ""
    computed_reason: str = ""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One child in the children table."""

    name: str
    implementation: SampleLight
    potential: SampleLight
    reds: int
    plan: Decimal
    outlook: Decimal
    confirmed: Decimal | None
    spark: Sparkline | None

    @property
    def delta(self) -> Decimal:
        """Outlook less plan."""
        return self.outlook - self.plan


class SampleForm(forms.Form):
    """A form with a field of each kind; bound with mistakes, so that errors show."""

    title = forms.CharField(help_text="What changes, in the words of the people who do it.")
    amount = forms.DecimalField(
        label="Run-rate", help_text="EUR a year, rough.", widget=forms.TextInput()
    )
    kind = forms.ChoiceField(choices=[("hard", "Hard"), ("avoidance", "Cost avoidance")])
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    mandatory = forms.BooleanField(label="Mandatory milestone", required=False)


def samples() -> dict[str, object]:
    """Return the context of templates/components/index.html."""
    rows = _rows()
    return {
        "organization": {"name": "Halvern Group"},
        "scale": "millions",
        "demo_clock": datetime(2026, 7, 8, 9, 0, tzinfo=UTC),
        "nav_items": _nav(),
        "breadcrumbs": [
            {"label": "Halvern Group", "url": "#"},
            {"label": "Procurement", "url": "#"},
            {"label": "Components", "url": ""},
        ],
        "lights": _lights(),
        "rows": rows,
        "page": Paginator(rows, 4).page(1),
        "sort": "-plan",
        "form": SampleForm({"title": "", "amount": "1,5", "kind": "hard", "mandatory": "on"}),
        "refusal": _refusal(),
        "steps": _steps(),
        "criteria": _criteria(),
        "entries": _entries(),
        "items": _due(),
        "anchors": _anchors(),
        "grid": _grid(),
        "curve": chart_samples.curve(),
        "quadrant": chart_samples.programs(),
        "funnel": chart_samples.stages(),
        "plan": Decimal("45000000"),
        "outlook": Decimal("41200000"),
        "target": Decimal("50000000"),
        "confirmed_value": Decimal("14350000"),
        "confirmed": Decimal("0.6299"),
    }


def _nav() -> list[dict[str, object]]:
    return [
        {"label": "Portfolio", "url": "#", "active": True},
        {"label": "My work", "url": "#", "count": 7},
        {"label": "Gates", "url": "#", "count": 3},
        {"label": "Approvals", "url": "#", "count": 12},
        {"label": "Configuration", "url": "#"},
    ]


def _lights() -> list[SampleLight]:
    return [
        SampleLight("green", "All 4 milestones due are on time."),
        SampleLight("amber", "June actuals are not yet confirmed by the controller, Ines Roth."),
        SampleLight("red", "Full-year outlook at 56.9 % of plan: 1,025 of 1,800 k."),
        SampleLight("grey", "Nothing is due yet."),
        SampleLight("green", "On hold until 13 August; last colour green.", held=True),
        SampleLight("amber", "On hold until 13 August; last colour amber.", held=True),
        SampleLight("red", "On hold until 13 August; last colour red.", held=True),
        SampleLight(
            "red",
            "The supplier has announced a stop; set by Jan Becker until 31 July.",
            computed="green",
            computed_reason="All milestones are on time.",
        ),
        SampleLight(""),
    ]


def _rows() -> list[SampleRow]:
    green = SampleLight("green", "On time.")
    amber = SampleLight("amber", "June actuals are not yet confirmed.")
    red = SampleLight("red", "Year to date at 56.6 % of plan.")
    grey = SampleLight("grey", "Nothing is due yet.")
    held = SampleLight("amber", "On hold since 15 May.", held=True)
    table = (
        ("Procurement", green, amber, 4, "15.2", "13.6", "0.64"),
        ("Operations", amber, amber, 7, "12.4", "11.3", "0.58"),
        ("Product & Complexity", green, red, 11, "8.1", "5.4", "0.41"),
        ("Commercial", green, green, 1, "6.3", "7.9", "0.81"),
        ("Overhead & Cash", held, amber, 2, "3.0", "3.0", "0.70"),
        ("Cyber segmentation", green, grey, 0, "-0.64", "-0.66", None),
    )
    return [
        SampleRow(
            name=name,
            implementation=implementation,
            potential=potential,
            reds=reds,
            plan=Decimal(plan) * MILLION,
            outlook=Decimal(outlook) * MILLION,
            confirmed=Decimal(confirmed) if confirmed else None,
            spark=_spark(Decimal(plan), Decimal(outlook)) if confirmed else None,
        )
        for name, implementation, potential, reds, plan, outlook, confirmed in table
    ]


def _spark(plan: Decimal, outlook: Decimal) -> Sparkline | None:
    planned = [plan * n / 78 for n in range(1, 13)]
    seen = [outlook * n / 78 * (Decimal("0.9") if n % 3 else Decimal("1.2")) for n in range(1, 13)]
    return sparkline(seen, planned, "EUR m")


def _refusal() -> dict[str, object]:
    return {
        "sentence": "The gate Decided cannot be passed yet: 3 of 9 criteria are not met.",
        "code": "gate_blocked",
        "missing": [
            {
                "text": "Baseline figure with evidence",
                "who": "the owner, Petra Lang",
                "url": "#value",
            },
            {"text": "Vote of the sponsor", "who": "Dr. Max Oduya", "url": "#gate"},
            {
                "text": "Vote of the controller",
                "who": "nobody yet: no controller is named",
                "url": "",
            },
        ],
    }


def _steps() -> list[dict[str, object]]:
    return [
        {"name": "Defined", "state": "done", "on": date(2025, 9, 4), "by": "Petra Lang"},
        {"name": "Identified", "state": "done", "on": date(2025, 10, 2), "by": "Jan Becker"},
        {"name": "Detailed", "state": "done", "on": date(2025, 11, 20), "by": "Ines Roth"},
        {
            "name": "Decided",
            "state": "current",
            "on": date(2025, 12, 11),
            "by": "Dr. Max Oduya",
            "note": "in execution",
        },
        {"name": "Implemented", "state": "open", "note": "planned 30 September 2026"},
        {"name": "Closed", "state": "open"},
    ]


def _criteria() -> list[dict[str, object]]:
    return [
        {"text": "Plan phased by month for each effect line", "is_met": True},
        {"text": "One-time cost and its budget line", "is_met": True},
        {
            "text": "Baseline figure with evidence",
            "is_met": False,
            "who": "the owner, Petra Lang",
            "url": "#value",
            "link": "Add evidence",
        },
        {
            "text": "Controller's confirmation of baseline and method",
            "is_met": False,
            "who": "the controller, Ines Roth",
            "url": "#gate",
        },
    ]


def _entries() -> list[dict[str, object]]:
    at = datetime(2026, 7, 8, 8, 12, tzinfo=UTC)
    return [
        {
            "what": "Forecast changed",
            "at": at,
            "who": "Petra Lang, owner",
            "reason": "The second mill starts one month later.",
            "changes": [
                {"field": "September 2026", "before": "150,000", "after": "110,000"},
                {"field": "October 2026", "before": None, "after": "110,000"},
            ],
            "number": "4,812",
            "hash": "9f2c41d07be8",
        },
        {
            "what": "Gate Decided passed",
            "at": at - timedelta(days=209),
            "who": "Dr. Max Oduya, sponsor; Ines Roth, controller",
            "number": "1,077",
            "hash": "03ab77c19d55",
        },
    ]


def _due() -> list[dict[str, object]]:
    return [
        {
            "title": "ERP warehouse module",
            "context": "Gate Decided: no quorum, escalated to the steering committee",
            "due_on": date(2026, 5, 20),
            "days_late": 49,
            "value": Decimal(950_000),
            "action": "Decide",
            "url": "#",
        },
        {
            "title": "Customer portal self-service",
            "context": "Value evaporated: 232 k left to gain for 250 k to spend",
            "due_on": date(2026, 7, 9),
            "value": Decimal(1_400_000),
            "action": "Decide",
            "url": "#",
        },
        {
            "title": "Freight tender Europe",
            "context": "June claim of 100 k waits for approval",
            "due_on": date(2026, 7, 14),
            "value": Decimal(900_000),
            "action": "Approve",
            "url": "#",
        },
    ]


def _anchors() -> list[dict[str, object]]:
    return [
        {"label": "Signs", "url": "#signs", "current": True},
        {"label": "Figures", "url": "#figures"},
        {"label": "Charts", "url": "#charts"},
        {"label": "Tables", "url": "#tables", "count": 6},
        {"label": "Value grid", "url": "#value"},
        {"label": "Gate", "url": "#gate"},
        {"label": "Forms", "url": "#forms"},
        {"label": "Work", "url": "#work"},
    ]


def _grid() -> dict[str, object]:
    series = (
        ("plan", "Plan", ["150,000"] * 12, "Frozen at Decided on 11 December 2025."),
        ("forecast", "Forecast", [""] * 5 + ["65,000"] + ["110,000"] * 6, ""),
        ("actual", "Approved actual", ["60,000"] * 5 + [""] * 7, "Approved figures are locked."),
    )
    return {
        "id": "value-grid",
        "label": "Steel coil dual sourcing, saving, 2026",
        "action": "#",
        "decimal": ".",
        "group": ",",
        "decimals": 0,
        "unit": "EUR",
        "versions": [{"name": "version-7-forecast-2026", "value": "3"}],
        "months": [{"label": f"{name} 26", "state": month_state(i)} for i, name in MONTHS],
        "rows": [
            {
                "series": code,
                "label": label,
                "under": "Saving, hard",
                "total": _total(values),
                "cells": [
                    _grid_cell(code, label, month, values[month[0] - 1], why) for month in MONTHS
                ],
            }
            for code, label, values, why in series
        ],
    }


def _grid_cell(
    code: str, label: str, month: tuple[int, str], value: str, why: str
) -> dict[str, object]:
    period, name = month
    locked = why or ("This month is closed." if month_state(period) == "locked" else "")
    return {
        "name": f"cell-7-{code}-2026-{period}",
        "label": f"{label}, {name} 2026",
        "value": value,
        "why": locked,
        "error": "",
    }


def _total(values: list[str]) -> str:
    return f"{sum(int(value.replace(',', '')) for value in values if value):,}"
