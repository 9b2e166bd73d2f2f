"""Whether the ledger is whole: chain, digests, attribution, and rows as they were last recorded.

Everything is recomputed in the database, set by set, for the active organization alone, so that
role app can ask; the findings say what is wrong and where (security.md §3.3).
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from core import tenancy

GENESIS = "0" * 64
# A cache of parenthood, which the ledger does not record.
UNRECORDED = {"hierarchy_node": ("lft", "rght", "tree_id")}

_COUNTS = """
SELECT (SELECT count(*) FROM audit_event WHERE organization_id = %(organization)s),
       (SELECT count(*) FROM audit_history WHERE organization_id = %(organization)s),
       (SELECT count(*) FROM audit_event WHERE organization_id = %(organization)s
                                           AND act = 'unattributed_change')
"""

_CHAIN = """
WITH chain AS (
  SELECT e.seq, e.hash, e.previous_hash, assay_event_hash(e) AS recomputed,
         lag(e.seq, 1, 0::bigint) OVER in_order AS seq_before,
         lag(e.hash, 1, %(genesis)s) OVER in_order AS hash_before
    FROM audit_event e WHERE e.organization_id = %(organization)s
  WINDOW in_order AS (ORDER BY e.seq)
)
SELECT seq, CASE
         WHEN recomputed <> hash THEN 'its content does not fit its hash'
         WHEN seq <> seq_before + 1 THEN 'the acts before it are missing, from ' || seq_before + 1
         ELSE 'it does not follow the act before it'
       END
  FROM chain
 WHERE recomputed <> hash OR seq <> seq_before + 1 OR previous_hash <> hash_before
 ORDER BY seq
"""

_HEAD = """
SELECT coalesce(h.seq, 0), coalesce(last.seq, 0)
  FROM (SELECT seq, hash FROM audit_event WHERE organization_id = %(organization)s
         ORDER BY seq DESC LIMIT 1) AS last
  FULL JOIN (SELECT seq, hash FROM audit_head WHERE organization_id = %(organization)s) AS h
    ON true
 WHERE h.seq IS DISTINCT FROM last.seq OR h.hash IS DISTINCT FROM last.hash
"""

_DIGESTS = """
WITH covered AS (
  SELECT e.seq, e.history_digest,
         encode(sha256(convert_to(coalesce(string_agg(
           assay_history_hash(h), '' ORDER BY h.id) FILTER (WHERE h.id IS NOT NULL), ''),
           'UTF8')), 'hex') AS recomputed
    FROM audit_event e
    LEFT JOIN audit_history h
      ON h.organization_id = e.organization_id AND h.transaction_id = e.transaction_id
     AND h.id BETWEEN e.history_from AND e.history_to
   WHERE e.organization_id = %(organization)s
   GROUP BY e.seq, e.history_digest
)
SELECT seq FROM covered WHERE recomputed <> history_digest ORDER BY seq
"""

_UNATTRIBUTED = """
SELECT h.table_name, h.row_id, h.id FROM audit_history h
 WHERE h.organization_id = %(organization)s
   AND NOT EXISTS (SELECT 1 FROM audit_event e
                    WHERE e.organization_id = h.organization_id
                      AND e.transaction_id = h.transaction_id
                      AND h.id BETWEEN e.history_from AND e.history_to)
 ORDER BY h.id
"""

_RECORDED_TABLES = """
SELECT DISTINCT c.relname::text FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_proc f ON f.oid = t.tgfoid
 WHERE f.proname = 'assay_capture_history' ORDER BY 1
"""

# Only the columns both know are compared: a column added since is no fault of the row.
_ROWS = """
WITH recorded AS (
  SELECT DISTINCT ON (h.row_id) h.row_id, h.operation, h.after - %(unrecorded)s::text[] AS after
    FROM audit_history h
   WHERE h.organization_id = %(organization)s AND h.table_name = %(table)s
   ORDER BY h.row_id, h.id DESC
), present AS (
  SELECT t.id, to_jsonb(t) - %(unrecorded)s::text[] AS content
    FROM {table} t WHERE t.organization_id = %(organization)s
)
SELECT coalesce(p.id, r.row_id),
       CASE WHEN r.row_id IS NULL THEN 'its making is not recorded'
            WHEN r.operation = 'DELETE' THEN 'it was deleted and is there again'
            WHEN p.id IS NULL THEN 'it is gone, and no act removed it'
            ELSE 'it differs from its last recorded state in ' || (
              SELECT string_agg(a.key, ', ' ORDER BY a.key)
                FROM jsonb_each(r.after) a JOIN jsonb_each(p.content) b USING (key)
               WHERE a.value IS DISTINCT FROM b.value) END AS fault
  FROM present p FULL JOIN recorded r ON r.row_id = p.id
 WHERE (r.row_id IS NULL)
    OR (r.operation = 'DELETE' AND p.id IS NOT NULL)
    OR (r.operation <> 'DELETE' AND p.id IS NULL)
    OR (r.after IS DISTINCT FROM p.content AND EXISTS (
          SELECT 1 FROM jsonb_each(r.after) a JOIN jsonb_each(p.content) b USING (key)
           WHERE a.value IS DISTINCT FROM b.value))
 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding: where it is and what is wrong there."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was looked at in one organization and what was found.

    `unattributed` are changes without a governed act that the ledger itself has noted: no fault
    of the ledger, but of whoever made them.
    """

    acts: int
    changes: int
    unattributed: int
    faults: tuple[Fault, ...]


def examine() -> Examination:
    """Recompute the active organization's ledger and compare every governed row with it."""
    # The ledger captured its rows in UTC; a row is compared as it was captured.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
    acts, changes, unattributed = _rows(_COUNTS)[0]
    faults = [*_chain_faults(), *_history_faults(), *_row_faults()]
    return Examination(acts, changes, unattributed, tuple(faults))


def _chain_faults() -> list[Fault]:
    faults = [Fault(f"act {seq}", what) for seq, what in _rows(_CHAIN, genesis=GENESIS)]
    faults += [
        Fault("head", f"the chain should end at act {head}, and ends at act {last}")
        for head, last in _rows(_HEAD)
    ]
    return faults


def _history_faults() -> list[Fault]:
    faults = [
        Fault(f"act {seq}", "the changes it covers are not those it was recorded with")
        for (seq,) in _rows(_DIGESTS)
    ]
    faults += [
        Fault(f"{table} {row_id}", f"change {change} belongs to no act")
        for table, row_id, change in _rows(_UNATTRIBUTED)
    ]
    return faults


def _row_faults() -> list[Fault]:
    faults = []
    for (table,) in _rows(_RECORDED_TABLES):
        # The name comes from the catalog of tables, never from a request.
        query = _ROWS.format(table=connection.ops.quote_name(table))
        unrecorded = list(UNRECORDED.get(table, ()))
        for row_id, what in _rows(query, table=table, unrecorded=unrecorded):
            faults.append(Fault(f"{table} {row_id}", str(what)))
    return faults


def _rows(query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    organization = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(query, {"organization": organization, **parameters})
        return [tuple(row) for row in cursor.fetchall()]
