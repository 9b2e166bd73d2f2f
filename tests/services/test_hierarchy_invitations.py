"""Invitations: a link that works once, for a term, for the invited person, while its giver may."""

from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.core import signing

from accounts.errors import AlreadyMember
from accounts.models import Letter, Member, User
from accounts.rules.roles import Role
from accounts.services import people
from audit.models import Event
from config.environment import Purpose
from core import tenancy
from core.errors import NotAllowed, NotFound
from hierarchy import letters
from hierarchy.errors import (
    InvitationOver,
    InvitedAlready,
    InvitedSomebodyElse,
    NodeArchived,
    NoMailServer,
    SignInFirst,
)
from hierarchy.models import Invitation, Seat
from hierarchy.queries.invitations import Post, open_ones
from hierarchy.services import invitations, seats, tree
from hierarchy.services.invitations import Entry, Promise
from tests.factories.organizations import PASSWORD, a_user, an_invitation, an_organization

NEW = "quite another long password"
NOBODY = Entry(None, NEW)
TWICE = """
INSERT INTO hierarchy_invitation (organization_id, name, email, serial, invited_by_id, sent_at,
                                  expires_at)
SELECT organization_id, name, email, 1, invited_by_id, sent_at, expires_at
  FROM hierarchy_invitation WHERE id = %s
"""


@pytest.fixture
def halvern(db):
    return an_organization()


def claim(invitation):
    return invitations.claim_of(token(invitation))


def token(invitation):
    with tenancy.reading(tenancy.system(invitation.organization_id)):
        return invitations.token_of(Invitation.objects.get(pk=invitation.pk))


def of(halvern, model):
    with tenancy.reading(tenancy.system(halvern.id)):
        return list(model.objects.order_by("pk"))


def words(halvern):
    with tenancy.reading(tenancy.system(halvern.id)):
        return letters.invitation(Letter.objects.latest("pk"))


def test_accepting_makes_a_login_a_member_and_the_promised_seats(halvern):
    branch = halvern.branch()
    promises = (Promise(branch.program.pk, Role.LEAD), Promise(halvern.root.pk, Role.EXECUTIVE))
    invitation = an_invitation(halvern, email=f"Nora@{halvern.slug}.Example", seats=promises)

    member = invitations.accept(claim=claim(invitation), entry=NOBODY)

    held = [
        (s.node_id, s.role, s.granted_by_id) for s in of(halvern, Seat) if s.member_id == member.pk
    ]
    giver = halvern.actor("administrator").member_id
    assert User.objects.get(pk=member.user_id).check_password(NEW)
    assert (member.email, member.name) == (f"nora@{halvern.slug}.example", "Nora Newcomer")
    assert held == [(branch.program.pk, "lead", giver), (halvern.root.pk, "executive", giver)]
    acts = [event.act for event in of(halvern, Event)][-3:]
    assert acts == ["member_invited", "member_added", "invitation_accepted"]


def test_the_letter_holds_the_link_and_no_row_of_the_database_does(halvern):
    invitation = an_invitation(halvern)

    said = words(halvern)

    assert said.action.url.endswith(f"/invitation/{said.action.url.split('/')[-2]}/")
    assert invitations.claim_of(said.action.url.split("/")[-2]) == claim(invitation)
    assert said.subject == "Ada Administrator invites you to Halvern Group on Assay"
    letter = of(halvern, Letter)[-1]
    assert said.action.url.split("/")[-2] not in str(vars(letter)) + str(vars(invitation))


def test_a_link_works_once(halvern):
    link = claim(an_invitation(halvern))
    invitations.accept(claim=link, entry=NOBODY)

    with pytest.raises(InvitationOver):
        invitations.accept(claim=link, entry=Entry(None, "a second long password"))

    assert words(halvern) is None


def test_a_link_works_until_its_term_ends(halvern, clock_at):
    clock_at(2026, 5, 4, 9)
    organization = an_organization()
    first, second = an_invitation(organization), an_invitation(organization)

    clock_at(2026, 5, 11, 8)
    member = invitations.accept(claim=claim(first), entry=NOBODY)
    clock_at(2026, 5, 11, 10)

    assert member.name == "Nora Newcomer"
    with pytest.raises(InvitationOver):
        invitations.accept(claim=claim(second), entry=NOBODY)


def test_an_invitation_sent_again_makes_the_earlier_link_void(halvern):
    invitation = an_invitation(halvern)
    earlier = claim(invitation)

    invitations.send_again(actor=halvern.actor("administrator"), public_id=earlier.public_id)

    with pytest.raises(InvitationOver):
        invitations.accept(claim=earlier, entry=NOBODY)
    assert invitations.accept(claim=claim(invitation), entry=NOBODY).name == "Nora Newcomer"
    assert len(of(halvern, Letter)) == 2


def test_a_withdrawn_invitation_opens_nothing_and_can_be_sent_no_more(halvern):
    link, administrator = claim(an_invitation(halvern)), halvern.actor("administrator")

    invitations.revoke(actor=administrator, public_id=link.public_id)

    with pytest.raises(InvitationOver):
        invitations.accept(claim=link, entry=NOBODY)
    with pytest.raises(InvitationOver):
        invitations.send_again(actor=administrator, public_id=link.public_id)
    assert words(halvern) is None


