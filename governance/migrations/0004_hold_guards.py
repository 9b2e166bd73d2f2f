"""Guards of holds and cancellations: their limits, who may extend and restore, who is told.

What the rules of `governance.rules.holds` say is repeated here as SQL, because the database
judges for itself; a test holds both equal.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

RULES = f"""
CREATE OR REPLACE FUNCTION assay_kept_apart() RETURNS TABLE (act text, roles text[])
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('vote_identified', ARRAY['administrator', 'owner', 'sponsor']),
    ('vote_detailed', ARRAY['administrator', 'owner', 'sponsor']),
    ('vote_decided', ARRAY['administrator', 'owner']),
    ('vote_implemented', ARRAY['administrator', 'owner']),
    ('confirm_closure', ARRAY['administrator', 'lead', 'owner', 'sponsor']),
    ('hold', ARRAY['administrator', 'owner']),
    ('resume', ARRAY['administrator', 'controller', 'owner']),
    ('extend', ARRAY['administrator', 'owner']),
    ('cancel', ARRAY['administrator', 'owner']),
    ('restore', ARRAY['administrator', 'owner'])
$$;

CREATE OR REPLACE FUNCTION assay_granted() RETURNS TABLE (act text, seats text[], named text[])
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('submit', ARRAY['lead'], ARRAY['owner']),
    ('hold', ARRAY['executive', 'lead', 'steering'], ARRAY['controller', 'sponsor']),
    ('resume', ARRAY['executive', 'lead', 'steering'], ARRAY['sponsor']),
    ('extend', ARRAY['executive', 'lead', 'steering'], ARRAY[]::text[]),
    ('cancel', ARRAY['executive', 'steering'], ARRAY['sponsor']),
    ('restore', ARRAY['lead'], ARRAY['sponsor']),
    ('reject', ARRAY['lead'], ARRAY[]::text[]),
    ('take_over', ARRAY['administrator'], ARRAY[]::text[])
$$;

CREATE OR REPLACE FUNCTION assay_lifecycle_moves()
RETURNS TABLE (act text, leads_from text, leads_to text, last_stage integer)
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('hold', 'active', 'on_hold', 4),
    ('resume', 'on_hold', 'active', 4),
    ('extend', 'on_hold', 'on_hold', 4),
    ('cancel', 'active', 'cancelled', 4),
    ('cancel', 'on_hold', 'cancelled', 4),
    ('restore', 'cancelled', 'active', 4),
    ('reject', 'active', 'cancelled', 0),
    ('reject', 'on_hold', 'cancelled', 0)
$$;

CREATE FUNCTION assay_ranks() RETURNS TABLE (role text, seat_levels integer[], rank integer)
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('lead', ARRAY[3, 4, 5], 1),
    ('sponsor', NULL::integer[], 1),
    ('lead', ARRAY[0, 1, 2], 2),
    ('controller', NULL, 2),
    ('steering', ARRAY[0, 1, 2, 3, 4, 5], 3),
    ('executive', ARRAY[0, 1, 2, 3, 4, 5], 4)
$$;

CREATE FUNCTION assay_number_in_force(organization bigint, wanted text, ours numeric)
RETURNS numeric LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce((
    SELECT n.value FROM accounts_numbersetting n
     WHERE n.organization_id = organization AND n.key = wanted
       AND n.effective_on <= assay_today(organization)
     ORDER BY n.version DESC LIMIT 1), ours)
$$;
"""

# The seats are locked by assay_seats, so that who is relieved meanwhile decides nothing.
RANK = f"""
CREATE FUNCTION assay_rank(subject measures_measure, person bigint) RETURNS integer
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  seats text[] := assay_seats(subject, person);
  named text[] := assay_named(subject, person);
  day date := assay_today(subject.organization_id);
BEGIN
  RETURN coalesce((
    SELECT max(r.rank) FROM assay_ranks() r
     WHERE CASE WHEN r.seat_levels IS NULL THEN r.role = ANY (named)
       ELSE r.role = ANY (seats) AND EXISTS (
         SELECT 1 FROM hierarchy_node place
           JOIN hierarchy_node above ON above.organization_id = place.organization_id
            AND (above.id = place.id OR above.id = ANY (place.ancestor_ids))
           JOIN hierarchy_seat s ON s.organization_id = above.organization_id
            AND s.node_id = above.id
          WHERE place.organization_id = subject.organization_id AND place.id = subject.node_id
            AND s.member_id = person AND s.role = r.role AND above.level = ANY (r.seat_levels)
            AND s.valid_from <= day AND (s.valid_to IS NULL OR s.valid_to > day)) END), 0);
