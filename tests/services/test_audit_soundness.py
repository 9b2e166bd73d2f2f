"""The examination of the ledger: clean after lawful acts, and each planted fault is found."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.queries import soundness
from core import tenancy
from governance.services import gates
from measures.models import Measure
from measures.rules.stage import Stage
from tests.factories.governance import a_measure


@pytest.fixture
def case(db):
    made = a_measure(Stage.IDENTIFIED)
    gates.request(actor=made.actor("owner"), measure_id=made.measure_id)
    return made


def examined(case):
    with tenancy.reading(tenancy.system(case.organization.id)):
        return soundness.examine()


def found(case):
    return [str(fault) for fault in examined(case).faults]


@pytest.fixture
def plant(superuser_connection):
    """Run a statement past every trigger, as only a superuser can."""

    def run(statement, *parameters):
        triggers = _triggers(superuser_connection)
        for table, trigger in triggers:
            superuser_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        try:
            superuser_connection.execute(statement, parameters)
        finally:
            for table, trigger in triggers:
                superuser_connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")

    return run


def _triggers(raw):
    return raw.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
    ).fetchall()


def seq_of(superuser_connection, case, act):
    row = superuser_connection.execute(
        "SELECT seq FROM audit_event WHERE organization_id = %s AND act = %s ORDER BY seq LIMIT 1",
        [case.organization.id, act],
    ).fetchone()
    assert row is not None
    return row[0]


def test_a_ledger_of_lawful_acts_is_sound(case):
    seen = examined(case)

    assert seen.faults == ()
    assert seen.acts > 10
    assert seen.changes > seen.acts


def test_the_command_says_so_for_one_organization_and_for_all(case):
    said = StringIO()

    call_command("verify_ledger", organization=case.organization.slug, stdout=said)

    assert said.getvalue().startswith(f"{case.organization.slug}: ")
    assert said.getvalue().endswith(": sound\n")


def test_the_command_fails_and_names_organization_and_place(case, plant, superuser_connection):
    seq = seq_of(superuser_connection, case, "gate_requested")
    plant(
        "UPDATE audit_event SET reason = 'nicer' WHERE organization_id = %s AND seq = %s",
        case.organization.id,
        seq,
    )
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_ledger", organization=case.organization.slug, stdout=said)

    assert said.getvalue().splitlines()[0] == (
        f"{case.organization.slug}: act {seq}: its content does not fit its hash"
    )


def test_an_act_rehashed_after_an_edit_breaks_the_next_link(case, plant, superuser_connection):
    seq = seq_of(superuser_connection, case, "member_added")
    plant(
        "UPDATE audit_event e SET reason = 'nicer' WHERE organization_id = %s AND seq = %s",
        case.organization.id,
        seq,
    )
    plant(
        "UPDATE audit_event e SET hash = assay_event_hash(e) WHERE organization_id = %s"
        " AND seq = %s",
        case.organization.id,
        seq,
    )

    assert found(case) == [f"act {seq + 1}: it does not follow the act before it"]


def test_a_deleted_act_leaves_a_gap(case, plant, superuser_connection):
    seq = seq_of(superuser_connection, case, "member_added")
    plant(
        "DELETE FROM audit_event WHERE organization_id = %s AND seq = %s",
        case.organization.id,
        seq,
    )

    faults = found(case)

    assert faults[0] == f"act {seq + 1}: the acts before it are missing, from {seq}"
    assert all("belongs to no act" in fault for fault in faults[1:])


def test_a_cut_tail_is_missed_by_the_head(case, plant, superuser_connection):
    last = superuser_connection.execute(
        "SELECT max(seq) FROM audit_event WHERE organization_id = %s", [case.organization.id]
    ).fetchone()[0]
    plant(
        "DELETE FROM audit_event WHERE organization_id = %s AND seq = %s",
        case.organization.id,
        last,
    )

    assert found(case)[0] == f"head: the chain should end at act {last}, and ends at act {last - 1}"


def test_a_whole_chain_taken_away_is_missed(case, plant):
    plant("DELETE FROM audit_event WHERE organization_id = %s", case.organization.id)

    assert found(case)[0].startswith("head: the chain should end at act ")


def test_an_edited_change_does_not_fit_its_act(case, plant, superuser_connection):
    seq = seq_of(superuser_connection, case, "gate_requested")
    plant(
        "UPDATE audit_history SET after = jsonb_set(after, '{note}', '\"nicer\"')"
        " WHERE organization_id = %s AND table_name = 'governance_gaterequest'"
        " AND row_id = (SELECT max(row_id) FROM audit_history"
        "  WHERE organization_id = %s AND table_name = 'governance_gaterequest')",
        case.organization.id,
        case.organization.id,
    )

    faults = found(case)

    assert faults[0] == f"act {seq}: the changes it covers are not those it was recorded with"
    assert faults[1].endswith("it differs from its last recorded state in note")
    assert len(faults) == 2


def test_a_deleted_change_does_not_fit_its_act(case, plant, superuser_connection):
    seq = seq_of(superuser_connection, case, "gate_requested")
    plant(
        "DELETE FROM audit_history WHERE organization_id = %s AND table_name ="
        " 'governance_gaterequest' AND operation = 'INSERT' AND row_id = (SELECT max(id)"
        " FROM governance_gaterequest WHERE organization_id = %s)",
        case.organization.id,
        case.organization.id,
    )

    faults = found(case)

    assert faults[0] == f"act {seq}: the changes it covers are not those it was recorded with"
    assert faults[1].endswith("its making is not recorded")


def test_a_change_slipped_in_belongs_to_no_act(case, plant):
    plant(
        "INSERT INTO audit_history (organization_id, table_name, row_id, operation, after,"
        " recorded_at, transaction_id) VALUES (%s, 'nothing', 7, 'INSERT', '{}', now(), 1)",
        case.organization.id,
    )

    (fault,) = found(case)

    assert fault.startswith("nothing 7: change ")
    assert fault.endswith(" belongs to no act")


def test_a_row_changed_past_the_triggers_is_found(case, plant):
    plant("UPDATE measures_measure SET size = 1 WHERE id = %s", case.measure_id)

    assert found(case) == [
        f"measures_measure {case.measure_id}: it differs from its last recorded state in size"
    ]


def test_a_row_deleted_past_the_triggers_is_found(case, plant, superuser_connection):
    row = superuser_connection.execute(
        "SELECT max(id) FROM governance_gaterequest WHERE organization_id = %s",
        [case.organization.id],
    ).fetchone()
    plant("DELETE FROM governance_gaterequest WHERE id = %s", row[0])

    assert found(case) == [f"governance_gaterequest {row[0]}: it is gone, and no act removed it"]


def test_a_row_put_in_past_the_triggers_is_found(case, plant, superuser_connection):
    plant(
        "INSERT INTO hierarchy_seat (organization_id, member_id, node_id, role, valid_from)"
        " SELECT organization_id, member_id, node_id, 'executive', '2020-01-01'"
        " FROM hierarchy_seat WHERE organization_id = %s AND role = 'owner' LIMIT 1",
        case.organization.id,
    )

    (fault,) = found(case)

    assert fault.startswith("hierarchy_seat ")
    assert fault.endswith(": its making is not recorded")


def test_the_numbers_of_the_nested_set_are_no_fault(case, superuser_connection):
    superuser_connection.execute(
        "UPDATE hierarchy_node SET lft = lft + 1 WHERE organization_id = %s AND parent_id IS NULL",
        [case.organization.id],
    )

    assert found(case) == []


def test_a_fault_elsewhere_is_none_of_ones_own(case, plant):
    other = a_measure()
    plant("UPDATE measures_measure SET size = 1 WHERE id = %s", other.measure_id)

    assert found(case) == []
    assert len(found(other)) == 1


def test_a_change_without_an_act_is_noted_and_no_fault_of_the_ledger(case):
    before = examined(case).unattributed
    with case.acting("owner"):
        measure = Measure.objects.get(pk=case.measure_id)
        measure.description, measure.version = "Quietly.", measure.version + 1
        measure.save(update_fields=["description", "version"])

    seen = examined(case)

    assert (seen.unattributed, seen.faults) == (before + 1, ())
