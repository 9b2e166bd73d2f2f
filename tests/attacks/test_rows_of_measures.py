"""What a raw session of role app tries on the rows of a measure, one refusal of the guards each."""

import pytest

from core import tenancy
from measures.models import Dependency, Risk
from measures.rules.stage import Stage
from tests.attacks.session import enter, lifecycle, move, refused, vote
from tests.factories.governance import a_measure, a_request, claim_row

CLAIM = (
    "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year, period,"
    " amount, is_final, note, state, decision_reason)"
    " VALUES (assay_organization(), %s, %s, 2026, 4, 1, false, '', 'submitted', '')"
)


def a_risk(case):
    with case.acting("owner"):
        return Risk.objects.create(
            measure_id=case.measure_id,
            title="Carriers leave.",
            likelihood="low",
            impact="high",
            owner_id=case.id_of("owner"),
        ).pk


def a_dependency(case):
    other = a_measure(organization=case.organization)
    with case.acting("lead"):
        return Dependency.objects.create(
            measure_id=case.measure_id, needs_id=other.measure_id, what="Its steam."
        ).pk


STALE = {
    "measure": ("measures_measure", "id"),
    "line": ("measures_line", "measure_id"),
    "milestone": ("measures_milestone", "measure_id"),
    "risk": ("measures_risk", "measure_id"),
    "dependency": ("measures_dependency", "measure_id"),
}


@pytest.mark.parametrize("step", [0, 2])
@pytest.mark.parametrize("kind", STALE)
def test_a_version_is_neither_kept_nor_skipped(db, app_connection, kind, step):
    table, key = STALE[kind]
    case = a_measure()
    a_risk(case)
    a_dependency(case)
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV002", "stale_version"):
        raw.execute(
            f"UPDATE {table} SET version = version + {step} WHERE {key} = %s", [case.measure_id]
        )


@pytest.mark.parametrize("column", ["node_id", "proposer_id", "created_at", "created_in"])
def test_where_a_measure_comes_from_is_not_rewritten(db, app_connection, column):
    case = a_measure()
    value = {
        "node_id": f"{case.measure().node.parent_id}",
        "proposer_id": f"{case.id_of('lead')}",
        "created_at": "created_at - interval '1 year'",
        "created_in": "1",
    }[column]
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV004", "measure_origin_is_fixed"):
        raw.execute(
            f"UPDATE measures_measure SET {column} = {value}, version = version + 1 WHERE id = %s",
            [case.measure_id],
        )


def test_a_measure_hangs_on_no_other_level(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV041", "measure_on_wrong_level"):
        raw.execute(
            "INSERT INTO measures_measure (organization_id, node_id, description, effect_type,"
            " size_unit, stage, lifecycle, version)"
            " VALUES (assay_organization(), %s, '', 'hard', '', 0, 'active', 1)",
            [case.measure().node.parent_id],
        )


def test_a_size_is_a_number(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "23514"):
        raw.execute(
            "UPDATE measures_measure SET size = 'NaN', version = version + 1 WHERE id = %s",
            [case.measure_id],
        )


@pytest.mark.parametrize("change", ["level = level + 1", "public_id = uuidv7()"])
def test_a_node_keeps_its_level_and_its_address(db, app_connection, change):
    case = a_measure()
    raw = enter(app_connection(), case.actor("administrator"))

    with refused(raw, "GV040", "node_keeps_its_level"):
        raw.execute(f"UPDATE hierarchy_node SET {change} WHERE id = %s", [case.measure().node_id])


@pytest.mark.parametrize("change", ["unit = 'hours', currency = ''", "decimals = 3"])
def test_a_line_keeps_its_unit(db, app_connection, change):
    case = a_measure()
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "GV004", "line_keeps_its_unit"):
        raw.execute(
            f"UPDATE measures_line SET {change}, version = version + 1 WHERE id = %s",
            [case.line_id],
        )


def test_a_risk_stays_with_its_measure(db, app_connection):
    case = a_measure()
    other = a_measure(organization=case.organization)
    risk = a_risk(case)
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV004", "child_stays"):
        raw.execute(
            "UPDATE measures_risk SET measure_id = %s, version = version + 1 WHERE id = %s",
            [other.measure_id, risk],
        )


@pytest.mark.parametrize(
    "change", ["is_imported = true", "added_after_freeze = true", "measure_id = %(other)s"]
)
def test_where_a_milestone_comes_from_does_not_change(db, app_connection, change):
    case = a_measure()
    other = a_measure(organization=case.organization)
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "GV004", "milestone_origin_is_fixed"):
        raw.execute(
            f"UPDATE measures_milestone SET {change}, version = version + 1"
            " WHERE measure_id = %(measure)s",
            {"measure": case.measure_id, "other": other.measure_id},
        )


@pytest.mark.parametrize("day", ["NULL", "actual_end - 1"])
def test_a_completion_is_not_taken_back(db, app_connection, day):
    case = a_measure()
    raw = enter(app_connection(), case.actor("owner"))
    change = "UPDATE measures_milestone SET actual_end = {}, version = version + 1"
    raw.execute(change.format("assay_today(organization_id)"))
    raw.commit()
    enter(raw, case.actor("owner"))

    with refused(raw, "GV004", "completion_is_fixed"):
        raw.execute(change.format(day))


