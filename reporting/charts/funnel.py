"""The funnel: how many measures, and how much plan, stand at each DoI stage; never averaged."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from plotly import graph_objects

from reporting.charts.palette import Chart, Colour, drawn, literal, plain


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage in order: its name, how many measures stand there, and their plan.

    A step stands below its stage, whose count and plan hold those of the step.
    """

    name: str
    count: int
    value: Decimal
    is_step: bool = False

    @property
    def label(self) -> str:
        """Return the name as the chart writes it."""
        return f"\N{EN DASH} {self.name}" if self.is_step else self.name


@dataclass(frozen=True, slots=True)
class Funnel:
    """All stages from Defined to Closed; `divisor` and `decimals` are the scale of the page."""

    stages: tuple[FunnelStage, ...]
    unit: str
    divisor: Decimal = Decimal(1)
    decimals: int = 1


def chart(funnel: Funnel) -> Chart:
    """Draw two columns of bars over the same stages: count at the left, value at the right."""
    names = [stage.label for stage in funnel.stages]
    values = [_scaled(stage, funnel) for stage in funnel.stages]
    traces = [
        graph_objects.Bar(
            orientation="h",
            y=names,
            x=[stage.count for stage in funnel.stages],
            texttemplate="%{x:,}",
            **_looks(Colour.PLAN),
            hovertemplate="%{y}: %{x:,}<extra></extra>",
        ),
        graph_objects.Bar(
            orientation="h",
            y=names,
            x=[drawn(value) for value in values],
            xaxis="x2",
            texttemplate=f"%{{x:,.{funnel.decimals}f}}",
            **_looks(Colour.OUTLOOK),
            hovertemplate=(
                f"%{{y}}: %{{x:,.{funnel.decimals}f}} {literal(funnel.unit)}<extra></extra>"
            ),
        ),
    ]
    most = max([1, *(stage.count for stage in funnel.stages)])
    highest = max([1.0, *(drawn(value) or 0.0 for value in values)])
    layout: dict[str, object] = {
        "bargap": 0.36,
        "hovermode": "closest",
        "yaxis": {"autorange": "reversed", "showgrid": False},
        "xaxis": _axis(_("Measures"), [0.0, 0.44], most * 1.35),
        "xaxis2": _axis(
            _("Plan, %(unit)s") % {"unit": literal(funnel.unit)}, [0.54, 1.0], highest * 1.6
        ),
    }
    return Chart(
        title=_("Degree of implementation"),
        unit=_("measures, and plan in %(unit)s") % {"unit": funnel.unit},
        description=_("Number and plan value of the measures at each stage."),
        figure=plain(traces, layout),
        columns=(_("Stage"), _("Measures"), _("Plan, %(unit)s") % {"unit": funnel.unit}),
        rows=tuple(
            (stage.label, stage.count, value)
            for stage, value in zip(funnel.stages, values, strict=True)
        ),
    )


def _scaled(stage: FunnelStage, funnel: Funnel) -> Decimal:
    return (stage.value / funnel.divisor).quantize(Decimal(1).scaleb(-funnel.decimals))


def _looks(colour: Colour) -> dict[str, object]:
    return {
        "marker": {"color": colour.value},
        "textposition": "outside",
        "cliponaxis": False,
        "showlegend": False,
    }


def _axis(title: str, domain: list[float], highest: float) -> dict[str, object]:
    return {
        "title": {"text": title},
        "domain": domain,
        "range": [0, highest],
        "showgrid": False,
        "showticklabels": False,
        "zeroline": False,
        "fixedrange": True,
    }
