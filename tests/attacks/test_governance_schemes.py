"""What a raw session of role app tries on gate schemes, beside the lawful change."""

import json

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import decide, enter, move, only, refused, vote
from tests.factories.governance import a_measure, a_request, a_vote, pass_next_gate
from tests.factories.organizations import an_organization
from tests.factories.schemes import (
    a_proposal,
    confirmed,
    document,
    second_administrator,
    with_step,
)

SPONSOR_ALONE = [{"role": "sponsor", "subject": "the commitment"}]


def propose(raw, said, day, numbers=None):
    return raw.execute(
        "INSERT INTO governance_schemeproposal (organization_id, based_on, document, numbers,"
        " reason, effective_from, is_withdrawn, proposed_by_id)"
        f" VALUES (assay_organization(), 99, %s, %s, '', assay_today(assay_organization()) + {day},"
        " false, 1) RETURNING id",
        [json.dumps(said), json.dumps({} if numbers is None else numbers)],
    ).fetchone()[0]


def confirm(raw, proposal, said):
    return raw.execute(
        "INSERT INTO governance_scheme (organization_id, version, document, reason,"
        " effective_from, proposal_id, proposed_by_id, confirmed_by_id)"
        " VALUES (assay_organization(), 99, %s, 'forged', DATE '2000-01-01', %s, 1, 1)"
        " RETURNING version",
        [json.dumps(said), proposal],
    ).fetchone()[0]


@pytest.mark.guards("trigger:accounts_profile.found_scheme")
def test_an_organization_begins_with_the_built_in_scheme(db, app_connection):
    organization = an_organization()
    raw = enter(app_connection(), organization.actor("lead"))

    assert only(
        raw,
        "SELECT version, document = assay_default_scheme(), assay_gate_scheme(organization_id)"
        " FROM governance_scheme",
    ) == (1, True, 1)


def test_two_administrators_change_the_scheme_whatever_the_row_claims(db, app_connection):
    organization = an_organization()
    second = second_administrator(organization)
    said = document(g3={"due_days": 5})
    raw = enter(app_connection(), organization.actor("administrator"))
    proposal = propose(raw, said, 0)
    raw.commit()

    raw = enter(app_connection(), second)
    version = confirm(raw, proposal, said)

    assert only(
        raw,
        "SELECT version, proposed_by_id, confirmed_by_id,"
        " effective_from = assay_today(organization_id), reason"
        " FROM governance_scheme WHERE version > 1",
    ) == (
        version,
        organization.actor("administrator").member_id,
        second.member_id,
        True,
        "",
    )
    assert version == 2


def test_nobody_confirms_a_scheme_of_their_own(db, app_connection):
    organization = an_organization()
    said = document(g3={"due_days": 5})
    proposal = a_proposal(organization, said)
    raw = enter(app_connection(), organization.actor("administrator"))

    with refused(raw, "GV063", "own_proposal"):
        confirm(raw, proposal.pk, said)


@pytest.mark.parametrize(
    "numbers",
    [{"hold_days": "0"}, {"hold_days": "1.5"}, {"hold_days": 60}, {"hold_days": "NaN"},
     {"luck": "1"}, [], "60"],
)  # fmt: skip
def test_no_proposal_has_a_number_that_cannot_stand(db, app_connection, numbers):
    organization = an_organization()
    raw = enter(app_connection(), organization.actor("administrator"))

    with refused(raw, "GV094", "weak_numbers"):
        propose(raw, document(), 0, numbers)


@pytest.mark.guards("trigger:governance_scheme.record_numbers")
def test_a_version_changes_the_numbers_that_were_proposed_whatever_the_row_claims(
    db, app_connection
):
    organization = an_organization()
    second = second_administrator(organization)
    raw = enter(app_connection(), organization.actor("administrator"))
    proposal = propose(raw, document(), 0, {"hold_days": "60", "forced_answer": "10"})
    raw.commit()
    enter(raw, second)
    raw.execute(
        "INSERT INTO governance_scheme (organization_id, version, document, numbers, reason,"
        " effective_from, proposal_id) SELECT organization_id, 99, document,"
        """ '{"hold_days": "366"}', '', DATE '2000-01-01', id FROM governance_schemeproposal"""
        " WHERE id = %s",
        [proposal],
    )

    assert raw.execute(
        "SELECT key, value::integer, version, recorded_by_id,"
        " effective_on = assay_today(organization_id),"
        " effective_on = date_trunc('month', assay_today(organization_id)) + interval '1 month'"
        " FROM accounts_numbersetting ORDER BY key"
    ).fetchall() == [
        ("forced_answer", 10, 1, second.member_id, False, True),
        ("hold_days", 60, 1, second.member_id, True, False),
    ]


