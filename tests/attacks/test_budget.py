"""Attacks on the budget: raw rows of who does not keep it, and figures without their ground."""

import pytest

from measures.rules.budget_file import FileKind
from measures.services import lines
from tests.attacks.session import enter, refused
from tests.factories.budget import BOOKINGS, BUDGET, CHART, imported
from tests.factories.measures import YEAR, a_line_draft, a_proposal
from tests.factories.organizations import an_organization

A_BATCH = (
    "INSERT INTO measures_budgetbatch (organization_id, kind, digest, rows, reason)"
    " VALUES (assay_organization(), 'bookings', repeat('0', 64), 1, 'x')"
)
A_LINE = (
    "INSERT INTO measures_budgetline (organization_id, code, name, kind, account, cost_centre,"
    " currency, variable_share, version, node_id) SELECT assay_organization(), 'X', 'X', 'cost',"
    " '', '', 'EUR', 0, 1, id FROM hierarchy_node WHERE parent_id IS NULL"
)


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


def test_the_database_keeps_chart_and_batches_as_they_were_imported(app_connection, organization):
    imported(organization, FileKind.CHART, CHART)
    imported(organization, FileKind.BUDGET, BUDGET)
    imported(organization, FileKind.BOOKINGS, BOOKINGS)
    raw, actor = app_connection(), organization.actor("controller")
    booking = (
        "INSERT INTO measures_booking (organization_id, budget_id, batch_id, fiscal_year, period,"
        " document, amount) SELECT organization_id, budget_id, batch_id, %s, 6, 'X', 1"
        " FROM measures_booking LIMIT 1"
    )

    for statement, given, code, name in (
        ("UPDATE measures_budgetline SET code = 'X', version = version + 1", [], "GV120",
         "budget_line_stays"),
        ("UPDATE measures_budgetline SET name = 'X'", [], "GV002", "stale_version"),
        (booking, [YEAR], "GV121", "budget_batch_is_closed"),
    ):  # fmt: skip
        enter(raw, actor)
        with refused(raw, code, name):
            raw.execute(statement, given)
    enter(raw, actor)
    batch = raw.execute(
        "INSERT INTO measures_budgetbatch (organization_id, kind, digest, rows, reason)"
        " VALUES (assay_organization(), 'bookings', repeat('0', 64), 1, 'x') RETURNING id"
    ).fetchone()[0]
    with refused(raw, "GV123", "booking_without_budget"):
        raw.execute(
            "INSERT INTO measures_booking (organization_id, budget_id, batch_id, fiscal_year,"
            " period, document, amount) SELECT organization_id, budget_id, %s, %s, 6, 'X', 1"
            " FROM measures_booking LIMIT 1",
            [batch, YEAR + 3],
        )
    for statement in ("UPDATE measures_booking SET amount = 1", "DELETE FROM measures_budgetbatch"):
        enter(raw, actor)
        with refused(raw, "42501"):
            raw.execute(statement)


@pytest.mark.guards("trigger:measures_budgetbatch.a_seat")
@pytest.mark.parametrize("role", ["lead", "sponsor", "executive"])
def test_a_file_is_taken_from_the_seats_that_keep_the_budget_alone(
    app_connection, organization, role
):
    raw = enter(app_connection(), organization.actor(role))

    with refused(raw, "GV124", "budget_of_others"):
        raw.execute(A_BATCH)


@pytest.mark.guards("trigger:measures_budgetline.a_seat")
def test_the_chart_is_written_and_changed_by_the_seats_that_keep_the_budget_alone(
    app_connection, organization
):
    imported(organization, FileKind.CHART, CHART)
    raw = app_connection()

    for statement in (
        A_LINE,
        "UPDATE measures_budgetline SET name = 'X', version = version + 1",
    ):
        enter(raw, organization.actor("lead"))
        with refused(raw, "GV124", "budget_of_others"):
            raw.execute(statement)
    enter(raw, organization.actor("administrator"))
    raw.execute(A_LINE)
    raw.commit()


@pytest.mark.guards("trigger:measures_line.budget")
def test_a_line_is_not_put_by_hand_on_a_budget_line_of_another_currency(
    app_connection, organization
):
    imported(organization, FileKind.CHART, CHART)
    subject = a_proposal(organization)
    line = lines.add(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        draft=a_line_draft("Cans", currency="USD"),
    )
    raw = enter(app_connection(), subject.actor("lead"))

    with refused(raw, "GV122", "budget_line_currency"):
        raw.execute(
            "UPDATE measures_line SET budget_line = '6210', version = version + 1 WHERE id = %s",
            [line.pk],
        )
    enter(raw, subject.actor("lead"))
    raw.execute(
        "UPDATE measures_line SET budget_id = (SELECT min(id) FROM measures_budgetline),"
        " version = version + 1 WHERE id = %s",
        [line.pk],
    )
    raw.commit()
    enter(raw, subject.actor("lead"))
    where = "SELECT budget_id FROM measures_line WHERE id = %s"
    assert raw.execute(where, [line.pk]).fetchone() == (None,)


@pytest.mark.guards("trigger:measures_budgetamount.guard")
def test_no_amount_is_slipped_into_a_file_that_was_taken(app_connection, organization):
    imported(organization, FileKind.CHART, CHART)
    imported(organization, FileKind.BUDGET, BUDGET)
    raw = enter(app_connection(), organization.actor("controller"))

    with refused(raw, "GV121", "budget_batch_is_closed"):
        raw.execute(
            "INSERT INTO measures_budgetamount (organization_id, budget_id, batch_id, fiscal_year,"
            " period, amount) SELECT organization_id, budget_id, batch_id, fiscal_year + 1, period,"
            " 1 FROM measures_budgetamount LIMIT 1"
        )


@pytest.mark.guards("trigger:measures_budgetbatch.stamp")
def test_a_file_is_taken_by_who_acts_whatever_its_row_claims(app_connection, organization):
    controller = organization.actor("controller")
    raw = enter(app_connection(), controller)

    raw.execute(
        "INSERT INTO measures_budgetbatch (organization_id, kind, digest, rows, reason,"
        " recorded_by_id, recorded_at, recorded_in) VALUES (assay_organization(), 'chart',"
        " repeat('0', 64), 1, 'x', %s, '1999-01-01', 1)",
        [organization.actor("lead").member_id],
    )

    assert raw.execute(
        "SELECT recorded_by_id, recorded_at = assay_now(), recorded_in = assay_transaction()"
        " FROM measures_budgetbatch"
    ).fetchone() == (controller.member_id, True, True)


@pytest.mark.guards("trigger:measures_budgetline.point_lines")
def test_a_line_points_at_what_comes_into_the_chart_later(app_connection, organization):
    subject = a_proposal(organization)
    line = lines.add(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        draft=a_line_draft("Boxes", budget_line="x "),
    )
    raw = enter(app_connection(), organization.actor("controller"))

    raw.execute(A_LINE)

    assert raw.execute(
        "SELECT c.code FROM measures_line l JOIN measures_budgetline c ON c.id = l.budget_id"
        " WHERE l.id = %s",
        [line.pk],
    ).fetchone() == ("X",)
