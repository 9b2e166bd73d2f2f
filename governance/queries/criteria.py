"""The criteria of a gate in words: what is wrong, who by name can supply it, and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Organization
from accounts.queries import people
from accounts.rules.roles import NAMED, Role
from core import tenancy
from governance.errors import GateBlocked
from governance.queries import places, standing
from governance.rules import gates
from governance.rules.criteria import CLOSING, Criterion, Moment, Unmet
from governance.rules.facts import MeasureFacts
from governance.rules.gates import Gate
from measures.models import Measure


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """One criterion of a gate as a page shows it; `sentence` is empty where it is met.

    `at_decision` marks what only the decision itself can bring. `dialog` names the section of the
    measure's page whose dialog the address opens; empty where it leads to a place.
    """

    code: str
    wanted: str
    is_met: bool
    sentence: str
    who: str
    url: str
    at_decision: bool
    dialog: str


def rows(gate: Gate, facts: MeasureFacts, measure: Measure) -> list[CriterionRow]:
    """Return every criterion of a gate, met or not, in the order of the table."""
    judged = [(each, each.judge(facts)) for each in gate.criteria]
    names = _names(
        measure,
        {each.supplied_by if unmet is None else unmet.supplied_by for each, unmet in judged},
    )
    slug = _slug()
    found = []
    for each, unmet in judged:
        who = names[each.supplied_by if unmet is None else unmet.supplied_by]
        opens = None if unmet is None else places.dialog(each.code, facts, measure)
        url = _place(slug, measure, each.anchor) if opens is None else opens.url(slug, measure)
        found.append(_row(each, unmet, who, url, "" if opens is None else opens.section))
    return found


def _row(
    criterion: Criterion, unmet: Unmet | None, who: str, url: str, dialog: str
) -> CriterionRow:
    return CriterionRow(
        dialog=dialog,
        code=criterion.code,
        wanted=criterion.wanted,
        is_met=unmet is None,
        sentence="" if unmet is None else unmet.sentence,
        who=who,
        url=url,
        at_decision=criterion.moment is not Moment.REQUEST,
    )


def ensure_passable(gate: Gate, facts: MeasureFacts, moment: Moment, measure: Measure) -> None:
    """Refuse a passage: GateNotNow, or GateBlocked with all that is missing, by whom and where.

    `missing_rows` in the details are what the refusal page lists.
    """
    gates.check_open(gate, facts)
    missing = gates.unmet(gate, facts, moment)
    if missing:
        rows = missing_rows(missing, measure)
        raise GateBlocked(gate=gate.name, missing=missing, missing_rows=rows)


def missing_rows(missing: Iterable[Unmet], measure: Measure) -> list[dict[str, str]]:
    """Return unmet criteria as rows of text, who and url."""
    found = list(missing)
    names = _names(measure, {each.supplied_by for each in found})
    slug = _slug()
    return [
        {
            "text": each.sentence,
            "who": names[each.supplied_by],
            "url": _place(slug, measure, each.anchor),
        }
        for each in found
    ]


def _slug() -> str:
    found: str = Organization.objects.values_list("slug", flat=True).get(
        pk=tenancy.current_organization_id()
    )
    return found


def _place(slug: str, measure: Measure, anchor: str) -> str:
    """Return where a criterion is supplied: a part of the measure's page, or its closing."""
    where = {"slug": slug, "measure": measure.node.public_id}
    if anchor == CLOSING:
        return reverse("governance:closure", kwargs=where)
    return f"{reverse('measures:measure', kwargs=where)}#{anchor}"


def _names(measure: Measure, roles: Iterable[Role]) -> dict[Role, str]:
    """Return for each role who holds it here: "Owner: Anna Berg", or who could name somebody."""
    holders = {role: standing.suppliers(measure, role) for role in {*roles, Role.LEAD}}
    names = people.names_of({member for ids in holders.values() for member in ids})
    found = {
        role: _who(role, [names[member] for member in ids if member in names])
        for role, ids in holders.items()
    }
    lead = found[Role.LEAD]
    return {
        role: f"{who}, whom {lead} can name" if _is_vacant(role, holders) else who
        for role, who in found.items()
    }


def _is_vacant(role: Role, holders: Mapping[Role, list[int]]) -> bool:
    """Tell whether a role that is named on the measure itself is nobody's yet."""
    return role in NAMED and not holders[role]


def _who(role: Role, names: list[str]) -> str:
    label = role.value.capitalize()
    return f"{label}: {', '.join(names)}" if names else label
