"""The check finds what a superuser changed behind everybody's back, says where, and repairs it."""

import io
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from core import tenancy
from reporting.models import RollupState
from reporting.services import check
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.reporting import drained, drifted, sums, tallies


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12, 9)
    made = a_decided_measure()
    clock_at(YEAR, 6, 2, 9)
    drained(made.organization)
    return made


def checked(subject, *options):
    """Run the command for the subject's organization; returns what it printed."""
    out = io.StringIO()
    call_command("check_rollups", "--organization", subject.organization.slug, *options, stdout=out)
    return out.getvalue()


@dataclass(frozen=True)
class Fault:
    """A change behind everybody's back, the node it is told of, and what is told."""

    statement: str
    where: str
    told: str


COMMITTED = "bucket = 'committed' AND series ="
FAULTS = {
    "a month of the root": Fault(
        f"UPDATE rollup_value SET p07 = 5 WHERE node_id = %(root)s AND {COMMITTED} 'plan'",
        "Halvern Group",
        "committed plan 2026 of benefit hard recurring EUR, p07: stored 5, recomputed 1000000",
    ),
    "a row of the package": Fault(
        f"DELETE FROM rollup_value WHERE node_id = %(package)s AND {COMMITTED} 'outlook'",
        "package",
        "committed outlook 2026 of benefit hard recurring EUR, p05: stored 0, recomputed 1000000",
    ),
    "a row that nothing stands behind": Fault(
        "UPDATE rollup_value SET fiscal_year = 1999"
        f" WHERE node_id = %(root)s AND {COMMITTED} 'outlook'",
        "Halvern Group",
        "committed outlook 1999 of benefit hard recurring EUR, p05: stored 1000000, recomputed 0",
    ),
    "a count of the root": Fault(
        "UPDATE rollup_count SET stage_3 = 2 WHERE node_id = %(root)s",
        "Halvern Group",
        "counts, stage_3: stored 2, recomputed 1",
    ),
    "a light of the root": Fault(
        "UPDATE rollup_count SET potential = 'amber' WHERE node_id = %(root)s",
        "Halvern Group",
        "lights, potential: stored amber, recomputed red",
    ),
    "what a measure put in": Fault(
        f"UPDATE rollup_value SET p05 = 0 WHERE node_id = %(leaf)s AND {COMMITTED} 'plan'",
        "Measure",
        "committed plan 2026 of benefit hard recurring EUR, p05: stored 0, recomputed 1000000",
    ),
    "a count of a measure": Fault(
        "UPDATE rollup_count SET counted = 0 WHERE node_id = %(leaf)s",
        "Measure",
        "counts, counted: stored 0, recomputed 1",
    ),
    "the place of a measure": Fault(
        "UPDATE rollup_leaf SET ancestor_ids = ancestor_ids[2:] || %(root)s::bigint"
        " WHERE node_id = %(leaf)s",
        "Measure",
        "place, path: stored ",
    ),
    "a measure that was left out": Fault(
        "DELETE FROM rollup_leaf WHERE node_id = %(leaf)s",
        "Measure",
        "measure, derived: stored never, recomputed due",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_by_a_superuser_is_found_named_and_repaired(
    fault, subject, superuser_connection
):
    planted = FAULTS[fault]
    before = sums(subject.organization), tallies(subject.organization)
    places = {
        "root": subject.organization.root.pk,
        "package": subject.package.pk,
        "leaf": subject.measure().node_id,
    }
    assert checked(subject).endswith("every cell equals the recompute\n")

    superuser_connection.execute(planted.statement, places)
    with pytest.raises(CommandError) as refused:
        checked(subject)
    found = check.check(actor=tenancy.system(subject.organization.id))
    repaired = checked(subject, "--repair")

    assert refused.value.returncode == 1
    assert any(planted.where in line and planted.told in line for line in repaired.splitlines())
    assert repaired.endswith("every cell equals the recompute\n")
    assert found != []
    assert drifted(subject.organization) == []
    assert (sums(subject.organization), tallies(subject.organization)) == before


def test_what_waits_for_the_drain_is_no_drift(subject):
    subject.save("forecast", {7: 1})

    assert checked(subject).endswith("every cell equals the recompute\n")
    drained(subject.organization)
    assert checked(subject).endswith("every cell equals the recompute\n")


def test_midnight_is_no_drift(subject, clock_at):
    clock_at(YEAR, 9, 2, 9)

    assert checked(subject).endswith("every cell equals the recompute\n")


def test_the_check_remembers_when_it_looked_and_what_it_found(subject, superuser_connection):
    superuser_connection.execute(
        "UPDATE rollup_count SET stage_3 = 2, stage_2 = 1 WHERE node_id = %s",
        [subject.organization.root.pk],
    )

    check.check(actor=tenancy.system(subject.organization.id))

    with tenancy.reading(subject.actor("lead")):
        state = RollupState.objects.get()
    assert state.drift_rows == 2
    assert state.checked_at is not None


def test_only_the_organization_asked_for_is_checked(subject):
    assert checked(subject) == f"{subject.organization.slug}: every cell equals the recompute\n"
