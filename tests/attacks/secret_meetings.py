"""Acts that meet over a confidential measure: who is just sponsor no more shows nothing."""

from collections.abc import Callable

import psycopg

from measures.rules.stage import Stage
from measures.services import confidential
from tests.attacks.meetings import Meeting
from tests.attacks.races import Side
from tests.attacks.session import enter
from tests.factories.governance import Case, a_measure
from tests.factories.organizations import TestOrganization


def hidden(organization: TestOrganization) -> tuple[Case, Side]:
    """Return a confidential measure, and its owner naming another sponsor."""
    case = a_measure(Stage.DEFINED, organization)
    confidential.make(
        actor=case.actor("owner"), measure_id=case.measure_id, kind="other", reason="Talks."
    )
    other = organization.newcomer().member_id

    def name(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("owner"))
        raw.execute(
            "UPDATE measures_measure SET sponsor_id = %s, version = version + 1 WHERE id = %s",
            [other, case.measure_id],
        )

    return case, name


def another_sponsor_and_an_opening(organization: TestOrganization) -> Meeting:
    """Who is just sponsor no more confirms that a confidential measure is opened."""
    case, name = hidden(organization)
    confidential.propose_opening(
        actor=case.actor("controller"), measure_id=case.measure_id, reason="Told."
    )

    def confirm_it(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("sponsor"))
        raw.execute(
            "UPDATE measures_confidentiality SET opened_by_id = 1, opened_at = now()"
            " WHERE measure_id = %s",
            [case.measure_id],
        )

    return Meeting(
        case,
        name,
        confirm_it,
        ["done", "GV083", "waited"],
        "SELECT 1 FROM measures_confidentiality WHERE measure_id = %(measure)s"
        " AND opened_at IS NOT NULL",
    )


def another_sponsor_and_a_reader(organization: TestOrganization) -> Meeting:
    """Who is just sponsor no more names a reader."""
    case, name = hidden(organization)

    def name_reader(raw: psycopg.Connection) -> None:
        enter(raw, case.actor("sponsor"))
        raw.execute(
            "INSERT INTO measures_namedreader (organization_id, measure_id, confidentiality_id,"
            " member_id, reason, named_by_id) VALUES (assay_organization(), %s, (SELECT max(id)"
            " FROM measures_confidentiality WHERE measure_id = %s), %s, 'Mine.', 1)",
            [case.measure_id, case.measure_id, case.id_of("lead")],
        )

    return Meeting(
        case,
        name,
        name_reader,
        ["done", "GV084", "waited"],
        "SELECT 1 FROM measures_namedreader WHERE measure_id = %(measure)s",
    )


LOCKS: dict[Callable[[TestOrganization], Meeting], str] = {
    another_sponsor_and_an_opening: "assay_guard_confidentiality",
    another_sponsor_and_a_reader: "assay_guard_reader",
}
"""The function whose lock each meeting needs."""
