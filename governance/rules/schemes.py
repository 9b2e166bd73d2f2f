"""A gate scheme as a document: what it may say, what no tenant can lower, and reading it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from accounts.rules.duties import NEVER
from accounts.rules.roles import Role
from governance.rules.catalogue import CATALOGUE, EVIDENCE_KINDS
from governance.rules.criteria_planning import evidence_of
from governance.rules.gates import (
    ACTS,
    EFFECTS,
    FIXED_CRITERIA,
    Gate,
    Place,
    RequiredVote,
    Scheme,
    StageRule,
    SteeringRule,
)
from governance.rules.parameters import number_in
from measures.rules.stage import Stage, StageRole

Document = Mapping[str, object]

LONGEST_LABEL = 40  # characters of a stage's name
MOST_STEPS = 4  # steps inside one stage
MOST_DUE_DAYS = 60  # working days
MOST_QUORUM = 20
LARGEST_LIMIT = 10**12
SUBMITTERS = (Role.OWNER, Role.LEAD)
# A role of a seat is held at the node or above; sponsor and controller are named on the measure.
DECIDERS = (Role.LEAD, Role.EXECUTIVE, Role.STEERING, Role.SPONSOR, Role.CONTROLLER)
# Domain-rules §3: these decide whatever else a scheme says.
ALWAYS_DECIDE: dict[Stage, tuple[Role, ...]] = {
    Stage.DECIDED: (Role.SPONSOR, Role.CONTROLLER),
    Stage.CLOSED: (Role.CONTROLLER,),
}
NEVER_FAST = (Stage.DECIDED, Stage.CLOSED)
HAS_STEPS = (Stage.DEFINED, Stage.IDENTIFIED, Stage.DETAILED, Stage.DECIDED, Stage.IMPLEMENTED)


def problems(document: object) -> list[str]:
    """Return every reason why a document cannot be a scheme, in sentences; empty when it can."""
    if not isinstance(document, dict):
        return ["A scheme is an object with stages and gates."]
    stages, gates = _items(document, "stages"), _items(document, "gates")
    found = [*_stage_problems(stages)]
    if found:
        return found
    wanted = _places(stages)
    given = [_place(each) for each in gates]
    if given != wanted:
        order = ", ".join(_place_name(stages, each) for each in wanted)
        return [f"There must be exactly one gate to each stage and step, in this order: {order}."]
    for gate, following in zip(gates, [*gates[1:], None], strict=True):
        name = _place_name(stages, _place(gate))
        found += [f"{name}: {problem}" for problem in _gate_problems(gate, following)]
    return found


def read(document: Document, version: int) -> Scheme:
    """Return a document, which has been judged, as a scheme."""
    stages = _items(document, "stages")
    start: Place = (Stage.DEFINED, 0)
    gates = []
    for each in _items(document, "gates"):
        gate = _gate(each, start, _place_name(stages, _place(each)))
        gates.append(gate)
        start = gate.goal
    rules = tuple(
        StageRule(
            StageRole(str(each["role"])),
            str(each["label"]),
            tuple(str(step) for step in _list(each, "steps")),
        )
        for each in stages
    )
    return Scheme(version, rules, tuple(gates))


@lru_cache(maxsize=256)
def read_text(text: str, version: int) -> Scheme:
    """Return a scheme from the text of its document, which never changes once confirmed."""
    return read(json.loads(text), version)


# --- Judging --------------------------------------------------------------------------------------


def _stage_problems(stages: Sequence[Document]) -> Iterator[str]:
    if [each.get("role") for each in stages] != [role.value for role in StageRole]:
        roles = ", ".join(StageRole)
        yield f"The six stages keep their roles and their order: {roles}."
        return
    labels = []
    for stage, each in zip(Stage, stages, strict=True):
        steps = _list(each, "steps")
        labels += [each.get("label"), *steps]
        if steps and stage not in HAS_STEPS:
            yield f"{each.get('label')}: nothing comes after it, so it takes no steps."
        if len(steps) > MOST_STEPS:
            yield f"{each.get('label')}: at most {MOST_STEPS} steps can be added to a stage."
    if not all(isinstance(each, str) and 0 < len(each.strip()) <= LONGEST_LABEL for each in labels):
        yield f"Every stage and step needs a name of at most {LONGEST_LABEL} characters."
    elif len({str(each).strip().casefold() for each in labels}) < len(labels):
        yield "Two stages or steps bear the same name."


def _gate_problems(gate: Document, following: Document | None) -> Iterator[str]:
    stage, _ = _place(gate)
    yield from _people_problems(gate, stage)
    yield from _steering_problems(gate)
    yield from _criterion_problems(gate, stage)
    for kind in _list(gate, "evidence"):
        if kind not in EVIDENCE_KINDS:
            yield f"“{kind}” is not a kind of evidence."
    days = gate.get("due_days")
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DUE_DAYS:
        yield f"a decision is due within 1 to {MOST_DUE_DAYS} working days."
    yield from _fast_track_problems(gate, following)


def _people_problems(gate: Document, stage: Stage) -> Iterator[str]:
    submitters = _list(gate, "submitters")
    if not submitters or not set(map(str, submitters)) <= set(SUBMITTERS):
        yield "it is submitted by the owner, the lead or both, and by nobody else."
    deciders = [str(each.get("role")) for each in _items(gate, "deciders")]
    if not deciders:
        yield "nobody decides it; at least one decider is needed."
    if len(set(deciders)) < len(deciders):
        yield "a role is named twice among its deciders."
    for role in deciders:
        if role in NEVER[ACTS[stage]]:
            yield f"the {role} is kept apart from deciding it."
        elif role not in DECIDERS:
            yield f"“{role}” is not a role that can decide."
    if _is_stage_gate(gate):
        yield from _floor_problems(deciders, stage)


def _floor_problems(deciders: Sequence[str], stage: Stage) -> Iterator[str]:
    for always in ALWAYS_DECIDE.get(stage, ()):
        if always not in deciders:
            yield f"the {always} must be among its deciders."
    if stage is Stage.CLOSED and set(deciders) - {Role.CONTROLLER}:
        yield "the controller alone confirms it; what else closing needs is fixed."


def _steering_problems(gate: Document) -> Iterator[str]:
    steering = gate.get("steering")
    if steering is None:
        return
    if not isinstance(steering, dict):
        yield "the limit for the steering committee cannot be read."
        return
    if _place(gate) == (Stage.CLOSED, 0):
        yield "the controller alone confirms it, whatever its size."
    limits = [steering.get("run_rate"), steering.get("one_time")]
    if all(limit is None for limit in limits):
        yield "the steering committee needs a limit: a run-rate, a one-time cost, or both."
    for limit in limits:
        amount = number_in(limit)
        if limit is not None and (amount is None or not 0 <= amount <= LARGEST_LIMIT):
            yield f"a limit is an amount between 0 and {LARGEST_LIMIT}."
    quorum = steering.get("quorum")
    if isinstance(quorum, bool) or not isinstance(quorum, int) or not 1 <= quorum <= MOST_QUORUM:
        yield f"the quorum of the steering committee is 1 to {MOST_QUORUM} members."


def _criterion_problems(gate: Document, stage: Stage) -> Iterator[str]:
    own = {each.code for each in FIXED_CRITERIA.get(stage, ())}
    seen = set()
    for each in _items(gate, "criteria"):
        code = str(each.get("code"))
        template = CATALOGUE.get(code)
        if code in seen:
            yield f"the criterion “{code}” is named twice."
        elif template is None and code not in own:
            yield f"“{code}” is not a criterion of the catalogue."
        elif template is not None:
            yield from _parameter_problems(each, code)
        seen.add(code)


def _parameter_problems(criterion: Document, code: str) -> Iterator[str]:
    given = criterion.get("parameters", {})
    if not isinstance(given, dict):
        yield f"the parameters of “{code}” cannot be read."
        return
    known = {each.name: each for each in CATALOGUE[code].parameters}
    for name, value in given.items():
        parameter = known.get(str(name))
        problem = (
            "is not one of its parameters."
            if parameter is None
            else (parameter.problem_with(value))
        )
        if problem:
            yield f"“{code}”: {name} {problem}"


def _fast_track_problems(gate: Document, following: Document | None) -> Iterator[str]:
    fast = gate.get("fast_track")
    if fast is None:
        return
    passed = [_place(each) for each in (gate, following) if each is not None]
    if following is None or any(stage in NEVER_FAST and step == 0 for stage, step in passed):
        yield "the fast track never leads over the stages committed and confirmed."
    below = number_in(fast.get("below")) if isinstance(fast, dict) else None
    if below is None or not 0 < below <= LARGEST_LIMIT:
        yield f"the fast track needs a run-rate below which it is open, up to {LARGEST_LIMIT}."


# --- Reading --------------------------------------------------------------------------------------


def _gate(document: Document, start: Place, name: str) -> Gate:
    stage, step = _place(document)
    chosen = {str(each["code"]): each for each in _items(document, "criteria")}
    fixed = FIXED_CRITERIA.get(stage, ()) if step == 0 else ()
    asked = {each.code: each for each in fixed}
    for code, each in chosen.items():
        if code in CATALOGUE:
            given = each.get("parameters")
            asked[code] = CATALOGUE[code].with_values(given if isinstance(given, dict) else {})
    for kind in _list(document, "evidence"):
        demanded = evidence_of(str(kind))
        asked[demanded.code] = demanded
    fast = document.get("fast_track")
    days = document["due_days"]
    return Gate(
        code=stage.name.lower() if step == 0 else f"{stage.name.lower()}_{step}",
        name=name,
        acts=(ACTS[stage],),
        leads_from=start[0],
        from_step=start[1],
        leads_to=stage,
        to_step=step,
        submitted_by=tuple(Role(str(each)) for each in _list(document, "submitters")),
        votes=tuple(
            RequiredVote(Role(str(each["role"])), str(each.get("subject", "")))
            for each in _items(document, "deciders")
        ),
        criteria=tuple(asked.values()),
        effect=EFFECTS[stage] if step == 0 else "",
        due_days=days if isinstance(days, int) else 0,
        evidence=tuple(str(kind) for kind in _list(document, "evidence")),
        steering=_steering(document.get("steering")),
        fast_track_below=number_in(fast.get("below")) if isinstance(fast, dict) else None,
    )


def _steering(document: object) -> SteeringRule | None:
    if not isinstance(document, dict):
        return None
    return SteeringRule(
        run_rate=number_in(document.get("run_rate")),
        one_time=number_in(document.get("one_time")),
        quorum=document["quorum"],
    )


def _places(stages: Sequence[Document]) -> list[Place]:
    """Return where the gates lead, in order: the steps of a stage come after the stage."""
    return [
        (stage, step)
        for stage, each in zip(Stage, stages, strict=True)
        for step in range(len(_list(each, "steps")) + 1)
        if (stage, step) != (Stage.DEFINED, 0)
    ]


def _place(gate: Document) -> Place:
    stage, step = gate.get("stage"), gate.get("step", 0)
    if not isinstance(stage, int) or not isinstance(step, int) or stage not in list(Stage):
        return Stage.DEFINED, 0
    return Stage(stage), step


def _is_stage_gate(gate: Document) -> bool:
    return _place(gate)[1] == 0


def _place_name(stages: Sequence[Document], place: Place) -> str:
    stage, step = place
    steps = _list(stages[stage], "steps")
    return str(steps[step - 1] if 0 < step <= len(steps) else stages[stage].get("label"))


def _items(document: Document, key: str) -> list[Document]:
    return [each for each in _list(document, key) if isinstance(each, dict)]


def _list(document: Document, key: str) -> list[object]:
    found = document.get(key)
    return found if isinstance(found, list) else []
