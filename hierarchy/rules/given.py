"""Reads what an address or a form names by a number: text that nobody vouches for."""

LONGEST = 18  # digits that a database key holds in any case


def whole_number(text: str) -> int | None:
    """Return the number that plain digits name; None for anything else, or one beyond any key."""
    if text.isascii() and text.isdigit() and len(text) <= LONGEST:
        return int(text)
    return None
