"""Handing over and leaving: all or nothing, duties apart, no gap at any moment."""

from datetime import date, timedelta

import pytest

from accounts.models import ApiToken, Member
from accounts.queries import people as accounts
from accounts.rules.roles import Role
from accounts.services import tokens
from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed
from governance.models import GateRequest
from hierarchy.errors import LastAdministrator, OwnSeat
from hierarchy.models import Deputyship, Seat
from hierarchy.queries import authority
from hierarchy.services import invitations
from hierarchy.services.invitations import Entry
from measures.errors import PeopleFixed
from measures.models import Milestone
from measures.rules.stage import Stage
from steering.errors import HandOverRefused, OwnSuccession, StillNamed
from steering.queries import belongings
from steering.services import clock, leaving
from steering.services.leaving import Assignment
from tests.factories import deputies, governance
from tests.factories.organizations import an_invitation, an_organization
from tests.factories.steering import a_measure_left_alone, escalations, looked_at

WHY = "Ana moves to another company."


@pytest.fixture
def halvern(clock_at):
    clock_at(2026, 5, 4, 9)
    return an_organization()


@pytest.fixture
def case(halvern):
    return governance.a_measure(Stage.DETAILED, halvern)


def member(halvern, who) -> Member:
    actor = halvern.actor(who) if isinstance(who, str | Role) else who
    with tenancy.reading(tenancy.system(halvern.id)):
        return Member.objects.get(pk=actor.member_id)


def today(halvern):
    with tenancy.reading(tenancy.system(halvern.id)):
        return authority.today()


def leave(halvern, who, *assignments, days=0, by="administrator"):
    return leaving.leave(
        actor=halvern.actor(by),
        member=member(halvern, who),
        on=today(halvern) + timedelta(days=days),
        assignments=assignments,
        reason=WHY,
    )


def hand_over(halvern, *assignments, by="administrator", reason=WHY):
    return leaving.hand_over(
        actor=halvern.actor(by) if isinstance(by, str) else by,
        assignments=assignments,
        reason=reason,
    )


def to(case, role, who) -> Assignment:
    return Assignment(case.measure_id, Role(role), who.member_id)


def last_acts(halvern, count):
    with tenancy.reading(tenancy.system(halvern.id)):
        return [each.act for each in Event.objects.order_by("-seq")[:count]][::-1]


def test_all_goes_in_one_act_and_the_person_is_gone_at_once(halvern, case):
    heir = halvern.newcomer()
    tokens.issue(
        actor=halvern.actor("owner"),
        member_id=halvern.actor("owner").member_id,
        name="Mine",
        may_write=True,
    )

    leave(halvern, "owner", to(case, "owner", heir))

    gone, user_id = member(halvern, "owner"), halvern.actor("owner").user_id
    with tenancy.reading(tenancy.system(halvern.id)):
        assert case.measure().owner_id == heir.member_id
        assert not Seat.objects.filter(member=gone, valid_to__isnull=True).exists()
        assert {each.expires_at <= tenancy.current().now for each in ApiToken.objects.all()} == {
            True
        }
        transactions = set(
            Event.objects.order_by("-seq").values_list("transaction_id", flat=True)[:3]
        )
    assert gone.left_on == today(halvern)
    assert accounts.membership(user_id, halvern.slug) is None
    assert last_acts(halvern, 3) == ["people_named", "member_relieved", "member_leaves"]
    assert len(transactions) == 1


def test_open_milestones_go_to_the_owner_of_their_measure(halvern, case):
    helper = halvern.newcomer()
    with tenancy.acting(halvern.actor("owner")):
        row = Milestone.objects.filter(measure_id=case.measure_id).first()
        row.owner_id, row.version = helper.member_id, row.version + 1
        row.save(update_fields=["owner", "version"])

    leave(halvern, helper)

    with tenancy.reading(halvern.actor("owner")):
        assert Milestone.objects.get(pk=row.pk).owner_id is None


def test_until_the_day_comes_the_person_is_there_and_gets_nothing_new(halvern, case, clock_at):
    heir = halvern.newcomer()
    leave(halvern, "owner", to(case, "owner", heir), days=10)
    user_id = halvern.actor("owner").user_id
    before = accounts.membership(user_id, halvern.slug)

    with pytest.raises(HandOverRefused):
        hand_over(halvern, to(case, "owner", halvern.actor("owner")))
    system = tenancy.system(halvern.id)
    too_early = leaving.let_leave(actor=system)
    clock_at(2026, 5, 14, 1)
    on_the_day = leaving.let_leave(actor=system)
    once_more = leaving.let_leave(actor=system)

    assert before is not None
    assert (too_early, on_the_day, once_more) == (0, 1, 0)
    assert accounts.membership(user_id, halvern.slug) is None
    assert last_acts(halvern, 1) == ["member_left"]