END $$;
"""

STANDING = f"""
CREATE FUNCTION assay_current_hold(organization bigint, measure bigint)
RETURNS governance_lifecycledecision LANGUAGE sql STABLE {PINNED} AS $$
  SELECT d.* FROM governance_lifecycledecision d
   WHERE d.organization_id = organization AND d.measure_id = measure
     AND d.act IN ('hold', 'extend')
   ORDER BY d.id DESC LIMIT 1
$$;

CREATE FUNCTION assay_last_cancellation(organization bigint, measure bigint)
RETURNS governance_lifecycledecision LANGUAGE sql STABLE {PINNED} AS $$
  SELECT d.* FROM governance_lifecycledecision d
   WHERE d.organization_id = organization AND d.measure_id = measure
     AND d.act IN ('cancel', 'reject')
   ORDER BY d.id DESC LIMIT 1
$$;

CREATE FUNCTION assay_effect_flows(organization bigint, measure bigint) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT EXISTS (SELECT 1 FROM (
    SELECT DISTINCT ON (c.line_id) c.amount
      FROM measures_actualclaim c JOIN measures_line l
        ON l.organization_id = c.organization_id AND l.id = c.line_id
     WHERE c.organization_id = organization AND c.measure_id = measure AND c.state = 'approved'
       AND l.nature = 'benefit' AND l.recurrence <> 'one_off' AND l.removed_on IS NULL
       AND (l.ends_on IS NULL OR l.ends_on >= assay_today(organization))
     ORDER BY c.line_id, c.fiscal_year DESC, c.period DESC) latest WHERE latest.amount <> 0)
$$;

CREATE FUNCTION assay_forecast_digest(organization bigint, measure bigint) RETURNS text
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_digest(coalesce(jsonb_agg(jsonb_build_array(s.line_id, s.split, s.fiscal_year,
           s.p01, s.p02, s.p03, s.p04, s.p05, s.p06, s.p07, s.p08, s.p09, s.p10, s.p11, s.p12)
           ORDER BY s.line_id, s.split, s.fiscal_year), '[]'))
    FROM (SELECT DISTINCT ON (v.line_id, v.split, v.fiscal_year) v.*
            FROM measures_seriesversion v JOIN measures_line l
              ON l.organization_id = v.organization_id AND l.id = v.line_id
           WHERE v.organization_id = organization AND l.measure_id = measure
             AND l.removed_on IS NULL AND v.series = 'forecast'
           ORDER BY v.line_id, v.split, v.fiscal_year, v.version DESC) s
$$;

CREATE FUNCTION assay_is_rephased(organization bigint, measure bigint) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT count(DISTINCT r.role) = 2 FROM governance_rephasing r
   WHERE r.organization_id = organization AND r.measure_id = measure
     AND r.hold_id = (assay_current_hold(organization, measure)).id
     AND r.forecast_digest = assay_forecast_digest(organization, measure)
$$;

CREATE FUNCTION assay_cancelled_measure(organization bigint, measure bigint)
RETURNS measures_measure LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  found_measure measures_measure;
  ending governance_lifecycledecision;
BEGIN
  SELECT * INTO found_measure FROM measures_measure
   WHERE organization_id = organization AND id = measure FOR NO KEY UPDATE;
  ending := assay_last_cancellation(organization, measure);
  IF found_measure.lifecycle IS DISTINCT FROM 'cancelled' OR ending.act <> 'cancel' THEN
    RAISE EXCEPTION 'Only a measure that was cancelled can be restored.'
      USING ERRCODE = 'GV062', DETAIL = 'not_to_restore';
  END IF;
  IF assay_today(organization) > (ending.decided_at AT TIME ZONE (
       SELECT o.time_zone FROM accounts_organization o WHERE o.id = organization))::date
       + assay_number_in_force(organization, 'restore_days', 30)::integer THEN
    RAISE EXCEPTION 'The days in which this cancellation could be taken back are over.'
      USING ERRCODE = 'GV062', DETAIL = 'restored_too_late';
  END IF;
  RETURN found_measure;
END $$;
"""

LIFECYCLE = f"""
CREATE FUNCTION assay_refuse_hold(decision governance_lifecycledecision) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  day date := assay_today(decision.organization_id);
  held governance_lifecycledecision;
