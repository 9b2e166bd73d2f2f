"""The ledger as a file: whole, proven without the database, and every forgery in it found."""

import json
import subprocess
import sys
import tracemalloc
import zipfile
from hashlib import sha256
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.queries import people
from audit import papers, reading
from audit.errors import PaperRefused
from audit.models import Event, HistoryRow
from audit.queries import export
from audit.queries.export import Extra
from config.environment import ROOT
from core import signing, tenancy
from core.errors import NotAllowed, NotFound
from governance.errors import TooManyExports
from governance.services import exports, gates, heads
from measures.rules.stage import Stage
from tests.factories.governance import a_measure
from tests.factories.organizations import an_organization


@pytest.fixture(scope="module")
def case(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        made = a_measure(Stage.IDENTIFIED)
        gates.request(
            actor=made.actor("owner"), measure_id=made.measure_id, note='=cmd|"Zażółć" \n\u2028'
        )
        heads.publish(actor=tenancy.system(made.organization.id))
        return made


def written(organization, extras=()):
    with tenancy.reading(tenancy.system(organization.id)):
        return b"".join(export.archive(people.slug(), extras))


@pytest.fixture
def file(db, case, tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(written(case.organization, [Extra("members.jsonl", [{"id": 1, "name": "A"}])]))
    return path


def test_an_export_holds_the_whole_ledger_and_proves_it(case, file):
    with tenancy.reading(tenancy.system(case.organization.id)):
        acts, changes = Event.objects.count(), HistoryRow.objects.count()
        last = Event.objects.latest("seq")

    manifest, report = reading.examine(file, [signing.public_key()])

    assert (report.acts, report.changes, report.faults) == (acts, changes, [])
    assert report.head == (last.seq, last.hash)
    assert manifest.content["organization"] == case.organization.slug


def test_the_files_of_an_export_are_listed_with_their_digests(case, file):
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        manifest = papers.opened(papers.EXPORT, archive.read("manifest.json").decode())
        readme = archive.read("README.txt").decode()
        (head,) = papers.heads(archive.read("heads.jsonl").decode().splitlines())

    assert names == [
        "README.txt", "acts.jsonl", "changes.jsonl", "heads.jsonl", "members.jsonl",
        "manifest.json",
    ]  # fmt: skip
    assert list(manifest.content["files"]) == sorted(names[:-1])
    assert "Proving it by hand" in readme
    assert head.organization == case.organization.slug


def test_nothing_of_another_organization_is_in_an_export(db, case, tmp_path):
    other = an_organization(name="Another group altogether")
    path = tmp_path / "other.zip"
    path.write_bytes(written(other))

    with zipfile.ZipFile(path) as archive:
        acts = [json.loads(line) for line in archive.read("acts.jsonl").splitlines()]
        text = archive.read("changes.jsonl").decode()

    assert {each["organization_id"] for each in acts} == {other.id}
    assert case.organization.slug not in text


def spoiled(file, name, change):
    """Write the archive anew with one file changed."""
    with zipfile.ZipFile(file) as archive:
        files = {each: archive.read(each).decode() for each in archive.namelist()}
    files[name] = change(files.get(name, ""))
    with zipfile.ZipFile(file, "w") as archive:
        for each, text in files.items():
            archive.writestr(each, text)
    return reading.examine(file)[1].faults


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("acts.jsonl", lambda text: text.replace("gate_requested", "gate_approved"),
         "its content does not fit its hash"),
        ("acts.jsonl", lambda text: "".join(text.splitlines(keepends=True)[:-1]),
         "the acts do not end where the manifest says"),
        ("changes.jsonl", lambda text: text.replace('"INSERT"', '"UPDATE"', 1),
         "its content does not fit its hash"),
        ("changes.jsonl", lambda text: "".join(text.splitlines(keepends=True)[1:]),
         "the changes it covers are not those it was recorded with"),
        ("members.jsonl", lambda text: text.replace('"A"', '"B"'),
         "members.jsonl: it is not the file that was exported"),
        ("more.txt", lambda _: "read me first", "more.txt: it does not belong to this export"),
        ("acts.jsonl", lambda text: "nothing\n" + text, "its content does not fit its hash"),
    ],
)  # fmt: skip
def test_each_forgery_is_found(file, name, change, fault):
    assert [each for each in spoiled(file, name, change) if fault in each] != []


def test_a_manifest_that_was_changed_is_refused(file):
    with pytest.raises(PaperRefused, match="does not fit its signature"):
        spoiled(file, "manifest.json", lambda text: text.replace('"acts":', '"acts":1'))


