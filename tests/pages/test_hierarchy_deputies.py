"""The page of deputies: naming and revoking one, acting for another, and saying so everywhere."""

from datetime import date

import pytest

from accounts.models import Member
from core import tenancy
from hierarchy.models import Deputyship
from measures.models import ActualClaim
from tests.factories.deputies import named
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.pages.markup import read
from tests.pages.visitors import visitor, visitor_of


@pytest.fixture
def organization(clock_at):
    clock_at(2026, 7, 1, 9)
    return an_organization()


def at(organization, rest=""):
    return f"/o/{organization.slug}/structure/deputies{rest}"


def public_id(organization, who):
    with tenancy.reading(organization.actor("lead")):
        return str(Member.objects.get(pk=who.member_id).public_id)


def filled(organization, principal, deputy, **changes):
    """Return the form as a member fills it."""
    return {
        "principal": public_id(organization, organization.actor(principal)),
        "deputy": public_id(organization, deputy),
        "role": "controller",
        "place": str(organization.root.public_id),
        "first_on": "2026-07-01",
        "last_on": "2026-07-03",
        "reason": "On leave.",
    } | changes


def test_a_member_names_a_deputy_and_both_see_it(organization):
    deputy = organization.newcomer("Dora Deputy")
    controller = visitor(organization, "controller").client

    done = controller.post(at(organization), filled(organization, "controller", deputy))

    given = read(controller.get(at(organization))).one("section", aria_labelledby="given-heading")
    held = read(visitor_of(organization, deputy).client.get(at(organization)))
    assert (done.status_code, done["Location"]) == (303, at(organization))
    assert given.rows() == [
        ["Dora DeputyOn leave.", "controller", "everywhere", "1 Jul 2026", "3 Jul 2026",
         "in force", "Revoke"],
    ]  # fmt: skip
    assert held.one("section", aria_labelledby="held-heading").rows()[0][0] == (
        "Controller PersonOn leave."
    )


def test_naming_asks_for_the_password_once_more(organization):
    deputy = organization.newcomer()
    stale = visitor(organization, "controller", fresh=False).client

    answer = stale.post(at(organization), filled(organization, "controller", deputy))

    assert (answer.status_code, "reauthenticate" in answer["Location"]) == (303, True)
    with tenancy.reading(deputy):
        assert Deputyship.objects.count() == 0


def test_only_an_administrator_is_offered_another_principal(organization):
    deputy = organization.newcomer()
    fields = filled(organization, "controller", deputy)

    by_lead = visitor(organization, "lead").client.post(at(organization), fields)
    by_administrator = visitor(organization, "administrator").client.post(at(organization), fields)
    others = read(visitor(organization, "administrator").client.get(at(organization)))

    assert (by_lead.status_code, by_administrator.status_code) == (422, 303)
    assert len(others.one("section", aria_labelledby="others-heading").rows()) == 1


def test_a_term_that_is_too_long_is_refused_in_words(organization):
    fields = filled(organization, "controller", organization.newcomer(), last_on="2026-12-31")

    answer = visitor(organization, "controller").client.post(at(organization), fields)

    assert answer.status_code == 422
    assert "at most 90 days, so until 2026-09-28 at the latest" in answer.content.decode()


def test_a_deputyship_is_revoked_by_its_button(organization):
    made = named(organization, "controller", organization.newcomer())
    with tenancy.reading(organization.actor("lead")):
        address = Deputyship.objects.get(pk=made.pk).public_id
    lead, controller = (visitor(organization, role).client for role in ("lead", "controller"))

    refused = lead.post(at(organization, "/revoke"), {"deputyship": address})
    done = controller.post(at(organization, "/revoke"), {"deputyship": address})
    unknown = controller.post(at(organization, "/revoke"), {"deputyship": "x"})

    assert [each.status_code for each in (refused, done, unknown)] == [403, 303, 404]
    with tenancy.reading(organization.actor("lead")):
        assert Deputyship.objects.get(pk=made.pk).revoked_at is not None


# --- acting for another ---------------------------------------------------------------------------


