"""What a raw session of role app tries on a shortfall: unsigned, wrongly signed, or not booked."""

import pytest

from measures.models import Measure
from measures.rules.stage import Stage
from tests.attacks.session import (
    book,
    certify,
    confirm,
    decide,
    enter,
    move,
    only,
    refused,
    sign,
    state,
    vote,
)
from tests.factories.closing import an_implemented_measure
from tests.factories.governance import YEAR, a_measure, a_request, approved_months, evidence
from tests.factories.schemes import number_changed

SHORT, BELOW_HALF, ACHIEVED = 7_300_00, 4_000_00, 9_000_00  # of 10 k a month


@pytest.fixture
def case(clock_at):
    """An implemented measure with 73 % proven, whose closing is requested."""
    clock_at(YEAR, 7, 8, 9)
    return asked()


@pytest.fixture
def low(clock_at):
    """The same with 40 %."""
    clock_at(YEAR, 7, 8, 9)
    return asked(BELOW_HALF)


def asked(amount=SHORT, organization=None):
    made = an_implemented_measure(amount, organization)
    a_request(made)
    return made


@pytest.fixture
def raw(app_connection):
    return app_connection()


def confirmed(raw, case, outcome="shortfall"):
    enter(raw, case.actor("controller"))
    made = confirm(raw, case.measure_id, outcome)
    raw.commit()
    return made


def signed(raw, case, confirmation, role="sponsor"):
    enter(raw, case.actor(role))
    made = sign(raw, case.measure_id, confirmation, role)
    raw.commit()
    return made


def close(raw, case, confirmation, *, booked=True):
    enter(raw, case.actor("controller"))
    if booked:
        book(raw, case.measure_id, case.line_id, confirmation)
    asked = only(
        raw, "SELECT max(id) FROM governance_gaterequest WHERE measure_id = %s", case.measure_id
    )[0]
    vote(raw, asked, "controller")
    decide(raw, asked)
    move(raw, case.measure_id, 5, "closed")


def test_a_signed_and_booked_shortfall_is_closed(case, raw):
    confirmation = confirmed(raw, case)
    signed(raw, case, confirmation)

    close(raw, case, confirmation)
    certify(raw, case.measure_id)
    raw.commit()

    assert case.measure().stage == 5


def test_below_half_it_is_closed_with_the_steering_committees_approval(low, raw):
    confirmation = confirmed(raw, low, "steering")
    signed(raw, low, confirmation)
    signed(raw, low, confirmation, "steering")

    close(raw, low, confirmation)
    certify(raw, low.measure_id)
    raw.commit()

    assert low.measure().stage == 5


def test_an_unsigned_shortfall_is_not_closed(case, raw):
    confirmation = confirmed(raw, case)

    with refused(raw, "GV050", "shortfall_needs_countersignature"):
        close(raw, case, confirmation)


def test_a_shortfall_below_half_is_not_closed_by_its_sponsor_alone(low, raw):
    confirmation = confirmed(raw, low, "steering")
    signed(raw, low, confirmation)

    with refused(raw, "GV051", "closing_needs_steering"):
        close(raw, low, confirmation)


def test_as_many_must_approve_as_the_organization_says_today(low, raw):
    confirmation = confirmed(raw, low, "steering")
    signed(raw, low, confirmation)
    signed(raw, low, confirmation, "steering")
    raw.commit()
    number_changed(low.organization, "steering_approvals", 2)
    enter(raw, low.actor("controller"))

    with refused(raw, "GV051", "closing_needs_steering"):
        close(raw, low, confirmation)


def test_a_number_of_none_does_not_do_away_with_the_steering_committee(case, raw):
    enter(raw, case.actor("administrator"))

    with refused(raw, "GV009", "number_out_of_limits"):
        raw.execute(
            "INSERT INTO accounts_numbersetting (organization_id, key, value, version,"
            " effective_on, reason, recorded_by_id) VALUES (assay_organization(),"
            " 'steering_approvals', 0, 1, '2020-01-01', 'Nobody is better.', %s)",
            [case.id_of("administrator")],
        )


