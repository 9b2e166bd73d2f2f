"""Every reaction in the system on one page: which tasks follow which event."""

from collections.abc import Mapping, Sequence

# Effects that must happen: kept in the outbox with the event, sent until a worker has done them.
REACTIONS: Mapping[str, Sequence[str]] = {
    "number_changed": ("reporting.tasks.renew_all",),
    "calendar_changed": ("reporting.tasks.renew_all",),
    "holidays_entered": ("reporting.tasks.renew_all",),
    "holiday_taken_back": ("reporting.tasks.renew_all",),
    "period_locked": ("reporting.tasks.renew_all",),
    "period_reopened": ("reporting.tasks.renew_all",),
    "head_published": ("governance.tasks.keep_head",),
}

# Woken after every act; each looks for rows of its own to work on and finds none most times.
WAKE_UPS: Sequence[str] = ("reporting.tasks.drain_rollups",)

# What finds the words of each kind of letter, when a worker sends it.
LETTERS: Mapping[str, str] = {
    "password_reset": "accounts.letters.password_reset",
    "digest": "reporting.letters.digest",
    "ledger_head": "governance.letters.head",
    "invitation": "hierarchy.letters.invitation",
}