@pytest.fixture
def claimed(clock_at):
    """A claim that waits, and a browser of the deputy of its controller until 3 July."""
    clock_at(YEAR, 1, 12)
    subject = a_decided_measure()
    clock_at(YEAR, 7, 1, 9)
    claim = subject.claim(6, 9000)
    deputy = subject.organization.newcomer("Dora Deputy")
    named(subject.organization, "controller", deputy, until=date(YEAR, 7, 3))
    return subject, claim, visitor_of(subject.organization, deputy)


def act_for(subject, browser):
    controller = public_id(subject.organization, subject.actor("controller"))
    return browser.client.post(at(subject.organization, "/act-for"), {"member": controller})


def test_who_stands_in_is_offered_it_under_my_work_and_told_on_every_page(claimed):
    subject, _, browser = claimed
    offered = browser.client.get(
        at(subject.organization, "/offered"), headers={"HX-Request": "true"}
    )

    before = read(browser.get("approvals/"))
    begun = act_for(subject, browser)
    after = read(browser.get("approvals/"))

    assert read(offered).one("button").text == "Act for Controller Person"
    assert begun["Location"] == f"/o/{subject.organization.slug}/measures/"
    assert before.all("div", class_="strip--hat") == []
    assert after.one("div", class_="strip--hat").one("span").text == (
        "You act for Controller Person (controller), as deputy until 3 Jul 2026. "
        "What you decide is recorded as yours for Controller Person."
    )
    assert len(after.one("section", id="claims").all("tbody")) == 1


def test_a_deputy_approves_at_the_desk_and_goes_back_to_being_themselves(claimed):
    subject, claim, browser = claimed
    act_for(subject, browser)

    done = browser.post("approvals/approve/", claim=claim.pk)
    back = browser.client.post(at(subject.organization, "/act-for"), {})
    later = read(browser.get("approvals/"))

    with tenancy.reading(subject.actor("lead")):
        stored = ActualClaim.objects.get(pk=claim.pk)
    assert (done.status_code, back.status_code) == (303, 303)
    assert (stored.state, stored.decided_for_id) == ("approved", subject.id_of("controller"))
    assert later.all("div", class_="strip--hat") == []


def test_a_form_opened_under_another_name_is_refused(claimed):
    subject, claim, browser = claimed
    controller = public_id(subject.organization, subject.actor("controller"))

    as_oneself = browser.post("approvals/approve/", claim=claim.pk, acts_for=controller)
    act_for(subject, browser)
    as_deputy = browser.post("approvals/approve/", claim=claim.pk, acts_for="")

    assert [each.status_code for each in (as_oneself, as_deputy)] == [409, 409]
    assert "opened acting for Controller Person, and you act for yourself" in read(as_oneself).text
    assert "opened acting for yourself, and you act for Controller Person" in read(as_deputy).text
    with tenancy.reading(subject.actor("lead")):
        assert ActualClaim.objects.get(pk=claim.pk).state == "submitted"


def test_an_expired_deputy_is_refused_in_words_and_is_themselves_from_then_on(claimed, clock_at):
    subject, claim, browser = claimed
    act_for(subject, browser)
    clock_at(YEAR, 7, 4)

    refused = browser.post("approvals/approve/", claim=claim.pk)
    later = read(browser.get("approvals/"))

    sentence = read(refused).one("p", class_="refusal__sentence").text
    assert (refused.status_code, sentence) == (
        403,
        (
            "You stood in for Controller Person until 3 July 2026. "
            "Ask Controller Person, or a new deputy."
        ),
    )
    assert later.all("div", class_="strip--hat") == []


def test_a_page_opened_after_the_last_day_says_so(claimed, clock_at):
    subject, _, browser = claimed
    act_for(subject, browser)
    clock_at(YEAR, 7, 4)

    page = browser.see("approvals/")

    assert "You stood in for Controller Person until 3 July 2026." in page.one(id="notices").text


def test_nobody_acts_for_whom_they_do_not_stand_in_for(claimed):
    subject, _, _ = claimed
    lead = visitor(subject.organization, "lead")

    assert act_for(subject, lead).status_code == 403
