"""What was known on a day: kept by the database on the day itself, and by nobody changed after."""

import psycopg
import pytest

from core import tenancy
from measures.rules.stage import Stage
from tests.attacks.session import enter, only, refused
from tests.factories.governance import YEAR, a_measure
from tests.factories.reporting import drained

TABLES = ("hierarchy_node", "measures_measurestatus", "rollup_count", "rollup_value")
OWNERS = {"hierarchy_node": "id", "measures_measurestatus": "measure_id"}
DAY, LATER = (YEAR, 7, 8, 9), (YEAR, 7, 20, 9)


@pytest.fixture
def case(clock_at):
    clock_at(*DAY)
    made = a_measure(Stage.DECIDED)
    drained(made.organization)
    return made


def kept(raw, table, row_id):
    """Return the content last kept of a row, as text; None if nothing was."""
    found = raw.execute(
        "SELECT content::text FROM audit_kept WHERE table_name = %s AND row_id = %s"
        " ORDER BY day DESC LIMIT 1",
        [table, row_id],
    ).fetchone()
    return found and found[0]


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(
            "UPDATE audit_kept SET content = '{}' WHERE table_name = 'rollup_count'",
            marks=pytest.mark.guards("trigger:audit_kept.guard_changed"),
        ),
        "UPDATE audit_kept SET day = day + 12",
        pytest.param(
            "INSERT INTO audit_kept (organization_id, table_name, row_id, owner_id, day, content)"
            " SELECT organization_id, table_name, row_id, owner_id, day - 1, content"
            " FROM audit_kept LIMIT 1",
            marks=pytest.mark.guards("trigger:audit_kept.guard_new"),
        ),
        pytest.param(
            "DELETE FROM audit_kept", marks=pytest.mark.guards("trigger:audit_kept.guard_taken")
        ),
    ],
)
def test_a_past_day_stays_as_it_was_known(case, clock_at, owner_connection, attack):
    clock_at(*LATER)
    owner_connection.execute(
        "SELECT set_config('app.organization', %s, false)", [str(case.organization.id)]
    )

    with refused(owner_connection, "GV140", "the_past_stays"):
        owner_connection.execute(attack)


@pytest.mark.guards("trigger:audit_kept.never_emptied")
def test_not_even_a_superuser_empties_it(case, superuser_connection):
    with refused(superuser_connection, "GV001", "append_only"):
        superuser_connection.execute("TRUNCATE audit_kept")


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO audit_kept DEFAULT VALUES",
        "UPDATE audit_kept SET day = day",
        "DELETE FROM audit_kept",
    ],
)
def test_nobody_writes_it_but_the_database(case, app_connection, attack):
    raw = enter(app_connection(), case.actor("administrator"))

    with refused(raw, "42501"):
        raw.execute(attack)


@pytest.mark.guards("policy:audit_kept.readers_only.reads")
@pytest.mark.parametrize(
    ("table", "withheld"),
    [
        ("hierarchy_node", "nodes"),
        ("measures_measurestatus", "rows"),
        ("rollup_count", "sums"),
        ("rollup_value", "sums"),
    ],
)
def test_who_does_not_read_a_row_does_not_read_its_past(case, app_connection, table, withheld):
    raw = enter(app_connection(), case.actor("executive"))
    owner = only(raw, "SELECT owner_id FROM audit_kept WHERE table_name = %s LIMIT 1", table)[0]

    raw.execute(f"SELECT set_config('app.withheld_{withheld}', %s, true)", [f"{{{owner}}}"])

    assert only(
        raw,
        "SELECT count(*) FROM audit_kept WHERE table_name = %s AND owner_id = %s",
        table,
        owner,
    ) == (0,)


CHANGES = {
    "hierarchy_node": "name = 'By hand'",
    "measures_measurestatus": "input_version = input_version + 1",
    "rollup_count": "value = value + 1",
    "rollup_value": "p01 = p01 + 1",
}


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(table, marks=pytest.mark.guards(f"trigger:{table}.keep_update"))
        for table in TABLES
    ],
)
def test_a_change_is_kept_whoever_makes_it_and_without_an_organization(
    case, superuser_connection, table
):
    (row_id,) = _a_row(superuser_connection, case, table)
    before = kept(superuser_connection, table, row_id)

    superuser_connection.execute(
        f"UPDATE {table} SET {CHANGES[table]} WHERE id = %s".encode(), [row_id]
    )

    assert kept(superuser_connection, table, row_id) not in {None, before}


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(table, marks=pytest.mark.guards(f"trigger:{table}.keep_insert"))
        for table in ("measures_measurestatus", "rollup_count", "rollup_value")
    ],
)
def test_a_new_row_is_kept_from_its_first_day_on(case, superuser_connection, table):
    other = a_measure(Stage.DECIDED, case.organization)
    owner = other.measure_id if table in OWNERS else other.measure().node_id
    key = OWNERS.get(table, "node_id")
    (row_id,) = _a_row(superuser_connection, case, table)

    made = superuser_connection.execute(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object("
        f" 'id', nextval(pg_get_serial_sequence('{table}', 'id')), '{key}', %s::bigint,"
        f" 'fiscal_year', 1999))).* FROM {table} t WHERE id = %s RETURNING id".encode(),
        [owner, row_id],
    ).fetchone()

    assert kept(superuser_connection, table, made[0]) is not None


@pytest.mark.guards("trigger:hierarchy_node.keep_insert")
def test_a_new_place_is_kept_from_its_first_day_on(case, superuser_connection):
    with tenancy.acting(case.organization.actor("administrator")):
        node = case.organization.add(case.organization.root, "Another portfolio")

    assert "Another portfolio" in str(kept(superuser_connection, "hierarchy_node", node.pk))


def _a_row(raw: psycopg.Connection, case, table: str):
    return raw.execute(
        f"SELECT id FROM {table} WHERE organization_id = %s ORDER BY id LIMIT 1".encode(),
        [case.organization.id],
    ).fetchone()
