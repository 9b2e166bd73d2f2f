"""Raw sessions of role app against holds, cancellations, phasings and restorations."""

import pytest

from core import tenancy
from measures.rules.stage import Stage
from steering.models import Escalation
from tests.attacks.session import enter, move, only, refused
from tests.factories.governance import a_measure, approved_months, today
from tests.factories.schemes import number_changed


def decided(raw, case, act, *, days=30, ending="", by=None):
    """Decide about the lifecycle by hand, with level, name and restoration forged."""
    if by is not None:
        enter(raw, case.actor(by))
    return only(
        raw,
        "INSERT INTO governance_lifecycledecision (organization_id, measure_id, act, reason_code,"
        " reason, decided_by_id, decided_in, level, expires_on, ending)"
        " VALUES (assay_organization(), %s, %s, 'budget', 'No money.', 1, 1, 99,"
        " assay_today(assay_organization()) + %s, %s) RETURNING id, level",
        case.measure_id,
        act,
        days,
        ending,
    )


def held(raw, case, by="sponsor", days=30):
    decided(raw, case, "hold", days=days, by=by)
    move(raw, case.measure_id, case.measure().stage, "on_hold")
    raw.commit()


def cancelled(raw, case, by="sponsor"):
    decided(raw, case, "cancel", by=by)
    move(raw, case.measure_id, case.measure().stage, "cancelled")
    raw.commit()


@pytest.fixture
def raw(app_connection):
    return app_connection()


@pytest.fixture
def case(db):
    return a_measure(Stage.DECIDED)


def test_a_hold_beyond_the_limit_is_refused(case, raw):
    with refused(raw, "GV014", "hold_too_long"):
        decided(raw, case, "hold", days=91, by="sponsor")


def test_the_limit_is_the_number_the_organization_has(case, raw, owner_connection):
    raw.commit()
    number_changed(case.organization, "hold_days", 20)

    with refused(raw, "GV014", "hold_too_long"):
        decided(raw, case, "hold", days=21, by="sponsor")
    held(raw, case, days=20)


def test_the_level_of_a_hold_is_not_forged(case, raw):
    enter(raw, case.actor("sponsor"))

    assert decided(raw, case, "hold")[1] == 1


def test_a_hold_is_not_extended_from_its_own_level(case, raw):
    held(raw, case, by="steering")

    with refused(raw, "GV060", "extended_from_above"):
        decided(raw, case, "extend", days=60, by="steering")


def test_a_hold_is_extended_once(case, raw):
    held(raw, case)
    decided(raw, case, "extend", days=40, by="steering")
    raw.commit()

    with refused(raw, "GV060", "extended_once"):
        decided(raw, case, "extend", days=60, by="executive")


def test_an_extension_does_not_shorten(case, raw):
    held(raw, case)

    with refused(raw, "GV060", "extension_lengthens"):
        decided(raw, case, "extend", days=30, by="steering")


@pytest.mark.parametrize("by", ["sponsor", "controller", "owner"])
def test_who_is_named_does_not_extend(case, raw, by):
    held(raw, case)

    with refused(raw, "GV024", "not_entitled"):
        decided(raw, case, "extend", days=60, by=by)


def test_an_effect_that_flows_is_not_cancelled_in_silence(case, raw):
    approved_months(case, 4)

    with refused(raw, "GV061", "effect_still_flows"):
        decided(raw, case, "cancel", ending="  ", by="sponsor")
    decided(raw, case, "cancel", ending="It ends in May.", by="sponsor")


def test_what_is_freed_is_not_negative(case, raw):
    enter(raw, case.actor("sponsor"))

    with refused(raw, "23514"):
        raw.execute(
            "INSERT INTO governance_lifecycledecision (organization_id, measure_id, act,"
            " reason_code, reason, decided_in, freed_budget) VALUES (assay_organization(), %s,"
            " 'cancel', 'value', 'Gone.', 1, -1)",
            [case.measure_id],
        )


def test_a_ripple_is_not_written_by_hand(case, raw):
    held(raw, case)
    enter(raw, case.actor("lead"))

    with refused(raw, "GV026", "written_by_the_database"):
        raw.execute(
            "INSERT INTO governance_ripple (organization_id, decision_id, measure_id, distance,"
            " is_blocking) SELECT organization_id, id, measure_id, 1, true"
            " FROM governance_lifecycledecision WHERE measure_id = %s",
            [case.measure_id],
        )


# --- taking a cancellation back -------------------------------------------------------------------


def proposed(raw, case, role, by):
    enter(raw, case.actor(by))
    return only(
        raw,
        "INSERT INTO governance_restoration (organization_id, measure_id, cancellation_id,"
        " proposed_as, proposed_by_id, reason) VALUES (assay_organization(), %s, 1, %s, 1,"
        " 'A buyer came.') RETURNING id, proposed_by_id",
        case.measure_id,
        role,
    )


def test_a_cancelled_measure_does_not_come_back_by_hand(case, raw):
    cancelled(raw, case)
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV012", "lifecycle_needs_a_decision"):
        move(raw, case.measure_id, 3, "active")


def test_a_cancelled_measure_is_changed_in_nothing_else(case, raw):
    cancelled(raw, case)
    enter(raw, case.actor("lead"))

    with refused(raw, "GV003", "measure_has_ended"):
        raw.execute(
            "UPDATE measures_measure SET size = 1, version = version + 1 WHERE id = %s",
            [case.measure_id],
        )
    enter(raw, case.actor("lead"))
    with refused(raw, "GV011", "stage_moves_alone"):
        raw.execute(
            "UPDATE measures_measure SET lifecycle = 'active', size = 1, version = version + 1"
            " WHERE id = %s",
            [case.measure_id],
        )


