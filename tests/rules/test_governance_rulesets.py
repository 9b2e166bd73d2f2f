"""What a file of rules may say: every odd thing is named with its place."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest

from accounts.rules.numbers import NUMBERS, Numbers
from governance.rules import differences, rulesets
from governance.rules.default_scheme import DOCUMENT

VALUES = {key: Decimal(row.default) for key, row in NUMBERS.items()}


def document(**rules):
    said = rulesets.content(deepcopy(DOCUMENT), VALUES) | rules
    return {"kind": "assay.rules/1", "organization": "Halvern", "as_of": "2026-01-01",
            "digest": "", "rules": said}  # fmt: skip


def with_numbers(**numbers):
    return document(numbers=rulesets.content({}, VALUES)["numbers"] | numbers)


def with_gate(number, **changes):
    scheme = deepcopy(DOCUMENT)
    scheme["gates"][number].update(changes)
    return document(scheme=scheme)


def test_what_is_in_force_can_be_brought_in():
    assert rulesets.problems(document()) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (with_numbers(hold_days="367"), "numbers: hold_days: must lie between 1 and 366 (days)."),
        (with_numbers(hold_days=60), "numbers: hold_days: must be written as plain digits in"),
        (with_numbers(hold_days="1e2"), "numbers: hold_days: must be written as plain digits in"),
        (with_numbers(hold_days="NaN"), "numbers: hold_days: must be written as plain digits in"),
        (with_numbers(hold_days="1.5"), "numbers: hold_days: must be a whole number of days."),
        (with_numbers(node_green="0.1234567"), "numbers: node_green: must be written as plain"),
        (with_numbers(patience="3"), "numbers: patience: is not a number of these rules."),
        (with_numbers(potential_amber="0.95"), "numbers: potential_amber: potential_amber must"),
        (with_gate(2, deciders=[]), "gates: Decided: nobody decides it; at least one decider"),
        (with_gate(2, secret=True), "rules.scheme.gates[3]: “secret” is not known there."),
        (
            with_gate(2, criteria=[{"code": "luck", "parameters": {}}]),
            "gates: Decided: “luck” is not a criterion of the catalogue.",
        ),
        (
            with_gate(2, steering={"run_rate": "5", "quorum": 1, "one_time": None, "by": 1}),
            "rules.scheme.gates[3].steering: “by” is not known there.",
        ),
        (with_gate(2, evidence=[["contract"]]), "gates: Decided: “['contract']” is not a kind of"),
        (document(scheme=None), "rules: the gates are missing."),
        (document(numbers=[]), "rules: the numbers are missing."),
        (document(people=[]), "rules: “people” is not known there."),
        (document() | {"id": 7}, "the file: “id” is not known there."),
    ],
)
def test_what_cannot_stand_is_named_with_its_place(given, said):
    assert any(each.startswith(said) for each in rulesets.problems(given))


def test_every_problem_is_named_and_of_many_the_first():
    found = rulesets.problems(with_numbers(hold_days="0", restore_days="0", luck="1"))

    assert len(found) == 3
    assert rulesets.first([str(each) for each in range(25)])[-1] == "And 5 more."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "it is not JSON as Assay writes it"),
        (b"{", "it is not JSON as Assay writes it"),
        (b"[1]", "it is not JSON as Assay writes it"),
        (b"[" * 100_000, "it is not JSON as Assay writes it"),
        (b'{"a": "\\ud800"}', "it is not JSON as Assay writes it"),
        (b'{"a": "\\u0000"}', "it is not JSON as Assay writes it"),
        (b"\xff\xfe{}", "it is no text in UTF-8"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 0.5}', "0.5: figures are written in quotes"),
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', "“b” is said twice in one place"),
        (b" " * 10_000_000, "it is larger than 1000 kB"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(given, said):
    assert str(rulesets.text_problem(given)).startswith(said)


def test_a_file_as_it_was_written_is_read():
    assert rulesets.text_problem(json.dumps(document()).encode()) is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("assay.head/1", "it is no file of rules."),
        ("assay.rules/next", "it is no file of rules."),
        ("assay.rules/2", "it has schema 2, and this installation reads schema 1."),
    ],
)
def test_another_kind_or_a_newer_schema_is_refused(kind, said):
    assert rulesets.kind_problem({"kind": kind}).startswith(said)


def test_a_change_of_numbers_is_said_in_words():
    assert differences.of_numbers(
        {"hold_days": "60", "forced_ratio": "0.4", "restore_days": "30"}, Numbers()
    ) == [
        "Hold days (days a hold may last at most): 60, instead of 90.",
        (
            "Forced ratio (share of life outlook to plan below which a decision is forced): 0.4, "
            "instead of 0.5, from the next month on at the earliest."
        ),
        "Restore days (days after a cancellation it can be taken back): 30, as it is.",
    ]
