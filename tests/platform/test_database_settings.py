"""How long a statement may take depends on who sends it."""

import pytest

from config import database, environment

URL = "postgresql://assay_app:p%40ss@db:5433/assay?sslmode=require"
LEAST = {"DATABASE_URL": URL, "REDIS_URL": "redis://r", "SECRET_KEY": "k"}


def test_a_connection_string_is_understood_in_all_its_parts():
    alias = database.alias(environment.read(LEAST))

    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [alias[name] for name in names] == ["assay", "assay_app", "p@ss", "db", "5433"]
    assert alias["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    ("process", "limit"), [("web", "10s"), ("worker", "120s"), ("beat", "10s"), ("command", "0")]
)
def test_a_statement_is_given_the_time_its_process_can_spare(process, limit):
    alias = database.alias(environment.read({**LEAST, "ASSAY_PROCESS": process}))

    assert alias["OPTIONS"]["options"] == (
        f"-c lock_timeout=3s -c statement_timeout={limit}"
        " -c idle_in_transaction_session_timeout=60s"
    )
    assert alias["OPTIONS"]["application_name"] == f"assay-{process}"
