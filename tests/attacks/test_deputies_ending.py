"""Raw sessions of deputies against holds, restorations, signatures and forced answers."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import confirm, enter, lifecycle, move, only, refused, sign
from tests.attacks.test_governance_forced import answer
from tests.attacks.test_governance_holds import cancelled, decided, held
from tests.factories.closing import an_implemented_measure
from tests.factories.deputies import acting_for, named
from tests.factories.forced import a_forced_decision
from tests.factories.governance import YEAR, a_measure, a_request


@pytest.fixture
def raw(app_connection):
    return app_connection()


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def stand_in(raw, organization, principal, deputy=None, **options):
    """Name a deputy and enter as them."""
    deputy = deputy or organization.newcomer()
    named(organization, principal, deputy, **options)
    enter(raw, acting_for(organization, deputy, principal))
    return deputy


def proposed(raw, measure_id, role):
    return only(
        raw,
        "INSERT INTO governance_restoration (organization_id, measure_id, cancellation_id,"
        " proposed_as, proposed_by_id, decided_for_id, reason) VALUES (assay_organization(), %s, 1,"
        " %s, 1, 1, 'A buyer came.') RETURNING proposed_by_id, decided_for_id",
        measure_id,
        role,
    )


@pytest.mark.guards("trigger:governance_lifecycledecision.guard_decided_for")
def test_an_extension_is_of_the_principals_level_and_names_whom_it_is_for(case, raw):
    held(raw, case)
    deputy = stand_in(raw, case.organization, "executive")

    _, level = decided(raw, case, "extend", days=60)

    assert level == 4
    assert only(
        raw, "SELECT decided_by_id, decided_for_id FROM governance_lifecycledecision"
        " WHERE act = 'extend'"
    ) == (deputy.member_id, case.id_of("executive"))  # fmt: skip


def test_whose_hold_it_is_does_not_extend_it_for_another(case, raw):
    held(raw, case, by="lead")
    stand_in(raw, case.organization, "executive", case.actor("lead"))

    with refused(raw, "GV060", "extended_by_another"):
        decided(raw, case, "extend", days=60)


def test_a_restoration_by_a_deputy_names_both_and_needs_another_hand(case, raw):
    cancelled(raw, case)
    deputy = stand_in(raw, case.organization, "sponsor")
    assert proposed(raw, case.measure_id, "sponsor") == (deputy.member_id, case.id_of("sponsor"))
    raw.commit()

    stand_in(raw, case.organization, "lead", deputy)
    with refused(raw, "GV063", "two_to_restore"):
        decided(raw, case, "restore")
    enter(raw, case.actor("lead"))
    decided(raw, case, "restore")


def test_a_restoration_is_the_role_of_the_deputyship_and_of_nobody_named(case, raw):
    cancelled(raw, case)

    stand_in(raw, case.organization, "sponsor")
    with refused(raw, "GV075", "no_deputy"):
        proposed(raw, case.measure_id, "lead")
    stand_in(raw, case.organization, "sponsor", case.actor("controller"))
    with refused(raw, "GV076", "duties_merge"):
        proposed(raw, case.measure_id, "sponsor")


def test_a_restoration_is_not_confirmed_for_a_lead_by_who_is_named(case, raw):
    cancelled(raw, case)
    enter(raw, case.actor("sponsor"))
    proposed(raw, case.measure_id, "sponsor")
    raw.commit()

    stand_in(raw, case.organization, "lead", case.actor("controller"))
    with refused(raw, "GV076", "duties_merge"):
        decided(raw, case, "restore")


@pytest.fixture
def short(clock_at):
    """An implemented measure with 73 % proven, whose closing is requested."""
    clock_at(YEAR, 7, 8, 9)
    found = an_implemented_measure(7_300_00)
    a_request(found)
    return found


def test_a_shortfall_is_signed_for_the_sponsor_by_no_hand_that_confirmed_it(short, raw):
    deputy = stand_in(raw, short.organization, "controller")
    confirmation = confirm(raw, short.measure_id, "shortfall")
    raw.commit()

    stand_in(raw, short.organization, "sponsor", deputy)
    with refused(raw, "GV076", "duties_merge"):
        sign(raw, short.measure_id, confirmation)
    other = stand_in(raw, short.organization, "sponsor")
    signature = sign(raw, short.measure_id, confirmation)
    assert only(
        raw, "SELECT approved_by_id, decided_for_id FROM governance_shortfallapproval"
        " WHERE id = %s", signature
    ) == (other.member_id, short.id_of("sponsor"))  # fmt: skip


def test_a_shortfall_is_signed_once_by_each_hand(short, raw):
    enter(raw, short.actor("controller"))
    confirmation = confirm(raw, short.measure_id, "shortfall")
    raw.commit()
    enter(raw, short.actor("sponsor"))
    sign(raw, short.measure_id, confirmation)
    raw.commit()

    stand_in(raw, short.organization, "sponsor")
    with refused(raw, "GV090", "already_signed"):
        sign(raw, short.measure_id, confirmation)


def test_a_forced_decision_is_answered_for_the_sponsor_by_their_deputy_alone(db, clock_at, raw):
    subject, asked = a_forced_decision(clock_at)
    organization = subject.organization

    stand_in(raw, organization, "lead")
    with refused(raw, "GV024", "not_entitled"):
        answer(raw, asked.pk)
    stand_in(raw, organization, "sponsor", subject.actor("controller"))
    with refused(raw, "GV076", "duties_merge"):
        answer(raw, asked.pk)
    deputy = stand_in(raw, organization, "sponsor")
    assert answer(raw, asked.pk)[1] == deputy.member_id
    assert only(raw, "SELECT decided_for_id FROM governance_forcedanswer") == (
        subject.id_of("sponsor"),
    )


@pytest.mark.guards("trigger:governance_lifecycledecision.guard_settled")
def test_what_a_hold_settles_is_filled_by_the_database(case, raw):
    asked = a_request(case)
    enter(raw, case.actor("sponsor"))
    lifecycle(raw, case.measure_id, "hold")
    move(raw, case.measure_id, case.measure().stage, "on_hold")
    raw.commit()

    enter(raw, case.actor("sponsor"))
    assert only(
        raw, "SELECT d.settled_id, r.state FROM governance_lifecycledecision d"
        " JOIN governance_gaterequest r ON r.id = d.settled_id"
    ) == (asked.pk, "void")  # fmt: skip
