"""For each CHECK of spending envelopes a row that keeps it and rows that break it."""

TOO_MUCH = 10**13
ENVELOPE = {"nature": "running", "fiscal_year": 2026, "amount": 0, "reason": "Budget"}
OVERSPEND = {"extra": 1, "reason": "Dearer"}
DECIDED = {"state": "rejected", "decided_at": "2026-01-01", "decision_reason": "Needed"}

ENVELOPES = {
    "envelope_is_whole": (
        ENVELOPE,
        ENVELOPE | {"nature": "benefit"},
        ENVELOPE | {"fiscal_year": 1989},
        ENVELOPE | {"fiscal_year": 2200},
        ENVELOPE | {"amount": -1},
        ENVELOPE | {"amount": TOO_MUCH},
        ENVELOPE | {"reason": ""},
    ),
    "overspend_is_whole": (
        OVERSPEND,
        OVERSPEND | {"extra": 0},
        OVERSPEND | {"extra": TOO_MUCH},
        OVERSPEND | {"reason": ""},
    ),
    "overspend_decided_says_why": (
        DECIDED,
        DECIDED | {"decided_at": None},
        DECIDED | {"decision_reason": ""},
        DECIDED | {"state": "asked"},
        DECIDED | {"state": "lapsed"},
    ),
}
