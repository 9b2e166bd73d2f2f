"""The report of duties that met in one person, by whatever path; it must be empty.

Guards refuse each of these; the report finds what was written past them, and seats and deputies
that can only end in a refusal. Who owned a measure at the time is read from the ledger's history.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db import connection

from core import tenancy


class Kind(StrEnum):
    """What met in one person."""

    PEOPLE = "people"
    SEATS = "seats"
    DEPUTIES = "deputies"
    VOTES = "votes"
    CLAIMS = "claims"
    HOLDS = "holds"
    CLOSURES = "closures"
    SIGNATURES = "signatures"
    ROLL_BACKS = "roll_backs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One finding: who, what, on which measure or node (`address` is its public id) and day."""

    kind: Kind
    person: str
    sentence: str
    place: str
    address: UUID | None
    is_measure: bool
    on: date | None


_WITH = """
WITH today AS (SELECT assay_today(%(organization)s) AS day),
zone AS (SELECT time_zone AS name FROM accounts_organization WHERE id = %(organization)s),
hands AS (
  SELECT 'votes' AS kind, v.id, r.measure_id, v.voter_id AS doer, v.decided_for_id AS principal,
         v.cast_at AS at, v.role AS duty FROM governance_vote v
    JOIN governance_gaterequest r ON r.organization_id = v.organization_id AND r.id = v.request_id
   WHERE v.organization_id = %(organization)s
  UNION ALL
  SELECT 'claims', c.id, c.measure_id, c.decided_by_id, c.decided_for_id, c.decided_at, 'controller'
    FROM measures_actualclaim c WHERE c.organization_id = %(organization)s
     AND c.state IN ('approved', 'rejected')
  UNION ALL
  SELECT 'holds', l.id, l.measure_id, l.decided_by_id, l.decided_for_id, l.decided_at, NULL
    FROM governance_lifecycledecision l WHERE l.organization_id = %(organization)s
     AND l.act IN ('hold', 'resume', 'extend', 'cancel', 'restore') AND l.decided_by_id IS NOT NULL
  UNION ALL
  SELECT 'holds', t.id, t.measure_id, t.proposed_by_id, t.decided_for_id, t.proposed_at,
         t.proposed_as FROM governance_restoration t WHERE t.organization_id = %(organization)s
  UNION ALL
  SELECT 'holds', w.id, f.measure_id, w.decided_by_id, w.decided_for_id, w.decided_at, NULL
    FROM governance_forcedanswer w JOIN governance_forceddecision f
      ON f.organization_id = w.organization_id AND f.id = w.forced_id
   WHERE w.organization_id = %(organization)s
  UNION ALL
  SELECT 'signatures', g.id, g.measure_id, g.approved_by_id, g.decided_for_id, g.approved_at,
         g.role FROM governance_shortfallapproval g WHERE g.organization_id = %(organization)s
  UNION ALL
  SELECT 'roll_backs', p.id, p.measure_id, p.proposed_by_id, p.decided_for_id, p.proposed_at,
         p.proposed_as FROM governance_rollback p WHERE p.organization_id = %(organization)s
  UNION ALL
  SELECT 'roll_backs', -c.id, c.measure_id, c.confirmed_by_id, c.decided_for_id, c.confirmed_at,
         CASE p.proposed_as WHEN 'sponsor' THEN 'controller' ELSE 'sponsor' END
    FROM governance_rollbackconfirmation c JOIN governance_rollback p
      ON p.organization_id = c.organization_id AND p.id = c.roll_back_id
   WHERE c.organization_id = %(organization)s
  UNION ALL
  SELECT 'closures', k.id, k.measure_id, k.confirmed_by_id, k.decided_for_id, k.confirmed_at,
         'controller' FROM governance_closureconfirmation k
   WHERE k.organization_id = %(organization)s),
acts AS (
  SELECT h.*, (h.at AT TIME ZONE zone.name)::date AS day, m.node_id, n.ancestor_ids,
         (then_row.after ->> 'owner_id')::bigint AS owner,
         (then_row.after ->> 'sponsor_id')::bigint AS sponsor,
         (then_row.after ->> 'controller_id')::bigint AS controller
    FROM hands h CROSS JOIN zone
    JOIN measures_measure m ON m.organization_id = %(organization)s AND m.id = h.measure_id
    JOIN hierarchy_node n ON n.organization_id = %(organization)s AND n.id = m.node_id
    LEFT JOIN LATERAL (
      SELECT x.after FROM audit_history x
       WHERE x.organization_id = %(organization)s AND x.table_name = 'measures_measure'
         AND x.row_id = h.measure_id AND x.recorded_at <= h.at
       ORDER BY x.id DESC LIMIT 1) then_row ON true),
people AS (
  SELECT a.*, each.person FROM acts a
   CROSS JOIN LATERAL (VALUES (a.doer), (a.principal)) AS each (person)
   WHERE each.person IS NOT NULL),
found (kind, person, sentence, node_id, at_day) AS (
"""
_FINDINGS = (
    # The three people of one measure.
    """SELECT 'people', m.owner_id, 'is owner and sponsor or controller of one measure', m.node_id,
       NULL::date FROM measures_measure m WHERE m.organization_id = %(organization)s
       AND m.owner_id IN (m.sponsor_id, m.controller_id)""",
    """SELECT 'people', m.sponsor_id, 'is sponsor and controller of one measure', m.node_id, NULL
       FROM measures_measure m WHERE m.organization_id = %(organization)s
       AND m.sponsor_id = m.controller_id""",
    # An administrator approves nothing: a seat that does so below or above is of no use but harm.
    """SELECT 'seats', s.member_id, 'is administrator and ' || o.role || ' at one place',
       CASE WHEN sn.level >= ot.level THEN s.node_id ELSE o.node_id END, NULL
       FROM hierarchy_seat s CROSS JOIN today
       JOIN hierarchy_node sn ON sn.organization_id = s.organization_id AND sn.id = s.node_id
       JOIN hierarchy_seat o ON o.organization_id = s.organization_id AND o.member_id = s.member_id
        AND o.role IN ('lead', 'sponsor', 'controller', 'steering', 'executive')
       JOIN hierarchy_node ot ON ot.organization_id = o.organization_id AND ot.id = o.node_id
       JOIN accounts_member p ON p.organization_id = s.organization_id AND p.id = s.member_id
      WHERE s.organization_id = %(organization)s AND s.role = 'administrator' AND p.left_on IS NULL
        AND (s.node_id = o.node_id OR s.node_id = ANY (ot.ancestor_ids)
             OR o.node_id = ANY (sn.ancestor_ids))
        AND today.day >= s.valid_from AND (s.valid_to IS NULL OR today.day < s.valid_to)
        AND today.day >= o.valid_from AND (o.valid_to IS NULL OR today.day < o.valid_to)""",
    # A deputy whose own seat bars every act of the deputyship.
    """SELECT 'deputies', d.deputy_id, 'stands in as ' || d.role || ' where a seat of '
       || s.role || ' bars it', d.node_id, d.last_on
       FROM hierarchy_deputyship d CROSS JOIN today
       JOIN hierarchy_node n ON n.organization_id = d.organization_id AND n.id = d.node_id
       JOIN hierarchy_seat s ON s.organization_id = d.organization_id AND s.member_id = d.deputy_id
        AND (s.role = 'administrator' OR s.role = 'lead' AND d.role = 'controller')
        AND (s.node_id = n.id OR s.node_id = ANY (n.ancestor_ids))
      WHERE d.organization_id = %(organization)s AND d.revoked_at IS NULL
        AND today.day <= d.last_on
        AND today.day >= s.valid_from AND (s.valid_to IS NULL OR today.day < s.valid_to)""",
    # Acts for another that nobody had named a deputy for on that day, in that duty, at that place.
    """SELECT a.kind, a.doer, 'acted for another without being the deputy', a.node_id, a.day
       FROM acts a WHERE a.principal IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM hierarchy_deputyship d WHERE d.organization_id = %(organization)s
            AND d.deputy_id = a.doer AND d.principal_id = a.principal
            AND (a.duty IS NULL OR d.role = a.duty)
            AND a.day BETWEEN d.first_on AND d.last_on
            AND (d.revoked_at IS NULL OR d.revoked_at >= a.at)
            AND (d.node_id = a.node_id OR d.node_id = ANY (a.ancestor_ids)))""",
    """SELECT a.kind, a.doer, 'acted for another beside a duty of their own', a.node_id, a.day
       FROM acts a WHERE a.principal IS NOT NULL
        AND a.doer IN (a.owner, a.sponsor, a.controller)""",
    # An owner decides nothing of a measure; its sponsor confirms no value.
    """SELECT p.kind, p.person, 'decided as owner of the measure', p.node_id, p.day
       FROM people p WHERE p.person = p.owner""",
    """SELECT p.kind, p.person, 'confirmed value as sponsor of the measure', p.node_id, p.day
       FROM people p WHERE p.kind IN ('claims', 'closures') AND p.person = p.sponsor""",
    # Whose duty it is decides: the sponsor's and the controller's votes, claims and closures.
    """SELECT a.kind, a.doer, 'decided as ' || a.duty || ' without being it', a.node_id, a.day
       FROM acts a WHERE a.duty IN ('sponsor', 'controller')
        AND coalesce(a.principal, a.doer) IS DISTINCT FROM
            CASE a.duty WHEN 'sponsor' THEN a.sponsor ELSE a.controller END""",
    # By seat on that day: administrators nothing, leads no value.
    """SELECT p.kind, p.person, 'decided beside a seat of ' || s.role, p.node_id, p.day
       FROM people p JOIN hierarchy_seat s ON s.organization_id = %(organization)s
        AND s.member_id = p.person AND (s.node_id = p.node_id OR s.node_id = ANY (p.ancestor_ids))
        AND (s.role = 'administrator' OR s.role = 'lead' AND p.kind = 'closures')
        AND p.day >= s.valid_from AND (s.valid_to IS NULL OR p.day < s.valid_to)""",
    # Nobody approves what they submitted or claimed, or a passage with two hands.
    """SELECT 'votes', p.person, 'voted on an own request', p.node_id, p.day
       FROM people p JOIN governance_vote v ON v.organization_id = %(organization)s AND v.id = p.id
       JOIN governance_gaterequest r
         ON r.organization_id = v.organization_id AND r.id = v.request_id
      WHERE p.kind = 'votes' AND p.person IN (r.requested_by_id, r.owner_at_request_id)""",
    """SELECT 'votes', v.voter_id, 'voted twice on one request', m.node_id, NULL
       FROM governance_vote v JOIN governance_vote w ON w.organization_id = v.organization_id
        AND w.request_id = v.request_id AND w.id > v.id
        AND (w.voter_id IN (v.voter_id, v.decided_for_id)
             OR w.decided_for_id IN (v.voter_id, v.decided_for_id))
       JOIN governance_gaterequest r
         ON r.organization_id = v.organization_id AND r.id = v.request_id
       JOIN measures_measure m ON m.organization_id = r.organization_id AND m.id = r.measure_id
      WHERE v.organization_id = %(organization)s""",
    """SELECT 'roll_backs', p.person, 'proposed and confirmed one roll-back', p.node_id, p.day
       FROM people p JOIN governance_rollbackconfirmation c
         ON c.organization_id = %(organization)s AND c.id = -p.id
       JOIN governance_rollback b ON b.organization_id = c.organization_id AND b.id = c.roll_back_id
      WHERE p.kind = 'roll_backs' AND p.person IN (b.proposed_by_id, b.decided_for_id)""",
    """SELECT 'claims', p.person, 'decided an own claim', p.node_id, p.day FROM people p
       JOIN measures_actualclaim c ON c.organization_id = %(organization)s AND c.id = p.id
      WHERE p.kind = 'claims' AND c.claimed_by_id = p.person""",
    """SELECT 'closures', p.person, 'confirmed figures they had entered', p.node_id, p.day
       FROM people p JOIN governance_closureconfirmation k
         ON k.organization_id = %(organization)s AND k.id = p.id
      WHERE p.kind = 'closures' AND EXISTS (SELECT 1 FROM jsonb_array_elements(k.approved) e
              WHERE (e ->> 'claimed_by')::bigint = p.person)""",
    """SELECT 'signatures', p.person, 'signed a shortfall they had confirmed', p.node_id, p.day
       FROM people p JOIN governance_shortfallapproval g
         ON g.organization_id = %(organization)s AND g.id = p.id
       JOIN governance_closureconfirmation k
         ON k.organization_id = g.organization_id AND k.id = g.confirmation_id
      WHERE p.kind = 'signatures' AND p.person IN (k.confirmed_by_id, k.decided_for_id)""",
)
_SELECT = """)
SELECT DISTINCT f.kind, p.name, f.sentence, n.name, n.public_id, n.level = 5, f.at_day
  FROM found f
  JOIN accounts_member p ON p.organization_id = %(organization)s AND p.id = f.person
  LEFT JOIN hierarchy_node n ON n.organization_id = %(organization)s AND n.id = f.node_id
 ORDER BY 1, 2, 4, 3, 7
"""
# Asked with `organization`.
REPORT = _WITH + "\nUNION ALL\n".join(_FINDINGS) + _SELECT


def found() -> list[Conflict]:
    """Return every conflict of duties in the active organization, by kind and person."""
    with connection.cursor() as cursor:
        cursor.execute(REPORT, {"organization": tenancy.current_organization_id()})
        rows = cursor.fetchall()
    return [Conflict(Kind(kind), *rest) for kind, *rest in rows]
