"""The gate table as a page: markdown made from the rules themselves, for docs/gates.md."""

from collections.abc import Iterable

from accounts.rules.duties import NEVER
from accounts.rules.numbers import NUMBERS
from accounts.rules.roles import GRANTS, Role
from governance.rules.catalogue import CATALOGUE, known
from governance.rules.criteria import Moment
from governance.rules.default_scheme import DEFAULT
from governance.rules.gates import Gate
from governance.rules.holds import TRANSITIONS

JUDGED = {
    Moment.REQUEST: "at the request and the decision",
    Moment.SUBMISSION: "with the request",
    Moment.CONFIRMATION: "at the confirmation and the decision",
    Moment.DECISION: "at the decision",
}


def as_markdown() -> str:
    """Return the whole governance of the product as one markdown page, ending in a newline."""
    scheme = DEFAULT
    parts = [
        "# Gates, duties and numbers",
        (
            "Generated from `governance/rules/default_scheme.py` and its neighbours by "
            "`./run manage describe_gates`; a test keeps it current. This is scheme version "
            f"{scheme.version}, which every organization begins with; administrators change it on "
            "the page “Gates” of the administration, two of them for each change."
        ),
        *(_gate(gate) for gate in scheme.gates),
        "## What no organization can lower",
        _floors(),
        "## Criteria to choose from",
        _catalogue(),
        _left_out(),
        "## Hold, resume, extend, cancel, restore, close",
        _moves(),
        "## Who may do what",
        _grants(),
        "## What is kept apart",
        _duties(),
        "## Numbers an organization may change",
        _numbers(),
    ]
    return "\n\n".join(parts) + "\n"


def _gate(gate: Gate) -> str:
    submitters = _words(gate.submitted_by)
    votes = "; ".join(f"**{vote.role}** ({vote.subject})" for vote in gate.votes)
    rows = (
        (each.code, each.wanted, each.supplied_by, _judged(each.moment)) for each in gate.criteria
    )
    about = (
        f"From {gate.leads_from.name.title()} to {gate.leads_to.name.title()}. "
        f"Submitted by {submitters}. Votes: {votes}. {gate.effect} "
        f"To be decided within {gate.due_days} working days.{_limits(gate)}"
    )
    table = _table(("criterion", "what must be", "who can supply it", "judged"), rows)
    return f"## {gate.name}\n\n{about}\n\n{table}"


def _limits(gate: Gate) -> str:
    said = ""
    if gate.steering is not None:
        said += (
            f" From a run-rate of {gate.steering.run_rate:,} or a one-time cost of "
            f"{gate.steering.one_time:,} on, {gate.steering.quorum} members of the steering "
            "committee approve as well (ours)."
        )
    if gate.fast_track_below is not None:
        said += (
            f" Below a run-rate of {gate.fast_track_below:,} it can be passed together with the "
            "next gate (ours)."
        )
    return said


def _floors() -> str:
    return "\n".join(
        f"- {floor}"
        for floor in (
            "The six stages keep their roles and their order; steps can be added inside a stage.",
            "Every gate has a decider; owner and administrator never decide.",
            "Decided is decided by sponsor and controller, Closed by the controller alone.",
            "The duties below are kept apart.",
            "The fast track never leads over the stages committed and confirmed.",
            "The criteria of Closed, and owner, sponsor and controller in time, are always asked.",
            "A change needs two administrators, and never holds for what was decided before it.",
        )
    )


def _catalogue() -> str:
    rows = (
        (
            f"`{code}`",
            criterion.wanted,
            "; ".join(
                f"{each.name}: {each.lower} to {each.upper} {each.unit}"
                for each in (CATALOGUE[code].parameters if code in CATALOGUE else ())
            ),
            criterion.supplied_by,
        )
        for code, criterion in known().items()
    )
    return _table(("criterion", "what must be", "parameters", "who can supply it"), rows)


def _left_out() -> str:
    return (
        "Not in the catalogue, because nothing in the product can judge them yet: overlap check of "
        "an idea, envelope of the budget, link to a key figure, business unit and function, "
        "hand-over to the line by name."
    )


def _judged(moment: Moment) -> str:
    return JUDGED[moment]


def _moves() -> str:
    rows = (
        (
            move,
            ", ".join(state for state in sorted(row.leads_from)),
            row.leads_to,
            ", ".join(stage.name.title() for stage in sorted(row.stages)),
        )
        for move, row in TRANSITIONS.items()
    )
    return _table(("move", "from", "to", "at stage"), rows)


def _grants() -> str:
    rows = (
        (grant.permission, _words(_ordered(grant.seats)), _words(_ordered(grant.named)))
        for grant in GRANTS
    )
    return _table(("act", "by a seat at the node or above", "as named on the measure"), rows)


def _duties() -> str:
    rows = ((act, _words(_ordered(roles))) for act, roles in NEVER.items())
    return _table(("act", "never by"), rows)


def _numbers() -> str:
    rows = (
        (
            f"`{key}`",
            row.default,
            f"{row.lower} to {row.upper}",
            row.unit,
            row.meaning,
            "two" if row.two else "one",
            row.source,
        )
        for key, row in NUMBERS.items()
    )
    heads = ("number", "default", "limits", "unit", "meaning", "administrators", "domain rules")
    return _table(heads, rows)


def _ordered(roles: frozenset[Role]) -> list[Role]:
    return [role for role in Role if role in roles]


def _words(roles: Iterable[Role]) -> str:
    return ", ".join(roles) or "nobody"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
