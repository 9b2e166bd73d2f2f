"""How lights and shares of a node follow from the measures below it (domain-rules §10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from measures.rules.amounts import Scale, largest, percent_text, scale_for
from measures.rules.lights import (
    DEFAULTS,
    SEVERITY,
    Colour,
    Finding,
    Light,
    LightNumbers,
    Reason,
    banded,
    light_of,
    unjudged,
)
from measures.rules.lines import Direction
from measures.rules.potential import colour_of, ratio_of
from measures.rules.stage import Stage
from reporting.rules.contribution import MeasureRow

POINTS = {Colour.GREEN: Fraction(1), Colour.AMBER: Fraction(1, 2), Colour.RED: Fraction(0)}

STAGE_FACTORS: Mapping[Stage, Decimal] = {
    Stage.DEFINED: Decimal("0"),
    Stage.IDENTIFIED: Decimal("0.10"),
    Stage.DETAILED: Decimal("0.30"),
    Stage.DECIDED: Decimal("0.60"),
    Stage.IMPLEMENTED: Decimal("0.90"),
    Stage.CLOSED: Decimal("1.00"),
}
"""How hard a value is by its stage (domain-rules §5); ours, until a tenant knows its own."""


LIGHTS = ("implementation", "potential")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts and weights of the measures below a node, by name; sums of these are all it needs.

    Names: `measures`, `counted`, `not_money`, `watermelons`, `weight`, `value`, `fresh_value`,
    `judged_plan`, `judged_outlook`; `lifecycle.<lifecycle>`; `stage.<0..5>` and
    `stage.<0..5>.value`; `<light>.<colour>` and `<light>.<colour>.weight`, the same under
    `kept.` for those on hold or cancelled this year; `<light>.red.not_money`. Only names that are
    not 0 are kept, so that two equal tallies are equal.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.numbers.get(name, 0)

    def plus(self, other: "Tally", *, times: int = 1) -> "Tally":
        """Return the sum with another tally; `times=-1` takes it away."""
        names = sorted({*self.numbers, *other.numbers})
        added = {name: self[name] + times * other[name] for name in names}
        return Tally({name: value for name, value in added.items() if value})

    def with_colour(self, light: str, colour: Colour, *, kept: bool, weighed: bool) -> int:
        """Return how many measures show a colour in a light, or what they weigh together."""
        prefix = "kept." if kept else ""
        suffix = ".weight" if weighed else ""
        return self[f"{prefix}{light}.{colour}{suffix}"]

    def red_leaves(self, light: str) -> int:
        """Return the count of red measures, always shown beside a node's colour (§10.4)."""
        return self[f"{light}.red"]


@dataclass(frozen=True, slots=True)
class Child:
    """A direct child as its parent's guards see it; `counted` is its number of judged measures."""

    name: str
    implementation: Colour
    potential: Colour
    weight: int
    counted: int
    has_open_level_3: bool = False


@dataclass(frozen=True, slots=True)
class NodeLights:
    """Both lights of a node."""

    implementation: Light
    potential: Light


@dataclass(frozen=True, slots=True)
class Headline:
    """The parts of the sentence above a dashboard; figures scaled, shares exact, None not known."""

    outlook: int | None
    plan: int | None
    outlook_share: Fraction | None
    confirmed_share: Fraction | None
    decisions: int


def tally_of(row: MeasureRow) -> Tally:
    """Return the tally of a single measure."""
    numbers = {
        "measures": 1,
        f"lifecycle.{row.lifecycle}": 1,
        f"stage.{row.stage.value}": 1,
        f"stage.{row.stage.value}.value": row.value,
        "value": row.value,
        "fresh_value": row.value if row.is_fresh else 0,
        "judged_plan": row.judged_plan,
        "judged_outlook": row.judged_outlook,
    }
    if row.is_counted:
        numbers |= {"counted": 1, "weight": row.weight, "not_money": int(not row.is_money_led)}
        numbers |= _colours(row, "implementation", row.implementation)
        numbers |= _colours(row, "potential", row.potential)
        numbers["watermelons"] = int(row.is_watermelon)
    return Tally({name: value for name, value in sorted(numbers.items()) if value})


