"""Whatever the ledger records has words: a table without any would be read by its own name."""

import psycopg
import pytest
from django.apps import apps

from audit.events import Act
from governance.queries import objects
from governance.views import columns, entries
from governance.words import ESCALATION_RULES
from steering.queries.escalations import NAMES

# Subjects without a name of their own: their kind says all.
ONE_OF_A_KIND = {"ledger", "organization"}


def _kinds(act: type[Act]) -> set[str]:
    own = {act.subject_kind} if "kind" in vars(act) else set()
    return own.union(*(_kinds(each) for each in act.__subclasses__()))


def test_every_recorded_table_has_words_in_the_ledger(superuser_connection: psycopg.Connection):
    recorded = superuser_connection.execute(
        "SELECT DISTINCT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_proc f ON f.oid = t.tgfoid WHERE f.proname = 'assay_capture_history'"
    ).fetchall()

    missing = {name for (name,) in recorded} - set(columns.TABLES)
    assert missing == set(), "say in governance/views/columns.py what these are called"


def test_every_subject_of_an_act_has_words_in_the_ledger():
    missing = _kinds(Act) - set(entries.KINDS)
    assert missing == set(), "say in governance/views/entries.py what these are called"


def test_every_subject_of_an_act_can_be_named_and_found():
    missing = _kinds(Act) - set(objects.KINDS) - ONE_OF_A_KIND
    assert missing == set(), "say in governance/queries/objects.py where their names stand"


@pytest.mark.parametrize("label", [*objects.SETTING_MODELS, *(
    kind.model for kind in objects.KINDS.values()
)])  # fmt: skip
def test_what_the_ledger_names_by_text_is_a_model(label):
    assert apps.get_model(label)._meta.label == label


def test_the_ledger_calls_the_rules_of_escalation_as_steering_does():
    assert {code: str(name) for code, name in ESCALATION_RULES.items()} == {
        code.value: name for code, name in NAMES.items()
    }
