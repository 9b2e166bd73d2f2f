"""The bench on the smallest organization: what it prints, and that it leaves nothing; no speeds."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.bench import measuring, scratch
from config.bench.measuring import Finding
from config.bench.scratch import NAME
from config.errors import StartRefused
from tests.plugin import SERVERS

LINES = {
    "the machine",
    "storage of the current figures of a measure, 36 months x 4 series",
    "one cell change, five durable rows, vs the same five rows in plain tables",
    "the same change vs one bare one-row UPDATE",
    "the whole service call vs the five rows",
    "the whole service call vs one UPDATE",
    "check of every node's sums vs a bare GROUP BY",
    "full recompute of every node, written, vs a bare GROUP BY",
    "reading the stored totals of the root, flat over sizes",
    "that check, for each measure derived anew",
    "dashboard of the organization vs an empty signed-in page",
    "dashboard as known on a day vs the live one",
    "queries of the dashboard",
    "HTML of the dashboard",
    "preview of a gate scheme vs the bare scan of its measures with all their rows",
    "adding one measure, flat over sizes",
    "adding one measure to 1, vs the same rows inserted plainly",
    "adding one measure to 2, vs the same rows inserted plainly",
    "adding one measure to 20, vs the same rows inserted plainly",
    "numbering the tree anew vs a bare UPDATE of every number",
    "structural insert above a package",
}


def test_the_bench_prints_every_line_finds_no_drift_and_drops_its_database(
    db, superuser_connection
):
    printed = io.StringIO()
    ours = connection.settings_dict["NAME"]

    call_command("bench", measures=20, json=True, stdout=printed)

    found = {row["goal"]: row for row in json.loads(printed.getvalue())}
    burst = [goal for goal in found if goal.startswith("drift after 200 saves by 8 writers")]
    assert set(found) - set(burst) == LINES
    assert [found[goal]["seen"] for goal in burst] == ["0 cells"]
    assert {tuple(row) for row in found.values()} == {("goal", "target", "seen", "met")}
    assert _scratch_databases(superuser_connection) == []
    assert connection.settings_dict["NAME"] == ours


def test_the_bench_drops_what_a_killed_one_left_and_nothing_that_is_in_use_or_kept(
    superuser_connection,
):
    left, used, kept = f"{NAME}_999999991", f"{NAME}_999999992", f"{NAME}_kept_999999993"
    for name in (left, used, kept):
        superuser_connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")

    with scratch.in_use(SERVERS.superuser_url, used):
        dropped = scratch.drop_left_over(SERVERS.superuser_url)
    standing = _scratch_databases(superuser_connection)
    dropped_later = scratch.drop_left_over(SERVERS.superuser_url)
    superuser_connection.execute(f"DROP DATABASE {kept}")

    assert (dropped, standing, dropped_later) == ([left], [used, kept], [used])


def test_the_bench_needs_a_superuser_to_make_its_database(monkeypatch):
    monkeypatch.delenv("SUPERUSER_DATABASE_URL")

    with pytest.raises(StartRefused, match="SUPERUSER_DATABASE_URL is not set"):
        call_command("bench", measures=1)


@pytest.mark.parametrize("given", ["0", "-3", "many"])
def test_a_number_that_is_none_is_refused(given):
    with pytest.raises(CommandError, match="is no number of measures"):
        call_command("bench", f"--measures={given}")


def test_sides_take_turns_and_the_warming_round_does_not_count():
    called: list[str] = []

    seconds = measuring.by_turns(
        {"ours": lambda: called.append("ours"), "bare": lambda: called.append("bare")},
        rounds=2,
        calls=2,
    )

    assert {side: len(rounds) for side, rounds in seconds.items()} == {"ours": 2, "bare": 2}
    assert called.count("ours") == called.count("bare") == 6
    assert called[:4] == ["bare", "ours", "ours", "bare"]


def test_a_ratio_is_the_median_of_the_rounds():
    seconds = {"ours": [2.0, 90.0, 6.0], "bare": [1.0, 1.0, 2.0]}

    assert measuring.ratio(seconds, "ours", "bare") == 3.0
    assert measuring.beside("a goal", 3, seconds) == Finding(
        "a goal", "<= 3x", "3.00x (6e+03 : 1e+03 ms)", True
    )


def _scratch_databases(superuser_connection):
    rows = superuser_connection.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{NAME}%"]
    )
    return [name for (name,) in rows]
