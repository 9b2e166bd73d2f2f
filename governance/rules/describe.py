"""The gate table as a page: markdown made from the rules themselves, for docs/gates.md."""

from collections.abc import Iterable

from accounts.rules.duties import NEVER
from accounts.rules.numbers import NUMBERS
from accounts.rules.roles import GRANTS, Role
from governance.rules.criteria import Moment
from governance.rules.gates import GATES, SCHEME_VERSION, Gate
from governance.rules.holds import TRANSITIONS

JUDGED = {
    Moment.REQUEST: "at the request and the decision",
    Moment.CONFIRMATION: "at the confirmation and the decision",
    Moment.DECISION: "at the decision",
}


def as_markdown() -> str:
    """Return the whole governance of the product as one markdown page, ending in a newline."""
    parts = [
        "# Gates, duties and numbers",
        (
            "Generated from `governance/rules/gates.py` and its neighbours by "
            "`./run manage describe_gates`; a test keeps it current. "
            f"Scheme version {SCHEME_VERSION}."
        ),
        *(_gate(gate) for gate in GATES.values()),
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
        f"Submitted by {submitters}. Votes: {votes}. {gate.effect}"
    )
    table = _table(("criterion", "what must be", "who can supply it", "judged"), rows)
    return f"## {gate.name}\n\n{about}\n\n{table}"


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
        (f"`{key}`", row.default, f"{row.lower} to {row.upper}", row.unit, row.meaning, row.source)
        for key, row in NUMBERS.items()
    )
    return _table(("number", "default", "limits", "unit", "meaning", "domain rules"), rows)


def _ordered(roles: frozenset[Role]) -> list[Role]:
    return [role for role in Role if role in roles]


def _words(roles: Iterable[Role]) -> str:
    return ", ".join(roles) or "nobody"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
