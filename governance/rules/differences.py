"""What differs between two versions of the gates, in sentences."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from accounts.rules.numbers import NUMBERS, Numbers, Unit
from governance.rules.gates import Gate, Scheme, SteeringRule
from governance.rules.rulesets import written


def between(before: Scheme, after: Scheme) -> list[str]:
    """Return every difference in the order of the stages; empty where there is none."""
    return [*_names(before, after), *_gates(before, after)]


def of_numbers(wanted: Mapping[str, str], in_force: Numbers) -> list[str]:
    """Return what proposed numbers change; those of a cycle say that they wait for the next."""
    return [_number(key, text, in_force) for key, text in wanted.items() if key in NUMBERS]


def _number(key: str, text: str, in_force: Numbers) -> str:
    row = NUMBERS[key]
    before = written(in_force.given.get(key, Decimal(row.default)))
    share = f"share {row.meaning}" if row.meaning.startswith("of ") else row.meaning
    meaning = share if row.unit is Unit.RATIO else f"{row.unit} {row.meaning}"
    instead = "as it is" if Decimal(before) == Decimal(text) else f"instead of {before}"
    wait = ", from the next month on at the earliest" if row.cyclic else ""
    return f"{key.replace('_', ' ').capitalize()} ({meaning}): {text}, {instead}{wait}."


def _names(before: Scheme, after: Scheme) -> Iterator[str]:
    for old, new in zip(before.stages, after.stages, strict=True):
        if old.label != new.label:
            yield f"{old.label} is called {new.label}."
        for step in new.steps:
            if step not in old.steps:
                yield f"{new.label}: the step {step} is added."
        for step in old.steps:
            if step not in new.steps:
                yield f"{new.label}: the step {step} is removed."


def _gates(before: Scheme, after: Scheme) -> Iterator[str]:
    former = {gate.goal: gate for gate in before.gates}
    for gate in after.gates:
        if gate.goal in former:
            yield from (f"{gate.name}: {said}" for said in _gate(former[gate.goal], gate))


def _gate(old: Gate, new: Gate) -> Iterator[str]:
    yield from _lists("submitted by", old.submitted_by, new.submitted_by)
    yield from _lists(
        "decided by",
        (vote.role.value for vote in old.votes),
        (vote.role.value for vote in new.votes),
    )
    yield from _criteria(old, new)
    if old.due_days != new.due_days:
        yield f"is decided within {new.due_days} working days instead of {old.due_days}."
    if old.steering != new.steering:
        yield f"{_committee(new.steering)}, instead of: {_committee(old.steering)}."
    if old.fast_track_below != new.fast_track_below:
        yield (
            "is always passed alone."
            if new.fast_track_below is None
            else f"can be passed with the next gate below a run-rate of {new.fast_track_below:,}."
        )


def _criteria(old: Gate, new: Gate) -> Iterator[str]:
    asked = {each.code: each.wanted for each in old.criteria}
    wanted = {each.code: each.wanted for each in new.criteria}
    for code, aim in wanted.items():
        if code not in asked:
            yield f"asks that {aim}."
        elif asked[code] != aim:
            yield f"asks that {aim}, instead of: {asked[code]}."
    for code, aim in asked.items():
        if code not in wanted:
            yield f"no longer asks that {aim}."


def _lists(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    before, after = ", ".join(old), ", ".join(new)
    if before != after:
        yield f"{what} {after}, instead of {before}."


def _committee(rule: SteeringRule | None) -> str:
    if rule is None:
        return "no steering committee"
    limits = [
        f"{name} {limit:,}"
        for name, limit in (("run-rate", rule.run_rate), ("one-time cost", rule.one_time))
        if limit is not None
    ]
    return f"{rule.quorum} of the steering committee from {' or '.join(limits)} on"