def test_a_shortfall_that_is_not_booked_is_not_closed(case, raw):
    confirmation = confirmed(raw, case)
    signed(raw, case, confirmation)

    with refused(raw, "GV052", "leakage_not_booked"):
        close(raw, case, confirmation, booked=False)


def test_the_signature_of_a_former_sponsor_does_not_close(case, raw):
    confirmation = confirmed(raw, case)
    signed(raw, case, confirmation)
    successor = case.organization.newcomer()
    with case.acting("lead"):
        Measure.objects.filter(pk=case.measure_id).update(
            sponsor_id=successor.member_id, version=case.measure().version + 1
        )
    a_request(case)

    with refused(raw, "GV050", "shortfall_needs_countersignature"):
        close(raw, case, confirmation)


def test_a_signature_says_who_gave_it_whatever_is_claimed(case, raw):
    made = signed(raw, case, confirmed(raw, case))
    enter(raw, case.actor("lead"))

    assert only(
        raw, "SELECT approved_by_id FROM governance_shortfallapproval WHERE id = %s", made
    ) == (case.id_of("sponsor"),)


@pytest.mark.parametrize(
    ("by", "role"),
    [
        ("owner", "sponsor"),
        ("controller", "sponsor"),
        ("lead", "sponsor"),
        ("steering", "sponsor"),
        ("sponsor", "steering"),
        ("owner", "steering"),
        ("executive", "steering"),
        ("administrator", "steering"),
    ],
)
def test_nobody_signs_in_anothers_role(low, raw, by, role):
    confirmation = confirmed(raw, low, "steering")
    enter(raw, low.actor(by))

    with refused(raw, "GV024", "not_entitled"):
        sign(raw, low.measure_id, confirmation, role)


@pytest.mark.parametrize("by", ["owner", "controller", "sponsor"])
def test_a_seat_in_the_steering_committee_does_not_free_from_another_duty(low, raw, by):
    confirmation = confirmed(raw, low, "steering")
    low.organization.seat(low.actor(by), "steering")
    enter(raw, low.actor(by))

    with refused(raw, "GV027", "duties_meet"):
        sign(raw, low.measure_id, confirmation, "steering")


def test_an_administrator_does_not_decide_in_the_steering_committee(low, raw):
    confirmation = confirmed(raw, low, "steering")
    low.organization.seat(low.actor("steering"), "administrator")
    enter(raw, low.actor("steering"))

    with refused(raw, "GV027", "duties_meet"):
        sign(raw, low.measure_id, confirmation, "steering")


def test_a_sponsor_who_administers_does_not_countersign(case, raw):
    confirmation = confirmed(raw, case)
    case.organization.seat(case.actor("sponsor"), "administrator")
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV027", "duties_meet"):
        sign(raw, case.measure_id, confirmation)


def test_one_person_signs_once(case, raw):
    confirmation = confirmed(raw, case)
    signed(raw, case, confirmation)
    enter(raw, case.actor("sponsor"))

    with refused(raw, "23505"):
        sign(raw, case.measure_id, confirmation)


@pytest.mark.parametrize("outcome", ["achieved", "earlier", "another"])
def test_what_is_no_shortfall_or_not_the_latest_is_not_signed(case, raw, outcome):
    if outcome == "achieved":
        case = asked(ACHIEVED, case.organization)
    confirmation = confirmed(raw, case, "achieved" if outcome == "achieved" else "shortfall")
    if outcome == "earlier":
        confirmed(raw, case)
    if outcome == "another":
        confirmation = confirmed(raw, asked(organization=case.organization))
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV053", "no_shortfall_to_sign"):
        sign(raw, case.measure_id, confirmation)


def test_steering_signs_nothing_above_half(case, raw):
    confirmation = confirmed(raw, case)
    enter(raw, case.actor("steering"))

    with refused(raw, "GV053", "no_shortfall_to_sign"):
        sign(raw, case.measure_id, confirmation, "steering")