def test_who_is_named_on_a_live_measure_does_not_leave_without_a_successor(halvern, case):
    with pytest.raises(StillNamed) as refused:
        leave(halvern, "owner")

    with tenancy.reading(halvern.actor("lead")):
        name = case.measure().node.name
    assert refused.value.details["missing_rows"] == [
        {"text": f"{name}: owner", "who": "", "url": ""}
    ]
    assert member(halvern, "owner").leaves_on is None


def test_who_is_named_on_nothing_live_leaves_without_successors(halvern):
    assert leave(halvern, "executive").left_on == today(halvern)


def test_a_successor_who_has_another_duty_there_is_refused_for_that_measure_and_nothing_changes(
    halvern, case
):
    other = governance.a_measure(Stage.DETAILED, halvern)
    heir = halvern.newcomer()

    with pytest.raises(HandOverRefused) as refused:
        hand_over(
            halvern,
            to(case, "owner", halvern.actor("sponsor")),
            to(other, "owner", heir),
        )

    (row,) = refused.value.details["missing_rows"]
    assert "cannot be owner and sponsor of one measure" in row["text"]
    with tenancy.reading(halvern.actor("lead")):
        assert other.measure().owner_id == halvern.actor("owner").member_id


def test_many_measures_change_hands_at_once_and_the_member_stays(halvern, case):
    other, heir = governance.a_measure(Stage.DETAILED, halvern), halvern.newcomer()

    count = hand_over(halvern, to(case, "sponsor", heir), to(other, "sponsor", heir))

    with tenancy.reading(halvern.actor("lead")):
        sponsors = {each.measure().sponsor_id for each in (case, other)}
    assert (count, sponsors) == (2, {heir.member_id})
    assert member(halvern, "sponsor").leaves_on is None


def test_an_owner_hands_over_what_was_never_decided_and_nothing_else(halvern, case):
    decided, heir = governance.a_measure(Stage.DECIDED, halvern), halvern.newcomer()

    with pytest.raises(PeopleFixed):
        hand_over(halvern, to(decided, "controller", heir), by="owner")

    assert hand_over(halvern, to(case, "controller", heir), by="owner") == 1
    assert hand_over(halvern, to(decided, "controller", heir), by="lead") == 1


def test_two_duties_of_one_measure_may_change_places_in_one_act(halvern, case):
    hand_over(
        halvern,
        to(case, "owner", halvern.actor("sponsor")),
        to(case, "sponsor", halvern.actor("owner")),
    )

    with tenancy.reading(halvern.actor("lead")):
        measure = case.measure()
    owner, sponsor = halvern.actor("owner").member_id, halvern.actor("sponsor").member_id
    assert (measure.owner_id, measure.sponsor_id) == (sponsor, owner)


def test_an_open_request_is_void_where_people_change(halvern, case):
    request = governance.a_request(case)

    hand_over(halvern, to(case, "sponsor", halvern.newcomer()))

    with tenancy.reading(halvern.actor("lead")):
        assert GateRequest.objects.get(pk=request.pk).state == "void"


def test_an_administrator_gives_no_duty_to_themself_but_a_lead_may_take_one(halvern, case):
    administrator, lead = halvern.actor("administrator"), halvern.actor("lead")

    with pytest.raises(OwnSuccession):
        hand_over(halvern, to(case, "controller", administrator))
    hand_over(halvern, to(case, "sponsor", lead), by="lead")

    with tenancy.reading(lead):
        assert case.measure().sponsor_id == lead.member_id


@pytest.mark.parametrize("role", ["controller", "executive", "sponsor"])
def test_nobody_else_hands_over_or_lets_leave(halvern, case, role):
    heir = halvern.newcomer()

    with pytest.raises(NotAllowed):
        hand_over(halvern, to(case, "sponsor", heir), by=role)
    with pytest.raises(NotAllowed):
        leave(halvern, "steering", by=role)


def test_a_hand_over_needs_a_reason_and_a_day_that_has_not_passed(halvern, case):
    with pytest.raises(Invalid, match="say why"):
        hand_over(halvern, to(case, "sponsor", halvern.newcomer()), reason=" ")
    with pytest.raises(Invalid, match="past"):
        leave(halvern, "executive", days=-1)


