"""What a dashboard shows above its children: the sentence, the tiles, the three charts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hierarchy.queries.past import ASKED
from measures.queries import stages as stage_names
from measures.rules.stage import Lifecycle, Stage
from measures.words import LIFECYCLE_NAMES
from reporting.charts import cumulative, funnel, quadrant
from reporting.charts.cumulative import Curve, CurveMonth
from reporting.charts.funnel import Funnel, FunnelStage
from reporting.charts.palette import Chart
from reporting.charts.quadrant import Bubble, Quadrant
from reporting.queries import steps
from reporting.queries.children import ChildRow
from reporting.queries.dashboard import Dashboard, NodeLight
from reporting.rules.figures import Column, Horizon
from reporting.views.scene import Scene, Writer, writer
from reporting.views.words import HORIZON_NAMES, RATE_NOTES, group_name

CHARTS_KEPT = 256
REASONS_SHOWN = 3

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure as it is written, and the address of the rows it is made of (empty: none).

    `note` explains what the figure counts, where its name alone does not.
    """

    text: str
    url: str = ""
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A short state beside a figure, as components/badge.html takes it."""

    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One of target, plan, outlook, confirmed: this fiscal year large, the other horizons below."""

    key: str
    label: str
    amount: Amount
    others: tuple[Amount, ...]
    note: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class GroupLink:
    """A group of figures to choose; figures of two are never added."""

    name: str
    address: str
    is_chosen: bool


def writer_of(scene: Scene, figures: Dashboard) -> Writer:
    """Return how the page writes: scaled by its largest figure, over whole life left aside."""
    shown = [
        value
        for column in figures.columns
        if column.horizon is not Horizon.LIFE
        for value in (column.target, column.plan, column.outlook, column.confirmed)
    ]
    return writer(scene, figures.group, shown)


def groups(figures: Dashboard) -> list[GroupLink]:
    """Return the groups to choose from."""
    return [
        GroupLink(group_name(each.key), each.address, each.is_chosen) for each in figures.groups
    ]