@pytest.mark.parametrize("change", ["forged", "figures", "statement", "controller"])
def test_other_figures_than_those_confirmed_are_not_signed(case, raw, change):
    confirmation = confirmed(raw, case)
    if change == "figures":
        approved_months(case, 7)
    if change == "statement":
        enter(raw, case.actor("owner"))
        state(raw, case.measure_id, case.line_id, None, "raised")
        raw.commit()
    if change == "controller":
        successor = case.organization.newcomer().member_id
        with case.acting("lead"):
            Measure.objects.filter(pk=case.measure_id).update(
                controller_id=successor, version=case.measure().version + 1
            )
    enter(raw, case.actor("sponsor"))

    with refused(raw, "GV019", "stale_request"):
        sign(raw, case.measure_id, confirmation, digest="f" * 64 if change == "forged" else None)


@pytest.mark.parametrize("by", ["owner", "sponsor", "lead", "administrator"])
def test_leakage_is_booked_by_the_controller_alone(case, raw, by):
    confirmation = confirmed(raw, case)
    enter(raw, case.actor(by))

    with refused(raw, "GV022", "only_the_controller"):
        book(raw, case.measure_id, case.line_id, confirmation)


@pytest.mark.parametrize("outcome", ["achieved", "shortfall"])
def test_leakage_is_booked_only_on_the_latest_shortfall(case, raw, outcome):
    if outcome == "achieved":
        case = asked(ACHIEVED, case.organization)
    confirmation = confirmed(raw, case, outcome)
    if outcome == "shortfall":
        confirmed(raw, case)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV053", "no_shortfall_to_book"):
        book(raw, case.measure_id, case.line_id, confirmation)


def test_leakage_is_booked_on_a_line_of_the_measure(case, raw):
    confirmation = confirmed(raw, case)
    other = a_measure(Stage.IMPLEMENTED, case.organization)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV005", "not_found"):
        book(raw, case.measure_id, other.line_id, confirmation)


@pytest.mark.parametrize(
    "table",
    ["governance_leakage", "governance_shortfallapproval", "governance_linestatement"],
)
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_signed_booked_or_stated_stays(case, raw, table, act):
    enter(raw, case.actor("controller"))

    with refused(raw, "42501"):
        raw.execute(act.format(table))


# --- statements on lines --------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["sponsor", "administrator", "executive", "steering"])
def test_a_line_is_stated_by_owner_controller_or_lead(case, raw, by):
    enter(raw, case.actor(by))

    with refused(raw, "GV024", "not_entitled"):
        state(raw, case.measure_id, case.line_id, None)


def test_nothing_is_stated_before_the_measure_is_decided(db, raw):
    planned = a_measure(Stage.DETAILED)
    enter(raw, planned.actor("owner"))

    with refused(raw, "GV006", "statements_not_open"):
        state(raw, planned.measure_id, planned.line_id, None)


def test_a_line_of_another_measure_is_not_stated(case, raw):
    other = a_measure(Stage.IMPLEMENTED, case.organization)
    enter(raw, case.actor("owner"))

    with refused(raw, "GV005", "not_found"):
        state(raw, case.measure_id, other.line_id, None)


def test_a_file_of_another_measure_proves_nothing(case, raw):
    other = a_measure(Stage.IMPLEMENTED, case.organization)
    with other.acting("owner"):
        foreign = evidence(other.measure_id, "ledger_extract").pk
    enter(raw, case.actor("owner"))

    with refused(raw, "GV005", "not_found"):
        state(raw, case.measure_id, case.line_id, foreign)


@pytest.mark.parametrize(
    ("budget", "note"), [("reduced", ""), ("halved", "So."), ("", "")], ids=["bare", "wild", "none"]
)
def test_a_statement_says_something_and_why(case, raw, budget, note):
    enter(raw, case.actor("owner"))

    with refused(raw, "23514"):
        raw.execute(
            "INSERT INTO governance_linestatement (organization_id, measure_id, line_id, budget,"
            " budget_note, stated_by_id) VALUES (assay_organization(), %s, %s, %s, %s, 1)",
            [case.measure_id, case.line_id, budget, note],
        )
