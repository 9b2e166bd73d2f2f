"""The ledger taken out from its page: the archive, the table of a search, the published heads."""

import csv

import pytest

from audit import papers, reading
from core import signing, tenancy
from governance.services import gates, heads
from measures.rules.stage import Stage
from tests.factories.governance import a_measure
from tests.factories.organizations import an_organization
from tests.pages.visitors import visitor


@pytest.fixture
def case(db):
    made = a_measure(Stage.IDENTIFIED)
    gates.request(actor=made.actor("owner"), measure_id=made.measure_id, note="=1+1")
    return made


def test_the_archive_from_the_page_proves_itself(case, tmp_path):
    answer = visitor(case.organization, "controller").post("ledger/export/")
    (tmp_path / "export.zip").write_bytes(b"".join(answer.streaming_content))

    _, report = reading.examine(tmp_path / "export.zip", [signing.public_key()])

    assert (answer.status_code, report.faults) == (200, [])
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith(
        f'attachment; filename="{case.organization.slug}-ledger-'
    )
    assert answer["Cache-Control"] == "private, no-store"


def table(case, role="administrator", **search):
    answer = visitor(case.organization, role).post("ledger/table/", **search)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), strict=True))


def test_a_search_is_taken_out_as_a_table_of_words(case):
    (row,) = table(case, act="gate_requested")

    assert {name: row[name] for name in ("Act", "On", "By", "Why")} == {
        "Act": "Gate requested: Detailed",
        "On": case.measure().node.name,
        "By": "Owner Person",
        "Why": "'=1+1",
    }


def test_a_table_goes_on_to_the_first_act(case):
    rows = table(case)

    numbers = [int(row["Entry"]) for row in rows]

    assert numbers == list(range(len(numbers), 0, -1))
    assert rows[-1]["Act"] == "Organization founded"


@pytest.mark.parametrize("path", ["ledger/export/", "ledger/table/"])
def test_who_may_not_take_it_out_is_refused_and_sees_no_button(case, path):
    executive = visitor(case.organization, "executive")

    answer = executive.post(path)

    assert answer.status_code == 403
    assert "export the ledger" in answer.content.decode()
    assert "Export for an auditor" not in executive.get("ledger/").content.decode()


@pytest.mark.parametrize("path", ["ledger/export/", "ledger/table/"])
def test_taking_it_out_asks_for_a_password_given_not_long_ago(case, path):
    answer = visitor(case.organization, "controller", fresh=False).post(path)

    assert answer.status_code == 303
    assert "reauthenticate" in answer["Location"]


def test_an_installation_without_a_key_says_so_before_a_file_begins(case, settings):
    settings.SIGNING_KEY = None

    answer = visitor(case.organization, "controller").post("ledger/export/")

    assert answer.status_code == 409
    assert "no signing key" in answer.content.decode()


def test_published_heads_are_listed_with_the_key_that_proves_them(case):
    row = heads.publish(actor=tenancy.system(case.organization.id))
    executive = visitor(case.organization, "executive")

    page, ledger = executive.see("ledger/heads/"), executive.see("ledger/")

    assert page.one("section", aria_labelledby="heads-heading").rows()[0][1:3] == [
        str(row.seq), row.hash
    ]  # fmt: skip
    assert signing.public_key() in page.one("dl", class_="facts").text
    assert f"Published up to entry {row.seq} on" in ledger.one("p", class_="pager").text


def test_published_heads_are_given_out_as_they_were_signed(case):
    row = heads.publish(actor=tenancy.system(case.organization.id))

    answer = visitor(case.organization, "controller").get("ledger/heads/papers/")
    (head,) = papers.heads(answer.content.decode().splitlines(), [signing.public_key()])

    assert (head.seq, head.hash) == (row.seq, row.hash)


@pytest.mark.parametrize("path", ["ledger/heads/", "ledger/heads/papers/"])
def test_who_reads_no_ledger_reads_no_heads(case, path):
    assert visitor(case.organization, "owner").get(path).status_code == 403


def test_another_organization_s_ledger_is_not_taken_out(case):
    stranger = visitor(an_organization(), "administrator")
    theirs = f"/o/{case.organization.slug}/governance/ledger/export/"

    assert stranger.client.post(theirs).status_code == 404
