"""Overlaps for tests: two measures on one budget line, and what they count both."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from accounts.rules.roles import Role
from measures.models import Overlap
from measures.rules.budget_file import FileKind
from measures.rules.calendar import Month
from measures.services import lines, overlaps
from tests.factories.budget import BUDGET, CHART, imported
from tests.factories.measures import YEAR, Subject
from tests.factories.organizations import TestOrganization

BUDGET_LINE = "6210"


def a_chart(organization: TestOrganization) -> None:
    """Import the chart and a budget of 100,000 a month on line 6210."""
    imported(organization, FileKind.CHART, CHART)
    imported(organization, FileKind.BUDGET, BUDGET)


def on_line(*subjects: Subject, code: str = BUDGET_LINE) -> None:
    """Let the first line of measures stand on one line of the chart."""
    for subject in subjects:
        line = subject.line()
        lines.revise(
            actor=subject.actor("owner"),
            line_id=line.pk,
            version=line.version,
            draft=replace(lines.draft_of(line), budget_line=code),
        )


def proposed(
    one: Subject,
    other: Subject,
    months: Mapping[int, int | Decimal],
    *,
    by: Role | str = "owner",
    year: int = YEAR,
) -> Overlap:
    """Propose an overlap of the first lines for `one`, by period of a year, in euros."""
    return overlaps.propose(
        actor=one.actor(by),
        line_id=one.line_id,
        other_line_id=other.line_id,
        amounts={Month(year, at): Decimal(amount) for at, amount in months.items()},
        reason="Both count the same cartons.",
    )


def agreed(one: Subject, other: Subject, months: Mapping[int, int | Decimal]) -> Overlap:
    """Agree on an overlap: proposed by the owner, confirmed by sponsor and controller."""
    made = proposed(one, other, months)
    overlaps.confirm(actor=other.actor("sponsor"), overlap_id=made.pk)
    return overlaps.confirm(actor=other.actor("controller"), overlap_id=made.pk)
