"""The invariants of the domain rules (§17), each with the tests that hold it; a table to read."""

from importlib import import_module

import pytest

MACHINE = "attacks.test_state_machine", "test_product_and_model_never_disagree"
INVARIANTS = (
    (
        "a total is the sum of what lies below",
        (
            "rules.test_reporting_hold_and_cancel",
            "test_a_node_is_the_sum_of_its_parts_however_they_are_grouped",
        ),
    ),
    (
        "incremental equals full recomputing",
        ("services.test_reporting_drain", "test_incremental_equals_full_equals_plain_addition"),
    ),
    (
        "moving a node keeps the grand total",
        ("services.test_reporting_drain", "test_no_sequence_of_moves_changes_the_grand_total"),
    ),
    (
        "neither hold nor cancel improves any ancestor's colour",
        (
            "rules.test_reporting_hold_and_cancel",
            "test_neither_hold_nor_cancel_improves_any_ancestors_colour",
        ),
    ),
    (
        "silence never improves a colour",
        ("rules.test_measures_silence", "test_a_year_that_goes_by_in_silence_betters_nothing"),
    ),
    (
        "as of today is live, and as of a past day does not change when later data arrives",
        (
            "services.test_as_of_whatever_happens",
            "test_a_past_day_stays_today_is_live_and_bridges_add_up",
        ),
    ),
    ("no path reaches Closed without an approved act of its controller", MACHINE),
    ("after Decided the plan is the same for ever, letter by letter", MACHINE),
    ("the chain verifies from its beginning", MACHINE),
    (
        "a red escalation never closes without a decision",
        ("services.test_steering_guards", "test_an_escalation_is_not_closed_without_a_decision"),
    ),
    (
        "nobody sees or counts rows of another organization",
        ("attacks.test_each_table", "test_a_table_shows_rows_of_the_active_organization_only"),
    ),
    (
        "a hold past its end always has an open escalation",
        ("services.test_steering_holds", "test_a_hold_past_its_end_always_has_an_open_escalation"),
    ),
)


@pytest.mark.parametrize(("words", "where"), INVARIANTS, ids=lambda each: str(each)[:40])
def test_an_invariant_is_held_by_a_test(words, where):
    module, name = where

    assert callable(getattr(import_module(f"tests.{module}"), name)), words
