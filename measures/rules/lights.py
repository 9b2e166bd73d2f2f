"""Colours, reasons as data, and the numbers by which lights are judged (domain-rules §7, §8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

NO_PLAN = "no_plan"


class Colour(StrEnum):
    """What a light shows; grey is "cannot be judged", none is "no longer judged"."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"
    NONE = "none"


class MilestoneScale(StrEnum):
    """Whether lateness is measured in days or in percent of the milestone's duration."""

    DAYS = "days"
    PERCENT = "percent"


SEVERITY = {Colour.GREEN: 0, Colour.AMBER: 1, Colour.RED: 2}

REASONS: Mapping[str, str] = {
    "not_decided": "Not judged before the measure is decided.",
    "on_hold": "On hold: the last colour is kept.",
    "cancelled": "Cancelled: no longer judged.",
    "closed": "Closed: no longer judged.",
    # implementation
    "no_milestones": "There is no milestone plan (owner: {owner}).",
    "milestones_on_time": "All milestones in view are on time.",
    "no_milestone_in_view": "No milestone is due within {days} days.",
    "milestones_score": (
        "Milestones in view reach {percent} of their points; furthest behind is {milestone}, "
        "{late} late, planned for {planned}."
    ),
    "critical_milestone": "Critical milestone {milestone} is {late} late, planned for {planned}.",
    "update_stale": "No status update since {since} (owner: {owner}).",
    "update_expired": "No status update for more than two cycles, since {since} (owner: {owner}).",
    "dependency_red": "Waits for {blockers}, which is red.",
    # potential
    "on_plan": "The outlook reaches {percent} of plan at least.",
    "nothing_due": "Nothing is due yet.",
    NO_PLAN: "There is no plan to judge against (owner: {owner}).",
    "line_without_plan": "Line {line} has no plan (owner: {owner}).",
    "short_fiscal_year": "This fiscal year at {percent} of plan.",
    "short_fiscal_year_line": "This fiscal year at {percent} of plan in line {line}.",
    "short_year_to_date": "Year to date at {percent} of plan.",
    "short_year_to_date_line": "Year to date at {percent} of plan in line {line}.",
    "short_run_rate": "Run-rate at {percent} of plan.",
    "short_run_rate_line": "Run-rate at {percent} of plan in line {line}.",
    "short_life": "Whole life at {percent} of plan.",
    "short_life_line": "Whole life at {percent} of plan in line {line}.",
    "short_year_to_date_unclaimed": (
        "Year to date at {percent} of plan: {months} never claimed (owner: {owner})."
    ),
    "short_year_to_date_line_unclaimed": (
        "Year to date at {percent} of plan in line {line}: {months} never claimed (owner: {owner})."
    ),
    "unplanned": "An unfavourable effect where none is planned.",
    "unplanned_line": "An unfavourable effect where none is planned, in line {line}.",
    "months_unconfirmed": "{months} actuals not yet confirmed (controller: {controller}).",
    "months_unclaimed": "{months} actuals not claimed (owner: {owner}).",
    "months_provisional": "{months} provisional: not yet confirmed, without effect on the colour.",
    "forecast_stale": "The forecast is stale (owner: {owner}).",
    "forecast_expired": "The forecast is older than two cycles (owner: {owner}).",
    "diverges_from_kpi": "The forecast runs away from its KPI's trend.",
    # nodes
    "node_withheld": "It follows from what lies below; confidential measures are among it.",
    "node_empty": "No measure below is judged yet.",
    "node_score": "The measures below reach {percent} of their weight.",
    "node_score_below": (
        "The measures below reach {percent} of their weight; under {bound} is {colour}."
    ),
    "node_score_kept": "With those on hold or cancelled at their last colour: {percent}.",
    "node_score_kept_below": (
        "With those on hold or cancelled at their last colour: {percent}; "
        "under {bound} is {colour}."
    ),
    "node_outlook": "The outlook reaches {percent} of plan.",
    "node_outlook_below": "The outlook reaches {percent} of plan; under {bound} is {colour}.",
    "node_red_child": "{child} is red and carries {percent} of the weight.",
    "node_escalation": "{child} has an open escalation at steering level.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light shows what it shows: a code and what fills its sentence."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in REASONS:
            raise ValueError(f"no sentence is known for the reason {self.code!r}")

    @property
    def sentence(self) -> str:
        """The reason in English words."""
        return REASONS[self.code].format_map(self.params)


@dataclass(frozen=True, slots=True)
class Finding:
    """A colour that one part of the judgement asks for, and why."""

    colour: Colour
    reason: Reason


@dataclass(frozen=True, slots=True)
class Light:
    """A judged light: colour, reasons (the leading one first), and marks without effect on it.

    `uncapped` is the colour before caps, which dependants read (decisions §4); `before` is the
    colour that counted before a hold or a cancellation.
    """

    colour: Colour
    reasons: tuple[Reason, ...]
    marks: tuple[Reason, ...] = ()
    uncapped: Colour = Colour.GREY
    before: Colour = Colour.NONE
    is_held: bool = False

    @property
    def reason(self) -> Reason:
        return self.reasons[0]

    @property
    def reason_code(self) -> str:
        return self.reasons[0].code


@dataclass(frozen=True, slots=True)
class LightNumbers:
    """The thresholds of the lights; the defaults are those of domain-rules §4, §7, §8 and §10."""

    milestone_scale: MilestoneScale = MilestoneScale.DAYS
    milestone_green: int = 3
    milestone_amber: int = 7
    score_green: Decimal = Decimal("0.90")
    score_amber: Decimal = Decimal("0.70")
    look_ahead_days: int = 14
    look_back_days: int = 30
    ratio_green: Decimal = Decimal("0.90")
    ratio_amber: Decimal = Decimal("0.70")
    alone_share: Decimal = Decimal("0.20")
    materiality: Decimal = Decimal("0.01")
    unapproved_amber: int = 1
    unapproved_red: int = 2
    node_green: Decimal = Decimal("0.85")
    node_amber: Decimal = Decimal("0.60")
    node_guard_share: Decimal = Decimal("0.20")


DEFAULTS = LightNumbers()


def worst(colours: Iterable[Colour]) -> Colour:
    """Return the worst of those that are green, amber or red; grey if none is."""
    judged = [colour for colour in colours if colour in SEVERITY]
    return max(judged, key=SEVERITY.__getitem__) if judged else Colour.GREY


def banded(share: Fraction, green: Decimal, amber: Decimal) -> Colour:
    """Return the colour of a share by its two thresholds, on the unrounded value."""
    if share >= Fraction(green):
        return Colour.GREEN
    return Colour.AMBER if share >= Fraction(amber) else Colour.RED


def light_of(
    findings: Iterable[Finding], caps: Iterable[Finding] = (), marks: Iterable[Reason] = ()
) -> Light:
    """Put findings and caps together: the worst colour wins, the worst reasons lead.

    Caps come first among equals, since they name a person who can act.
    """
    found, capping = tuple(findings), tuple(caps)
    uncapped = worst(each.colour for each in found)
    colour = worst((uncapped, *(each.colour for each in capping)))
    ordered = sorted(
        (*capping, *found), key=lambda each: SEVERITY.get(each.colour, -1), reverse=True
    )
    telling = [each for each in ordered if each.colour in {Colour.AMBER, Colour.RED}] or ordered[:1]
    return Light(
        colour=colour,
        reasons=tuple(each.reason for each in telling),
        marks=tuple(marks),
        uncapped=uncapped,
    )


def unjudged(colour: Colour, code: str, **params: str) -> Light:
    """Return a light that shows grey or nothing, with its reason."""
    return Light(colour=colour, reasons=(Reason(code, params),), uncapped=colour)


def counted_colour(light: Light) -> Colour:
    """Return what a light counts as in roll-ups; none if it is left out of colour.

    A plan missing past Decided counts as amber; "nothing due yet" does not (domain-rules §8). A
    measure on hold or cancelled counts with the colour it had before.
    """
    if light.before is not Colour.NONE:
        return light.before
    if light.colour is Colour.GREY and light.reason_code == NO_PLAN:
        return Colour.AMBER
    return light.colour if light.colour in SEVERITY else Colour.NONE


def held(last: Light | None) -> Light:
    """Return the light of a measure on hold: hatched, in the last colour (domain-rules §7)."""
    before = Colour.NONE if last is None else counted_colour(last)
    colour = before if before in SEVERITY else Colour.GREY
    reasons = (Reason("on_hold"),) if last is None else last.reasons
    if last is not None and not last.is_held:
        reasons = (Reason("on_hold"), *reasons)
    return Light(colour=colour, reasons=reasons, uncapped=colour, before=before, is_held=True)


def ended(code: str, last: Light | None) -> Light:
    """Return the light of a cancelled or closed measure: none, remembering the last colour."""
    before = Colour.NONE if last is None else counted_colour(last)
    return Light(colour=Colour.NONE, reasons=(Reason(code),), uncapped=Colour.NONE, before=before)
