"""Two days of a portfolio for tests, and what moved from the first to the second."""

from datetime import date

from core import tenancy
from hierarchy.models import Node
from hierarchy.services import tree
from measures.rules.lines import Series
from tests.clock import ClockAt
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.portfolios import Portfolio
from tests.factories.reporting import drained

BEFORE = date(YEAR, 7, 8)
AFTER = date(YEAR, 7, 20)


def changed_later(halvern: Portfolio, clock_at: ClockAt) -> None:
    """Move figures and places twelve days later: a forecast, a claim, a new measure, a move."""
    organization, first = halvern.organization, halvern.decided[0]
    clock_at(YEAR, AFTER.month, AFTER.day, 9)
    first.save(Series.FORECAST, dict.fromkeys(range(8, 13), 77))
    organization.chosen.append(halvern.packages[1])
    a_decided_measure(organization, dict.fromkeys(range(4, 13), 500))
    moved = halvern.packages[0]
    with tenancy.acting(organization.actor("administrator")):
        fresh = Node.objects.get(pk=moved.pk)
        parent = Node.objects.get(pk=halvern.packages[1].pk).parent_id
        tree.move(
            actor=organization.actor("administrator"),
            node_id=moved.pk,
            parent_id=parent,
            version=fresh.version,
        )
    drained(organization)