def test_administrators_let_each_other_go_and_the_last_one_stays(halvern):
    second = halvern.newcomer()
    halvern.seat(second, "administrator")

    with pytest.raises(OwnSeat):
        leave(halvern, "administrator")
    leave(halvern, second)
    third = halvern.newcomer()
    halvern.seat(third, "administrator")
    leaving.leave(
        actor=third,
        member=member(halvern, "administrator"),
        on=today(halvern),
        assignments=(),
        reason=WHY,
    )
    with pytest.raises((LastAdministrator, OwnSeat)):
        leaving.leave(
            actor=third,
            member=member(halvern, third),
            on=today(halvern),
            assignments=(),
            reason=WHY,
        )


def test_what_a_person_holds_is_listed(halvern, case):
    governance.a_request(case)

    with tenancy.reading(halvern.actor("administrator")):
        held = belongings.of(member(halvern, "sponsor"))
        below = belongings.duties(member(halvern, "sponsor").pk, case.measure().node.parent)
        elsewhere = belongings.duties(member(halvern, "owner").pk, case.measure().node)

    assert [(each.role, each.key) for each in held.duties] == [
        (Role.SPONSOR, f"sponsor-{case.measure_id}")
    ]
    assert held.duties[0].others == "Owner Person (owner), Controller Person (controller)"
    assert [row.measure_id for row in held.votes] == [case.measure_id]
    assert [seat.role for seat in held.seats] == ["sponsor"]
    assert below == held.duties
    assert [each.role for each in elsewhere] == [Role.OWNER]


def test_an_escalation_goes_to_whoever_is_named_now_and_on_when_its_decider_leaves(clock_at):
    subject = a_measure_left_alone(clock_at)
    organization = subject.organization
    looked_at(subject)
    row = next(iter(escalations(subject).values()))
    role, former = row.decider_role, row.decider_id
    assert role in {"owner", "sponsor"}
    heir = organization.newcomer()

    leaving.hand_over(
        actor=organization.actor("administrator"),
        assignments=[Assignment(subject.measure_id, Role(role), heir.member_id)],
        reason=WHY,
    )

    passed = next(iter(escalations(subject).values()))
    assert former != heir.member_id
    assert (passed.decider_id, passed.level, passed.due_on) == (
        heir.member_id,
        row.level,
        row.due_on,
    )
    with tenancy.reading(organization.actor("lead")):
        acts = set(Event.objects.values_list("act", flat=True))
    assert "escalation_passed_on" in acts
    assert clock.pass_on(actor=tenancy.system(organization.id)) == 0


def test_who_left_can_be_invited_back_and_finds_no_old_right(halvern):
    gone = leave(halvern, "executive")
    with tenancy.reading(tenancy.system(halvern.id)):
        user = halvern.user("executive")
    invitation = an_invitation(halvern, email=user.email)
    with tenancy.reading(tenancy.system(halvern.id)):
        token = invitations.token_of(type(invitation).objects.get(pk=invitation.pk))

    back = invitations.accept(
        claim=invitations.claim_of(token), entry=Entry(user.pk, "a long new password")
    )

    assert back.pk == gone.pk
    assert accounts.membership(user.pk, halvern.slug) is not None
    with tenancy.reading(accounts.actor_of(member(halvern, "executive"))):
        assert authority.ranges(accounts.actor_of(member(halvern, "executive"))) == []


def test_nobody_new_is_named_who_is_not_there(halvern, case):
    leave(halvern, "executive")

    with pytest.raises(HandOverRefused) as refused:
        hand_over(halvern, to(case, "sponsor", halvern.actor("executive")))

    assert "no such member" in refused.value.details["missing_rows"][0]["text"]


@pytest.mark.parametrize("days", [0, 10])
def test_deputies_of_who_leaves_and_deputyships_of_theirs_end_in_the_same_act(halvern, days):
    first, until = halvern.actor("sponsor"), date(2026, 5, 20)
    mine = deputies.named(halvern, "sponsor", halvern.newcomer(), until=until)
    theirs = deputies.named(halvern, "controller", first, until=until)
    with tenancy.reading(halvern.actor("administrator")):
        listed = [each.pk for each in belongings.deputyships(first.member_id)]

    leave(halvern, "sponsor", days=days)

    assert listed == [mine.pk, theirs.pk]
    with tenancy.reading(halvern.actor("administrator")):
        assert not Deputyship.objects.filter(revoked_at__isnull=True).exists()
