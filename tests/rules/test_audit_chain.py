"""The chain proven from lines alone: what is sound, and each way in which it is not."""

import hashlib
import json

import pytest

from audit.rules import chain
from audit.rules.chain import ACT_FIELDS, CHANGE_FIELDS, GENESIS, Report

ORGANIZATION = 7


def _hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _change(number, covered_by, **given):
    content = dict.fromkeys(CHANGE_FIELDS) | {
        "id": number, "organization_id": ORGANIZATION, "table_name": "measures_measure",
        "row_id": 3, "operation": "UPDATE", "before": {"a": 1}, "after": {"a": 1.5},
        "recorded_at": 1_700_000_000_000_000, "transaction_id": 100 + covered_by,
    } | given  # fmt: skip
    hashed = json.dumps(list(content.values()))
    return {"covered_by": covered_by, **chain.line_of(CHANGE_FIELDS, hashed, _hash(hashed))}


def _act(seq, before, changes=(), **given):
    content = dict.fromkeys(ACT_FIELDS) | {
        "previous_hash": before, "organization_id": ORGANIZATION, "seq": seq,
        "act": "figures_saved",
        "subject_kind": "measure", "subject_id": 3,
        "reason": "Zażółć", "details": {"x": [1]},
        "recorded_at": 1_700_000_000_000_000, "database_user": "assay_app",
        "transaction_id": 100 + seq,
        "history_digest": _hash("".join(str(each["hash"]) for each in changes)),
    } | given  # fmt: skip
    hashed = json.dumps(list(content.values()), ensure_ascii=False)
    return chain.line_of(ACT_FIELDS, hashed, _hash(hashed))


@pytest.fixture
def ledger():
    """Three acts of two, one and no changes, as they stand in the files of an export."""
    changes = [_change(11, 1), _change(12, 1), _change(13, 2)]
    first = _act(1, GENESIS, changes[:2])
    second = _act(2, first["hash"], changes[2:])
    third = _act(3, second["hash"])
    return [first, second, third], changes


def _faults(acts, changes, **expected):
    report = Report()
    for seq, digest in expected.items():
        report.expect(int(seq[1:]), digest)
    chain.verify_acts(acts, report, ORGANIZATION)
    chain.verify_changes(acts, changes, report)
    return report.faults


def test_a_whole_chain_is_sound_and_its_head_is_told(ledger):
    acts, changes = ledger
    report = Report()

    chain.verify_acts(acts, report, ORGANIZATION)
    chain.verify_changes(acts, changes, report)

    assert (report.acts, report.changes, report.faults) == (3, 3, [])
    assert report.head == (3, acts[2]["hash"])


def test_what_is_withheld_leaves_its_hash_and_the_chain_holds(ledger):
    (first, second, third), changes = ledger
    hidden = chain.withheld_line(first["hash"], seq=1)
    silent = [{"covered_by": 1, **chain.withheld_line(each["hash"])} for each in changes[:2]]
    report = Report()

    chain.verify_acts([hidden, second, third], report, ORGANIZATION)
    chain.verify_changes([hidden, second, third], [*silent, changes[2]], report)

    assert (report.acts, report.changes, report.withheld, report.faults) == (3, 3, 3, [])


def test_a_withheld_line_with_another_hash_breaks_the_chain(ledger):
    (first, second, third), changes = ledger
    forged = chain.withheld_line(third["hash"], seq=1)
    silent = {"covered_by": 2, **chain.withheld_line(first["hash"])}

    assert _faults([forged, second, third], [*changes[:2], silent]) == [
        "act 2: it does not follow the act before it",
        "act 2: the changes it covers are not those it was recorded with",
    ]
    assert _faults([forged, third], []) == [
        "act 3: the acts before it are missing, from 2",
    ]


def test_a_line_still_proves_itself_after_a_file(ledger):
    acts, changes = (json.loads(json.dumps(each)) for each in ledger)

    assert _faults(acts, changes) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("reason", "nicer"), ("actor_id", 9), ("recorded_at", "2020-01-01T00:00:00+00:00"),
     ("details", {"x": [2]}), ("hash", "0" * 64), ("hashed", "[]"), ("hashed", None)],
)  # fmt: skip
def test_an_act_that_says_another_thing_is_found(ledger, name, value):
    acts, changes = ledger
    acts[1] = {**acts[1], name: value}

    assert "act 2: its content does not fit its hash" in _faults(acts, changes)


def test_an_act_written_anew_with_its_hash_breaks_the_next_link(ledger):
    acts, changes = ledger
    acts[1] = _act(2, acts[0]["hash"], changes[2:], reason="nicer")

    assert _faults(acts, changes) == ["act 3: it does not follow the act before it"]


def test_a_missing_act_leaves_a_gap(ledger):
    acts, changes = ledger

    assert _faults([acts[0], acts[2]], changes[:2]) == [
        "act 3: the acts before it are missing, from 2"
    ]


def test_an_act_of_another_organization_is_found(ledger):
    acts, changes = ledger
    acts.append(_act(4, acts[2]["hash"], organization_id=8))

    assert _faults(acts, changes) == ["act 4: it belongs to another organization"]


def test_a_change_that_says_another_thing_is_found(ledger):
    acts, changes = ledger
    changes[1] = {**changes[1], "row_id": 4}

    assert _faults(acts, changes) == ["change 12: its content does not fit its hash"]


def test_a_change_rehashed_is_found_by_its_act(ledger):
    acts, changes = ledger
    changes[1] = _change(12, 1, after={"a": 2})

    assert _faults(acts, changes) == [
        "act 1: the changes it covers are not those it was recorded with"
    ]


def test_a_change_left_out_is_found_by_its_act(ledger):
    acts, changes = ledger

    assert _faults(acts, changes[:2]) == [
        "act 2: the changes it covers are not those it was recorded with"
    ]


def test_a_change_of_no_act_is_found(ledger):
    acts, changes = ledger
    changes.append({**_change(14, 3), "covered_by": None})

    assert _faults(acts, changes) == ["change 14: it belongs to no act"]


def test_a_chain_rewritten_from_its_first_act_on_is_not_what_was_published(ledger):
    acts, changes = ledger
    published = acts[1]["hash"]
    first = _act(1, GENESIS, changes[:2], reason="nicer")
    second = _act(2, first["hash"], changes[2:])
    rewritten = [first, second, _act(3, second["hash"])]

    assert _faults(rewritten, changes) == []
    assert _faults(rewritten, changes, n2=published) == [
        "act 2: it is not the act that was published under this number"
    ]


def test_an_act_that_was_published_and_is_missing_is_found(ledger):
    acts, changes = ledger

    assert _faults(acts, changes, n9="a" * 64) == ["act 9: it was published, and is missing"]


def test_more_faults_than_anybody_reads_are_only_counted():
    report = Report()

    for number in range(chain.MOST_FAULTS + 5):
        report.blame(f"act {number}", "nothing")

    assert (len(report.faults), report.unsaid) == (chain.MOST_FAULTS, 5)