@pytest.mark.parametrize("role", ["executive", "lead", "steering", "controller"])
def test_nobody_but_an_administrator_proposes_or_confirms(db, app_connection, role):
    organization = an_organization()
    said = document(g3={"due_days": 5})
    proposal = a_proposal(organization, said)
    raw = app_connection()

    with refused(enter(raw, organization.actor(role)), "GV061", "not_an_administrator"):
        propose(raw, said, 0)
    with refused(enter(raw, organization.actor(role)), "GV061", "not_an_administrator"):
        confirm(raw, proposal.pk, said)


def test_another_document_than_was_proposed_is_not_confirmed(db, app_connection):
    organization = an_organization()
    second = second_administrator(organization)
    proposal = a_proposal(organization, document(g3={"due_days": 5}))
    raw = enter(app_connection(), second)

    with refused(raw, "GV064", "proposal_changed"):
        confirm(raw, proposal.pk, document(g3={"due_days": 60}))


def test_an_older_proposal_is_not_confirmed_past_a_newer_one(db, app_connection):
    organization = an_organization()
    second = second_administrator(organization)
    said = document(g3={"due_days": 5})
    older = a_proposal(organization, said)
    a_proposal(organization, document(g3={"due_days": 6}))
    raw = enter(app_connection(), second)

    with refused(raw, "GV064", "proposal_changed"):
        confirm(raw, older.pk, said)


def test_a_scheme_without_a_proposal_is_refused(db, app_connection):
    organization = an_organization()
    second = second_administrator(organization)
    raw = enter(app_connection(), second)

    with refused(raw, "GV064", "proposal_changed"):
        confirm(raw, None, document())


def test_a_scheme_never_holds_from_a_day_that_has_passed(db, app_connection):
    organization = an_organization()
    raw = enter(app_connection(), organization.actor("administrator"))

    with refused(raw, "GV062", "scheme_in_the_past"):
        propose(raw, document(), -1)


WEAK = {
    "no decider": document(g1={"deciders": []}),
    "owner decides": document(g1={"deciders": [{"role": "owner"}]}),
    "administrator decides": document(g4={"deciders": [{"role": "administrator"}]}),
    "sponsor decides a plan": document(g2={"deciders": [{"role": "sponsor"}]}),
    "no controller at Decided": document(g3={"deciders": SPONSOR_ALONE}),
    "no controller at Closed": document(g5={"deciders": [{"role": "executive"}]}),
    "lead confirms": document(g5={"deciders": [{"role": "controller"}, {"role": "lead"}]}),
    "fast over committed": document(g2={"fast_track": {"below": "1"}}),
    "fast from committed": document(g3={"fast_track": {"below": "1"}}),
    "fast over confirmed": document(g4={"fast_track": {"below": "1"}}),
    "anybody submits": document(g3={"submitters": ["controller"]}),
    "nobody submits": document(g3={"submitters": []}),
    "no quorum": document(g3={"steering": {"run_rate": "1", "one_time": None, "quorum": 0}}),
    "never due": document(g3={"due_days": 4000}),
    "no due days": document(g3={"due_days": None}),
    "a gate is missing": {**document(), "gates": document()["gates"][:4]},
    "a role is missing": {**document(), "stages": document()["stages"][1:]},
    "roles swapped": {**document(), "stages": document()["stages"][::-1]},
    "a step without a gate": document(s3={"steps": ["Started"]}),
    "a gate twice": {**document(), "gates": [*document()["gates"], document()["gates"][4]]},
    "a step after the end": document(s5={"steps": ["After all"]}),
    "no stages": {"gates": document()["gates"]},
    "nothing": {},
    "not an object": [],
    "words for numbers": document(g3={"due_days": "soon"}),
}


@pytest.mark.parametrize("weakness", WEAK)
def test_the_floors_hold_whoever_writes_a_scheme(db, app_connection, weakness):
    organization = an_organization()
    raw = enter(app_connection(), organization.actor("administrator"))

    with refused(raw, "GV060", "weak_scheme"):
        propose(raw, WEAK[weakness], 0)


def test_a_scheme_is_neither_edited_nor_deleted(db, app_connection, owner_connection):
    organization = an_organization()
    raw = enter(app_connection(), organization.actor("administrator"))

    for attack in (
        "UPDATE governance_scheme SET document = '{}'",
        "DELETE FROM governance_scheme",
        "UPDATE governance_schemeproposal SET document = '{}'",
    ):
        with refused(raw, "42501"):
            raw.execute(attack)
    owner_connection.autocommit = False
    enter(owner_connection, organization.actor("administrator"))
    with refused(owner_connection, "GV001", "append_only"):
        owner_connection.execute("UPDATE governance_scheme SET document = '{}'")


