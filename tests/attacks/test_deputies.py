"""Raw SQL against deputyships: who may write them, and that they free nobody from a duty."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import enter, refused
from tests.factories.deputies import acting_for, named
from tests.factories.governance import a_measure, claim_row
from tests.factories.organizations import an_organization


def leave(superuser_connection, who):
    """Let a member have left long ago, past the acts and guards of leaving."""
    superuser_connection.execute("ALTER TABLE accounts_member DISABLE TRIGGER guard_leaving")
    try:
        superuser_connection.execute(
            "UPDATE accounts_member SET left_on = '2020-01-01' WHERE id = %s", [who.member_id]
        )
    finally:
        superuser_connection.execute(
            "ALTER TABLE accounts_member ENABLE ALWAYS TRIGGER guard_leaving"
        )


TODAY, TOMORROW = "assay_today(assay_organization())", "assay_today(assay_organization()) + 1"


def depute(raw, principal, deputy, node, *, role="controller", first=TODAY, last=TOMORROW):
    """Write a deputyship by hand, with its filled columns forged."""
    return raw.execute(
        "INSERT INTO hierarchy_deputyship (organization_id, principal_id, deputy_id, role, node_id,"
        " first_on, last_on, reason, named_by_id, named_at)"
        f" VALUES (assay_organization(), %s, %s, %s, %s, {first}, {last}, '', %s, '2000-01-01')"
        " RETURNING id, named_by_id",
        [principal, deputy, role, node, principal],
    ).fetchone()


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker):
    """An organization with two members who hold nothing."""
    with django_db_blocker.unblock():
        organization = an_organization()
        return organization, organization.newcomer(), organization.newcomer()


def test_a_deputy_is_named_only_by_the_member_or_an_administrator(db, people, app_connection):
    organization, deputy, other = people
    controller = organization.actor("controller").member_id

    for who in (deputy, other, organization.actor("lead"), organization.actor("executive")):
        raw = enter(app_connection(), who)
        with refused(raw, "GV072", "not_yours_to_deputise"):
            depute(raw, controller, deputy.member_id, organization.root.pk)
    administrator = organization.actor("administrator")
    raw = enter(app_connection(), administrator)
    with refused(raw, "GV072", "not_yours_to_deputise"):
        depute(raw, controller, administrator.member_id, organization.root.pk)
    raw = enter(app_connection(), administrator)
    _, named_by = depute(raw, controller, deputy.member_id, organization.root.pk)
    assert named_by == administrator.member_id


def test_nobody_is_named_by_nobody_or_by_a_deputy(db, people, app_connection):
    organization, deputy, other = people
    controller = organization.actor("controller")
    raw = enter(app_connection(), controller)
    raw.execute("SELECT set_config('app.actor', '', true)")
    with refused(raw, "GV070", "a_person_deputises"):
        depute(raw, controller.member_id, deputy.member_id, organization.root.pk)

    raw = enter(app_connection(), acting_for(organization, deputy, "controller"))
    with refused(raw, "GV070", "a_person_deputises"):
        depute(raw, deputy.member_id, other.member_id, organization.root.pk)


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        ("assay_today(assay_organization()) - 1", TOMORROW, ("GV074", "deputy_term")),
        (TODAY, "assay_today(assay_organization()) + 90", ("GV074", "deputy_term")),
        (TODAY, "assay_today(assay_organization()) - 1", ("23514", None)),
    ],
)
def test_a_term_is_neither_past_nor_longer_than_ours(
    db, people, app_connection, first, last, refusal
):
    organization, deputy, _ = people
    controller = organization.actor("controller")
    raw = enter(app_connection(), controller)
    days = {"first": first, "last": last}

    with refused(raw, *refusal):
        depute(raw, controller.member_id, deputy.member_id, organization.root.pk, **days)


def test_nobody_deputises_for_themselves_for_who_left_or_in_a_role_without_deputies(
    db, people, app_connection, superuser_connection
):
    organization, _, other = people
    controller = organization.actor("controller")
    root = organization.root.pk
    gone = organization.newcomer()
    leave(superuser_connection, gone)

    for deputy_id, role, state, code in (
        (controller.member_id, "controller", "23514", None),
        (gone.member_id, "controller", "GV073", "deputies_are_members"),
        (other.member_id, "owner", "23514", None),
        (other.member_id, "administrator", "23514", None),
    ):
        raw = enter(app_connection(), controller)
        with refused(raw, state, code):
            depute(raw, controller.member_id, deputy_id, root, role=role)


def test_a_deputyship_is_never_rewritten_unrevoked_or_deleted(db, app_connection):
    organization = an_organization()
    deputy = organization.newcomer()
    made = named(organization, "controller", deputy)
    controller = organization.actor("controller")

    for statement, state, code in (
        ("UPDATE hierarchy_deputyship SET last_on = last_on + 300 WHERE id = %s", "42501", None),
        ("DELETE FROM hierarchy_deputyship WHERE id = %s", "42501", None),
    ):
        raw = enter(app_connection(), controller)
        with refused(raw, state, code):
            raw.execute(statement, [made.pk])
    revoke = "UPDATE hierarchy_deputyship SET revoked_at = '2000-01-01' WHERE id = %s"
    raw = enter(app_connection(), organization.actor("lead"))
    with refused(raw, "GV072", "not_yours_to_deputise"):
        raw.execute(revoke, [made.pk])
    raw = enter(app_connection(), deputy)
    raw.execute(revoke, [made.pk])
    raw.commit()
    raw = enter(app_connection(), controller)
    with refused(raw, "GV071", "deputyship_is_fixed"):
        raw.execute("UPDATE hierarchy_deputyship SET revoked_at = NULL WHERE id = %s", [made.pk])


def test_the_owner_of_the_tables_rewrites_none_either(db, owner_connection):
    organization = an_organization()
    made = named(organization, "controller", organization.newcomer())
    owner_connection.autocommit = False
    owner = enter(owner_connection, organization.actor("controller"))

    with refused(owner, "GV071", "deputyship_is_fixed"):
        owner.execute(
            "UPDATE hierarchy_deputyship SET last_on = last_on + 300 WHERE id = %s", [made.pk]
        )


# --- claims ---------------------------------------------------------------------------------------


def decide_claim(raw, claim_id):
    """Approve a claim by hand, with who decided it forged."""
    return raw.execute(
        "UPDATE measures_actualclaim SET state = 'approved', decided_at = now(),"
        " decided_by_id = 1, decided_for_id = 1 WHERE id = %s"
        " RETURNING decided_by_id, decided_for_id",
        [claim_id],
    ).fetchone()


@pytest.fixture
def claimed(db):
    """A measure with a claim of the owner's that waits."""
    case = a_measure(Stage.DECIDED)
    with case.acting("owner"):
        claim = claim_row(case, 4)
    return case, claim.pk


