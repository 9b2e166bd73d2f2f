"""A budget for tests: a chart of two lines, a year of one of them, and one booking."""

from accounts.rules.roles import Role
from measures.rules.budget_file import FileKind
from measures.services import budget
from measures.services.budget import Outcome
from tests.factories.measures import YEAR
from tests.factories.organizations import TestOrganization

CHART = (
    "code,name,kind,account,cost_centre,node,currency,variable_share\n"
    "6210,Packaging,cost,4711,C1,,EUR,\n"
    "6300,Freight,cost,4712,C1,,EUR,0.6\n"
)
BUDGET = "code,fiscal_year,period,amount,volume\n" + "".join(
    f"6210,{YEAR},{period},100000.00,\n" for period in range(1, 13)
)
BOOKINGS = f"code,fiscal_year,period,document,amount,volume\n6210,{YEAR},4,D1,92000.00,\n"


def imported(
    organization: TestOrganization,
    kind: FileKind,
    text: str,
    by: Role | str = "controller",
    reason: str = "Budget round",
) -> Outcome:
    """Import a file as the controller."""
    return budget.import_file(actor=organization.actor(by), kind=kind, text=text, reason=reason)
