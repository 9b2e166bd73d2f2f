"""What a raw session of role app tries on a confidential measure: open it, read it, name itself."""

import pytest

from core import tenancy
from measures.models import RollupDirty
from measures.services import confidential
from measures.services import dependencies as depending
from tests.attacks.session import enter, made, only, refused
from tests.factories import deputies
from tests.factories.confidential import hidden, named
from tests.factories.measures import a_planned_measure, a_proposal


@pytest.fixture
def subject(db):
    return a_planned_measure()


@pytest.fixture
def raw(app_connection):
    return app_connection()


def hide(raw, subject):
    return made(
        raw,
        "INSERT INTO measures_confidentiality (organization_id, measure_id, kind, reason,"
        " opening_reason, made_by_id, opening_by_id, opened_by_id, opened_at) VALUES"
        " (assay_organization(), %s, 'other', 'Talks.', 'forged', 1, 1, 1, now()) RETURNING id",
        subject.measure_id,
    )


def name(raw, subject, member_id, secret=None):
    return made(
        raw,
        "INSERT INTO measures_namedreader (organization_id, measure_id, confidentiality_id,"
        " member_id, reason, named_by_id, withdrawn_at) VALUES (assay_organization(), %s,"
        " coalesce(%s, (SELECT max(id) FROM measures_confidentiality WHERE measure_id = %s)), %s,"
        " 'Because.', 1, now()) RETURNING id",
        subject.measure_id,
        secret,
        subject.measure_id,
        member_id,
    )


def change(raw, subject, what):
    raw.execute(
        f"UPDATE measures_confidentiality SET {what} WHERE measure_id = %s",
        [subject.measure_id],
    )


PROPOSED = "opening_by_id = 1, opening_reason = 'Told.'"
OPENED = "opened_by_id = 1, opened_at = now()"


@pytest.mark.parametrize("role", ["controller", "executive", "administrator", "steering"])
def test_only_owner_sponsor_and_a_lead_make_a_measure_confidential(subject, raw, role):
    enter(raw, subject.actor(role))

    with refused(raw, "GV081", "not_yours_to_hide"):
        hide(raw, subject)


@pytest.mark.guards("trigger:measures_confidentiality.guard")
def test_who_and_when_is_the_databases_and_nothing_is_opened_by_the_way(subject, raw):
    enter(raw, subject.actor("lead"))
    secret = hide(raw, subject)

    row = only(
        raw,
        "SELECT made_by_id, opening_by_id, opened_by_id, opened_at, opening_reason"
        " FROM measures_confidentiality WHERE id = %s",
        secret,
    )
    assert row == (subject.id_of("lead"), None, None, None, "")


def test_neither_assay_nor_a_deputy_nor_a_measure_without_people_keeps_secrets(subject, raw):
    enter(raw, tenancy.system(subject.organization.id))
    with refused(raw, "GV080", "a_person_keeps_secrets"):
        hide(raw, subject)
    deputy = subject.organization.newcomer()
    deputies.named(subject.organization, "sponsor", deputy)
    enter(raw, deputies.acting_for(subject.organization, deputy, "sponsor"))
    with refused(raw, "GV080", "a_person_keeps_secrets"):
        hide(raw, subject)
    idea = a_proposal(subject.organization)
    enter(raw, idea.actor("lead"))
    with refused(raw, "GV080", "secret_needs_people"):
        hide(raw, idea)


def test_nobody_opens_a_measure_alone(subject, raw):
    hidden(subject, subject.actor("lead"))
    for role in ("owner", "lead", "administrator", "executive"):
        enter(raw, subject.actor(role))
        with refused(raw, "GV083", "not_yours_to_open"):
            change(raw, subject, PROPOSED)
    enter(raw, subject.actor("sponsor"))
    with refused(raw, "GV083", "opening_takes_two"):
        change(raw, subject, OPENED)
    enter(raw, subject.actor("sponsor"))
    change(raw, subject, PROPOSED)
    raw.commit()
    enter(raw, subject.actor("sponsor"))
    with refused(raw, "GV083", "opening_takes_two"):
        change(raw, subject, OPENED)
    enter(raw, subject.actor("controller"))
    with refused(raw, "GV082", "opening_is_proposed"):
        change(raw, subject, PROPOSED)
    enter(raw, subject.actor("controller"))
    change(raw, subject, OPENED)
    raw.commit()

    enter(raw, subject.actor("controller"))
    with refused(raw, "GV082", "confidentiality_is_fixed"):
        change(raw, subject, "opened_by_id = NULL, opened_at = NULL")