def test_a_restoration_nobody_proposed_is_refused(case, raw):
    cancelled(raw, case)

    with refused(raw, "GV062", "not_to_restore"):
        decided(raw, case, "restore", by="sponsor")


@pytest.mark.parametrize("by", ["sponsor", "lead"])
def test_one_person_does_not_restore_alone(case, raw, by):
    cancelled(raw, case)
    proposed(raw, case, by, by)
    raw.commit()

    with refused(raw, "GV063", "two_to_restore"):
        decided(raw, case, "restore", by=by)


@pytest.mark.parametrize(
    ("role", "by"), [("lead", "sponsor"), ("sponsor", "lead"), ("sponsor", "steering")]
)
def test_a_restoration_is_proposed_by_who_is_what_they_say(case, raw, role, by):
    cancelled(raw, case)

    with refused(raw, "GV024", "not_entitled"):
        proposed(raw, case, role, by)


def test_an_owner_with_a_leads_seat_proposes_nothing(case, raw):
    case.organization.seat(case.actor("owner"), "lead")
    cancelled(raw, case)

    with refused(raw, "GV027", "duties_meet"):
        proposed(raw, case, "lead", "owner")


def test_what_runs_is_not_restored(case, raw):
    with refused(raw, "GV062", "not_to_restore"):
        proposed(raw, case, "sponsor", "sponsor")


def test_what_was_cancelled_long_ago_is_not_restored(db, raw, clock_at):
    clock_at(2026, 5, 15, 9)
    case = a_measure(Stage.DECIDED)
    cancelled(raw, case)
    clock_at(2026, 6, 15, 9)

    with refused(raw, "GV062", "restored_too_late"):
        proposed(raw, case, "sponsor", "sponsor")


def test_two_persons_restore_by_the_same_session(case, raw):
    cancelled(raw, case)
    made = proposed(raw, case, "sponsor", "sponsor")
    raw.commit()
    decided(raw, case, "restore", by="lead")
    move(raw, case.measure_id, 3, "active")
    raw.commit()

    enter(raw, case.actor("lead"))
    assert made[1] == case.id_of("sponsor")
    assert case.measure().lifecycle == "active"


def test_a_used_restoration_is_not_used_again(case, raw):
    cancelled(raw, case)
    proposed(raw, case, "sponsor", "sponsor")
    raw.commit()
    decided(raw, case, "restore", by="lead")
    move(raw, case.measure_id, 3, "active")
    raw.commit()
    cancelled(raw, case)

    with refused(raw, "GV062", "not_to_restore"):
        decided(raw, case, "restore", by="lead")


# --- the delayed phasing --------------------------------------------------------------------------


def rephased(raw, case, role, by):
    enter(raw, case.actor(by))
    return only(
        raw,
        "INSERT INTO governance_rephasing (organization_id, measure_id, hold_id, role,"
        " confirmed_by_id, forecast_digest) VALUES (assay_organization(), %s, 1, %s, 1, 'forged')"
        " RETURNING confirmed_by_id, forecast_digest = assay_forecast_digest("
        " assay_organization(), measure_id)",
        case.measure_id,
        role,
    )


def test_a_phasing_is_confirmed_by_who_is_named_and_on_the_forecast_there_is(case, raw):
    held(raw, case)

    assert rephased(raw, case, "sponsor", "sponsor") == (case.id_of("sponsor"), True)
    with refused(raw, "GV024", "not_entitled"):
        rephased(raw, case, "controller", "sponsor")


def test_a_measure_that_runs_has_no_delayed_phasing(case, raw):
    with refused(raw, "GV014", "nothing_to_rephase"):
        rephased(raw, case, "sponsor", "sponsor")


# --- what an ending hold asks ---------------------------------------------------------------------


@pytest.fixture
def asked(case, raw):
    """An open escalation about a hold, by hand of the system."""
    held(raw, case)
    with tenancy.acting(tenancy.system(case.organization.id)):
        day = today(case)
        return Escalation.objects.create(
            measure_id=case.measure_id,
            node=case.measure().node,
            rule="T10",
            severity="amber",
            level=1,
            since=day,
            facts={},
            decider_id=case.id_of("sponsor"),
            decider_role="sponsor",
            level_since=day,
            due_on=day,
        ).pk


def test_what_a_hold_asks_is_not_decided_in_words(case, raw, asked):
    enter(raw, case.actor("steering"))

    with refused(raw, "GV038", "hold_decides_itself"):
        raw.execute(
            "INSERT INTO steering_escalationdecision (organization_id, escalation_id, outcome,"
            " text, level, expires_on, effects, decided_by_id) VALUES (assay_organization(), %s,"
            " 'accept', 'Later.', 1, '2099-01-01', '{}', 1)",
            [asked],
        )


def end(raw, asked):
    raw.execute(
        "UPDATE steering_escalation SET state = 'ended', version = version + 1 WHERE id = %s",
        [asked],
    )


def test_what_a_hold_asks_does_not_end_while_the_measure_is_on_hold(case, raw, asked):
    enter(raw, tenancy.system(case.organization.id))

    with refused(raw, "GV031", "escalation_needs_a_decision"):
        end(raw, asked)


def test_what_a_hold_asks_ends_when_the_measure_runs_or_the_hold_is_extended(case, raw, asked):
    decided(raw, case, "extend", days=60, by="steering")
    raw.commit()
    enter(raw, tenancy.system(case.organization.id))

    end(raw, asked)
    raw.commit()
