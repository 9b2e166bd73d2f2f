"""Published heads: once a day, signed, kept in files, and stronger than a rewritten database."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Letter
from accounts.services import letters, organizations
from accounts.services.organizations import Founding
from audit import papers
from audit.models import Delivery, Event, PublishedHead
from core import queue, signing, tenancy
from governance import tasks
from governance.services import gates, heads
from measures.rules.stage import Stage
from tests.attacks.session import enter, refused
from tests.factories.governance import a_measure
from tests.factories.organizations import a_user, an_organization

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def case(db, clock_at, settings, tmp_path):
    settings.HEADS_DIR = tmp_path / "heads"
    clock_at(2026, 7, 8, 9)
    made = a_measure(Stage.IDENTIFIED)
    gates.request(actor=made.actor("owner"), measure_id=made.measure_id)
    return made


def system(case):
    return tenancy.system(case.organization.id)


def published(case):
    with tenancy.reading(system(case)):
        return list(PublishedHead.objects.order_by("on"))


def kept(case):
    """Publish, and let the worker write what was published."""
    heads.publish(actor=system(case))
    with tenancy.reading(system(case)):
        waiting = list(Delivery.objects.filter(task="governance.tasks.keep_head", done_at=None))
    for each in waiting:
        tasks.keep_head.apply(
            kwargs={"delivery_id": each.pk}, headers=queue.headers_of(system(case)), throw=True
        )


def test_a_head_says_where_the_ledger_ended_and_is_signed(case):
    with tenancy.reading(system(case)):
        last = Event.objects.latest("seq")

    row = heads.publish(actor=system(case))
    (head,) = papers.heads([row.paper], [signing.public_key()])

    assert (head.organization, head.organization_id) == (
        case.organization.slug,
        last.organization_id,
    )
    assert (head.on, head.seq, head.hash) == ("2026-07-08", last.seq, last.hash)


def test_a_head_is_published_once_a_day(case, clock_at):
    first, second = (heads.publish(actor=system(case)) for _ in range(2))
    clock_at(2026, 7, 9, 9)
    third = heads.publish(actor=system(case))

    assert (second, third.seq) == (None, first.seq + 1)
    assert [each.on.day for each in published(case)] == [8, 9]


def test_every_organization_is_published_by_the_clock(case):
    other = a_measure()

    tasks.publish_heads()

    assert len(published(case)) == len(published(other)) == 1


def test_an_organization_s_day_begins_in_its_own_time_zone(clock_at):
    clock_at(2026, 7, 8, 23)
    early = an_organization(time_zone="Pacific/Auckland")

    assert heads.publish(actor=tenancy.system(early.id)).on.day == 9


def test_a_published_head_is_kept_in_the_file_of_its_day_once(case, settings):
    kept(case)
    with tenancy.reading(system(case)):
        event = Event.objects.filter(act="head_published").latest("seq")
        again = heads.keep(event)

    lines = again.read_text().splitlines()

    assert again == Path(settings.HEADS_DIR) / "2026-07-08.jsonl"
    assert [head.organization for head in papers.heads(lines)].count(case.organization.slug) == 1


def test_the_file_of_a_day_is_only_added_to(case, settings):
    path = Path(settings.HEADS_DIR) / "2026-07-08.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("what another organization published\n")

    kept(case)

    assert path.read_text().splitlines()[0] == "what another organization published"
    assert len(path.read_text().splitlines()) == 2


def test_a_folder_that_cannot_be_written_leaves_the_delivery_for_later(case, settings, tmp_path):
    (tmp_path / "a-file").touch()
    settings.HEADS_DIR = tmp_path / "a-file" / "heads"
    with pytest.raises(NotADirectoryError):
        kept(case)

    settings.HEADS_DIR = tmp_path / "heads"
    kept(case)

    assert (tmp_path / "heads" / "2026-07-08.jsonl").exists()


@pytest.mark.parametrize("attack", ["UPDATE {} SET hash = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_role_app_changes_no_published_head(case, app_connection, attack):
    heads.publish(actor=system(case))
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "42501"):
        raw.execute(attack.format("audit_published_head"))


def test_the_owner_of_the_table_changes_no_published_head(case, owner_connection):
    heads.publish(actor=system(case))
    owner_connection.autocommit = False
    raw = enter(owner_connection, case.actor("lead"))

    with refused(raw, "GV001"):
        raw.execute("UPDATE audit_published_head SET hash = ''")


def verified(case, *options):
    said = StringIO()
    call_command("verify_ledger", "--organization", case.organization.slug, *options, stdout=said)
    return said.getvalue().splitlines()


def failed(case, *options):
    said = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command(
            "verify_ledger", "--organization", case.organization.slug, *options, stdout=said
        )
    return [*said.getvalue().splitlines(), str(refusal.value)]


def day_file(case, settings):
    kept(case)
    return str(Path(settings.HEADS_DIR) / "2026-07-08.jsonl")


def test_a_ledger_that_is_as_it_was_published_is_sound(case, settings):
    path = day_file(case, settings)

    (line,) = verified(case, "--head", path)

    assert line.startswith(f"{case.organization.slug}: ")
    assert line.endswith(", 1 published heads: sound")


REHASH = """
DO $$ DECLARE one audit_event; before text; BEGIN
  SELECT hash INTO before FROM audit_event
   WHERE organization_id = {organization} AND seq = {first} - 1;
  FOR one IN SELECT * FROM audit_event WHERE organization_id = {organization} AND seq >= {first}
              ORDER BY seq LOOP
    one.previous_hash := before;
    before := assay_event_hash(one);
    UPDATE audit_event SET previous_hash = one.previous_hash, hash = before WHERE id = one.id;
  END LOOP;
  UPDATE audit_head SET hash = before WHERE organization_id = {organization};
