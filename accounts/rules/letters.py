"""The words of a letter before they are set as text and HTML, and when a failed one goes again."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

FIRST_RETRY = timedelta(seconds=30)  # then doubled: a server that is down is not helped by haste
LONGEST_RETRY = timedelta(hours=1)
PATIENCE = timedelta(days=3)  # as mail servers themselves wait before they return a letter


class Outcome(StrEnum):
    """What became of a letter; empty while it waits."""

    WAITING = ""
    SENT = "sent"
    NEEDLESS = "needless"
    REFUSED = "refused"


class Digest(StrEnum):
    """How often a member gets a letter of what is due."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a page; a letter names no figure, it leads to where they stand."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the things under it, each leading to its page; `more` are left unnamed."""

    heading: str
    links: tuple[Link, ...]
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """All that a letter says: paragraphs, one thing to do, lists, and why the reader gets it."""

    subject: str
    paragraphs: tuple[str, ...]
    action: Link | None = None
    sections: tuple[Section, ...] = ()
    footer: str = ""


def wait_after(attempts: int) -> timedelta:
    """Return how long a letter waits after so many failed attempts."""
    wait: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 20), LONGEST_RETRY)
    return wait
