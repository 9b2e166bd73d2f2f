"""Raw SQL as role app: nobody leaves a gap behind, and nobody is named who leaves."""

import threading

import psycopg
import pytest

from core import tenancy
from governance.services import lifecycle
from governance.services.lifecycle import Ending
from measures.models import Measure
from measures.rules.stage import Stage
from tests.factories import governance
from tests.factories.organizations import an_organization

LEAVE = """
UPDATE accounts_member SET leaves_on = current_date, left_on = {left}, version = version + 1
 WHERE id = %s
"""
BEGIN = """
INSERT INTO measures_measure (organization_id, node_id, description, effect_type, size_unit,
                              stage, lifecycle, version, sponsor_id)
SELECT organization_id, node_id, description, effect_type, size_unit, 0, 'active', 1, %s
  FROM measures_measure WHERE id = %s
"""
RESTORE = """
UPDATE measures_measure SET lifecycle = 'active', version = version + 1 WHERE id = %s
"""
WAITS = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted)"
NAME = "UPDATE measures_measure SET sponsor_id = %s, version = version + 1 WHERE id = %s"


@pytest.fixture
def case(db):
    return governance.a_measure(Stage.DETAILED, an_organization())


@pytest.fixture
def attack(case, app_connection):
    """A raw connection of role app inside the organization, acting as its administrator."""

    def connect() -> psycopg.Connection:
        raw = app_connection()
        raw.execute(
            "SELECT set_config('app.organization', %s, false), set_config('app.actor', %s, false)",
            [str(case.organization.id), str(case.id_of("administrator"))],
        )
        raw.commit()
        return raw

    return connect


def refused(raw, statement, arguments) -> tuple[str, str]:
    with pytest.raises(psycopg.Error) as caught:
        raw.execute(statement, arguments)
    raw.rollback()
    return caught.value.sqlstate, caught.value.diag.message_detail


@pytest.mark.parametrize("role", ["owner", "sponsor", "controller"])
@pytest.mark.parametrize("left", ["NULL", "current_date"])
def test_who_is_named_on_a_live_measure_does_not_leave(case, attack, role, left):
    said = refused(attack(), LEAVE.format(left=left), [case.id_of(role)])

    assert said == ("GV042", "still_named")


def test_who_is_named_on_nothing_live_may_leave(case, attack):
    raw = attack()

    raw.execute(LEAVE.format(left="current_date"), [case.id_of("executive")])

    assert raw.execute("SELECT count(*) FROM accounts_member WHERE left_on IS NOT NULL").fetchone()
    raw.rollback()


def test_nobody_leaves_on_another_day_than_announced(case, attack):
    statement = "UPDATE accounts_member SET left_on = current_date WHERE id = %s"

    said = refused(attack(), statement, [case.id_of("executive")])

    assert said == ("GV043", "leaving_not_announced")


@pytest.mark.parametrize("left", ["NULL", "current_date"])
def test_nobody_is_named_who_leaves_or_has_left(case, attack, left):
    raw = attack()
    raw.execute(LEAVE.format(left=left), [case.id_of("executive")])

    said = refused(raw, NAME, [case.id_of("executive"), case.measure_id])

    assert said == ("GV042", "named_who_leaves")


def test_no_measure_begins_with_somebody_who_leaves(case, attack):
    raw = attack()
    raw.execute(LEAVE.format(left="NULL"), [case.id_of("executive")])

    said = refused(raw, BEGIN, [case.id_of("executive"), case.measure_id])

    assert said == ("GV042", "named_who_leaves")


def test_a_measure_that_was_cancelled_is_not_restored_to_somebody_who_has_left(case, attack):
    cancelled_by(case)
    raw = attack()
    raw.execute(LEAVE.format(left="current_date"), [case.id_of("owner")])
    restore = (
        "UPDATE measures_measure SET lifecycle = 'active', version = version + 1 WHERE id = %s"
    )

    said = refused(raw, restore, [case.measure_id])

    assert said == ("GV042", "named_who_leaves")


def cancelled_by(case):
    lifecycle.cancel(
        actor=case.actor("sponsor"),
        measure_id=case.measure_id,
        reason_code="value",
        reason="The effect is gone.",
        ending=Ending(lessons="Ask the customer first."),
    )


def test_naming_and_leaving_at_once_leave_no_gap(case, attack):
    """Two connections in both orders: the later one waits, and is judged by the earlier one."""
    naming, going = attack(), attack()
    executive = case.id_of("executive")

    naming.execute(NAME, [executive, case.measure_id])
    outcome = waiting_for(naming, going, LEAVE.format(left="current_date"), [executive])
    naming.commit()
    going_late = outcome()
    going.rollback()

    assert going_late == "GV042"
    with tenancy.reading(case.actor("lead")):
        assert Measure.objects.get(pk=case.measure_id).sponsor_id == executive


@pytest.mark.guards("lock:assay_guard_naming")
def test_leaving_and_naming_at_once_leave_no_gap(case, attack):
    naming, going = attack(), attack()
    executive = case.id_of("executive")

    going.execute(LEAVE.format(left="current_date"), [executive])
    outcome = waiting_for(going, naming, NAME, [executive, case.measure_id])
    going.commit()
    named_late = outcome()
    naming.rollback()

    assert named_late == "GV042"
    with tenancy.reading(case.actor("lead")):
        assert Measure.objects.get(pk=case.measure_id).sponsor_id == case.id_of("sponsor")


def waiting_for(first, raw, statement, arguments):
    """Start a statement that waits for the first connection; returns what asks how it ended."""
    said: list[str | None] = []

    def run() -> None:
        try:
            raw.execute(statement, arguments)
            said.append(None)
        except psycopg.Error as error:
            said.append(error.sqlstate)

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive() and first.execute(WAITS, [raw.info.backend_pid]).fetchone() == (False,):
        pass  # asked of the database, which answers when it is so; a thread that ended ends it, too

    def outcome() -> str | None:
        thread.join(timeout=30)
        return said[0]

    return outcome
