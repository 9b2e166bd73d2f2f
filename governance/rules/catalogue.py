"""The catalogue from which a scheme chooses its criteria, and the kinds of evidence it may ask."""

from governance.rules import criteria, criteria_planning
from governance.rules.criteria import Criterion
from governance.rules.gates import FIXED_CRITERIA
from governance.rules.parameters import Template, fixed

CATALOGUE: dict[str, Template] = {
    template.code: template
    for template in (
        fixed(criteria.HAS_SIZE),
        fixed(criteria.HAS_KIND),
        fixed(criteria.HAS_PLAN),
        fixed(criteria.HAS_BASELINE),
        fixed(criteria.HAS_MILESTONES),
        fixed(criteria.MILESTONES_DONE),
        fixed(criteria.NO_OPEN_MILESTONE),
        *criteria_planning.TEMPLATES,
    )
}
# As measures.models.evidence names them; a test holds them equal.
EVIDENCE_KINDS = (
    "baseline",
    "ledger_extract",
    "invoice_set",
    "contract_volume",
    "headcount_list",
    "budget_cut",
    "completion",
    "hand_over",
    "other",
)


def known() -> dict[str, Criterion]:
    """Return by code every criterion there is, with the defaults of its parameters."""
    found = {code: template.with_values({}) for code, template in CATALOGUE.items()}
    for each in (each for asked in FIXED_CRITERIA.values() for each in asked):
        found[each.code] = each
    for kind in EVIDENCE_KINDS:
        demanded = criteria_planning.evidence_of(kind)
        found[demanded.code] = demanded
    return found