def test_the_built_in_version_is_not_written_again_by_hand(db, app_connection):
    organization = an_organization()
    raw = enter(app_connection(), organization.actor("administrator"))

    with refused(raw, "GV064", "proposal_changed"):
        raw.execute(
            "INSERT INTO governance_scheme (organization_id, version, document, reason,"
            " effective_from) VALUES (assay_organization(), 1, '{}', '', DATE '1900-01-01')"
        )


def test_a_scheme_of_a_later_day_changes_nothing_before(db, app_connection):
    case = a_measure(Stage.DETAILED)
    confirmed(case.organization, document(g3={"steering": None, "due_days": 3}), days=30)
    asked = a_request(case)

    assert asked.scheme_version == 1


def test_a_change_of_criteria_voids_a_request_and_a_new_name_does_not(db, app_connection):
    named, asked_more = a_measure(Stage.DETAILED), a_measure(Stage.DETAILED)
    first, second = a_request(named), a_request(asked_more)
    confirmed(named.organization, document(s3={"label": "Approved"}, g3={"due_days": 3}))
    confirmed(asked_more.organization, document(g3={"criteria": [{"code": "risks"}]}))
    raw = app_connection()

    enter(raw, named.actor("sponsor"))
    vote(raw, first.pk, "sponsor")
    raw.commit()
    enter(raw, asked_more.actor("sponsor"))
    with refused(raw, "GV019", "stale_request"):
        vote(raw, second.pk, "sponsor")


def test_a_large_measure_is_not_decided_before_the_committee_has_its_quorum(db, app_connection):
    case = a_measure(Stage.DETAILED)
    steering = {"run_rate": "120000", "one_time": None, "quorum": 2}
    confirmed(case.organization, document(g3={"steering": steering}))
    other = case.organization.newcomer()
    case.organization.seat(other, "steering")
    asked = a_request(case)
    assert asked.above_limit
    for role in ("sponsor", "controller"):
        a_vote(case, asked, role)
    raw = enter(app_connection(), case.actor("steering"))

    vote(raw, asked.pk, "steering")
    with refused(raw, "GV021", "decided_by_votes"):
        decide(raw, asked.pk)
    enter(raw, case.actor("steering"))
    vote(raw, asked.pk, "steering")
    raw.commit()
    enter(raw, case.actor("steering"))
    with refused(raw, "23505"):
        vote(raw, asked.pk, "steering")
    enter(raw, other)
    vote(raw, asked.pk, "steering")
    decide(raw, asked.pk)
    move(raw, case.measure_id, 3)
    raw.commit()

    assert case.measure().stage == Stage.DECIDED


def test_a_measure_below_the_limit_asks_no_committee(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("steering"))

    assert not asked.above_limit
    with refused(raw, "GV018", "not_a_decider"):
        vote(raw, asked.pk, "steering")


def test_a_gate_that_only_owners_submit_is_not_submitted_by_a_lead(db):
    case = a_measure()
    confirmed(case.organization, document(g1={"submitters": ["owner"]}))

    with pytest.raises(Exception, match="submitted by another role"):
        a_request(case, by="lead")
    assert a_request(case, by="owner").gate == 1


def test_a_step_is_passed_like_a_gate_and_not_skipped(db, app_connection):
    case = a_measure(Stage.DETAILED)
    confirmed(case.organization, with_step(3, "Started"))
    pass_next_gate(case)
    raw = enter(app_connection(), case.actor("sponsor"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 4)
    with refused(enter(raw, case.actor("owner")), "GV010", "stage_needs_a_decision"):
        raw.execute(
            "UPDATE measures_measure SET step = 1, version = version + 1 WHERE id = %s",
            [case.measure_id],
        )
    with refused(enter(raw, case.actor("owner")), "GV014", "gate_not_now"):
        raw.execute(
            "INSERT INTO governance_gaterequest (organization_id, measure_id, gate, step,"
            " requested_by_id, note, digest, state, unmet, snapshot)"
            " VALUES (assay_organization(), %s, 4, 0, 1, '', '', 'open', '[]', '{}')",
            [case.measure_id],
        )


def test_a_request_is_due_when_the_scheme_says_at_the_latest(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("owner"))

    raw.execute(
        "INSERT INTO governance_gaterequest (organization_id, measure_id, gate, requested_by_id,"
        " note, digest, state, unmet, snapshot, due_on)"
        " VALUES (assay_organization(), %s, 1, 1, '', '', 'open', '[]', '{}', DATE '2099-01-01')",
        [case.measure_id],
    )

    assert only(
        raw,
        "SELECT due_on = assay_working_days_after(assay_today(organization_id), 10)"
        " FROM governance_gaterequest",
    ) == (True,)