def _colours(row: MeasureRow, light: str, colour: Colour) -> dict[str, int]:
    if colour not in SEVERITY:
        return {}
    name = f"kept.{light}.{colour}" if row.is_kept else f"{light}.{colour}"
    is_marked = colour is Colour.RED and not row.is_kept and not row.is_money_led
    marker = {f"{light}.red.not_money": 1} if is_marked else {}
    return {name: 1, f"{name}.weight": row.weight, **marker}


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies: a node's is that of its children."""
    whole = Tally()
    for each in tallies:
        whole = whole.plus(each)
    return whole


def child_of_measure(name: str, row: MeasureRow) -> Child:
    """Return a measure as the child of its package."""
    is_counted = row.is_counted
    return Child(
        name=name,
        implementation=row.implementation,
        potential=row.potential,
        weight=row.weight if is_counted else 0,
        counted=int(is_counted),
        has_open_level_3=row.has_open_level_3,
    )


def child_of_node(
    name: str, tally: Tally, lights: NodeLights, *, has_open_level_3: bool = False
) -> Child:
    """Return a node as the child of the node above it."""
    return Child(
        name=name,
        implementation=lights.implementation.colour,
        potential=lights.potential.colour,
        weight=tally["weight"],
        counted=tally["counted"],
        has_open_level_3=has_open_level_3,
    )


def node_lights(
    tally: Tally, children: Sequence[Child], numbers: LightNumbers = DEFAULTS
) -> NodeLights:
    """Return both lights of a node from the measures below it and its direct children (§10.4).

    The score is taken without and with those on hold or cancelled this year at their last colour,
    and the worse counts: they are left out, but leaving them out cleans nothing (§17).
    """
    by_count = is_weighed_by_count(tally)
    lights = {}
    for light in LIGHTS:
        findings = _scores(tally, light, numbers, by_count=by_count)
        if light == "potential":
            findings += _outlook_finding(tally, numbers)
        if not findings:
            lights[light] = unjudged(Colour.GREY, "node_empty")
            continue
        lights[light] = light_of(findings, _guards(children, light, numbers, by_count=by_count))
    return NodeLights(**lights)


def is_weighed_by_count(tally: Tally) -> bool:
    """Return whether counts are the weights: nothing is planned, or a lead line is not money."""
    return bool(tally["not_money"]) or not tally["weight"]


def _scores(tally: Tally, light: str, numbers: LightNumbers, *, by_count: bool) -> list[Finding]:
    live = _by_colour(tally, light, kept=False, weighed=not by_count)
    kept = _by_colour(tally, light, kept=True, weighed=not by_count)
    both = {colour: live[colour] + kept[colour] for colour in POINTS}
    bounds = (numbers.node_green, numbers.node_amber)
    findings = _scored("node_score", live, bounds)
    for each in _scored("node_score_kept", both, bounds) if any(kept.values()) else ():
        # The bound is told once; of a colour that is worse with those on hold, it is told here.
        is_told = any(each.colour is other.colour for other in findings)
        params = {"percent": each.reason.params["percent"]}
        reason = Reason("node_score_kept", params) if is_told else each.reason
        findings.append(Finding(each.colour, reason))
    return findings


def _scored(
    code: str, weights: Mapping[Colour, int], bounds: tuple[Decimal, Decimal]
) -> list[Finding]:
    """Return what a score asks for; nothing where there is no weight."""
    score = weighted_score(weights)
    if score is None:
        return []
    return [_finding(code, score, banded(score, *bounds), bounds)]


def _finding(
    code: str, reached: Fraction, colour: Colour, bounds: tuple[Decimal, Decimal]
) -> Finding:
    """Return a finding whose reason says which bound it stays under, if it does."""
    percent = percent_text(reached)
    if colour is Colour.GREEN:
        return Finding(colour, Reason(code, {"percent": percent}))
    bound = bounds[0] if colour is Colour.AMBER else bounds[1]
    params = {"percent": percent, "bound": percent_text(bound), "colour": colour.value}
    return Finding(colour, Reason(f"{code}_below", params))