def tiles(scene: Scene, figures: Dashboard, write: Writer) -> list[Tile]:
    """Return target, plan, outlook and confirmed, each with the way to what it is made of."""
    by_horizon = {column.horizon: column for column in figures.columns}
    year = by_horizon[Horizon.FISCAL_YEAR]
    maker = _Maker(scene, figures, write, by_horizon)
    return [
        maker.tile("target", _("Target"), _target_note(year, write), []),
        maker.tile("plan", _("Plan"), _plan_note(year, write), _plan_badges(year)),
        maker.tile("outlook", _("Outlook"), _outlook_note(year, write), _fresh(figures, write)),
        maker.tile("confirmed", _("Confirmed"), _confirmed_note(figures, write),
                   _approved(figures, write)),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the tiles of one page."""

    scene: Scene
    figures: Dashboard
    write: Writer
    columns: dict[Horizon, Column]

    def tile(self, key: str, label: str, note: str, badges: Iterable[Badge]) -> Tile:
        year, *others = (self.amount(key, horizon) for horizon in Horizon)
        return Tile(key, label, year, tuple(others), note, tuple(badges))

    def amount(self, key: str, horizon: Horizon) -> Amount:
        value = getattr(self.columns[horizon], key)
        url = "" if value is None else self.url(key, horizon)
        note = "" if value is None else str(RATE_NOTES.get((key, horizon), ""))
        return Amount(self.write.money(value), url, str(HORIZON_NAMES[horizon]), note)

    def url(self, key: str, horizon: Horizon) -> str:
        if key == "target":
            return "" if self.scene.as_of else self.scene.url("measures:targets")
        address = self.scene.url("reporting:provenance", measured=key, horizon=horizon.value)
        chosen = next((each.address for each in self.figures.groups if each.is_chosen), "")
        day = "" if self.scene.as_of is None else f"&{ASKED}={self.scene.as_of}"
        return f"{address}?group={chosen}{day}"


def _target_note(year: Column, write: Writer) -> str:
    if year.target is None:
        return _("No target is set here.")
    if year.gap == year.target:
        return _("Nothing of it is given to those below yet.")
    if year.gap is not None and year.gap < 0:
        return _("%(gap)s more is given to those below") % {"gap": write.money(-year.gap)}
    return _("%(gap)s not yet given to those below") % {"gap": write.money(year.gap)}


def _plan_note(year: Column, write: Writer) -> str:
    """Say what the plan covers of the target, and what was committed before any plan made anew."""
    said = []
    if year.coverage is not None:
        said.append(_("covers %(share)s of the target") % {"share": write.share(year.coverage)})
    if year.original is not None and year.of_original is not None:
        shown = {"amount": write.money(year.original), "share": write.share(year.of_original)}
        said.append(_("original commitment %(amount)s, outlook at %(share)s of it") % shown)
    return "; ".join(said)


def _plan_badges(year: Column) -> list[Badge]:
    return (
        [] if year.plan is None else [Badge(stage_names.names().of(Stage.DECIDED), "good", "check")]
    )


def _outlook_note(year: Column, write: Writer) -> str:
    if year.outlook is None or year.plan is None:
        return ""
    return _("%(delta)s against plan, %(share)s of it") % {
        "delta": write.money(year.outlook - year.plan, signed=True),
        "share": write.share(year.reached),
    }


def delta(figures: Dashboard, write: Writer) -> str:
    """Return outlook less plan of this fiscal year with its sign; an en dash if either lacks."""
    said = figures.sentence
    if said.outlook is None or said.plan is None:
        return write.money(None)
    return write.money(said.outlook - said.plan, signed=True)


def _fresh(figures: Dashboard, write: Writer) -> list[Badge]:
    if figures.fresh_share is None:
        return []
    text = _("%(share)s fresh") % {"share": write.share(figures.fresh_share)}
    return [Badge(text, "good" if figures.fresh_share >= 1 else "", "clock")]


def _confirmed_note(figures: Dashboard, write: Writer) -> str:
    if not figures.unclaimed:
        return ""
    if write.money(figures.unclaimed) == write.money(Decimal(0)):
        return _("a little is due and not claimed")
    return _("%(amount)s due and not claimed") % {"amount": write.money(figures.unclaimed)}


def _approved(figures: Dashboard, write: Writer) -> list[Badge]:
    if figures.confirmed_share is None:
        return []
    text = _("%(share)s confirmed") % {"share": write.share(figures.confirmed_share)}
    return [Badge(text, "good" if figures.confirmed_share >= 1 else "", "check")]


@dataclass(frozen=True, slots=True)
class LightWords:
    """A node's light as components/light.html takes it, all its reasons in words."""

    colour: str
    reason: str
    held: bool
    reds: int


def light(found: NodeLight) -> LightWords:
    """Return a light with its leading reasons; no colour where nothing is judged any longer."""
    reason = " ".join(each.sentence for each in found.reasons[:REASONS_SHOWN])
    return LightWords(
        "" if found.colour == "none" else found.colour, reason, found.held, found.reds
    )


def lifecycles(figures: Dashboard) -> list[str]:
    """Return how many measures stand in each lifecycle that has any, in words."""
    shown = ((LIFECYCLE_NAMES[each], figures.lifecycles[each]) for each in Lifecycle)
    return [f"{count} {str(name).lower()}" for name, count in shown if count]


def curve(scene: Scene, figures: Dashboard, write: Writer) -> Chart | None:
    """Return the cumulative curve; None where nothing has been planned."""
    if not figures.curve:
        return None
    months = tuple(
        CurveMonth(
            ends_on=each.ends_on,
            label=_short(each.label),
            plan=each.plan,
            outlook=each.outlook,
            approved=each.approved,
            is_closed=each.is_closed,
        )
        for each in figures.curve
    )
    given = Curve(
        months, scene.ground.today, write.unit, write.divisor, is_past=scene.as_of is not None
    )
    return _drawn(cumulative.chart, given, get_language())


def _short(label: str) -> str:
    """Return a month's label with two digits of the year, for an axis: "Jul 26"."""
    month, _space, year = label.rpartition(" ")
    return f"{month} {year[-2:]}"


def stages(scene: Scene, figures: Dashboard, write: Writer) -> Chart | None:
    """Return the funnel of the stages, under each its steps; None where there is no measure."""
    if not figures.measures:
        return None
    names = stage_names.names()
    found = (
        {(each.stage, each.step): each for each in steps.below(scene.node)}
        if any(names.steps)
        else {}
    )
    standing = []
    for each in figures.funnel:
        standing.append(FunnelStage(names.of(each.stage), each.count, each.value))
        for step, name in enumerate(names.steps[each.stage], start=1):
            at = found.get((each.stage, step))
            count, value = (0, Decimal(0)) if at is None else (at.count, at.value)
            standing.append(FunnelStage(name, count, value, is_step=True))
    given = Funnel(tuple(standing), write.unit, write.divisor, write.decimals)
    return _drawn(funnel.chart, given, get_language())


def children_quadrant(scene: Scene, rows: Sequence[ChildRow], write: Writer) -> Chart | None:
    """Return the quadrant of the children; None where none is judged on both sides."""
    bubbles = tuple(_bubble(row) for row in rows)
    if not any(map(quadrant.is_placed, bubbles)):
        return None
    numbers, is_of_measures = scene.ground.numbers, rows[0].is_measure
    given = Quadrant(
        bubbles,
        write.unit,
        write.divisor,
        green_from=numbers.potential_green,
        amber_from=numbers.potential_amber,
        score_green_from=numbers.implementation_green if is_of_measures else numbers.node_green,
        score_amber_from=numbers.implementation_amber if is_of_measures else numbers.node_amber,
    )
    return _drawn(quadrant.chart, given, get_language())


def _bubble(row: ChildRow) -> Bubble:
    return Bubble(
        name=row.name,
        implementation=row.implementation_score,
        potential=row.potential_ratio,
        implementation_light=row.implementation.colour,
        potential_light=row.potential.colour,
        plan=row.plan or Decimal(0),
    )


@lru_cache(maxsize=CHARTS_KEPT)
def _drawn(draw: Callable[[Drawn], Chart], given: Drawn, language: str | None) -> Chart:
    """Draw what is given, once: Plotly's own checks cost more than all queries of a page.

    The key is the figures themselves, so nothing can be out of date or somebody else's.
    """
    del language  # part of the key alone: the words of a chart are translated while it is drawn
    return draw(given)