BEGIN
  IF decision.expires_on <= day THEN
    RAISE EXCEPTION 'A hold ends after today.' USING ERRCODE = 'GV014', DETAIL = 'hold_has_an_end';
  END IF;
  IF decision.expires_on
     > day + assay_number_in_force(decision.organization_id, 'hold_days', 90)::integer THEN
    RAISE EXCEPTION 'A hold does not last longer than the organization''s own limit.'
      USING ERRCODE = 'GV014', DETAIL = 'hold_too_long';
  END IF;
  IF decision.act = 'extend' THEN
    held := assay_current_hold(decision.organization_id, decision.measure_id);
    IF held.act = 'extend' THEN
      RAISE EXCEPTION 'This hold has been extended once already: resume or cancel the measure.'
        USING ERRCODE = 'GV060', DETAIL = 'extended_once';
    END IF;
    IF decision.level <= held.level AND NOT (decision.level = 4
       AND decision.decided_by_id IS DISTINCT FROM held.decided_by_id) THEN
      RAISE EXCEPTION 'A hold is extended by somebody one level above who decided it.'
        USING ERRCODE = 'GV060', DETAIL = 'extended_from_above';
    END IF;
    IF decision.expires_on <= held.expires_on THEN
      RAISE EXCEPTION 'An extension lengthens the hold.'
        USING ERRCODE = 'GV060', DETAIL = 'extension_lengthens';
    END IF;
  END IF;
END $$;

CREATE FUNCTION assay_restoration_for(subject measures_measure, person bigint)
RETURNS bigint LANGUAGE plpgsql {PINNED} AS $$
DECLARE proposed governance_restoration;
BEGIN
  SELECT * INTO proposed FROM governance_restoration
   WHERE organization_id = subject.organization_id AND measure_id = subject.id
     AND cancellation_id = (assay_last_cancellation(subject.organization_id, subject.id)).id;
  IF proposed.id IS NULL THEN
    RAISE EXCEPTION 'Nobody has proposed to restore this measure yet.'
      USING ERRCODE = 'GV062', DETAIL = 'not_to_restore';
  END IF;
  IF proposed.proposed_by_id = person OR NOT (CASE proposed.proposed_as
       WHEN 'sponsor' THEN 'lead' = ANY (assay_seats(subject, person))
       ELSE 'sponsor' = ANY (assay_named(subject, person)) END) THEN
    RAISE EXCEPTION 'A cancellation is taken back by the sponsor and a lead, two persons.'
      USING ERRCODE = 'GV063', DETAIL = 'two_to_restore';
  END IF;
  RETURN proposed.id;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_lifecycle() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure;
BEGIN
  IF NEW.act = 'restore' THEN
    subject := assay_cancelled_measure(NEW.organization_id, NEW.measure_id);
  ELSE
    subject := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  END IF;
  IF NOT assay_may(subject, person, NEW.act) THEN
    RAISE EXCEPTION 'You do not hold a role that decides this: the table of duties names them.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  PERFORM assay_refuse_barred(subject, person, NEW.act);
  IF NOT EXISTS (SELECT 1 FROM assay_lifecycle_moves() moves
                  WHERE moves.act = NEW.act AND moves.leads_from = subject.lifecycle
                    AND subject.stage <= moves.last_stage) THEN
    RAISE EXCEPTION 'This does not fit where the measure stands.'
      USING ERRCODE = 'GV014', DETAIL = 'lifecycle_not_now';
  END IF;
  NEW.decided_by_id := person;
  NEW.level := assay_rank(subject, person);
  NEW.decided_at := assay_now();
  NEW.decided_in := assay_transaction();
  NEW.restoration_id := CASE WHEN NEW.act = 'restore'
    THEN assay_restoration_for(subject, person) END;
  IF NEW.act IN ('hold', 'extend') THEN
    PERFORM assay_refuse_hold(NEW);
  END IF;
  IF NEW.act = 'cancel' AND btrim(NEW.ending) = ''
     AND assay_effect_flows(NEW.organization_id, NEW.measure_id) THEN
    RAISE EXCEPTION 'Approved actuals show an effect that still flows: close the measure with a '
      'shortfall, or say how and when the effect ends.'
      USING ERRCODE = 'GV061', DETAIL = 'effect_still_flows';
  END IF;
  RETURN NEW;
END $$;
"""

AROUND = f"""
CREATE FUNCTION assay_note_ripples() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  INSERT INTO governance_ripple
    (organization_id, decision_id, measure_id, owner_id, distance, is_blocking)
  WITH RECURSIVE waiting (id, distance, is_blocking) AS (
    SELECT d.measure_id, 1, d.is_blocking FROM measures_dependency d
     WHERE d.organization_id = NEW.organization_id AND d.needs_id = NEW.measure_id
       AND d.removed_at IS NULL
    UNION
    SELECT d.measure_id, w.distance + 1, w.is_blocking AND d.is_blocking
      FROM measures_dependency d JOIN waiting w ON d.needs_id = w.id
     WHERE d.organization_id = NEW.organization_id AND d.removed_at IS NULL AND w.distance < 20
  )
  SELECT NEW.organization_id, NEW.id, m.id, m.owner_id, min(w.distance), bool_or(w.is_blocking)
    FROM waiting w JOIN measures_measure m
      ON m.organization_id = NEW.organization_id AND m.id = w.id
   WHERE m.lifecycle IN ('active', 'on_hold')
   GROUP BY m.id, m.owner_id;
  RETURN NULL;
