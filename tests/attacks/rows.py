"""For each CHECK of the database a row that keeps it and rows that break it; new ones belong here.

What is not named is NULL. `tests/architecture/test_guards.py` holds the list complete.
"""

from django.apps import apps
from django.db import models

from tests.attacks.rows_of_envelopes import ENVELOPES

TOO_MUCH = 10**13
DRIVERS = {
    "period": 3, "baseline_price": "1", "new_price": "0", "baseline_volume": "1", "new_volume": "0",
}  # fmt: skip

RULES = {
    **ENVELOPES,
    "user_email_is_lower_case": ({"email": "a@b.example"}, {"email": "A@b.example"}),
    "line_driver_is_in_range": (
        DRIVERS,
        DRIVERS | {"period": 13},
        DRIVERS | {"baseline_price": "-1"},
        DRIVERS | {"new_price": "-1"},
        DRIVERS | {"baseline_volume": "-1"},
        DRIVERS | {"new_volume": "-1"},
        DRIVERS | {"baseline_price": "NaN"},
        DRIVERS | {"new_price": "NaN"},
        DRIVERS | {"baseline_volume": "NaN"},
        DRIVERS | {"new_volume": "NaN"},
    ),
    "rate_is_one_of_its_kind": (
        {"kind": "plan", "currency": "USD", "period": 0, "value": "1.08"},
        {"kind": "plan", "currency": "USD", "period": 3, "value": "1.08"},
        {"kind": "plan", "currency": "usd", "period": 0, "value": "1.08"},
        {"kind": "plan", "currency": "USD", "period": 0, "value": "NaN"},
        {"kind": "actual", "currency": "USD", "period": 0, "value": "1.08"},
        {"kind": "actual", "currency": "USD", "period": 3, "value": "0"},
        {"kind": "discount", "currency": "", "period": 0, "value": "1"},
        {"kind": "discount", "currency": "USD", "period": 0, "value": "0.08"},
        {"kind": "guessed", "currency": "USD", "period": 0, "value": "1.08"},
    ),
    "budget_line_is_named": (
        {"code": "6210", "name": "Packaging", "currency": "EUR"},
        {"code": "", "name": "Packaging", "currency": "EUR"},
        {"code": "6210", "name": "", "currency": "EUR"},
        {"code": "6210", "name": "Packaging", "currency": "eur"},
    ),
    "budget_line_share_of_one": (
        {"variable_share": "1"},
        {"variable_share": "1.0001"},
        {"variable_share": "-0.1"},
    ),
    "budget_line_kind_is_known": ({"kind": "income"}, {"kind": "profit"}),
    "budget_batch_is_whole": (
        {"digest": "0" * 64, "rows": 1, "reason": "Budget"},
        {"digest": "0" * 63, "rows": 1, "reason": "Budget"},
        {"digest": "0" * 64, "rows": 0, "reason": "Budget"},
        {"digest": "0" * 64, "rows": 1, "reason": ""},
    ),
    **{
        f"{table}_{rule}": cases
        for table in ("budgetamount", "booking")
        for rule, cases in {
            "month_is_known": (
                {"fiscal_year": 2026, "period": 12},
                {"fiscal_year": 2026, "period": 0},
                {"fiscal_year": 2026, "period": 13},
                {"fiscal_year": 1989, "period": 1},
            ),
            "amount_is_in_range": ({"amount": -1}, {"amount": TOO_MUCH}, {"amount": -TOO_MUCH}),
            "volume_is_in_range": ({"volume": "-3.5"}, {"volume": "NaN"}),
        }.items()
    },
    "booking_has_a_document": ({"document": "D1"}, {"document": ""}),
    "number_setting_is_a_number": ({"value": "0.5"}, {"value": "NaN"}),
    "profile_fiscal_start_is_a_month": (
        {"fiscal_start_month": 12},
        {"fiscal_start_month": 0},
        {"fiscal_start_month": 13},
    ),
    "profile_separators_differ": (
        {"decimal_separator": ".", "group_separator": ","},
        {"decimal_separator": ".", "group_separator": "."},
    ),
    "claim_correction_says_of_what_and_why": (
        {
            "kind": "correction",
            "corrects_id": 7,
            "evidence_id": 7,
            "is_final": False,
            "amount": -1,
            "note": "twice",
        },
        {"kind": "actual", "corrects_id": 7},
        {"kind": "correction", "evidence_id": 7, "is_final": False, "amount": -1, "note": "twice"},
        {"kind": "correction", "corrects_id": 7, "is_final": False, "amount": -1, "note": "twice"},
        {
            "kind": "correction",
            "corrects_id": 7,
            "evidence_id": 7,
            "is_final": True,
            "amount": -1,
            "note": "twice",
        },
        {
            "kind": "correction",
            "corrects_id": 7,
            "evidence_id": 7,
            "is_final": False,
            "amount": 0,
            "note": "twice",
        },
        {
            "kind": "correction",
            "corrects_id": 7,
            "evidence_id": 7,
            "is_final": False,
            "amount": -1,
            "note": "",
        },
    ),
    "calendar_pattern_kind_is_known": ({"kind": "4-4-5"}, {"kind": "5-5-3"}),
    "calendar_pattern_ends_on_a_weekday": (
        {"last_weekday": 7},
        {"last_weekday": 0},
        {"last_weekday": 8},
    ),
    "calendar_pattern_year_end_is_known": ({"year_end": "nearest"}, {"year_end": "first"}),
    "calendar_pattern_has_a_reason": ({"reason": "ours"}, {"reason": ""}),
    "holiday_has_a_name": ({"name": "New Year"}, {"name": ""}),
    "period_close_period_is_a_month": ({"period": 12}, {"period": 0}, {"period": 13}),
    "period_close_state_is_known": ({"state": "locked"}, {"state": "shut"}),
    "period_close_reopened_has_an_end": (
        {"state": "reopened", "open_until": "2026-01-01"},
        {"state": "reopened"},
        {"state": "locked", "open_until": "2026-01-01"},
    ),
    "period_close_by_a_person_has_a_reason": (
        {"decided_by_id": 7, "reason": "late"},
        {"decided_by_id": 7, "reason": ""},
    ),
    "node_has_a_name": ({"name": "Energy"}, {"name": ""}),
    "node_level_fits_parent": (
        {"level": 1, "parent_id": 7},
        {"level": 0, "parent_id": 7},
        {"level": 1},
        {"level": 6, "parent_id": 7},
    ),
    "seat_role_is_known": ({"role": "lead"}, {"role": "king"}),
    "letter_that_ended_has_an_outcome": (
        {"ended_at": "2026-01-01", "outcome": "sent"},
        {"ended_at": "2026-01-01", "outcome": ""},
        {"outcome": "sent"},
    ),
    "invitation_accepted_or_revoked": (
        {"accepted_at": "2026-01-01"},
        {"accepted_at": "2026-01-01", "revoked_at": "2026-01-01"},
    ),
    "invitation_ends_after_it_was_sent": (
        {"sent_at": "2026-01-01", "expires_at": "2026-01-02"},
        {"sent_at": "2026-01-01", "expires_at": "2026-01-01"},
    ),
    "evidence_is_not_empty": ({"size": 1}, {"size": 0}),
    "measure_closed_is_stage_closed": (
        {"stage": 5, "lifecycle": "closed"},
        {"stage": 4, "lifecycle": "closed"},
        {"stage": 5, "lifecycle": "active"},
    ),
    "measure_detailed_has_controller": ({"stage": 2, "controller_id": 7}, {"stage": 2}),
    "measure_identified_has_owner_and_sponsor": (
        {"stage": 1, "owner_id": 7, "sponsor_id": 8},
        {"stage": 1, "owner_id": 7},
        {"stage": 1, "sponsor_id": 7},
    ),
    "measure_owner_is_not_controller": (
        {"owner_id": 7, "controller_id": 8},
        {"owner_id": 7, "controller_id": 7},
    ),
    "measure_owner_is_not_sponsor": (
        {"owner_id": 7, "sponsor_id": 8},
        {"owner_id": 7, "sponsor_id": 7},
    ),
    "measure_sponsor_is_not_controller": (
        {"sponsor_id": 7, "controller_id": 8},
        {"sponsor_id": 7, "controller_id": 7},
    ),
    "measure_size_is_a_number": ({"size": "0.01"}, {"size": "NaN"}),
    "measure_step_is_known": ({"step": 9}, {"step": 10}, {"step": -1}),
    "measure_stage_is_known": ({"stage": 5}, {"stage": 6}, {"stage": -1}),
    "line_decimals_zero_to_six": ({"decimals": 6}, {"decimals": 7}, {"decimals": -1}),
    "line_money_has_a_currency": (
        {"unit": "money", "currency": "EUR"},
        {"unit": "money", "currency": ""},
        {"unit": "hours", "currency": "EUR"},
    ),
    "dependency_not_on_itself": (
        {"measure_id": 7, "needs_id": 8},
        {"measure_id": 7, "needs_id": 7},
    ),
    "confidential_kind_is_known": ({"kind": "headcount"}, {"kind": "gossip"}),
    "confidential_has_a_reason": ({"reason": "Talks go on."}, {"reason": ""}),
    "reader_has_a_reason": ({"reason": "To vote."}, {"reason": ""}),
    "comment_says_something": ({"text": "Yes."}, {"text": ""}),
    "claim_amount_is_in_range": (
        {"amount": TOO_MUCH - 1},
        {"amount": TOO_MUCH},
        {"amount": -TOO_MUCH},
    ),
    "claim_decided_has_a_day": (
        {"state": "approved", "decided_at": "2026-01-01"},
        {"state": "approved"},
        {"state": "submitted", "decided_at": "2026-01-01"},
    ),
    "claim_period_is_a_month": ({"period": 12}, {"period": 0}, {"period": 13}),
    "milestone_weight_one_to_hundred": ({"weight": 100}, {"weight": 0}, {"weight": 101}),
    "node_target_is_in_range": ({"amount": 1}, {"amount": TOO_MUCH}, {"amount": -TOO_MUCH}),
    **{
        f"series_p{month:02d}_is_in_range": (
            {f"p{month:02d}": TOO_MUCH - 1},
            {f"p{month:02d}": TOO_MUCH},
            {f"p{month:02d}": -TOO_MUCH},
        )
        for month in range(1, 13)
    },
    "series_version_from_one": ({"version": 1}, {"version": 0}),
    "gate_request_leads_to_a_place": (
        {"gate": 0, "step": 1},
        {"gate": 0, "step": 0},
        {"gate": 6, "step": 0},
    ),
    "gate_request_state_is_known": ({"state": "void"}, {"state": "closed"}),
    "decision_leads_onward": (
        {"from_stage": 3, "from_step": 0, "to_stage": 3, "to_step": 1},
        {"from_stage": 3, "from_step": 1, "to_stage": 3, "to_step": 1},
        {"from_stage": 3, "from_step": 1, "to_stage": 2, "to_step": 2},
    ),
    "scheme_comes_from_a_proposal": ({"version": 2, "proposal_id": 7}, {"version": 2}),
    "scheme_confirmed_by_another": (
        {"proposed_by_id": 7, "confirmed_by_id": 8},
        {"proposed_by_id": 7, "confirmed_by_id": 7},
    ),
    "decision_returned_has_conditions": (
        {"outcome": "return", "conditions": "Plan it.", "due_on": "2026-01-01"},
        {"outcome": "return", "conditions": "", "due_on": "2026-01-01"},
        {"outcome": "return", "conditions": "Plan it."},
        {"outcome": "perhaps", "conditions": "Plan it.", "due_on": "2026-01-01"},
    ),
    "lifecycle_act_is_known": ({"act": "hold"}, {"act": "forget"}),
    "lifecycle_has_a_reason": ({"act": "hold", "reason": "No."}, {"act": "hold", "reason": ""}),
    "lifecycle_hold_has_an_end": ({"act": "hold", "expires_on": "2026-01-01"}, {"act": "hold"}),
    "lifecycle_reason_code_is_known": (
        {"act": "hold", "reason_code": "budget"},
        {"act": "hold", "reason_code": "mood"},
    ),
    "lifecycle_not_replaced_by_itself": (
        {"measure_id": 7, "replacement_id": 8},
        {"measure_id": 7, "replacement_id": 7},
    ),
    "lifecycle_sunk_cost_is_not_negative": ({"sunk_cost": 0}, {"sunk_cost": -1}),
    "lifecycle_freed_budget_is_not_negative": ({"freed_budget": 0}, {"freed_budget": -1}),
    "lifecycle_decided_by_a_person_or_forced": (
        {"act": "hold", "forced_id": 7},
        {"act": "hold"},
        {"act": "cancel", "forced_id": 7},
    ),
    "forced_decided_by_sponsor_or_steering": (
        {"decider_role": "steering"},
        {"decider_role": "owner"},
    ),
    "forced_state_is_known": ({"state": "lapsed"}, {"state": "forgotten"}),
    "forced_answer_has_a_reason": ({"text": "It is gone."}, {"text": ""}),
    "forced_answer_has_an_end": (
        {"outcome": "hold", "until": "2026-01-01"},
        {"outcome": "hold"},
        {"outcome": "replan"},
    ),
    "forced_answer_is_known": ({"outcome": "cancel"}, {"outcome": "forget"}),
    "premise_says_something": ({"statement": "It stays."}, {"statement": ""}),
    "premise_void_has_a_reason": ({"reason": "It fell."}, {"reason": ""}),
    "shadow_has_a_reason": ({"reason": "We begin."}, {"reason": ""}),
    "rephasing_by_sponsor_or_controller": ({"role": "sponsor"}, {"role": "owner"}),
    "restoration_by_sponsor_or_lead": ({"proposed_as": "lead"}, {"proposed_as": "owner"}),
    "restoration_has_a_reason": ({"reason": "It is wanted."}, {"reason": ""}),
    "member_digest_is_known": ({"digest": "weekly"}, {"digest": "hourly"}),
    "closure_steering_decides_a_shortfall": (
        {"needs_steering": True, "outcome": "shortfall"},
        {"needs_steering": True, "outcome": "achieved"},
    ),
    "line_statement_budget_is_explained": (
        {"budget": "reduced", "budget_note": "Voucher 4711"},
        {"budget": "reduced", "budget_note": ""},
        {"budget": "perhaps", "budget_note": "Voucher 4711"},
    ),
    "line_statement_says_something": ({"budget": "", "evidence_id": 7}, {"budget": ""}),
    "shortfall_approved_by_sponsor_or_steering": ({"role": "steering"}, {"role": "owner"}),
    "shortfall_approval_has_a_statement": ({"statement": "So be it."}, {"statement": ""}),
    "leakage_has_a_reason": ({"reason": "Prices rose."}, {"reason": ""}),
    "leakage_cause_is_known": ({"cause": "size"}, {"cause": "weather"}),
    "leakage_run_rate_is_an_amount": ({"run_rate": 1}, {"run_rate": -1}, {"run_rate": 10**15}),
    "leakage_in_year_is_an_amount": ({"in_year": 1}, {"in_year": -1}, {"in_year": 10**15}),
    "deputyship_is_of_another": (
        {"deputy_id": 7, "principal_id": 8},
        {"deputy_id": 7, "principal_id": 7},
    ),
    "deputyship_role_is_one_of_duties": ({"role": "sponsor"}, {"role": "owner"}),
    "deputyship_has_its_days": (
        {"first_on": "2026-01-01", "last_on": "2026-01-01"},
        {"first_on": "2026-01-02", "last_on": "2026-01-01"},
    ),
    "leakage_in_sustainment_has_a_finding": (
        {"cause": "sustainment", "finding_id": 7},
        {"cause": "sustainment"},
        {"cause": "size", "finding_id": 7},
        {"cause": "hold", "finding_id": 7},
    ),
    "leakage_of_a_hold_is_booked_by_assay": (
        {"cause": "hold", "hold_id": 7, "confirmation_id": None, "booked_by_id": None},
        {"cause": "hold", "hold_id": 7, "confirmation_id": 7, "booked_by_id": None},
        {"cause": "hold", "hold_id": 7, "confirmation_id": None, "booked_by_id": 7},
        {"cause": "hold", "confirmation_id": None, "booked_by_id": None},
        {"cause": "size", "hold_id": 7},
        {"cause": "size", "confirmation_id": None},
        {"cause": "size", "booked_by_id": None},
    ),
    "certificate_says_something": ({"paper": "{}"}, {"paper": ""}),
    "check_is_first_or_second": ({"number": 2}, {"number": 3}),
    "finding_outcome_is_known": ({"outcome": "failed"}, {"outcome": "perhaps"}),
    "finding_has_a_statement": ({"statement": "It lasts."}, {"statement": ""}),
    "reopening_has_a_reason": ({"reason": "It was wrong."}, {"reason": ""}),
    "rollback_has_a_reason": ({"reason": "No offer."}, {"reason": ""}),
    "rollback_state_is_known": ({"state": "done"}, {"state": "closed"}),
    "rollback_leads_back": (
        {"from_stage": 3, "to_stage": 0},
        {"from_stage": 3, "to_stage": 3},
        {"from_stage": 3, "to_stage": -1},
    ),
    "commitment_from_one": ({"number": 1}, {"number": 0}),
    "measure_committed_has_its_people": (
        {"decided_on": "2026-01-01", "owner_id": 7, "sponsor_id": 8, "controller_id": 9},
        {"decided_on": "2026-01-01", "sponsor_id": 8, "controller_id": 9},
        {"decided_on": "2026-01-01", "owner_id": 7, "controller_id": 9},
        {"decided_on": "2026-01-01", "owner_id": 7, "sponsor_id": 8},
    ),
    "take_over_never_closed": ({"to_stage": 4}, {"to_stage": 5}, {"to_stage": -1}),
    "passage_by_decision_or_take_over": (
        {"decision_id": 7},
        {"decision_id": 7, "take_over_id": 7},
        {"stage": 1},
    ),
    "take_over_confirmed_by_sponsor_or_controller": ({"role": "sponsor"}, {"role": "lead"}),
    "vote_not_for_the_requester": (
        {"decided_for_id": 7, "requested_by_id": 8},
        {"decided_for_id": 7, "requested_by_id": 7},
    ),
    "vote_not_on_own_measure": (
        {"voter_id": 7, "owner_at_request_id": 8},
        {"voter_id": 7, "owner_at_request_id": 7},
    ),
    "vote_not_on_own_request": (
        {"voter_id": 7, "requested_by_id": 8},
        {"voter_id": 7, "requested_by_id": 7},
    ),
    "vote_returned_has_a_reason": (
        {"choice": "return", "reason": "No."},
        {"choice": "return", "reason": ""},
        {"choice": "perhaps", "reason": "No."},
    ),
    "closure_has_a_statement": ({"statement": "It is so."}, {"statement": ""}),
    "closure_shortfall_has_a_reason": (
        {"outcome": "shortfall", "shortfall_reason": "Prices fell."},
        {"outcome": "shortfall", "shortfall_reason": ""},
        {"outcome": "perhaps", "shortfall_reason": "Prices fell."},
    ),
    "escalation_level_is_known": ({"level": 4}, {"level": 5}, {"level": -1}),
    "escalation_state_is_known": ({"state": "open"}, {"state": "forgotten"}),
    "escalation_value_has_a_currency": (
        {"value_at_stake": 1, "currency": "EUR"},
        {"value_at_stake": 1, "currency": ""},
        {"value_at_stake": -1, "currency": "EUR"},
    ),
    "escalation_decision_has_a_reason": ({"text": "So be it."}, {"text": ""}),
    "escalation_decision_has_an_expiry": (
        {"outcome": "accept", "expires_on": "2026-01-01"},
        {"outcome": "accept"},
    ),
}
CHECKS = {
    each.name: model._meta.db_table
    for model in apps.get_models()
    for each in model._meta.constraints
    if isinstance(each, models.CheckConstraint)
}
"""Which table each CHECK of a model stands on."""
