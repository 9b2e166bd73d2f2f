"""Whether a stretch of the ledger is sound: the acts a page shows, proven before the reader's eyes.

The whole ledger is examined by `soundness`; this looks at a few acts and at what ties them to the
act before, so that a page can afford it.
"""

from dataclasses import dataclass

from django.db import connection

from audit.models import Head
from core import tenancy

GENESIS = "0" * 64

_CHAIN = """
SELECT e.seq, CASE
         WHEN assay_event_hash(e) <> e.hash THEN 'its content does not fit its hash'
         WHEN e.previous_hash <> coalesce(
                (SELECT p.hash FROM audit_event p
                  WHERE p.organization_id = e.organization_id AND p.seq = e.seq - 1), %(genesis)s)
           THEN 'it does not follow the act before it'
         WHEN e.history_digest <> (
                SELECT encode(sha256(convert_to(coalesce(
                         string_agg(assay_history_hash(h), '' ORDER BY h.id), ''), 'UTF8')), 'hex')
                  FROM audit_history h
                 WHERE h.organization_id = e.organization_id
                   AND h.transaction_id = e.transaction_id
                   AND h.id BETWEEN e.history_from AND e.history_to)
           THEN 'the changes it covers are not those it was recorded with'
       END
  FROM audit_event e
 WHERE e.organization_id = %(organization)s AND e.seq BETWEEN %(first)s AND %(last)s
 ORDER BY e.seq
"""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Acts `first` to `last` looked at, how many there were, and what is wrong with which."""

    first: int
    last: int
    acts: int
    missing: int
    faults: tuple[tuple[int, str], ...]

    @property
    def is_sound(self) -> bool:
        """Return whether every act is there and nothing is wrong with any."""
        return not self.missing and not self.faults


def examine(first: int, last: int) -> Excerpt:
    """Recompute a stretch of the active organization's ledger in the database."""
    parameters: dict[str, int | str] = {
        "organization": tenancy.current_organization_id(),
        "first": first,
        "last": last,
        "genesis": GENESIS,
    }
    with connection.cursor() as cursor:
        # The ledger hashed its rows in UTC.
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        cursor.execute(_CHAIN, parameters)
        rows: list[tuple[int, str | None]] = cursor.fetchall()
    faults = tuple((seq, what) for seq, what in rows if what is not None)
    return Excerpt(first, last, len(rows), last - first + 1 - len(rows), faults)


def head() -> tuple[int, str]:
    """Return number and hash of the latest act; 0 and nothing before the first."""
    found = Head.objects.first()
    return (0, "") if found is None else (found.seq, found.hash)