def test_a_recorded_deputy_decides_a_claim_and_the_database_says_for_whom(claimed, app_connection):
    case, claim = claimed
    deputy = case.organization.newcomer()
    named(case.organization, "controller", deputy)
    raw = enter(app_connection(), acting_for(case.organization, deputy, "controller"))

    assert decide_claim(raw, claim) == (deputy.member_id, case.id_of("controller"))


def test_without_a_deputyship_in_force_nobody_decides_for_the_controller(claimed, app_connection):
    case, claim = claimed
    organization = case.organization
    stranger, wrong_role, elsewhere = (organization.newcomer() for _ in range(3))
    named(organization, "controller", wrong_role, role="sponsor")
    named(organization, "controller", elsewhere, node=organization.branch("Else").package)

    for who in (stranger, wrong_role, elsewhere):
        raw = enter(app_connection(), acting_for(organization, who, "controller"))
        with refused(raw, "GV075", "no_deputy"):
            decide_claim(raw, claim)


@pytest.mark.parametrize("role", ["owner", "sponsor", "lead", "administrator"])
def test_who_holds_another_duty_does_not_decide_for_the_controller(claimed, app_connection, role):
    case, claim = claimed
    named(case.organization, "controller", case.actor(role))
    raw = enter(app_connection(), acting_for(case.organization, case.actor(role), "controller"))

    with refused(raw, "GV076", "duties_merge"):
        decide_claim(raw, claim)


def test_a_claim_of_either_is_not_decided_by_a_deputy(db, app_connection):
    case = a_measure(Stage.DECIDED)
    organization, deputy = case.organization, case.organization.newcomer()
    with case.acting("controller"):
        claim = claim_row(case, 4).pk
    named(organization, "controller", deputy)
    raw = enter(app_connection(), acting_for(organization, deputy, "controller"))

    with refused(raw, "GV007", "own_claim"):
        decide_claim(raw, claim)


def test_a_deputyship_for_another_person_is_no_right(claimed, app_connection):
    case, claim = claimed
    deputy = case.organization.newcomer()
    named(case.organization, "sponsor", deputy, role="controller")
    raw = enter(app_connection(), acting_for(case.organization, deputy, "sponsor"))

    with refused(raw, "GV007", "only_the_controller"):
        decide_claim(raw, claim)


def test_the_ledger_names_whom_the_transaction_acts_for_whatever_the_row_says(db, app_connection):
    organization = an_organization()
    deputy = organization.newcomer()
    actor = acting_for(organization, deputy, "controller")
    raw = enter(app_connection(), actor)

    row = raw.execute(
        "INSERT INTO audit_event (organization_id, seq, act, subject_kind, decided_for_id, reason,"
        " details, database_user, transaction_id, history_digest, previous_hash, hash)"
        " VALUES (assay_organization(), 0, 'forged', 'measure', 1, '', '{}', '', 0, '', '', '')"
        " RETURNING actor_id, decided_for_id"
    ).fetchone()

    assert row == (deputy.member_id, actor.acts_for_id)