def test_a_proposal_of_who_is_no_longer_sponsor_opens_nothing(subject, raw):
    hidden(subject)
    confidential.propose_opening(
        actor=subject.actor("sponsor"), measure_id=subject.measure_id, reason="Told."
    )
    other = subject.organization.newcomer()
    enter(raw, subject.actor("owner"))
    raw.execute(
        "UPDATE measures_measure SET sponsor_id = %s, version = version + 1 WHERE id = %s",
        [other.member_id, subject.measure_id],
    )
    raw.commit()

    enter(raw, subject.actor("controller"))
    with refused(raw, "GV083", "opening_takes_two"):
        change(raw, subject, OPENED)


@pytest.mark.guards("trigger:measures_namedreader.guard")
def test_nobody_names_readers_but_owner_and_sponsor(subject, raw):
    hidden(subject, subject.actor("lead"))
    for role in ("lead", "controller", "administrator", "executive"):
        enter(raw, subject.actor(role))
        with refused(raw, "GV084", "not_yours_to_name_readers"):
            name(raw, subject, subject.id_of("executive"))
    enter(raw, tenancy.system(subject.organization.id))
    with refused(raw, "GV080", "a_person_keeps_secrets"):
        name(raw, subject, subject.id_of("executive"))
    enter(raw, subject.actor("owner"))
    reader = name(raw, subject, subject.id_of("executive"))
    row = only(
        raw, "SELECT named_by_id, withdrawn_at FROM measures_namedreader WHERE id = %s", reader
    )
    assert row == (subject.id_of("owner"), None)


def test_readers_are_named_for_what_is_confidential_now(subject, raw):
    other = hidden(a_planned_measure(subject.organization))
    enter(raw, other.actor("owner"))
    secret = only(
        raw, "SELECT id FROM measures_confidentiality WHERE measure_id = %s", other.measure_id
    )[0]
    with refused(raw, "GV082", "nothing_to_read"):
        name(raw, subject, subject.id_of("executive"), secret)


def test_who_has_left_is_no_reader(subject, raw):
    hidden(subject)
    gone = subject.organization.newcomer()
    for what in ("leaves_on = CURRENT_DATE", "left_on = CURRENT_DATE"):
        enter(raw, subject.actor("administrator"))
        raw.execute(f"UPDATE accounts_member SET {what} WHERE id = %s", [gone.member_id])
        raw.commit()
    enter(raw, subject.actor("owner"))
    with refused(raw, "GV082", "readers_are_members"):
        name(raw, subject, gone.member_id)


def test_a_reader_is_withdrawn_by_owner_and_sponsor_or_steps_down_and_stays_withdrawn(subject, raw):
    hidden(subject, subject.actor("lead"))
    reader = named(subject, subject.actor("executive"))
    withdraw = "UPDATE measures_namedreader SET withdrawn_at = now() WHERE id = %s"
    enter(raw, subject.actor("lead"))
    with refused(raw, "GV084", "not_yours_to_withdraw"):
        raw.execute(withdraw, [reader])
    enter(raw, subject.actor("executive"))
    raw.execute(withdraw, [reader])
    raw.commit()

    enter(raw, subject.actor("owner"))
    with refused(raw, "GV082", "reader_is_fixed"):
        raw.execute("UPDATE measures_namedreader SET withdrawn_at = NULL WHERE id = %s", [reader])
    with refused(enter(raw, subject.actor("owner")), "42501"):
        raw.execute("UPDATE measures_namedreader SET member_id = 1 WHERE id = %s", [reader])


@pytest.mark.guards("trigger:measures_measure.secret_people")
def test_nobody_becomes_a_reader_by_being_made_owner_sponsor_or_controller(subject, raw):
    hidden(subject)
    for role in ("administrator", "lead"):
        enter(raw, subject.actor(role))
        with refused(raw, "GV084", "people_of_a_secret"):
            raw.execute(
                "UPDATE measures_measure SET controller_id = %s, version = version + 1"
                " WHERE id = %s",
                [subject.id_of(role), subject.measure_id],
            )
    enter(raw, tenancy.system(subject.organization.id))
    with refused(raw, "GV084", "people_of_a_secret"):
        raw.execute(
            "UPDATE measures_measure SET controller_id = NULL, version = version + 1 WHERE id = %s",
            [subject.measure_id],
        )


@pytest.mark.guards("trigger:measures_confidentiality.mark_dirty")
def test_what_tells_of_it_in_words_is_told_anew(subject):
    waits = a_planned_measure(subject.organization)
    depending.propose(
        actor=waits.actor("owner"),
        measure_id=waits.measure_id,
        needs_id=subject.measure_id,
        what="The hall",
    )
    with tenancy.acting(tenancy.system(subject.organization.id)):
        last = RollupDirty.objects.latest("pk").pk
    hidden(subject)

    with tenancy.reading(tenancy.system(subject.organization.id)):
        marked = RollupDirty.objects.filter(pk__gt=last).values_list("measure_id", flat=True)
        assert set(marked) == {subject.measure_id, waits.measure_id}
