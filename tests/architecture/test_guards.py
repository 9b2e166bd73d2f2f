"""The proof of the guards itself: it finds what is there, and says when nothing misses a guard."""

from contextlib import contextmanager

import psycopg
import pytest

from config.guards import bodies, catalog, proving, refusals, report
from config.guards.guard import Guard, Kind
from config.guards.proving import Candidates, Seen
from config.guards.report import Outcome, Verdict
from tests import database
from tests.attacks.rows import CHECKS, RULES
from tests.plugin import SERVERS

GUARD = Guard(Kind.TRIGGER, "vote.guard", ("DROP",), ("CREATE",), frozenset({"m"}), "assay_vote")


class FakeTrial:
    """Tests that are red while a guard is away, or always."""

    def __init__(self, missing: set[str] = frozenset(), broken: set[str] = frozenset()) -> None:
        self.missing, self.broken, self.is_away = missing, broken, False
        self.ran: list[tuple[str, bool]] = []

    @contextmanager
    def without(self, guard):
        self.is_away = True
        yield
        self.is_away = False

    def is_red(self, test):
        self.ran.append((test, self.is_away))
        return test in self.broken or (self.is_away and test in self.missing)


def test_every_check_of_the_models_has_rows_that_break_it():
    untried = set(CHECKS) ^ set(RULES)
    assert untried == set(), "tests/attacks/rows.py says what keeps and what breaks each CHECK"


def test_a_guard_that_a_test_misses_is_proved_and_the_test_is_green_again():
    trial = FakeTrial(missing={"b"})

    verdict = proving.prove(GUARD, ["a", "b", "c"], trial)

    assert verdict == Verdict("trigger:vote.guard", Outcome.PROVED, 2, "b")
    assert trial.ran == [("a", True), ("b", True), ("b", False)]


def test_a_guard_that_no_test_misses_survives():
    verdict = proving.prove(GUARD, ["a", "b"], FakeTrial())

    assert verdict == Verdict("trigger:vote.guard", Outcome.SURVIVED, 2)


def test_a_guard_without_a_test_is_reported_and_never_taken_away():
    trial = FakeTrial()

    verdict = proving.prove(GUARD, [], trial)

    assert (verdict, trial.ran) == (Verdict("trigger:vote.guard", Outcome.UNTESTED, 0), [])
    assert report.missed([verdict]) == [verdict]
    assert "no test is refused by it" in report.table([verdict])[0]


def test_a_test_that_stays_red_proves_nothing():
    verdict = proving.prove(GUARD, ["a"], FakeTrial(broken={"a"}))

    assert (verdict.outcome, report.missed([verdict])) == (Outcome.UNCLEAR, [verdict])


def test_the_tests_that_name_a_guard_come_first_then_those_it_refused_then_those_it_ran_in():
    seen = {
        "slow and refused": Seen(marks=frozenset({"m"}), seconds=2),
        "refused": Seen(marks=frozenset({"m"}), seconds=1),
        "ran": Seen(functions=frozenset({"assay_vote"})),
        "raised within": Seen(marks=frozenset({"function:assay_vote"})),
        "named": Seen(names=("trigger:*.guard",), seconds=3),
        "stranger": Seen(marks=frozenset({"x"}), functions=frozenset({"assay_y"})),
    }

    assert Candidates(seen).of(GUARD) == [
        "named",
        "refused",
        "slow and refused",
        "raised within",
        "ran",
    ]


@pytest.mark.parametrize(
    ("only", "chosen"),
    [((), True), (("vote",), True), (("trigger:*.guard",), True), (("measure",), False)],
)
def test_guards_are_chosen_by_a_part_of_their_name_or_a_pattern(only, chosen):
    assert proving.is_chosen(GUARD, only) is chosen


BODY = """
DECLARE sentence text := 'He said: RAISE EXCEPTION;';
BEGIN
  PERFORM 1 FROM vote FOR NO KEY UPDATE;
  IF found THEN
    RAISE EXCEPTION 'It''s over; really.'  -- RAISE EXCEPTION
      USING ERRCODE = 'GV001', DETAIL = 'over';
  END IF;
  RAISE NOTICE 'nothing';
  RAISE EXCEPTION 'Again.' USING ERRCODE = 'GV001', DETAIL = 'over';
END """


def test_each_refusal_of_a_function_is_found_with_its_lines():
    found = bodies.refusals(BODY)

    assert [(each.code, each.first_line, each.last_line, each.is_last) for each in found] == [
        ("over", 6, 7, False),
        ("over.2", 10, 10, True),
    ]
    assert found[1].without(BODY, "NULL;").endswith("RAISE NOTICE 'nothing';\n  NULL;\nEND ")


def test_each_lock_of_a_function_is_found_and_taken_out():
    advisory = "PERFORM pg_advisory_xact_lock(hashtextextended('a', 1));"

    assert bodies.locks(BODY + advisory) == ["FOR NO KEY UPDATE", advisory[:-1]]
    assert bodies.without_locks(BODY + advisory) == BODY.replace(" FOR NO KEY UPDATE", " ") + (
        "PERFORM 1;"
    )


PLANTED = """
CREATE TABLE planted (id bigint PRIMARY KEY, size integer CONSTRAINT planted_size CHECK (size > 0));
CREATE FUNCTION assay_guard_planted() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.id = 7 THEN
    RAISE EXCEPTION 'Not seven.' USING ERRCODE = 'GV099', DETAIL = 'not_seven';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON planted FOR EACH ROW EXECUTE FUNCTION assay_guard_planted();
ALTER TABLE planted ENABLE ALWAYS TRIGGER guard;
"""


def test_a_guard_that_somebody_adds_is_found_removed_restored_and_missed(django_db_setup):
    with database.of_its_own(SERVERS, "planted") as addresses:
        url = SERVERS.installation.postgres.url(database=f"{SERVERS.database}_planted")
        assert addresses
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute(PLANTED)
            found = {each.title: each for each in catalog.guards(raw) if "planted" in each.title}
            answers = {title: _answers(raw, guard) for title, guard in found.items()}

    assert answers == {
        "refusal:assay_guard_planted.not_seven": ["GV099", "", "GV099"],
        "trigger:planted.guard": ["GV099", "", "GV099"],
        "check:planted.planted_size": ["GV099", "GV099", "GV099"],
    }
    for guard in found.values():
        assert proving.prove(guard, Candidates({}).of(guard), FakeTrial()).outcome == "untested"


def _answers(raw, guard):
    """Return what a forbidden row is answered with the guard, without it, and with it again."""
    seen = [_attack(raw, guard)]
    for statements in (guard.remove, guard.restore):
        for statement in statements:
            raw.execute(statement)
        seen.append(_attack(raw, guard))
    return seen


def _attack(raw, guard):
    try:
        with raw.transaction(force_rollback=True):
            raw.execute("INSERT INTO planted VALUES (7, 1)")
    except psycopg.Error as error:
        marks = refusals.marks_of(error)
        assert "function:assay_guard_planted" in marks
        assert guard.kind is not Kind.REFUSAL or marks & guard.marks
        return error.sqlstate
    return ""