END $$
"""


@pytest.fixture
def rewrite(superuser_connection):
    """Rewrite a ledger from one act on, hashes and head included, as only a superuser can."""

    def run(organization_id, first):
        triggers = superuser_connection.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_event'::regclass"
            " AND NOT tgisinternal"
        ).fetchall()
        superuser_connection.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        try:
            superuser_connection.execute(
                "UPDATE audit_event SET reason = 'nicer' WHERE organization_id = %s AND seq = %s",
                [organization_id, first],
            )
            superuser_connection.execute(REHASH.format(organization=organization_id, first=first))
        finally:
            for (trigger,) in triggers:
                superuser_connection.execute(
                    f"ALTER TABLE audit_event ENABLE ALWAYS TRIGGER {trigger}"
                )

    return run


def test_a_tail_rewritten_together_with_its_head_is_found_by_what_was_published(
    case, settings, rewrite
):
    path = day_file(case, settings)
    (head,) = [
        each for each in papers.heads(Path(path).read_text().splitlines())
        if each.organization == case.organization.slug
    ]  # fmt: skip
    rewrite(case.organization.id, head.seq - 2)

    alone, compared = verified(case), failed(case, "--head", path)

    assert alone[-1].endswith(": sound")
    assert compared[0].startswith(
        f"{case.organization.slug}: act {head.seq}: it was published on 2026-07-08 with the hash "
    )
    assert compared[0].endswith("the ledger was rewritten")
    assert compared[-1] == "the ledger of 1 organization(s) is not sound"


def test_an_act_after_the_published_one_is_missing(case, settings, tmp_path):
    content = json.loads(heads.publish(actor=system(case)).paper)["document"]
    content["seq"] += 1_000
    path = tmp_path / "later.jsonl"
    path.write_text(papers.sealed(papers.HEAD, content))

    said = failed(case, "--head", str(path))

    assert said[0].endswith(f"act {content['seq']}: it was published on 2026-07-08, and is missing")


def test_a_head_of_an_organization_that_is_gone_is_a_fault(case, tmp_path):
    content = json.loads(heads.publish(actor=system(case)).paper)["document"]
    gone = content | {"organization": "gone", "organization_id": 10**12}
    path = tmp_path / "gone.jsonl"
    path.write_text(papers.sealed(papers.HEAD, gone))
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_ledger", "--head", str(path), stdout=said)

    assert "gone: its ledger was published on 2026-07-08, and is not here" in said.getvalue()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda text: text.replace('"seq":', '"seq":1'), "does not fit its signature"),
        (lambda text: text.replace("assay.head/1", "assay.certificate/1"), "is no assay.head/1"),
        (lambda text: text[:-10], "it is not JSON"),
        (lambda _: "[]", "does not hold a document"),
        (lambda _: '{"a": 1.5}', "it is not JSON"),
        (lambda _: "\n", "it is empty"),
    ],
)
def test_a_head_that_proves_nothing_is_refused(case, tmp_path, spoil, problem):
    path = tmp_path / "head.jsonl"
    path.write_text(spoil(heads.publish(actor=system(case)).paper))

    (said,) = failed(case, "--head", str(path))

    assert problem in said


def test_a_head_signed_by_another_is_refused_unless_its_key_is_given(case, tmp_path, settings):
    ours = settings.SIGNING_KEY
    settings.SIGNING_KEY = signing.new_key()
    theirs, path = signing.public_key(), tmp_path / "head.jsonl"
    path.write_text(heads.publish(actor=system(case)).paper)
    settings.SIGNING_KEY = ours

    (refused,) = failed(case, "--head", str(path))
    (accepted,) = verified(case, "--head", str(path), "--key", theirs)

    assert "in line 1, it was signed with the key" in refused
    assert accepted.endswith(": sound")


def test_a_file_that_is_not_there_is_one_sentence(case, tmp_path):
    (said,) = failed(case, "--head", str(tmp_path / "absent"))

    assert "absent cannot be read" in said


def test_every_controller_of_the_organization_is_sent_the_signed_line_once(case):
    local = case.organization.newcomer("Lena Local")
    case.organization.seat(local, "controller", case.measure().node.parent)

    row = heads.publish(actor=system(case))
    heads.publish(actor=system(case))

    with tenancy.reading(system(case)):
        (letter,) = Letter.objects.filter(kind="ledger_head")
        words = letters.composers()["ledger_head"](letter)
        body = letters.message_of(letter, words).body
    assert letter.address == f"controller@{case.organization.slug}.example"
    (sent,) = papers.heads([line for line in body.splitlines() if line.startswith("{")])
    assert (sent.seq, sent.hash) == (row.seq, row.hash)
    assert words.action.url.endswith(f"/o/{case.organization.slug}/governance/ledger/heads/")


def test_an_organization_without_a_root_is_published_to_nobody_and_fails_nothing(clock_at):
    clock_at(2026, 7, 8, 9)
    founder = a_user()
    bare = organizations.found(
        founding=Founding(
            slug=f"bare-{founder.pk}",
            name="Bare",
            currency="EUR",
            time_zone="UTC",
            fiscal_start_month=1,
        ),
        founder=founder,
    )

    assert heads.publish(actor=tenancy.system(bare.organization_id)) is not None
