"""Letters of what is due: for who wants one and can act, once a period, with links, no figures."""

import re
from datetime import timedelta

import pytest

from accounts.models import Letter
from accounts.rules.letters import Digest
from accounts.services import letters, people
from core import tenancy
from governance.services import lifecycle, premises
from measures.rules.stage import Stage
from reporting.letters import digest
from reporting.services import digests
from tests.factories import governance
from tests.factories.measures import a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.steering import a_measure_left_alone, escalations, looked_at

MONDAY = (2026, 7, 20, 7)


def post(organization):
    digests.post(actor=tenancy.system(organization.id))


def posted(organization):
    with tenancy.reading(tenancy.system(organization.id)):
        return list(Letter.objects.filter(kind="digest").order_by("key"))


def said_to(organization, role):
    """Return the words of the letter of a role's holder, as the worker finds them."""
    member = organization.actor(role).member_id
    with tenancy.acting(tenancy.system(organization.id)):
        return digest(Letter.objects.filter(kind="digest", member_id=member).latest("pk"))


def lists(words):
    return {each.heading: [link.text for link in each.links] for each in words.sections}


def chosen(organization, role, choice):
    people.choose_digest(actor=organization.actor(role), choice=choice)


def test_on_monday_morning_every_member_gets_one_letter_however_often_the_clock_asks(clock_at):
    clock_at(2026, 7, 20, 6)
    organization = an_organization()
    post(organization)
    too_early = posted(organization)

    clock_at(*MONDAY)
    post(organization)
    post(organization)

    assert too_early == []
    assert len(posted(organization)) == len(organization.actors)
    assert {each.key.split()[0] for each in posted(organization)} == {"2026-W30"}


def test_the_morning_is_that_of_the_organization(clock_at):
    clock_at(2026, 7, 19, 20)
    early, late = an_organization(time_zone="Pacific/Auckland"), an_organization()

    post(early)
    post(late)

    assert (len(posted(early)), posted(late)) == (len(early.actors), [])


def test_who_never_wants_one_or_cannot_log_in_gets_none(clock_at):
    clock_at(*MONDAY)
    organization = an_organization()
    chosen(organization, "lead", Digest.NEVER)
    chosen(organization, "sponsor", Digest.DAILY)
    people.add(actor=organization.actor("administrator"), name="Ivo", email="ivo@imported.example")

    post(organization)
    clock_at(2026, 7, 22, 8)
    post(organization)

    sponsor = organization.actor("sponsor").member_id
    daily = [each.key for each in posted(organization) if each.member_id == sponsor]
    without = {organization.actor("lead").member_id, None}
    assert daily == [f"2026-07-20 {sponsor}", f"2026-07-22 {sponsor}"]
    assert not without & {each.member_id for each in posted(organization)}
    assert "ivo@imported.example" not in {each.address for each in posted(organization)}


def test_nothing_due_is_no_letter(clock_at):
    clock_at(*MONDAY)
    organization = an_organization()
    post(organization)

    assert said_to(organization, "executive") is None


def test_what_is_due_is_listed_with_links_and_without_figures(clock_at):
    clock_at(2026, 4, 6)
    organization = an_organization()
    case = governance.a_measure(Stage.DETAILED, organization)
    request = governance.a_request(case)
    decided = a_decided_measure(organization)
    clock_at(2026, 7, 17)
    claim = decided.claim(7, 9000)
    clock_at(*MONDAY)
    post(organization)

    owner, sponsor = said_to(organization, "owner"), said_to(organization, "sponsor")
    controller = said_to(organization, "controller")

    with tenancy.reading(organization.actor("lead")):
        request.refresh_from_db()
        voting, claimed = case.measure().node.name, decided.measure().node.name
    assert lists(sponsor)["Gates that wait for your vote"] == [f"{voting}: Decided"]
    assert sponsor.sections[0].links[0].url.endswith(f"/governance/gates/{request.public_id}/")
    assert lists(controller)["Claims that wait for your approval"] == [
        f"{claimed}: actuals of {month}" for month in ["Jul 2026"]
    ]
    assert f"{claimed}: forecast expired" in lists(owner)["Updates due from you"]
    assert claim.pk
    for words in (owner, sponsor, controller):
        shown = str(words)
        assert not re.search(r"9[ ,.]?000|EUR", shown)
        assert "/structure/letters" in words.footer


def test_escalations_and_holds_that_end_are_listed(clock_at):
    subject = a_measure_left_alone(clock_at)
    organization = subject.organization
    looked_at(subject)
    row = next(iter(escalations(subject).values()))
    case = governance.a_measure(Stage.DECIDED, organization)
    until = governance.today(case) + timedelta(days=10)
    lifecycle.hold(
        actor=case.actor("sponsor"),
        measure_id=case.measure_id,
        until=until,
        reason_code="budget",
        reason="Funds were moved.",
    )
    for actor in organization.actors.values():
        people.choose_digest(actor=actor, choice=Digest.DAILY)
    post(organization)

    with tenancy.reading(organization.actor("lead")):
        decider = next(
            role for role, actor in organization.actors.items() if actor.member_id == row.decider_id
        )
        held = case.measure().node.name
    asked, sponsor = said_to(organization, decider), said_to(organization, "sponsor")

    due = [link.url for each in asked.sections for link in each.links]
    assert any(url.endswith(f"/steering/{row.public_id}/") for url in due)
    assert lists(sponsor)["Holds that end soon"] == [f"{held}: hold ends on {until.isoformat()}"]


def test_a_premise_to_check_is_told_to_who_stated_it_and_who_checks_it(clock_at):
    clock_at(*MONDAY)
    organization = an_organization()
    case = governance.a_measure(Stage.IDENTIFIED, organization)
    day = governance.today(case) + timedelta(days=14)
    premises.state(
        actor=case.actor("owner"),
        measure_id=case.measure_id,
        statement="Copper stays above 8,000.",
        checked_by_id=case.id_of("controller"),
        check_on=day,
    )
    post(organization)

    told = [said_to(organization, role) for role in ("owner", "controller")]

    name = case.measure().node.name
    for words in told:
        assert lists(words)["Premises to check"] == [f"{name}: to be checked by {day.isoformat()}"]
    assert said_to(organization, "executive") is None


def test_a_letter_that_waited_says_nothing_once_it_is_wanted_no_more(clock_at):
    clock_at(2026, 4, 6)
    organization = an_organization()
    case = governance.a_measure(Stage.DETAILED, organization)
    governance.a_request(case)
    clock_at(*MONDAY)
    post(organization)
    before = said_to(organization, "sponsor")

    chosen(organization, "sponsor", Digest.NEVER)

    assert before is not None
    assert said_to(organization, "sponsor") is None


@pytest.mark.parametrize("count", [10, 12])
def test_a_long_list_names_ten_and_leads_to_the_rest(clock_at, count):
    clock_at(2026, 4, 6)
    organization = an_organization()
    for _ in range(count):
        governance.a_request(governance.a_measure(Stage.DEFINED, organization))
    clock_at(*MONDAY)
    post(organization)

    words = said_to(organization, "lead")

    (section,) = [each for each in words.sections if each.heading.startswith("Gates")]
    assert len(section.links) == 10
    assert (section.more is None, count) in {(True, 10), (False, 12)}
    assert section.more is None or section.more.text == "and 2 more"


def test_the_sweep_finds_letters_of_the_morning_at_once(clock_at):
    clock_at(*MONDAY)
    organization = an_organization()
    post(organization)

    due = letters.due(actor=tenancy.system(organization.id))

    assert sorted(due) == sorted(each.pk for each in posted(organization))
