"""The ledger's pages: searched, read act by act, proven before the reader's eyes."""

import pytest

from tests.factories.measures import a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.visitors import place_of, visitor


@pytest.fixture
def subject(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_planned_measure()


def acts(page):
    """Return the acts listed."""
    return [row[0] for table in page.all("div", aria_label="Acts") for row in table.rows()]


def test_with_a_seat_at_the_root_every_act_is_listed_the_newest_first(subject):
    page = visitor(subject.organization, "executive").see("ledger/")

    assert acts(page)[:5] == [
        "Milestone added",
        "Figures saved",
        "Figures saved",
        "People named",
        "Line added",
    ]
    assert acts(page)[-1] == "Organization founded"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("act=people_named", {"People named"}),
        ("act=figures_saved&since=2026-07-08&until=2026-07-08", {"Figures saved"}),
        ("since=2026-07-09", set()),
        ("until=2026-07-07", set()),
        ("text=no such measure", set()),
    ],
)
def test_the_search_lives_in_the_address(subject, query, found):
    page = visitor(subject.organization, "executive").see(f"ledger/?{query}")

    assert set(acts(page)) == found


def test_acts_are_found_by_measure_and_by_person(subject):
    executive = visitor(subject.organization, "executive")
    name = subject.measure().node.name

    by_measure = executive.see(f"ledger/?text={name}")
    by_person = executive.see(f"ledger/?member={subject.id_of('lead')}")

    assert acts(by_measure)[-1] == "Measure proposed"
    assert acts(by_person) == ["People named", "Line added"]


def test_an_owner_reads_the_acts_on_their_own_measures_alone(subject):
    other = a_planned_measure(subject.organization)
    page = visitor(subject.organization, "owner").see("ledger/")

    subjects = {row[2] for row in page.one("div", aria_label="Acts").rows()}

    assert subjects == {subject.measure().node.name, other.measure().node.name}


def test_a_page_of_the_ledger_is_verified_on_demand(subject):
    executive = visitor(subject.organization, "executive")

    plain, verified = executive.see("ledger/"), executive.see("ledger/?verify=1")

    assert plain.all("div", role="status") == []
    assert "are sound" in verified.one("div", role="status").text


def test_a_change_behind_the_ledgers_back_is_found_where_it_is(subject, superuser_connection):
    executive = visitor(subject.organization, "executive")
    number = int(
        executive.see("ledger/").one("div", aria_label="Acts").all("td")[0].text.split()[0]
    )
    _forge(superuser_connection, subject.organization.id, number)

    entry = executive.see(f"ledger/{number}/")
    page = executive.see("ledger/?verify=1")

    said = f"Entry {number}: its content does not fit its hash"
    assert said in entry.one("main").one("div", role="alert").text
    assert said in page.one("main").one("div", role="alert").text


def _forge(superuser, organization_id, number):
    """Change an act past its guards, as only a superuser can."""
    table = "audit_event"
    triggers = superuser.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
    ).fetchall()
    with superuser.transaction():
        for (trigger,) in triggers:
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        superuser.execute(
            "UPDATE audit_event SET reason = 'Another' WHERE organization_id = %s AND seq = %s",
            [organization_id, number],
        )
        for (trigger,) in triggers:
            superuser.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def test_an_entry_shows_who_when_and_every_row_it_changed(subject):
    executive = visitor(subject.organization, "executive")
    listed = executive.see("ledger/?act=people_named").one("div", aria_label="Acts")
    number = listed.all("td")[0].text.split()[0]

    page = executive.see(f"ledger/{number}/")

    assert page.one("h1").text == "People named"
    assert "Lead Person" in page.one("dl", class_="facts").text
    rows = page.one("section", aria_labelledby="changes-heading").rows()
    assert [row[1:] for row in rows] == [
        ["Owner", "–", "Owner Person"],
        ["Sponsor", "–", "Sponsor Person"],
        ["Controller", "–", "Controller Person"],
    ]
    assert "is sound" in page.one("div", role="status").text


def test_an_act_that_is_not_ones_own_to_read_is_not_found(subject):
    owner, executive = (visitor(subject.organization, role) for role in ("owner", "executive"))

    assert executive.get("ledger/1/").status_code == 200
    assert owner.get("ledger/1/").status_code == 404
    assert executive.get("ledger/99999/").status_code == 404


def test_another_organizations_ledger_is_not_found(subject):
    stranger = visitor(an_organization(), "executive")
    theirs = f"/o/{subject.organization.slug}/governance/ledger/"

    assert stranger.client.get(theirs).status_code == 404
    assert stranger.client.get(f"{theirs}1/").status_code == 404
    assert str(place_of(subject)) not in stranger.get("ledger/").content.decode()


def test_the_ledger_goes_on_where_a_page_ends(subject):
    for amount in range(50):
        subject.save("plan", {4: 12_000 + amount})
    executive = visitor(subject.organization, "executive")

    first = executive.see("ledger/")
    (older,) = [each for each in first.all("a") if each.text == "Older"]
    second = executive.see(f"ledger/{older.attributes['href']}")

    assert len(acts(first)) == 50
    assert acts(second)[:2] == ["Milestone added", "Figures saved"]