def test_an_invitation_ends_with_the_right_of_who_gave_it(halvern):
    second = halvern.newcomer()
    halvern.seat(second, "administrator")
    invitation = invitations.invite(
        actor=second,
        name="Eve",
        email="eve@people.example",
        seats=(Promise(halvern.root.pk, Role.CONTROLLER),),
    )
    link = claim(invitation)
    seat = next(each for each in of(halvern, Seat) if each.member_id == second.member_id)
    with tenancy.reading(second):
        today = seat.valid_from

    seats.relieve(actor=halvern.actor("administrator"), seat_id=seat.pk, on=today)

    with pytest.raises(InvitationOver):
        invitations.accept(claim=link, entry=NOBODY)


def test_a_person_with_a_login_elsewhere_proves_that_it_is_theirs(halvern):
    known, other = a_user(), a_user()
    link = claim(an_invitation(halvern, email=known.email))

    with pytest.raises(SignInFirst):
        invitations.accept(claim=link, entry=NOBODY)
    with pytest.raises(InvitedSomebodyElse):
        invitations.accept(claim=link, entry=Entry(other.pk, NEW))
    member = invitations.accept(claim=link, entry=Entry(known.pk, NEW))

    assert member.user_id == known.pk
    assert User.objects.get(pk=known.pk).check_password(PASSWORD)


def test_an_imported_member_gets_a_password_by_the_link_and_stays_the_same_member(halvern):
    administrator = halvern.actor("administrator")
    brought_in = people.add(actor=administrator, name="Ivo", email=f"ivo@{halvern.slug}.example")
    link = claim(an_invitation(halvern, email=brought_in.email))

    member = invitations.accept(claim=link, entry=NOBODY)

    assert member.pk == brought_in.pk
    assert User.objects.get(pk=member.user_id).check_password(NEW)


def test_who_can_log_in_already_or_is_invited_already_is_not_invited(halvern):
    an_invitation(halvern, email="twice@people.example")

    with pytest.raises(AlreadyMember):
        an_invitation(halvern, email=halvern.user("owner").email)
    with pytest.raises(InvitedAlready):
        an_invitation(halvern, email="Twice@people.example")


def test_only_an_administrator_invites_sends_again_and_withdraws(halvern):
    public_id, lead = claim(an_invitation(halvern)).public_id, halvern.actor("lead")

    with pytest.raises(NotAllowed):
        invitations.invite(actor=lead, name="X", email="x@people.example", seats=())
    with pytest.raises(NotAllowed):
        invitations.send_again(actor=lead, public_id=public_id)
    with pytest.raises(NotAllowed):
        invitations.revoke(actor=lead, public_id=public_id)


def test_no_seat_is_promised_at_an_archived_node_and_none_taken_at_one_archived_since(halvern):
    administrator, branch = halvern.actor("administrator"), halvern.branch()
    promise = (Promise(branch.package.pk, Role.LEAD),)
    link = claim(an_invitation(halvern, seats=promise))
    tree.archive(actor=administrator, node_id=branch.package.pk, version=1)

    with pytest.raises(NodeArchived):
        an_invitation(halvern, seats=promise)
    member = invitations.accept(claim=link, entry=NOBODY)

    assert [each for each in of(halvern, Seat) if each.member_id == member.pk] == []


def test_without_a_mail_server_nobody_is_invited(halvern, settings):
    settings.ENVIRONMENT = replace(
        django_settings.ENVIRONMENT, purpose=Purpose.PRODUCTION, mail_server=None
    )

    with pytest.raises(NoMailServer):
        an_invitation(halvern)


@pytest.mark.parametrize(
    "given",
    ["", "nonsense", signing.dumps([1, "x", 1], salt="another")],
    ids=["nothing", "nonsense", "signed for another use"],
)
def test_a_link_that_was_not_made_here_leads_nowhere(given):
    with pytest.raises(NotFound):
        invitations.claim_of(given)


def test_the_database_keeps_one_open_invitation_an_address_and_none_both_used_and_withdrawn(
    halvern, app_connection
):
    invitation, raw = an_invitation(halvern), app_connection()
    raw.execute("SELECT set_config('app.organization', %s, false)", [str(halvern.id)])
    raw.commit()

    for statement, constraint in (
        (
            "UPDATE hierarchy_invitation SET accepted_at = now(), revoked_at = now() WHERE id = %s",
            "invitation_accepted_or_revoked",
        ),
        (
            "UPDATE hierarchy_invitation SET expires_at = sent_at WHERE id = %s",
            "invitation_ends_after_it_was_sent",
        ),
        (
            TWICE,
            "invitation_one_open_per_address",
        ),
    ):
        with pytest.raises(Exception, match=constraint):
            raw.execute(statement, [invitation.pk])
        raw.rollback()


def test_administration_sees_where_the_letter_is(halvern):
    invitation = an_invitation(halvern, seats=(Promise(halvern.root.pk, Role.LEAD),))
    with tenancy.reading(halvern.actor("administrator")):
        before = open_ones()
    with tenancy.acting(tenancy.system(halvern.id)) as context:
        Letter.objects.update(outcome="refused", ended_at=context.now, last_error="550 Who?")
    with tenancy.reading(halvern.actor("administrator")):
        after = open_ones()

    assert [(each.post, each.seats) for each in before] == [
        (Post.WAITING, ("lead, Halvern Group",))
    ]
    assert [(each.post, each.said) for each in after] == [(Post.REFUSED, "550 Who?")]
    invitations.accept(claim=claim(invitation), entry=NOBODY)
    with tenancy.reading(halvern.actor("administrator")):
        assert open_ones() == []
        assert Member.objects.filter(name="Nora Newcomer").count() == 1
