"""The report of duties that met in one person: empty by the lawful path, finding each fault."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import tenancy
from governance.queries import conflicts
from governance.services import gates
from measures.rules.stage import Stage
from tests.factories.closing import an_implemented_measure, confirmed, proposed
from tests.factories.deputies import acting_for, named
from tests.factories.governance import a_measure, a_request, a_vote, approved_months
from tests.factories.organizations import an_organization
from tests.factories.rollbacks import proposed as proposed_back
from tests.factories.rollbacks import rolled_back
from tests.pages.markup import read
from tests.pages.visitors import visitor


@pytest.fixture
def organization(db):
    return an_organization()


def sentences(organization):
    with tenancy.reading(organization.actor("administrator")):
        return [f"{each.kind}: {each.person} {each.sentence}" for each in conflicts.found()]


@pytest.fixture
def planted(superuser_connection):
    """Write into a table past every guard, as only a superuser who switches triggers off can."""

    def plant(table, statement, *values):
        found = superuser_connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        ).fetchall()
        superuser_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            superuser_connection.execute(f"UPDATE {table} SET {statement}", values)
        finally:
            for (trigger,) in found:
                superuser_connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")

    return plant


def test_the_lawful_path_leaves_it_empty(clock_at):
    clock_at(2026, 7, 8, 9)
    case = proposed(an_implemented_measure(10_000_00))
    confirmed(case)
    rolled_back(a_measure(Stage.DECIDED, case.organization))
    other = a_measure(Stage.DETAILED, case.organization)
    deputy = case.organization.newcomer()
    named(case.organization, "sponsor", deputy)
    request = a_request(other)
    gates.vote(
        actor=acting_for(case.organization, deputy, "sponsor"),
        request_id=request.pk,
        choice="approve",
        digest=request.digest,
    )

    assert sentences(case.organization) == []


def test_two_people_of_a_measure_in_one_are_found(organization, superuser_connection):
    case = a_measure(organization=organization)
    constraints = superuser_connection.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'measures_measure'::regclass"
        " AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%controller_id%'"
    ).fetchall()

    with superuser_connection.transaction(force_rollback=True):
        superuser_connection.execute("ALTER TABLE measures_measure DISABLE TRIGGER USER")
        for (name,) in constraints:
            superuser_connection.execute(f"ALTER TABLE measures_measure DROP CONSTRAINT {name}")
        superuser_connection.execute(
            "UPDATE measures_measure SET controller_id = owner_id WHERE id = %s", [case.measure_id]
        )
        found = superuser_connection.execute(
            conflicts.REPORT, {"organization": organization.id}
        ).fetchall()

    assert [row[:3] for row in found] == [
        ("people", "Owner Person", "is owner and sponsor or controller of one measure")
    ]


def test_a_vote_of_who_was_not_its_decider_is_found(organization, planted):
    case = a_measure(Stage.DETAILED, organization)
    vote = a_vote(case, a_request(case), "sponsor")
    stranger = organization.actor("executive").member_id

    planted("governance_vote", "voter_id = %s WHERE id = %s", stranger, vote.pk)

    assert sentences(organization) == [
        "votes: Executive Person decided as sponsor without being it"
    ]


def test_a_vote_beside_a_seat_of_administrator_is_found(organization, planted):
    case = a_measure(Stage.DETAILED, organization)
    a_vote(case, a_request(case), "sponsor")

    organization.seat(organization.actor("sponsor"), "administrator")

    assert sentences(organization) == [
        "seats: Sponsor Person is administrator and sponsor at one place",
        "votes: Sponsor Person decided beside a seat of administrator",
    ]


def test_an_own_claim_that_was_approved_is_found(organization, planted):
    case = a_measure(Stage.DECIDED, organization)
    approved_months(case, 4)

    planted(
        "measures_actualclaim", "claimed_by_id = decided_by_id WHERE measure_id = %s",
        case.measure_id,
    )  # fmt: skip

    assert sentences(organization) == ["claims: Controller Person decided an own claim"]


def test_an_act_for_another_without_deputyship_is_found(organization, planted):
    case = a_measure(Stage.DETAILED, organization)
    stranger = organization.newcomer("Dora Deputy")
    vote = a_vote(case, a_request(case), "sponsor")

    both = stranger.member_id, case.id_of("sponsor")
    planted("governance_vote", "voter_id = %s, decided_for_id = %s WHERE id = %s", *both, vote.pk)

    assert sentences(organization) == [
        "votes: Dora Deputy acted for another without being the deputy"
    ]


def test_a_deputy_beside_a_duty_of_their_own_is_found(organization, planted):
    case = a_measure(Stage.DETAILED, organization)
    named(organization, "sponsor", organization.actor("controller"))
    vote = a_vote(case, a_request(case), "sponsor")

    both = case.id_of("controller"), case.id_of("sponsor")
    planted("governance_vote", "voter_id = %s, decided_for_id = %s WHERE id = %s", *both, vote.pk)

    assert sentences(organization) == [
        "votes: Controller Person acted for another beside a duty of their own"
    ]


def test_a_deputy_whom_a_seat_bars_everywhere_is_found(organization):
    named(organization, "controller", organization.actor("lead"))

    assert sentences(organization) == [
        "deputies: Lead Person stands in as controller where a seat of lead bars it"
    ]


def test_a_closing_by_who_entered_the_figures_is_found(clock_at, planted):
    clock_at(2026, 7, 8, 9)
    case = proposed(an_implemented_measure(10_000_00))
    made = confirmed(case)

    entered = "approved = jsonb_set(approved, '{0,claimed_by}', to_jsonb(confirmed_by_id))"
    planted("governance_closureconfirmation", f"{entered} WHERE id = %s", made.pk)

    assert sentences(case.organization) == [
        "closures: Controller Person confirmed figures they had entered"
    ]


def test_a_roll_back_done_by_one_alone_is_found(organization, planted):
    case = a_measure(Stage.DECIDED, organization)
    rolled_back(case)
    alone = case.id_of("sponsor"), case.measure_id

    planted("governance_rollbackconfirmation", "confirmed_by_id = %s WHERE measure_id = %s", *alone)

    assert sentences(organization) == [
        "roll_backs: Sponsor Person decided as controller without being it",
        "roll_backs: Sponsor Person proposed and confirmed one roll-back",
    ]


def test_a_roll_back_proposed_by_the_owner_is_found(organization, planted):
    case = a_measure(Stage.DECIDED, organization)
    proposed_back(case)

    owner = case.id_of("owner"), case.measure_id
    planted("governance_rollback", "proposed_by_id = %s WHERE measure_id = %s", *owner)

    assert sentences(organization) == [
        "roll_backs: Owner Person decided as owner of the measure",
        "roll_backs: Owner Person decided as sponsor without being it",
    ]


def test_the_command_says_so_and_fails(organization):
    named(organization, "controller", organization.actor("lead"))
    clean, said = an_organization(), StringIO()

    with pytest.raises(CommandError, match=r"1 conflicts of duty\."):
        call_command("check_duties", "--organization", organization.slug, stdout=said)
    call_command("check_duties", "--organization", clean.slug, stdout=said)

    last = _last_day(organization)
    assert said.getvalue().splitlines() == [
        (
            f"{organization.slug}: deputies: Lead Person stands in as controller where a seat of"
            f" lead bars it on {last} (Halvern Group)"
        ),
        f"{organization.slug}: 1 conflicts of duty",
        f"{clean.slug}: no conflicts of duty",
    ]


def _last_day(organization):
    with tenancy.reading(organization.actor("administrator")):
        (each,) = conflicts.found()
        return each.on.isoformat()


def test_the_page_lists_them_for_who_reads_the_ledger(organization):
    empty = visitor(organization, "controller").see("duties/")
    named(organization, "controller", organization.actor("lead"))

    shown = visitor(organization, "controller").see("duties/")

    assert "No two duties that are kept apart have met in one person." in empty.one("main").text
    assert shown.rows()[0][:3] == [
        "Lead Person",
        "stands in as controller where a seat of lead bars it",
        "deputies",
    ]


@pytest.mark.parametrize("role", ["owner", "sponsor"])
def test_others_do_not_see_it(organization, role):
    answer = visitor(organization, role).get("duties/")

    assert answer.status_code == 403
    assert read(answer).all("table") == []
