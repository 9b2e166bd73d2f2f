"""Deputies: who may name one, for how long, and what a deputy may do in another's place."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.rules.roles import Permission, Role
from core import tenancy
from core.errors import NotAllowed, NotFound
from hierarchy.errors import (
    DeputyEnded,
    DeputyOfOneself,
    DeputyshipOver,
    DeputyTaken,
    DeputyTooLate,
    DeputyTooLong,
    DutiesMerge,
    NoDeputy,
    NotForDeputies,
    OwnDeputyship,
)
from hierarchy.models import Deputyship
from hierarchy.queries import authority
from hierarchy.services import deputies
from measures.errors import OwnClaim
from measures.models import ActualClaim
from measures.queries import claims as claim_queries
from measures.queries import measures
from measures.rules.stage import Stage
from measures.services import claims, figures
from tests.factories.deputies import acting_for, named, standing_in
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization


@pytest.fixture
def organization(clock_at):
    clock_at(2026, 7, 1, 9)
    return an_organization()


@pytest.fixture
def claimed(clock_at):
    """A measure with a claim that waits, and a deputy of its controller until 3 July."""
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure(stage=Stage.DECIDED)
    clock_at(YEAR, 7, 1, 9)
    claim = subject.claim(6, 9000)
    deputy = subject.organization.newcomer("Dora Deputy")
    named(subject.organization, "controller", deputy, until=date(YEAR, 7, 3))
    return subject, claim, deputy


# --- naming ---------------------------------------------------------------------------------------


def test_a_member_names_a_deputy_and_the_ledger_has_it(organization):
    deputy = organization.newcomer()

    made = named(organization, "controller", deputy)

    with tenancy.reading(organization.actor("lead")):
        stored = Deputyship.objects.get()
        assert (stored.pk, stored.principal_id, stored.deputy_id, stored.named_by_id) == (
            made.pk,
            organization.actor("controller").member_id,
            deputy.member_id,
            organization.actor("controller").member_id,
        )


def test_an_administrator_names_one_for_somebody_else_but_not_themselves(organization):
    administrator = organization.actor("administrator")
    deputy = organization.newcomer()

    made = named(organization, "controller", deputy, by=administrator)

    assert made.named_by_id == administrator.member_id
    with pytest.raises(OwnDeputyship, match="Controller Person can name you"):
        named(organization, "controller", administrator, by=administrator)


def test_nobody_else_names_one(organization):
    with pytest.raises(NotAllowed):
        named(organization, "controller", organization.newcomer(), by=organization.actor("lead"))


@pytest.mark.parametrize(
    ("changes", "refusal", "words"),
    [
        ({"first_on": date(2026, 6, 30)}, DeputyTooLate, "from 2026-07-01 or a later day"),
        ({"last_on": date(2026, 6, 30)}, DeputyTooLate, "from 2026-07-01"),
        ({"last_on": date(2026, 9, 29)}, DeputyTooLong, "at most 90 days, so until 2026-09-28"),
    ],
)
def test_a_term_in_the_past_or_too_long_is_refused(organization, changes, refusal, words):
    wanted = standing_in(organization, "controller", organization.newcomer())

    with pytest.raises(refusal, match=words):
        deputies.name(actor=organization.actor("controller"), wanted=replace(wanted, **changes))


def test_the_longest_term_is_taken(organization):
    made = named(organization, "controller", organization.newcomer(), until=date(2026, 9, 28))

    assert made.last_on - made.first_on == timedelta(days=89)


def test_nobody_is_their_own_deputy(organization):
    with pytest.raises(DeputyOfOneself):
        named(organization, "controller", organization.actor("controller"))


def test_the_same_days_are_not_named_twice(organization):
    deputy = organization.newcomer()
    named(organization, "controller", deputy)

    with pytest.raises(DeputyTaken, match="until 3 July 2026"):
        named(organization, "controller", deputy)


def test_it_is_revoked_by_either_side_or_an_administrator_and_once(organization):
    deputies_ = [organization.newcomer() for _ in range(3)]
    made = [named(organization, "controller", each) for each in deputies_]
    revokers = [organization.actor("controller"), deputies_[1], organization.actor("administrator")]

    with pytest.raises(NotAllowed):
        deputies.revoke(actor=organization.actor("lead"), deputyship_id=made[0].pk)
    for each, by in zip(made, revokers, strict=True):
        assert deputies.revoke(actor=by, deputyship_id=each.pk).revoked_by_id == by.member_id
    with pytest.raises(DeputyshipOver):
        deputies.revoke(actor=revokers[0], deputyship_id=made[0].pk)


# --- acting ---------------------------------------------------------------------------------------


def test_a_deputy_approves_a_claim_for_the_controller_and_both_are_recorded(claimed):
    subject, claim, deputy = claimed
    actor = acting_for(subject.organization, deputy, "controller")

    with tenancy.reading(actor):
        waiting = [each.claim_id for each in claim_queries.waiting_for(actor)]
    claims.approve(actor=actor, claim_ids=[claim.pk])

    with tenancy.reading(actor):
        stored = ActualClaim.objects.get(pk=claim.pk)
    assert waiting == [claim.pk]
    assert (stored.state, stored.decided_by_id, stored.decided_for_id) == (
        "approved",
        deputy.member_id,
        subject.id_of("controller"),
    )


def test_a_deputy_sees_the_measure_only_while_acting_for_the_other(claimed):
    subject, _, deputy = claimed
    actor = acting_for(subject.organization, deputy, "controller")

    seen = []
    for who in (deputy, actor):
        with tenancy.reading(who):
            seen.append(measures.visible(who).filter(pk=subject.measure_id).exists())

    assert seen == [False, True]


def test_after_the_last_day_it_is_refused_by_date_and_by_name(claimed, clock_at):
    subject, claim, deputy = claimed
    actor = acting_for(subject.organization, deputy, "controller")
    clock_at(YEAR, 7, 4)

    with pytest.raises(DeputyEnded) as refused:
        claims.approve(actor=actor, claim_ids=[claim.pk])

    assert str(refused.value) == (
        "You stood in for Controller Person until 3 July 2026. "
        "Ask Controller Person, or a new deputy."
    )


def test_the_last_day_counts(claimed, clock_at):
    subject, claim, deputy = claimed
    clock_at(YEAR, 7, 3, 23, 30)

    claims.approve(
        actor=acting_for(subject.organization, deputy, "controller"), claim_ids=[claim.pk]
    )

    with tenancy.reading(deputy):
        assert ActualClaim.objects.get(pk=claim.pk).state == "approved"


def test_after_revocation_it_is_refused(claimed):
    subject, claim, deputy = claimed
    with tenancy.reading(deputy):
        made = Deputyship.objects.get()
    deputies.revoke(actor=subject.actor("controller"), deputyship_id=made.pk)

    with pytest.raises(DeputyEnded, match="until 1 July 2026"):
        claims.approve(
            actor=acting_for(subject.organization, deputy, "controller"), claim_ids=[claim.pk]
        )


def test_who_was_never_named_is_refused(claimed):
    subject, claim, _ = claimed
    stranger = subject.organization.newcomer()

    with pytest.raises(NoDeputy, match="You do not stand in for Controller Person"):
        claims.approve(
            actor=acting_for(subject.organization, stranger, "controller"), claim_ids=[claim.pk]
        )


@pytest.mark.parametrize(
    ("role", "own"),
    [("owner", "owner"), ("sponsor", "sponsor"), ("lead", "lead"), ("administrator", "admin")],
)
def test_a_deputy_never_merges_two_duties(claimed, role, own):
    subject, claim, _ = claimed
    named(subject.organization, "controller", subject.actor(role))

    with pytest.raises(DutiesMerge, match=own):
        claims.approve(
            actor=acting_for(subject.organization, subject.actor(role), "controller"),
            claim_ids=[claim.pk],
        )


def test_a_claim_that_the_controller_entered_is_not_the_deputys_to_decide(claimed):
    subject, claim, deputy = claimed
    controller = subject.actor("controller")
    subject.organization.seat(controller, "lead")
    claims.withdraw(actor=subject.actor("owner"), claim_id=claim.pk)
    own = claims.claim(
        actor=controller, line_id=subject.line_id, fiscal_year=YEAR, period=6, amount=Decimal(9000)
    )

    with pytest.raises(OwnClaim, match="claimed by whom you act for"):
        claims.approve(
            actor=acting_for(subject.organization, deputy, "controller"), claim_ids=[own.pk]
        )


def test_a_deputy_for_one_role_or_place_does_nothing_in_another(claimed):
    subject, claim, _ = claimed
    organization = subject.organization
    elsewhere = organization.branch("Elsewhere").portfolio
    for_another_role, for_another_place = organization.newcomer(), organization.newcomer()
    named(organization, "controller", for_another_role, role="sponsor")
    named(organization, "controller", for_another_place, node=elsewhere)

    for who in (for_another_role, for_another_place):
        with pytest.raises((NoDeputy, NotFound)):
            claims.approve(actor=acting_for(organization, who, "controller"), claim_ids=[claim.pk])


def test_who_acts_for_another_does_nothing_but_a_deputys_acts(claimed):
    subject, _, _ = claimed
    organization = subject.organization
    named(organization, "controller", organization.actor("lead"), node=subject.package)
    actor = acting_for(organization, organization.actor("lead"), "controller")

    with pytest.raises(NotForDeputies, match="a deputy does not enter a forecast"):
        figures.no_change(actor=actor, measure_id=subject.measure_id)


def test_a_deputy_names_no_deputy(claimed):
    subject, _, deputy = claimed
    other = subject.organization.newcomer()
    actor = acting_for(subject.organization, deputy, "controller")

    with pytest.raises(NotForDeputies):
        named(subject.organization, "controller", other, by=actor)


def test_a_seat_is_stood_in_for_where_both_hold(organization):
    deputy, branch = organization.newcomer(), organization.branch()
    other = organization.branch("Water")
    named(organization, "lead", deputy, node=branch.program)
    actor = acting_for(organization, deputy, "lead")

    with tenancy.reading(actor):
        seen = set(authority.visible(actor).values_list("pk", flat=True))
        may = [
            authority.may(actor, Permission.HOLD, node)
            for node in (branch.package, branch.portfolio, other.package)
        ]
        roles = authority.stands_in(actor, Permission.HOLD, branch.package)

    assert seen == {branch.program.pk, branch.project.pk, branch.package.pk}
    assert (may, roles) == ([True, False, False], frozenset({Role.LEAD}))
