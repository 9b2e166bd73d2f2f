"""Where a criterion is supplied: the form that does it, where one form does and the reader may."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.rules.roles import Permission
from core import tenancy
from governance.rules.facts import MeasureFacts
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries.measures import named


@dataclass(frozen=True, slots=True)
class Dialog:
    """A form of the measure's page: its view, the section it opens in, and who may fill it in.

    `fits` tells where one more of it is what is missing, and not a change of what is there.
    """

    view: str
    section: str
    permission: Permission
    fits: Callable[[MeasureFacts], bool] = lambda facts: True

    def url(self, slug: str, measure: Measure) -> str:
        """Return the address of the form, which is a page of its own as well."""
        return reverse(self.view, kwargs={"slug": slug, "measure": measure.node.public_id})


_PEOPLE = Dialog("measures:people", "head", Permission.NAME_PEOPLE)
_DESCRIBED = Dialog("measures:describe", "head", Permission.EDIT_MEASURE)
_A_LINE = Dialog("measures:line_add", "value", Permission.EDIT_MEASURE)
_A_FIRST_LINE = Dialog(
    "measures:line_add", "value", Permission.EDIT_MEASURE, lambda facts: not facts.lines
)
_A_MILESTONE = Dialog("measures:milestone_add", "milestones", Permission.UPDATE_MILESTONE)
_A_FIRST_MILESTONE = Dialog(
    "measures:milestone_add",
    "milestones",
    Permission.UPDATE_MILESTONE,
    lambda facts: not facts.milestones,
)
_A_FIRST_RISK = Dialog(
    "measures:risk_add", "risks", Permission.UPDATE_MILESTONE, lambda facts: not facts.risks
)
_A_FILE = Dialog("measures:evidence_attach", "evidence", Permission.ATTACH_EVIDENCE)

DIALOGS: dict[str, Dialog] = {
    "owner": _PEOPLE,
    "sponsor": _PEOPLE,
    "controller": _PEOPLE,
    "size": _DESCRIBED,
    "kind": _DESCRIBED,
    "description": _DESCRIBED,
    "size_at_least": _DESCRIBED,
    "plan": _A_FIRST_LINE,
    "one_time_cost": _A_LINE,
    "milestones": _A_FIRST_MILESTONE,
    "milestones_at_least": _A_MILESTONE,
    "risks": _A_FIRST_RISK,
}


def dialog(code: str, facts: MeasureFacts, measure: Measure) -> Dialog | None:
    """Return the form by which the reader supplies a criterion; None where it is only a place."""
    found = _A_FILE if code.startswith("evidence_") and code not in KEPT else DIALOGS.get(code)
    if found is None or not found.fits(facts):
        return None
    actor = tenancy.current().actor
    return found if authority.may(actor, found.permission, measure.node, named(measure)) else None


# Not that a file is there, but that it proves a line: said on the page of the closing.
KEPT = frozenset({"evidence_fits"})
