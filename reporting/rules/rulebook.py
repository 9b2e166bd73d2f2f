"""The rules of one organization in force on a day, in chapters: printed as they are applied.

Every chapter is read from the tables by which the product judges; a sentence that stands here
alone names no number of its own.
"""

from collections.abc import Mapping
from decimal import Decimal

from accounts.rules.duties import NEVER
from accounts.rules.numbers import NUMBERS, Unit
from accounts.rules.roles import GRANTS, Role
from governance.rules.criteria import Moment
from governance.rules.gates import Gate, Scheme
from hierarchy.rules.levels import NAMES, Level, parent_level
from measures.rules.stage import Stage
from reporting.rules import rulebook_lives as lives
from reporting.rules.book import Change, Chapter, Style, Table, capital, words

JUDGED = {
    Moment.REQUEST: "at the request and the decision",
    Moment.SUBMISSION: "with the request",
    Moment.CONFIRMATION: "at the confirmation and the decision",
    Moment.DECISION: "at the decision",
}
RIGHTS = {(True, True): "seat, named", (True, False): "seat", (False, True): "named"}


def chapters(scheme: Scheme, style: Style, changes: Mapping[str, Change]) -> tuple[Chapter, ...]:
    """Return the whole rulebook in its order; `changes` are those of numbers, by key."""
    return (
        _levels(),
        _rights(),
        _duties(style),
        _stages(scheme),
        _gates(scheme, style),
        lives.moves(scheme, style),
        lives.forced(style),
        lives.closing(style),
        lives.lights(style),
        lives.escalations(style),
        _numbers(style, changes),
    )


def _levels() -> Chapter:
    rows = []
    for level in Level:
        above = parent_level(level)
        rows.append((str(level + 1), capital(NAMES[level]), "" if above is None else NAMES[above]))
    return Chapter(
        "hierarchy",
        "Hierarchy",
        (
            (
                "A node stands directly below one of the level above it. Figures are entered at "
                "measures "
                "alone; every node above shows their sum."
            ),
        ),
        (Table(("Level", "Name", "Stands below a"), tuple(rows)),),
    )


def _rights() -> Chapter:
    rows = tuple(
        (
            capital(grant.permission.value),
            *(RIGHTS.get((role in grant.seats, role in grant.named), "") for role in Role),
        )
        for grant in GRANTS
    )
    return Chapter(
        "rights",
        "Roles and rights",
        (
            (
                "Seat: the role is held at the node or above it. Named: the person is named so "
                "on the "
                "measure. Who holds which seat is on the page “Decision rights” of each node."
            ),
        ),
        (Table(("Act", *(capital(role.value) for role in Role)), rows),),
    )


def _duties(style: Style) -> Chapter:
    rows = tuple(
        (capital(act.value), words(role for role in Role if role in roles))
        for act, roles in NEVER.items()
    )
    return Chapter(
        "duties",
        "Separation of duties",
        (
            "Owner, sponsor and controller of one measure are three different people, always.",
            "Nobody approves what they submitted or claimed, also not through a deputy.",
            style.say(
                "A deputy stands in for {deputy_days} at most, is recorded as “A for B”, and is "
                "bound by the duties of both."
            ),
            (
                "Gates, duties and limits are changed by two administrators: one proposes, another "
                "confirms."
            ),
        ),
        (Table(("Act", "Never by"), rows),),
    )


def _stages(scheme: Scheme) -> Chapter:
    rows = tuple(
        (str(stage.value), rule.label, rule.role.value, ", ".join(rule.steps))
        for stage, rule in zip(Stage, scheme.stages, strict=True)
    )
    return Chapter(
        "stages",
        "Stages",
        (
            (
                "The six stages keep their roles and their order; an organization names them, "
                "and adds "
                "steps inside them. Hold and cancellation never change the stage."
            ),
        ),
        (Table(("Stage", "Name", "Role", "Added steps"), rows),),
    )


def _gates(scheme: Scheme, style: Style) -> Chapter:
    return Chapter(
        "gates",
        "Gates",
        (
            (
                f"Version {scheme.version} of the gates. A gate is decided: advance, or return "
                f"with "
                "conditions and a day; hold and cancel are decisions of their own. An approval "
                "is void "
                "when what was shown changes."
            ),
            *(_gate_in_words(gate, style) for gate in scheme.gates),
        ),
        tuple(_criteria(gate) for gate in scheme.gates),
    )


def _gate_in_words(gate: Gate, style: Style) -> str:
    votes = "; ".join(
        f"{vote.role} ({vote.subject})" if vote.subject else str(vote.role) for vote in gate.votes
    )
    said = (
        f"{gate.name}: submitted by {words(gate.submitted_by)}; decided by {votes}; due within "
        f"{gate.due_days} working days."
    )
    rule = gate.steering
    if rule is not None:
        limits = [
            f"a {name} of {style.amount(limit)}"
            for name, limit in (("run-rate", rule.run_rate), ("one-time cost", rule.one_time))
            if limit is not None
        ]
        said += f" From {' or '.join(limits)} on, {rule.quorum} of the steering committee as well."
    if gate.fast_track_below is not None:
        limit = style.amount(gate.fast_track_below)
        said += f" Below a run-rate of {limit} it may be passed with the next gate."
    return f"{said} {gate.effect}".strip()


def _criteria(gate: Gate) -> Table:
    rows = tuple(
        (capital(each.wanted), str(each.supplied_by), JUDGED[each.moment]) for each in gate.criteria
    )
    return Table(("What must be", "Who can supply it", "Judged"), rows, gate.name)


def _meaning(meaning: str, unit: Unit) -> str:
    """Return what a number means, led by what it counts."""
    if unit is not Unit.RATIO:
        return capital(f"{unit} {meaning}")
    return capital(f"share {meaning}" if meaning.startswith("of ") else meaning)


def _numbers(style: Style, changes: Mapping[str, Change]) -> Chapter:
    rows = []
    for key, row in NUMBERS.items():
        value = style.numbers.given.get(key, Decimal(row.default))
        change = changes.get(key)
        limits = f"{style.written(Decimal(row.lower), row.unit)} to "
        rows.append(
            (
                _meaning(row.meaning, row.unit),
                style.written(value, row.unit),
                style.written(Decimal(row.default), row.unit),
                limits + style.written(Decimal(row.upper), row.unit),
                ""
                if change is None
                else f"{change.since.isoformat()}, {change.by}: {change.reason}",
            )
        )
    return Chapter(
        "numbers",
        "Numbers",
        (
            (
                "Every number an organization can change, with what it may be. What has no "
                "change behind "
                "it stands at its default."
            ),
        ),
        (Table(("Number", "In force", "Default", "Limits", "Since, by, why"), tuple(rows)),),
    )