def test_a_claim_names_a_line_of_its_own_measure(db, app_connection):
    case = a_measure(Stage.DECIDED)
    other = a_measure(Stage.DECIDED, case.organization)
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "GV005", "not_found"):
        raw.execute(CLAIM, [other.line_id, case.measure_id])


def test_nothing_is_claimed_before_it_is_decided(db, app_connection):
    case = a_measure(Stage.DETAILED)
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "GV006", "claims_not_open"):
        raw.execute(CLAIM, [case.line_id, case.measure_id])


def test_a_claim_is_withdrawn_by_its_claimant_or_the_owner(db, app_connection):
    case = a_measure(Stage.DECIDED)
    with case.acting("owner"):
        claim = claim_row(case, 4).pk
    raw = enter(app_connection(), case.actor("sponsor"))
    withdraw = "UPDATE measures_actualclaim SET state = 'withdrawn' WHERE id = %s"

    with refused(raw, "GV007", "only_the_claimant"):
        raw.execute(withdraw, [claim])
    enter(raw, case.actor("owner"))
    raw.execute(withdraw, [claim])
    raw.commit()


def test_not_even_the_owner_of_the_tables_rewrites_a_request(db, owner_connection):
    case = a_measure()
    asked = a_request(case)
    owner_connection.autocommit = False
    enter(owner_connection, case.actor("owner"))

    with refused(owner_connection, "GV016", "request_is_fixed"):
        owner_connection.execute(
            "UPDATE governance_gaterequest SET note = 'Another.' WHERE id = %s", [asked.pk]
        )


def test_a_hold_ends_after_today(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("sponsor"))

    with refused(raw, "GV014", "hold_has_an_end"):
        raw.execute(
            "INSERT INTO governance_lifecycledecision (organization_id, measure_id, act,"
            " reason_code, reason, decided_by_id, decided_in, expires_on)"
            " VALUES (assay_organization(), %s, 'hold', 'budget', 'No money.', 1, 1,"
            " assay_today(assay_organization()))",
            [case.measure_id],
        )
    enter(raw, case.actor("sponsor"))
    assert lifecycle(raw, case.measure_id, "hold")


def test_a_circle_of_one_and_of_two_is_refused(db, app_connection):
    case = a_measure()
    other = a_measure(organization=case.organization)
    raw = enter(app_connection(), case.actor("lead"))
    waits = (
        "INSERT INTO measures_dependency (organization_id, measure_id, needs_id, what,"
        " is_blocking, version) VALUES (assay_organization(), %s, %s, 'It.', true, 1)"
    )
    raw.execute(waits, [case.measure_id, other.measure_id])
    raw.commit()
    enter(raw, case.actor("lead"))

    with refused(raw, "GV008", "dependency_cycle"):
        raw.execute(waits, [other.measure_id, case.measure_id])


@pytest.mark.parametrize("act", ["resume", "cancel", "reject"])
def test_assay_itself_ends_and_resumes_nothing(db, app_connection, act):
    case = a_measure()
    raw = enter(app_connection(), tenancy.system(case.organization.id))

    with refused(raw, "GV028", "a_person_acts"):
        lifecycle(raw, case.measure_id, act)


ENDED = {
    "evidence": "INSERT INTO measures_evidence (organization_id, measure_id, kind, title,"
    " file_name, content_type, size, sha256, stored_as)"
    " VALUES (assay_organization(), %s, 'other', 'x', 'x', 'x', 1, 'x', 'x')",
    "risk": "INSERT INTO measures_risk (organization_id, measure_id, title, description,"
    " likelihood, impact, mitigation, version)"
    " VALUES (assay_organization(), %s, 'x', '', 'low', 'low', '', 1)",
    "milestone": "INSERT INTO measures_milestone (organization_id, measure_id, name, plan_end,"
    " is_mandatory, is_critical, weight, is_imported, added_after_freeze, version)"
    " VALUES (assay_organization(), %s, 'x', '2026-01-01', true, false, 1, false, false, 1)",
}


@pytest.mark.parametrize("kind", ENDED)
def test_nothing_is_added_to_a_measure_that_has_ended(db, app_connection, kind):
    case = a_measure()
    raw = enter(app_connection(), case.actor("sponsor"))
    lifecycle(raw, case.measure_id, "cancel")
    move(raw, case.measure_id, 0, "cancelled")
    raw.commit()
    enter(raw, case.actor("owner"))

    with refused(raw, "GV003", "measure_has_ended"):
        raw.execute(ENDED[kind], [case.measure_id])


def test_a_request_that_outlived_its_moment_takes_no_vote(db, app_connection, superuser_connection):
    case = a_measure()
    asked = a_request(case)
    triggers = ("void_requests", "guard", "guard_stage")
    for trigger in triggers:
        superuser_connection.execute(f"ALTER TABLE measures_measure DISABLE TRIGGER {trigger}")
    superuser_connection.execute(
        "UPDATE measures_measure SET lifecycle = 'on_hold' WHERE id = %s", [case.measure_id]
    )
    for trigger in triggers:
        superuser_connection.execute(
            f"ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER {trigger}"
        )
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV014", "gate_not_now"):
        vote(raw, asked.pk, "lead")
