"""The history of any thing on a page: reached from its own page, in words, by permission."""

import pytest

from accounts.models import Member, User
from audit.models import Event
from core import tenancy
from governance.models import GateRequest
from governance.services import gates
from measures.rules.stage import Stage
from steering.models import Escalation
from tests.factories.deputies import acting_for
from tests.factories.governance import a_measure
from tests.factories.measures import a_planned_measure
from tests.factories.steering import a_measure_left_alone, looked_at
from tests.pages.visitors import place_of, visitor

DATABASE_WORDS = ("measures_", "governance_", "hierarchy_", "_id", "None", "True", "_at", "_on")


def life(page):
    return page.one("section", id="life")


def acts(page):
    return [each.text for each in life(page).all("p", class_="history__what")]


def addresses(case):
    """Return the page and the history of each thing around a measure."""
    root = f"/o/{case.organization.slug}"
    place = place_of(case)
    with tenancy.reading(case.actor("lead")):
        node = case.measure().node.parent.public_id
        asked = GateRequest.objects.filter(measure_id=case.measure_id).latest("pk").public_id
        member = Member.objects.get(pk=case.id_of("owner")).public_id
    return {
        f"{root}/measures/{place}/": f"ledger/history/measure/{place}/",
        f"{root}/portfolio/{node}/": f"ledger/history/node/{node}/",
        f"{root}/structure/nodes/{node}": f"ledger/history/node/{node}/",
        f"{root}/structure/people/{member}": f"ledger/history/member/{member}/",
        f"{root}/structure/numbers": "ledger/history/settings/",
        f"{root}/structure/profile": "ledger/history/settings/",
        f"{root}/governance/gates/{asked}/": f"ledger/history/request/{asked}/",
    }


@pytest.fixture
def case(db):
    made = a_measure(Stage.IDENTIFIED)
    gates.request(actor=made.actor("owner"), measure_id=made.measure_id, note="Ready.")
    return made


def test_each_thing_s_page_leads_to_its_history(case):
    administrator = visitor(case.organization, "administrator")

    for page, history in addresses(case).items():
        answer = administrator.client.get(page)
        assert answer.status_code == 200, page
        assert f'href="{administrator.root}{history}"' in answer.content.decode(), page


def test_no_history_shows_a_word_of_the_database(case):
    administrator = visitor(case.organization, "administrator")

    for history in set(addresses(case).values()):
        page = administrator.see(history)
        assert acts(page) != []
        words = " ".join(
            each.text for part in ("dt", "dd", "p") for each in life(page).all(part)
        ).split()
        assert [each for each in words if any(bad in each for bad in DATABASE_WORDS)] == [], history


def test_a_measure_s_history_tells_who_when_why_and_on_which_data(case):
    latest = life(
        visitor(case.organization, "owner").see(f"ledger/history/measure/{place_of(case)}/")
    ).all("li")[0]
    with tenancy.reading(case.actor("lead")):
        digest = GateRequest.objects.filter(measure_id=case.measure_id).latest("pk").digest

    assert latest.one("p", class_="history__what").text == "Gate requested: Detailed"
    assert "Owner Person" in latest.one("p", class_="history__when").text
    assert "Ready." in latest.text
    assert f"data shown {digest[:12]}…" in latest.one("p", class_="history__basis").text


def test_a_new_version_of_figures_names_the_version(db):
    subject = a_planned_measure()
    subject.save("plan", {4: 12_345})

    latest = life(
        visitor(subject.organization, "owner").see(f"ledger/history/measure/{place_of(subject)}/")
    ).all("li")[0]

    assert latest.one("p", class_="history__basis").text == "Data: Plan 2026, version 2"
    assert latest.one("dt").text == "Freight, plan, Apr 2026"


def test_a_deputy_s_act_names_both(case):
    deputy = acting_for(case.organization, case.actor("lead"), "sponsor")
    with tenancy.acting(deputy):
        Event.objects.create(act="vote_cast", subject_kind="measure", subject_id=case.measure_id)

    latest = life(
        visitor(case.organization, "lead").see(f"ledger/history/measure/{place_of(case)}/")
    ).all("li")[0]

    assert "Lead Person for Sponsor Person" in latest.one("p", class_="history__when").text


def test_an_escalation_s_page_leads_to_its_history(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    with tenancy.reading(subject.actor("lead")):
        found = Escalation.objects.filter(measure_id=subject.measure_id).first()
    lead = visitor(subject.organization, "lead")
    address = f"ledger/history/escalation/{found.public_id}/"

    page = lead.client.get(f"/o/{subject.organization.slug}/steering/{found.public_id}/")

    assert f'href="{lead.root}{address}"' in page.content.decode()
    assert acts(lead.see(address)) == ["Escalation opened"]


def test_a_history_goes_on_page_by_page_in_its_place(db):
    subject = a_planned_measure()
    for amount in range(30):
        subject.save("plan", {4: 12_000 + amount})
    owner = visitor(subject.organization, "owner")
    address = f"ledger/history/measure/{place_of(subject)}/"

    first = owner.see(address)
    (older,) = [each for each in first.all("a") if each.text == "Older"]
    second = owner.see(f"{address}?{older.attributes['href'].split('?')[1]}", is_fragment=True)

    assert len(life(first).all("li", class_="history__entry")) == 30
    assert second.all("section", id="life") == []
    assert second.all("p", class_="history__what")[-1].text == "Measure proposed"


def a_bystander(case, role):
    """Seat somebody who is not named on the measure, and log them in."""
    newcomer = case.organization.newcomer("Nora New")
    case.organization.seat(newcomer, role)
    member = visitor(case.organization, "owner")
    member.client.force_login(User.objects.get(pk=newcomer.user_id))
    return member


def test_a_seat_that_reads_no_ledger_reads_no_history(case):
    bystander = a_bystander(case, "owner")
    expected = {history: 403 for history in addresses(case).values() if "member" not in history}

    seen = {history: bystander.get(history).status_code for history in expected}

    assert seen == expected


def test_a_member_s_history_is_for_administrators_and_for_oneself(case):
    with tenancy.reading(case.actor("lead")):
        of_owner = Member.objects.get(pk=case.id_of("owner")).public_id
    address = f"ledger/history/member/{of_owner}/"

    answers = {
        role: visitor(case.organization, role).get(address).status_code
        for role in ("owner", "administrator", "executive", "sponsor")
    }

    assert answers == {"owner": 200, "administrator": 200, "executive": 403, "sponsor": 403}


def test_what_is_of_another_branch_is_not_found(case):
    other = a_measure(organization=case.organization)
    newcomer = case.organization.newcomer("Lena Local")
    case.organization.seat(newcomer, "lead", other.measure().node.parent)
    local = visitor(case.organization, "owner")
    local.client.force_login(User.objects.get(pk=newcomer.user_id))
    wanted = [each for each in addresses(case).values() if "member" not in each]

    assert {local.get(each).status_code for each in wanted} == {404}
    assert local.get(f"ledger/history/measure/{place_of(other)}/").status_code == 200
