# ruff: noqa: E501 -- a table to read, one line an attack
"""The forty-eight attacks of the security design, each with the test that sees it refused.

A table to read: what is tried as role app with raw SQL, the answer, and where it is tried. The
lawful steps beside them stand below. A test that is renamed or no longer expects that answer
breaks its line here.
"""

import inspect
from importlib import import_module

import pytest

GATES = "attacks.test_governance_gates"
VOTES = "attacks.test_governance_votes"
DECISIONS = "attacks.test_governance_decisions"
REQUESTS = "attacks.test_governance_requests"
CLOSURE = "attacks.test_governance_closure"
LEDGER = "attacks.test_ledger"
ROWS = "attacks.test_raw_rows"
TABLES = "attacks.test_each_table"
RULES = "attacks.test_each_rule"
SETTINGS = "attacks.test_settings"
FIGURES = "services.test_measures_guards"

# fmt: off
# what is tried, what the database answers, where
ATTACKS = (
    ("skip a stage", "GV010", GATES, "test_stages_are_not_skipped"),
    ("move every measure at once", "GV010", GATES, "test_all_measures_at_once_do_not_move"),
    ("begin at a later stage", "GV006", GATES, "test_no_measure_begins_at_a_later_stage"),
    ("move without a decision", "GV010", GATES, "test_the_next_stage_is_not_entered_without_a_decision"),
    ("go back", "GV010", GATES, "test_no_stage_is_entered_backwards"),
    ("close without a confirmation", "GV013", CLOSURE, "test_closing_without_confirmation_is_refused"),
    ("close on a stale confirmation", "GV013", CLOSURE, "test_closing_on_a_confirmation_of_other_figures_is_refused"),
    ("close without the vote", "GV010", CLOSURE, "test_closing_without_the_vote_on_its_gate_is_refused"),
    ("close on a former controller's word", "GV013", CLOSURE, "test_the_confirmation_of_a_former_controller_does_not_close"),
    ("confirm in another's name", "GV022", CLOSURE, "test_nobody_confirms_in_the_controllers_place"),
    ("confirm one's own figures", "GV023", CLOSURE, "test_a_controller_who_entered_a_figure_does_not_confirm"),
    ("approve one's own gate, columns forged", "GV017", VOTES, "test_nobody_votes_on_their_own_request"),
    ("approve as owner with a lead's seat", "GV017", VOTES, "test_the_owner_does_not_vote_even_with_a_seat_that_would"),
    ("vote in another's role", "GV018", VOTES, "test_nobody_votes_in_a_role_of_somebody_else"),
    ("vote twice", "23505", VOTES, "test_one_person_gives_one_vote"),
    ("vote on what was not shown", "GV019", VOTES, "test_a_vote_on_another_state_than_was_shown_is_refused"),
    ("decide before the last vote", "GV021", DECISIONS, "test_a_decision_before_the_last_vote_is_refused"),
    ("decide a second time", "GV020", GATES, "test_a_second_decision_on_a_request_is_refused"),
    ("replay a gate whose plan has changed", "GV010", GATES, "test_a_plan_changed_between_decision_and_move_bars_the_move"),
    ("settle a request by hand", "GV016", REQUESTS, "test_a_request_is_not_settled_by_hand"),
    ("edit or delete a decision", "42501", VOTES, "test_what_was_decided_is_neither_edited_nor_deleted"),
    ("edit a vote as owner of the tables", "GV001", VOTES, "test_not_even_the_owner_of_the_tables_edits_a_vote"),
    ("write a passage by hand", "GV026", DECISIONS, "test_a_passage_is_not_written_by_hand"),
    ("insert, change or project an actual after closing", "GV003", CLOSURE, "test_no_figure_changes_after_closing"),
    ("re-open, or cancel what is closed", "GV003", CLOSURE, "test_a_closed_measure_stays_closed"),
    ("delete a measure, a line or a claim", "42501", CLOSURE, "test_nothing_governed_is_deleted"),
    ("hold or cancel without a decision", "GV012", CLOSURE, "test_a_lifecycle_does_not_change_without_a_decision"),
    ("cancel by a decision to hold", "GV012", CLOSURE, "test_a_decision_for_another_act_does_not_cancel"),
    ("NaN, infinity or a figure beyond the range", "23514", FIGURES, "test_a_figure_beyond_the_range_is_refused"),
    ("write NaN or infinity where a whole number stands", "22P02", FIGURES, "test_no_figure_is_not_a_number"),
    ("write another version of a frozen plan", "GV004", FIGURES, "test_a_frozen_plan_takes_no_further_version_and_an_open_one_does"),
    ("skip, repeat, edit or delete a version", "GV002", FIGURES, "test_a_version_is_neither_skipped_nor_written_again_nor_changed"),
    ("redefine or add a line of a frozen plan", "GV004", FIGURES, "test_a_line_is_frozen_with_its_plan"),
    ("move a planned end", "GV004", FIGURES, "test_a_planned_end_and_imported_dates_stay_what_they_were"),
    ("write an actual without a claim", "GV006", FIGURES, "test_an_actual_comes_from_an_approved_claim_and_from_nowhere_else"),
    ("decide a claim as somebody else", "GV007", FIGURES, "test_only_the_controller_decides_whatever_name_is_written"),
    ("read another tenant's rows", "", TABLES, "test_a_table_shows_rows_of_the_active_organization_only"),
    ("change or delete another tenant's rows", "42501", ROWS, "test_no_table_shows_or_gives_up_a_row_of_another_organization"),
    ("insert a row for another tenant", "42501", TABLES, "test_a_table_takes_rows_of_the_active_organization_only"),
    ("move a row into another tenant", "42501", ROWS, "test_no_row_is_moved_into_another_organization"),
    ("refer to another tenant's row", "23503", TABLES, "test_a_key_refers_to_a_row_that_is_there_in_the_same_organization"),
    ("see anything with no tenant, or one that is none", "22P02", ROWS, "test_an_organization_that_is_none_opens_nothing"),
    ("edit, delete or empty the ledger", "42501", LEDGER, "test_role_app_changes_nothing_in_the_ledger"),
    ("move the head of the chain", "42501", LEDGER, "test_role_app_writes_no_history_and_no_head"),
    ("edit the ledger as owner of the tables", "42501", LEDGER, "test_the_owner_of_the_tables_does_not_own_the_ledger"),
    ("edit the ledger as superuser", "GV001", LEDGER, "test_not_even_a_superuser_changes_the_ledger_by_the_way"),
    ("switch triggers or policies off, empty or drop", "42501", LEDGER, "test_role_app_switches_no_guard_off"),
    ("break any CHECK there is", "23514", RULES, "test_a_check_refuses_what_breaks_it_and_takes_what_keeps_it"),
)
BY_SETTINGS = (
    ("ignore lists, paths, planner, null and date tricks", "GV010", SETTINGS, "test_a_setting_switches_no_guard_off"),
    ("replication role, other roles, the catalog itself", "42501", SETTINGS, "test_what_would_switch_a_guard_off_is_refused"),
    ("settings of the server", "42501", SETTINGS, "test_a_setting_of_the_whole_server_is_refused"),
    ("row security off", "42501", SETTINGS, "test_with_row_security_off_a_table_answers_nothing"),
    ("another organization before the commit", "", SETTINGS, "test_an_organization_forged_in_mid_transaction_hides_no_change"),
    ("another organization between two rows", "GV005", SETTINGS, "test_an_organization_forged_in_mid_transaction_joins_no_rows"),
    ("an actor of another organization", "GV018", SETTINGS, "test_an_actor_of_another_organization_holds_nothing_here"),
    ("an actor that is nobody", "GV028", SETTINGS, "test_an_actor_that_is_nobody_decides_nothing"),
    ("another time", "", SETTINGS, "test_a_clock_cannot_be_set_by_a_setting"),
    ("a snapshot older than the lock", "GV029", GATES, "test_a_snapshot_older_than_the_lock_is_refused"),
)
LAWFUL = (
    ("pass the gates", GATES, "test_a_measure_passes_the_gates_lawfully"),
    ("decide with the last vote", DECISIONS, "test_the_lawful_last_step_is_accepted_by_the_same_session"),
    ("return with conditions", DECISIONS, "test_a_returned_request_is_returned_by_its_decision"),
    ("close on the controller's confirmation", CLOSURE, "test_a_measure_is_closed_on_the_confirmation_of_its_controller"),
    ("hold, resume and cancel as sponsor", CLOSURE, "test_a_measure_is_held_resumed_and_cancelled_by_its_sponsor"),
    ("correct a text while a gate is asked", REQUESTS, "test_a_corrected_text_voids_nothing"),
    ("do all of it under odd settings", SETTINGS, "test_a_setting_makes_no_lawful_step_unlawful"),
)
# fmt: on


def source_of(module, name):
    return inspect.getsource(getattr(import_module(f"tests.{module}"), name))


@pytest.mark.parametrize("attack", [*ATTACKS, *BY_SETTINGS], ids=lambda attack: attack[0])
def test_an_attack_is_tried_and_answered(attack):
    _, answer, module, name = attack

    assert answer in source_of(module, name)


@pytest.mark.parametrize("step", LAWFUL, ids=lambda step: step[0])
def test_a_lawful_step_is_tried_beside_them(step):
    _, module, name = step

    assert "refused" not in source_of(module, name)


def test_the_attacks_are_forty_eight():
    assert len({name for *_, name in ATTACKS}) == len(ATTACKS) == 48
