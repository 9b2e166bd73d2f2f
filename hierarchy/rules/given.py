"""Reads what an address or a form names by a number or a day: text that nobody vouches for."""

from datetime import date

LONGEST = 18  # digits that a database key holds in any case
FIRST_YEAR = 1900


def whole_number(text: str) -> int | None:
    """Return the number that plain digits name; None for anything else, or one beyond any key."""
    if text.isascii() and text.isdigit() and len(text) <= LONGEST:
        return int(text)
    return None


def day_in(text: str) -> date | None:
    """Return the day that a text names as 2026-01-31; None for anything else, or one before 1900.

    No rule and no figure is older than that.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year >= FIRST_YEAR else None