def test_a_file_that_is_no_export_is_refused(tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(b"no archive")

    with pytest.raises(PaperRefused, match="is no whole export of a ledger"):
        reading.examine(path)


def test_half_an_export_is_refused(file):
    file.write_bytes(file.read_bytes()[:-200])

    with pytest.raises(PaperRefused, match="is no whole export of a ledger"):
        reading.examine(file)


def test_an_export_signed_with_another_key_is_refused(file):
    theirs = "A" * 43 + "="

    with pytest.raises(PaperRefused, match="it was signed with the key"):
        reading.examine(file, [theirs])


def test_an_export_is_compared_with_what_was_published(case, file, tmp_path):
    with tenancy.reading(tenancy.system(case.organization.id)):
        content = json.loads(heads.PublishedHead.objects.get().paper)["document"]
    forged = papers.sealed(papers.HEAD, content | {"hash": "0" * 64})

    _, report = reading.examine(file, heads=papers.heads([forged]))

    assert report.faults == [
        f"act {content['seq']}: it is not the act that was published under this number"
    ]


def test_the_command_proves_a_file_where_there_is_no_server(file):
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_ledger", "--file", str(file),
         "--key", signing.public_key()],
        cwd=ROOT, env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith(" changes: sound")


def test_the_command_fails_for_a_file_that_is_not_sound(file):
    spoiled(file, "members.jsonl", lambda text: text + "{}\n")
    said = StringIO()

    with pytest.raises(CommandError, match="is not sound"):
        call_command("verify_ledger", "--file", str(file), stdout=said)

    assert said.getvalue().splitlines()[-1].endswith("changes: 1 faults")


def test_a_change_that_belongs_to_no_act_is_exported_and_found(
    db, case, tmp_path, superuser_connection
):
    other = a_measure()
    superuser_connection.execute("ALTER TABLE audit_history DISABLE TRIGGER USER")
    superuser_connection.execute(
        "INSERT INTO audit_history (organization_id, table_name, row_id, operation, after,"
        " recorded_at, transaction_id) VALUES (%s, 'nothing', 7, 'INSERT', '{}', now(), 1)",
        [other.organization.id],
    )
    for (trigger,) in superuser_connection.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_history'::regclass"
        " AND NOT tgisinternal"
    ).fetchall():
        superuser_connection.execute(f"ALTER TABLE audit_history ENABLE ALWAYS TRIGGER {trigger}")
    path = tmp_path / "export.zip"
    path.write_bytes(written(other.organization))

    (fault,) = reading.examine(path)[1].faults

    assert fault.endswith("it belongs to no act")


def test_an_export_is_written_without_being_held(db, case):
    lines = ({"text": sha256(b"%d" % number).hexdigest()} for number in range(100_000))
    longest, total = 0, 0
    with tenancy.reading(tenancy.system(case.organization.id)):
        tracemalloc.start()
        for part in export.archive("slug", [Extra("many.jsonl", lines)]):
            longest, total = max(longest, len(part)), total + len(part)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert total > 1_000_000
    assert most < 10_000_000
    assert longest < 1_000_000


def test_taking_the_ledger_out_is_an_act_like_any_other(db, case):
    seq = exports.begin(actor=case.actor("controller"), form="archive")

    with tenancy.reading(case.actor("controller")):
        event = Event.objects.get(seq=seq)
    assert (event.act, event.actor_id, event.details) == (
        "ledger_exported", case.id_of("controller"), {"form": "archive", "seq": seq - 1},
    )  # fmt: skip


@pytest.mark.parametrize("role", ["executive", "lead", "sponsor", "owner", "steering"])
def test_a_seat_that_does_not_give_it_takes_nothing_out(db, case, role):
    with pytest.raises(NotAllowed, match="export the ledger"):
        exports.begin(actor=case.actor(role), form="archive")


def test_a_seat_below_the_root_takes_nothing_out(db, case):
    local = case.organization.newcomer()
    case.organization.seat(local, "controller", case.measure().node.parent)

    with pytest.raises(NotFound):
        exports.begin(actor=local, form="archive")


def test_nobody_takes_the_ledger_out_without_end(db, clock_at):
    clock_at(2026, 7, 8, 9)
    organization = an_organization()
    administrator = organization.actor("administrator")
    for _ in range(exports.MOST):
        exports.begin(actor=administrator, form="table")

    with pytest.raises(TooManyExports, match="10 times within an hour"):
        exports.begin(actor=administrator, form="table")
    clock_at(2026, 7, 8, 11)
    assert exports.begin(actor=administrator, form="table")


def test_an_archive_opens_as_any_other(db, case):
    with zipfile.ZipFile(BytesIO(written(case.organization))) as archive:
        assert archive.testzip() is None