END $$;

CREATE FUNCTION assay_only_by_the_database() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF current_user <> 'assay_audit_owner' THEN
    RAISE EXCEPTION 'This is recorded by the database itself, and by nothing else.'
      USING ERRCODE = 'GV026', DETAIL = 'written_by_the_database';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_rephasing() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF subject.lifecycle <> 'on_hold' THEN
    RAISE EXCEPTION 'A delayed phasing is confirmed only while a measure is on hold.'
      USING ERRCODE = 'GV014', DETAIL = 'nothing_to_rephase';
  END IF;
  IF NOT NEW.role = ANY (assay_named(subject, person)) THEN
    RAISE EXCEPTION 'A delayed phasing is confirmed by the sponsor and the controller.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  NEW.hold_id := (assay_current_hold(NEW.organization_id, NEW.measure_id)).id;
  NEW.confirmed_by_id := person;
  NEW.confirmed_at := assay_now();
  NEW.forecast_digest := assay_forecast_digest(NEW.organization_id, NEW.measure_id);
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_restoration() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_cancelled_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF NOT (CASE NEW.proposed_as WHEN 'sponsor' THEN 'sponsor' = ANY (assay_named(subject, person))
          ELSE 'lead' = ANY (assay_seats(subject, person)) END) THEN
    RAISE EXCEPTION 'A restoration is proposed by the sponsor of the measure or a lead above it.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  PERFORM assay_refuse_barred(subject, person, 'restore');
  NEW.cancellation_id := (assay_last_cancellation(NEW.organization_id, NEW.measure_id)).id;
  NEW.proposed_by_id := person;
  NEW.proposed_at := assay_now();
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    ("note_ripples", "AFTER INSERT", "governance_lifecycledecision",
     "(NEW.act IN ('hold', 'cancel'))", "assay_note_ripples()"),
    ("guard", "BEFORE INSERT", "governance_ripple", "", "assay_only_by_the_database()"),
    ("guard", "BEFORE INSERT", "governance_rephasing", "", "assay_guard_rephasing()"),
    ("mark_dirty", "AFTER INSERT", "governance_rephasing", "", "assay_mark_dirty('measure')"),
    ("guard", "BEFORE INSERT", "governance_restoration", "", "assay_guard_restoration()"),
)  # fmt: skip
OPEN_FUNCTIONS = (
    "assay_ranks()",
    "assay_number_in_force(bigint, text, numeric)",
    "assay_rank(measures_measure, bigint)",
    "assay_current_hold(bigint, bigint)",
    "assay_last_cancellation(bigint, bigint)",
    "assay_effect_flows(bigint, bigint)",
    "assay_forecast_digest(bigint, bigint)",
    "assay_is_rephased(bigint, bigint)",
    "assay_cancelled_measure(bigint, bigint)",
    "assay_refuse_hold(governance_lifecycledecision)",
    "assay_restoration_for(measures_measure, bigint)",
    "assay_only_by_the_database()",
    "assay_guard_rephasing()",
    "assay_guard_restoration()",
)
# What writes as the audit owner is called by its trigger alone.
CLOSED_FUNCTIONS = ("assay_note_ripples()",)


def triggers() -> str:
    """Return the statements that bind each guard to its table and hand all to the audit owner."""
    statements = ["GRANT INSERT ON governance_ripple TO assay_audit_owner;"]
    for name, event, table, condition, function in TRIGGERS:
        when = f" WHEN {condition}" if condition else ""
        statements.append(
            f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW{when}"
            f" EXECUTE FUNCTION {function};"
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        )
    for function in OPEN_FUNCTIONS:
        statements.append(
            f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner, assay_audit_owner;"
        )
    for function in (*OPEN_FUNCTIONS, *CLOSED_FUNCTIONS):
        statements.append(f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;")
    return "\n".join(statements)


class Migration(migrations.Migration):
    dependencies = [("governance", "0003_holds"), ("measures", "0003_restoring")]
    operations = [
        *(migrations.RunSQL(each) for each in (RULES, RANK, STANDING, LIFECYCLE, AROUND)),
        migrations.RunSQL(triggers()),
    ]
