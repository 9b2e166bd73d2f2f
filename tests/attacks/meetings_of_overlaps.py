"""The pair of acts that meet over an overlap: its sponsor is replaced while they confirm it."""

from collections.abc import Callable

import psycopg

from tests.attacks.meetings import Meeting
from tests.attacks.session import enter
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import TestOrganization
from tests.factories.overlaps import a_chart, on_line, proposed


def a_sponsor_who_goes_and_confirms(organization: TestOrganization) -> Meeting:
    """The other measure gets another sponsor while the one of before confirms the overlap."""
    one, other = (a_planned_measure(organization) for _ in range(2))
    a_chart(organization)
    on_line(one, other)
    made = proposed(one, other, {5: 2000}).pk
    case = other.case()

    def replace(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("lead"))
        raw.execute(
            "UPDATE measures_measure SET sponsor_id = %s, version = version + 1 WHERE id = %s",
            [case.id_of("executive"), case.measure_id],
        )

    def confirm(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("sponsor"))
        raw.execute("UPDATE measures_overlap SET sponsor_by_id = 1 WHERE id = %s", [made])

    return Meeting(
        case,
        replace,
        confirm,
        ["done", "GV156", "waited"],
        "SELECT 1 FROM measures_overlap o JOIN measures_measure m ON m.id = o.other_id"
        " WHERE o.other_id = %(measure)s AND o.sponsor_by_id <> m.sponsor_id",
    )


LOCKS: dict[Callable[[TestOrganization], Meeting], str] = {
    a_sponsor_who_goes_and_confirms: "assay_guard_overlap_change",
}
"""The function whose lock the meeting needs."""