def weighted_score(weights: Mapping[Colour, int]) -> Fraction | None:
    """Return sum(w {G 1, A 1/2, R 0}) / sum(w), None without any weight (§10.4)."""
    whole = sum(weights.values())
    if not whole:
        return None
    return sum((POINTS[colour] * weight for colour, weight in weights.items()), Fraction(0)) / whole


def _by_colour(tally: Tally, light: str, *, kept: bool, weighed: bool) -> dict[Colour, int]:
    return {
        colour: tally.with_colour(light, colour, kept=kept, weighed=weighed) for colour in POINTS
    }


def _outlook_finding(tally: Tally, numbers: LightNumbers) -> list[Finding]:
    plan, outlook = Fraction(tally["judged_plan"]), Fraction(tally["judged_outlook"])
    ratio = ratio_of(plan, outlook, Direction.MORE)
    if ratio is None:
        return []
    colour = colour_of(plan, outlook, Direction.MORE, numbers)
    bounds = (numbers.ratio_green, numbers.ratio_amber)
    return [_finding("node_outlook", ratio, colour, bounds)]


def _guards(
    children: Sequence[Child], light: str, numbers: LightNumbers, *, by_count: bool
) -> list[Finding]:
    """Return the caps of §10.4: a heavy red child, or an escalation at steering level below."""
    sizes = [child.counted if by_count else child.weight for child in children]
    whole = sum(sizes)
    found = []
    for child, size in zip(children, sizes, strict=True):
        share = Fraction(size, whole) if whole else Fraction(0)
        colour = child.implementation if light == "implementation" else child.potential
        if colour is Colour.RED and share >= Fraction(numbers.node_guard_share):
            params = {"child": child.name, "percent": percent_text(share)}
            found.append(Finding(Colour.AMBER, Reason("node_red_child", params)))
        if child.has_open_level_3:
            reason = Reason("node_escalation", {"child": child.name})
            found.append(Finding(Colour.AMBER, reason))
    return found


def confirmed_share(approved: int, pending: int) -> Fraction | None:
    """Return |approved| / (|approved| + |pending|), None if nothing was claimed (§10.6)."""
    whole = abs(approved) + abs(pending)
    return Fraction(abs(approved), whole) if whole else None


def fresh_share(tally: Tally) -> Fraction | None:
    """Return the share of value whose data is fresh, None without value (§10.6)."""
    return Fraction(tally["fresh_value"], tally["value"]) if tally["value"] else None


def coverage(plan: int | None, target: int | None) -> Fraction | None:
    """Return plan / target, None where either is not given or the target is 0 (§10.3)."""
    return None if plan is None or not target else Fraction(plan, target)


def allocated_gap(target: int | None, targets_below: Iterable[int | None]) -> int | None:
    """Return target - sum of the children's targets, None without a target (§10.3)."""
    if target is None:
        return None
    return target - sum(each for each in targets_below if each is not None)


def hardness_weighted(tally: Tally, factors: Mapping[Stage, Decimal] = STAGE_FACTORS) -> Fraction:
    """Return value x stage factor over all stages, in scaled whole numbers (§5)."""
    return sum(
        (Fraction(factors[stage]) * tally[f"stage.{stage.value}.value"] for stage in Stage),
        Fraction(0),
    )


def page_scale(figures: Iterable[int | None], decimals: int) -> Scale:
    """Return the one scale for all money on a page, by its largest figure."""
    return scale_for(largest(figures), decimals)


def headline(
    outlook: int | None, plan: int | None, *, approved: int, pending: int, decisions: int
) -> Headline:
    """Return the parts of "Outlook 41.2 m of 45.0 m planned (91.5 %), 63 % confirmed, ..."."""
    return Headline(
        outlook=outlook,
        plan=plan,
        outlook_share=None if outlook is None else coverage(outlook, plan),
        confirmed_share=confirmed_share(approved, pending),
        decisions=decisions,
    )
