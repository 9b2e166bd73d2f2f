"""Guards of governance: no path moves a stage, ends a measure or forges a vote without its act.

The gate table is repeated here as SQL, because the database judges for itself; a test holds it
equal to governance.rules. Each refusal has SQLSTATE GV0xx, its own code as detail, and a sentence.
Guards lock what they look at: the measure, and the seats that entitle. They run as their caller;
only what nobody may write by hand (passages, settled requests) is written as the audit owner.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# --- The tables of the rules -----------------------------------------------------------------------

RULES = f"""
CREATE FUNCTION assay_gate_scheme() RETURNS integer
LANGUAGE sql IMMUTABLE {PINNED} AS $$ SELECT 1 $$;

CREATE FUNCTION assay_required_votes() RETURNS TABLE (gate integer, role text, act text)
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    (1, 'lead', 'vote_identified'),
    (2, 'lead', 'vote_detailed'),
    (2, 'controller', 'vote_detailed'),
    (3, 'sponsor', 'vote_decided'),
    (3, 'controller', 'vote_decided'),
    (4, 'sponsor', 'vote_implemented'),
    (5, 'controller', 'confirm_closure')
$$;

CREATE FUNCTION assay_kept_apart() RETURNS TABLE (act text, roles text[])
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('vote_identified', ARRAY['administrator', 'owner', 'sponsor']),
    ('vote_detailed', ARRAY['administrator', 'owner', 'sponsor']),
    ('vote_decided', ARRAY['administrator', 'owner']),
    ('vote_implemented', ARRAY['administrator', 'owner']),
    ('confirm_closure', ARRAY['administrator', 'lead', 'owner', 'sponsor']),
    ('hold', ARRAY['administrator', 'owner']),
    ('resume', ARRAY['administrator', 'controller', 'owner']),
    ('cancel', ARRAY['administrator', 'owner'])
$$;

CREATE FUNCTION assay_granted() RETURNS TABLE (act text, seats text[], named text[])
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('submit', ARRAY['lead'], ARRAY['owner']),
    ('hold', ARRAY['executive', 'lead', 'steering'], ARRAY['controller', 'sponsor']),
    ('resume', ARRAY['executive', 'lead', 'steering'], ARRAY['sponsor']),
    ('cancel', ARRAY['executive', 'steering'], ARRAY['sponsor']),
    ('reject', ARRAY['lead'], ARRAY[]::text[]),
    ('take_over', ARRAY['administrator'], ARRAY[]::text[])
$$;

CREATE FUNCTION assay_lifecycle_moves()
RETURNS TABLE (act text, leads_from text, leads_to text, last_stage integer)
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('hold', 'active', 'on_hold', 4),
    ('resume', 'on_hold', 'active', 4),
    ('cancel', 'active', 'cancelled', 4),
    ('cancel', 'on_hold', 'cancelled', 4),
    ('reject', 'active', 'cancelled', 0),
    ('reject', 'on_hold', 'cancelled', 0)
$$;
"""

# --- What a request and a confirmation are bound to ------------------------------------------------

# Ids and figures only: a corrected text voids nothing (domain-rules §3).
DOCUMENTS = f"""
CREATE FUNCTION assay_digest(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT encode(sha256(convert_to(document::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION assay_figures_document(organization bigint, measure bigint) RETURNS jsonb
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'claim', c.id, 'line', c.line_id, 'year', c.fiscal_year, 'period', c.period,
           'amount', c.amount, 'final', c.is_final, 'evidence', e.sha256,
           'claimed_by', c.claimed_by_id, 'approved_by', c.decided_by_id) ORDER BY c.id), '[]')
    FROM measures_actualclaim c
    LEFT JOIN measures_evidence e
      ON e.organization_id = c.organization_id AND e.id = c.evidence_id
   WHERE c.organization_id = organization AND c.measure_id = measure AND c.state = 'approved'
$$;

CREATE FUNCTION assay_figures_digest(organization bigint, measure bigint) RETURNS text
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_digest(assay_figures_document(organization, measure))
$$;

CREATE FUNCTION assay_series_document(organization bigint, line bigint) RETURNS jsonb
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_array(s.series, s.split, s.fiscal_year, s.p01, s.p02, s.p03,
           s.p04, s.p05, s.p06, s.p07, s.p08, s.p09, s.p10, s.p11, s.p12)
           ORDER BY s.series, s.split, s.fiscal_year), '[]')
    FROM (SELECT DISTINCT ON (v.series, v.split, v.fiscal_year) v.*
            FROM measures_seriesversion v
           WHERE v.organization_id = organization AND v.line_id = line
             AND v.series IN ('baseline', 'plan')
           ORDER BY v.series, v.split, v.fiscal_year, v.version DESC) s
$$;

CREATE FUNCTION assay_lines_document(organization bigint, measure bigint) RETURNS jsonb
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'line', l.id, 'nature', l.nature, 'effect', l.effect_type, 'recurrence', l.recurrence,
           'direction', l.direction, 'unit', l.unit, 'currency', l.currency,
           'decimals', l.decimals, 'full_effect_on', l.full_effect_on, 'ends_on', l.ends_on,
           'seasonal', l.is_seasonal, 'level', l.is_level, 'evidence', e.sha256,
           'series', assay_series_document(organization, l.id)) ORDER BY l.id), '[]')
    FROM measures_line l
    LEFT JOIN measures_evidence e
      ON e.organization_id = l.organization_id AND e.id = l.baseline_evidence_id
   WHERE l.organization_id = organization AND l.measure_id = measure AND l.removed_on IS NULL
$$;

CREATE FUNCTION assay_milestones_document(organization bigint, measure bigint) RETURNS jsonb
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object(
           'milestone', s.id, 'plan_end', s.plan_end, 'actual_end', s.actual_end,
           'owner', s.owner_id, 'mandatory', s.is_mandatory, 'critical', s.is_critical,
           'weight', s.weight, 'evidence', e.sha256) ORDER BY s.id), '[]')
    FROM measures_milestone s
    LEFT JOIN measures_evidence e
      ON e.organization_id = s.organization_id AND e.id = s.evidence_id
   WHERE s.organization_id = organization AND s.measure_id = measure AND s.removed_on IS NULL
$$;

CREATE FUNCTION assay_gate_document(organization bigint, measure bigint, gate integer)
RETURNS jsonb LANGUAGE sql STABLE {PINNED} AS $$
  SELECT jsonb_build_object(
           'scheme', assay_gate_scheme(), 'gate', gate,
           'owner', m.owner_id, 'sponsor', m.sponsor_id, 'controller', m.controller_id,
           'size', m.size, 'size_unit', m.size_unit, 'effect', m.effect_type,
           'lines', assay_lines_document(organization, measure),
           'milestones', assay_milestones_document(organization, measure),
           'approved', CASE WHEN gate = 5 THEN assay_figures_document(organization, measure) END)
    FROM measures_measure m WHERE m.organization_id = organization AND m.id = measure
$$;

CREATE FUNCTION assay_gate_digest(organization bigint, measure bigint, gate integer) RETURNS text
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_digest(assay_gate_document(organization, measure, gate))
$$;
"""

# --- Who acts, and on what -------------------------------------------------------------------------

# A snapshot taken before the lock would show a measure as it was: the guards need to look anew.
ACTING = f"""
CREATE FUNCTION assay_governor() RETURNS bigint LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Governed acts run at the isolation level read committed.'
      USING ERRCODE = 'GV029', DETAIL = 'isolation';
  END IF;
  IF assay_actor() IS NULL THEN
    RAISE EXCEPTION 'This act is a person''s: nobody is named as acting.'
      USING ERRCODE = 'GV028', DETAIL = 'a_person_acts';
  END IF;
  RETURN assay_actor();
END $$;

CREATE FUNCTION assay_locked_measure(organization bigint, measure bigint)
RETURNS measures_measure LANGUAGE plpgsql {PINNED} AS $$
DECLARE found_measure measures_measure;
BEGIN
  SELECT * INTO found_measure FROM measures_measure
   WHERE organization_id = organization AND id = measure FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no such measure here.' USING ERRCODE = 'GV005', DETAIL = 'not_found';
  END IF;
  IF found_measure.lifecycle IN ('closed', 'cancelled') THEN
    RAISE EXCEPTION 'This measure is %: nothing of it can be changed any more.',
      found_measure.lifecycle USING ERRCODE = 'GV003', DETAIL = 'measure_has_ended';
  END IF;
  RETURN found_measure;
END $$;

CREATE FUNCTION assay_seats(subject measures_measure, person bigint)
RETURNS text[] LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  day date := assay_today(subject.organization_id);
  found_roles text[];
BEGIN
  SELECT array_agg(held.role::text) INTO found_roles FROM (
    SELECT s.role FROM hierarchy_seat s
      JOIN hierarchy_node n ON n.organization_id = subject.organization_id AND n.id = subject.node_id
      JOIN accounts_member p ON p.organization_id = subject.organization_id AND p.id = s.member_id
     WHERE s.organization_id = subject.organization_id AND s.member_id = person
       AND (s.node_id = n.id OR s.node_id = ANY (n.ancestor_ids))
       AND s.valid_from <= day AND (s.valid_to IS NULL OR s.valid_to > day)
       AND p.left_on IS NULL
       FOR SHARE OF s) AS held;
  RETURN coalesce(found_roles, ARRAY[]::text[]);
END $$;

CREATE FUNCTION assay_named(subject measures_measure, person bigint) RETURNS text[]
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT array_remove(ARRAY[
    CASE WHEN subject.owner_id = person THEN 'owner' END,
    CASE WHEN subject.sponsor_id = person THEN 'sponsor' END,
    CASE WHEN subject.controller_id = person THEN 'controller' END], NULL)
$$;

CREATE FUNCTION assay_may(subject measures_measure, person bigint, what text) RETURNS boolean
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM assay_granted() g WHERE g.act = what
                   AND (g.seats && assay_seats(subject, person)
                        OR g.named && assay_named(subject, person)));
END $$;

CREATE FUNCTION assay_refuse_barred(subject measures_measure, person bigint, what text)
RETURNS void LANGUAGE plpgsql {PINNED} AS $$
DECLARE bars text[] := assay_named(subject, person);
BEGIN
  SELECT bars || array_agg(held) INTO bars
    FROM unnest(assay_seats(subject, person)) AS held WHERE held IN ('lead', 'administrator');
  IF EXISTS (SELECT 1 FROM assay_kept_apart() k WHERE k.act = what AND k.roles && bars) THEN
    RAISE EXCEPTION 'A role you hold here is kept apart from this act. Another person must do it.'
      USING ERRCODE = 'GV027', DETAIL = 'duties_meet';
  END IF;
END $$;
"""

# --- Requests, votes, decisions --------------------------------------------------------------------

REQUEST = f"""
CREATE FUNCTION assay_guard_gate_request() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF NOT assay_may(subject, person, 'submit') THEN
    RAISE EXCEPTION 'A gate is submitted by the owner of the measure or a lead above it.'
      USING ERRCODE = 'GV015', DETAIL = 'not_a_submitter';
  END IF;
  IF subject.lifecycle <> 'active' OR NEW.gate <> subject.stage + 1 THEN
    RAISE EXCEPTION 'This is not the next gate: stages are passed one by one, while active.'
      USING ERRCODE = 'GV014', DETAIL = 'gate_not_now';
  END IF;
  NEW.state := 'open';
  NEW.scheme_version := assay_gate_scheme();
  NEW.requested_by_id := person;
  NEW.requested_at := assay_now();
  NEW.owner_at_request_id := subject.owner_id;
  NEW.sponsor_at_request_id := subject.sponsor_id;
  NEW.controller_at_request_id := subject.controller_id;
  NEW.snapshot := assay_gate_document(NEW.organization_id, NEW.measure_id, NEW.gate);
  NEW.digest := assay_digest(NEW.snapshot);
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_gate_request_state() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE subject measures_measure;
BEGIN
  IF to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' THEN
    RAISE EXCEPTION 'A request stays as it was submitted: withdraw it and submit another.'
      USING ERRCODE = 'GV016', DETAIL = 'request_is_fixed';
  END IF;
  IF OLD.state <> 'open' THEN
    RAISE EXCEPTION 'This request is % and stays so.', OLD.state
      USING ERRCODE = 'GV020', DETAIL = 'request_not_open';
  END IF;
  IF current_user = 'assay_audit_owner' THEN
    RETURN NEW;
  END IF;
  subject := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  IF NEW.state = 'withdrawn' THEN
    IF assay_governor() <> OLD.requested_by_id
       AND NOT assay_may(subject, assay_governor(), 'submit') THEN
      RAISE EXCEPTION 'A request is withdrawn by who submitted it, the owner or a lead above it.'
        USING ERRCODE = 'GV015', DETAIL = 'not_a_submitter';
    END IF;
  ELSIF NEW.state <> 'void' OR OLD.digest =
        assay_gate_digest(NEW.organization_id, NEW.measure_id, NEW.gate) THEN
    RAISE EXCEPTION 'A request is settled by its votes, not by hand.'
      USING ERRCODE = 'GV016', DETAIL = 'request_is_fixed';
  END IF;
  RETURN NEW;
END $$;
"""

VOTE = f"""
CREATE FUNCTION assay_refuse_unfit_request(
  asked governance_gaterequest, subject measures_measure) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF asked.state <> 'open' THEN
    RAISE EXCEPTION 'This request is % already.', asked.state
      USING ERRCODE = 'GV020', DETAIL = 'request_not_open';
  END IF;
  IF subject.lifecycle <> 'active' OR asked.gate <> subject.stage + 1 THEN
    RAISE EXCEPTION 'This is not the next gate: stages are passed one by one, while active.'
      USING ERRCODE = 'GV014', DETAIL = 'gate_not_now';
  END IF;
  IF asked.digest <> assay_gate_digest(asked.organization_id, asked.measure_id, asked.gate) THEN
    RAISE EXCEPTION 'Values, baseline, people, criteria or evidence have changed since this gate '
      'was requested, so its votes no longer count. It can be submitted again.'
      USING ERRCODE = 'GV019', DETAIL = 'stale_request';
  END IF;
END $$;

CREATE FUNCTION assay_guard_vote() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  asked governance_gaterequest;
  subject measures_measure;
  duty text;
BEGIN
  SELECT * INTO asked FROM governance_gaterequest
   WHERE organization_id = NEW.organization_id AND id = NEW.request_id;
  subject := assay_locked_measure(NEW.organization_id, asked.measure_id);
  -- Looked at again: the lock may have been waited for.
  SELECT * INTO asked FROM governance_gaterequest
   WHERE organization_id = NEW.organization_id AND id = NEW.request_id;
  PERFORM assay_refuse_unfit_request(asked, subject);
  NEW.voter_id := person;
  NEW.cast_at := assay_now();
  NEW.cast_in := assay_transaction();
  NEW.requested_by_id := asked.requested_by_id;
  NEW.owner_at_request_id := asked.owner_at_request_id;
  IF NEW.digest <> asked.digest THEN
    RAISE EXCEPTION 'What you were shown is not what this request says. Reload and vote again.'
      USING ERRCODE = 'GV019', DETAIL = 'stale_request';
  END IF;
  IF NEW.decided_for_id IS NOT NULL THEN
    RAISE EXCEPTION 'No deputy is recorded for that person: they vote themselves.'
      USING ERRCODE = 'GV018', DETAIL = 'no_deputy';
  END IF;
  IF person = asked.requested_by_id THEN
    RAISE EXCEPTION 'Nobody approves their own submission. Another holder of the role must vote.'
      USING ERRCODE = 'GV017', DETAIL = 'own_request';
  END IF;
  IF person IN (subject.owner_id, asked.owner_at_request_id) THEN
    RAISE EXCEPTION 'The owner of a measure does not approve its passages.'
      USING ERRCODE = 'GV017', DETAIL = 'own_measure';
  END IF;
  SELECT v.act INTO duty FROM assay_required_votes() v
   WHERE v.gate = asked.gate AND v.role = NEW.role;
  IF duty IS NULL OR NOT (CASE WHEN NEW.role = 'lead'
      THEN 'lead' = ANY (assay_seats(subject, person))
      ELSE NEW.role = ANY (assay_named(subject, person)) END) THEN
    RAISE EXCEPTION 'This gate is decided by other roles than yours: the gate table names them.'
      USING ERRCODE = 'GV018', DETAIL = 'not_a_decider';
  END IF;
  PERFORM assay_refuse_barred(subject, person, duty);
  RETURN NEW;
END $$;
"""

DECISION = f"""
CREATE FUNCTION assay_votes_complete(asked governance_gaterequest) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT NOT EXISTS (SELECT 1 FROM assay_required_votes() v WHERE v.gate = asked.gate
           AND NOT EXISTS (SELECT 1 FROM governance_vote b
                WHERE b.organization_id = asked.organization_id AND b.request_id = asked.id
                  AND b.role = v.role AND b.choice = 'approve' AND b.digest = asked.digest))
     AND NOT EXISTS (SELECT 1 FROM governance_vote b
                WHERE b.organization_id = asked.organization_id AND b.request_id = asked.id
                  AND b.choice <> 'approve')
$$;

CREATE FUNCTION assay_guard_decision() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  asked governance_gaterequest;
  subject measures_measure;
  last_vote governance_vote;
BEGIN
  SELECT * INTO asked FROM governance_gaterequest
   WHERE organization_id = NEW.organization_id AND id = NEW.request_id;
  subject := assay_locked_measure(NEW.organization_id, asked.measure_id);
  SELECT * INTO asked FROM governance_gaterequest
   WHERE organization_id = NEW.organization_id AND id = NEW.request_id;
  PERFORM assay_refuse_unfit_request(asked, subject);
  -- The vote of this very transaction: under the lock no other can have come after it.
  SELECT * INTO last_vote FROM governance_vote
   WHERE organization_id = NEW.organization_id AND request_id = NEW.request_id
     AND voter_id = person AND cast_in = assay_transaction();
  IF last_vote.id IS NULL THEN
    RAISE EXCEPTION 'A request is decided in the act of its last vote, by whoever cast it.'
      USING ERRCODE = 'GV021', DETAIL = 'decided_by_votes';
  END IF;
  IF (NEW.outcome = 'advance' AND NOT assay_votes_complete(asked))
     OR (NEW.outcome = 'return' AND last_vote.choice <> 'return')
     OR NEW.outcome NOT IN ('advance', 'return') THEN
    RAISE EXCEPTION 'The votes on this request do not add up to this decision.'
      USING ERRCODE = 'GV021', DETAIL = 'decided_by_votes';
  END IF;
  NEW.measure_id := asked.measure_id;
  NEW.from_stage := asked.gate - 1;
  NEW.to_stage := asked.gate;
  NEW.decided_by_id := person;
  NEW.decided_at := assay_now();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_settle_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  UPDATE governance_gaterequest
     SET state = CASE NEW.outcome WHEN 'advance' THEN 'advanced' ELSE 'returned' END
   WHERE organization_id = NEW.organization_id AND id = NEW.request_id;
  RETURN NULL;
END $$;

CREATE FUNCTION assay_void_requests() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  UPDATE governance_gaterequest SET state = 'void'
   WHERE organization_id = NEW.organization_id AND measure_id = NEW.id AND state = 'open';
  RETURN NULL;
END $$;
"""

# --- Stage and lifecycle of the measure itself -----------------------------------------------------

STAGE = f"""
CREATE FUNCTION assay_unused_decision(subject measures_measure, step integer) RETURNS bigint
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT d.id FROM governance_decision d
    JOIN governance_gaterequest r
      ON r.organization_id = d.organization_id AND r.id = d.request_id
   WHERE d.organization_id = subject.organization_id AND d.measure_id = subject.id
     AND d.outcome = 'advance' AND d.from_stage = step - 1 AND d.to_stage = step
     AND r.digest = assay_gate_digest(subject.organization_id, subject.id, step)
     AND NOT EXISTS (SELECT 1 FROM governance_stagepassage p
          WHERE p.organization_id = d.organization_id AND p.decision_id = d.id)
   ORDER BY d.id DESC LIMIT 1
$$;

CREATE FUNCTION assay_current_take_over(subject measures_measure) RETURNS governance_takeover
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT t.* FROM governance_takeover t
   WHERE t.organization_id = subject.organization_id AND t.measure_id = subject.id
     AND t.taken_in = assay_transaction() AND subject.created_in = assay_transaction()
$$;

CREATE FUNCTION assay_refuse_unproven(subject measures_measure) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE latest governance_closureconfirmation;
BEGIN
  SELECT * INTO latest FROM governance_closureconfirmation
   WHERE organization_id = subject.organization_id AND measure_id = subject.id
   ORDER BY id DESC LIMIT 1;
  IF latest.id IS NULL OR latest.confirmed_by_id IS DISTINCT FROM subject.controller_id
     OR latest.figures_digest
        <> assay_figures_digest(subject.organization_id, subject.id) THEN
    RAISE EXCEPTION 'Closing needs the controller''s confirmation of exactly the figures '
      'approved now.' USING ERRCODE = 'GV013', DETAIL = 'closing_needs_confirmation';
  END IF;
END $$;

CREATE FUNCTION assay_guard_stage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  taken governance_takeover;
  -- The day of Decided is set by the measure's own guard, which comes first.
  kept text[] := ARRAY['stage', 'lifecycle', 'version', 'taken_over_on', 'decided_on'];
BEGIN
  PERFORM assay_governor();
  IF to_jsonb(NEW) - kept <> to_jsonb(OLD) - kept THEN
    RAISE EXCEPTION 'A stage or lifecycle changes alone: nothing else in the same statement.'
      USING ERRCODE = 'GV011', DETAIL = 'stage_moves_alone';
  END IF;
  taken := assay_current_take_over(OLD);
  IF taken.id IS NOT NULL AND OLD.stage = 0 AND NEW.stage IN (0, taken.to_stage)
     AND NEW.lifecycle = OLD.lifecycle THEN
    RETURN NEW;
  END IF;
  IF NEW.taken_over_on IS DISTINCT FROM OLD.taken_over_on THEN
    RAISE EXCEPTION 'A take-over belongs to the act that brings the measure in.'
      USING ERRCODE = 'GV025', DETAIL = 'take_over_only_at_creation';
  END IF;
  IF NEW.stage <> OLD.stage THEN
    IF NEW.stage <> OLD.stage + 1 OR OLD.lifecycle <> 'active'
       OR NEW.lifecycle <> (CASE WHEN NEW.stage = 5 THEN 'closed' ELSE 'active' END)
       OR assay_unused_decision(OLD, NEW.stage) IS NULL THEN
      RAISE EXCEPTION 'A stage is entered by the decision of its gate, one by one.'
        USING ERRCODE = 'GV010', DETAIL = 'stage_needs_a_decision';
    END IF;
    IF NEW.stage = 5 THEN
      PERFORM assay_refuse_unproven(OLD);
    END IF;
  ELSIF NOT EXISTS (
    SELECT 1 FROM assay_lifecycle_moves() moves JOIN governance_lifecycledecision d
        ON d.act = moves.act AND d.organization_id = OLD.organization_id AND d.measure_id = OLD.id
     WHERE moves.leads_from = OLD.lifecycle AND moves.leads_to = NEW.lifecycle
       AND OLD.stage <= moves.last_stage AND d.decided_in = assay_transaction()
       AND d.id = (SELECT max(x.id) FROM governance_lifecycledecision x
                    WHERE x.organization_id = OLD.organization_id AND x.measure_id = OLD.id)) THEN
    RAISE EXCEPTION 'A measure is held, resumed, cancelled or rejected only by a decision for it.'
      USING ERRCODE = 'GV012', DETAIL = 'lifecycle_needs_a_decision';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_begin() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  RAISE EXCEPTION 'A take-over belongs to the act that brings the measure in.'
    USING ERRCODE = 'GV025', DETAIL = 'take_over_only_at_creation';
END $$;

CREATE FUNCTION assay_record_passage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE taken governance_takeover := assay_current_take_over(OLD);
BEGIN
  IF taken.id IS NULL THEN
    INSERT INTO governance_stagepassage
      (organization_id, measure_id, stage, entered_on, decision_id, entered_by_id)
    VALUES (NEW.organization_id, NEW.id, NEW.stage, assay_today(NEW.organization_id),
            assay_unused_decision(OLD, NEW.stage), assay_actor());
    RETURN NULL;
  END IF;
  INSERT INTO governance_stagepassage
    (organization_id, measure_id, stage, entered_on, take_over_id, entered_by_id)
  SELECT NEW.organization_id, NEW.id, step,
         coalesce((taken.stage_dates ->> step::text)::date, assay_today(NEW.organization_id)),
         taken.id, assay_actor()
    FROM generate_series(1, NEW.stage) AS step
   WHERE step = NEW.stage OR taken.stage_dates ->> step::text IS NOT NULL;
  RETURN NULL;
END $$;

CREATE FUNCTION assay_guard_passage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF current_user <> 'assay_audit_owner' THEN
    RAISE EXCEPTION 'A passage is recorded when a stage moves, and by nothing else.'
      USING ERRCODE = 'GV026', DETAIL = 'written_by_the_database';
  END IF;
  NEW.recorded_at := assay_now();
  RETURN NEW;
END $$;
"""

# --- Lifecycle decisions, closure, take-over -------------------------------------------------------

LIFECYCLE = f"""
CREATE FUNCTION assay_guard_lifecycle() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
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
  NEW.decided_at := assay_now();
  NEW.decided_in := assay_transaction();
  IF NEW.act = 'hold' AND NEW.expires_on <= assay_today(NEW.organization_id) THEN
    RAISE EXCEPTION 'A hold ends after today.' USING ERRCODE = 'GV014', DETAIL = 'hold_has_an_end';
  END IF;
  RETURN NEW;
END $$;
"""

CLOSURE = f"""
CREATE FUNCTION assay_guard_closure() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF subject.stage <> 4 OR subject.lifecycle <> 'active' THEN
    RAISE EXCEPTION 'A closure is confirmed for an active measure that is implemented.'
      USING ERRCODE = 'GV014', DETAIL = 'gate_not_now';
  END IF;
  IF person IS DISTINCT FROM subject.controller_id THEN
    RAISE EXCEPTION 'Only the controller named on this measure confirms its value.'
      USING ERRCODE = 'GV022', DETAIL = 'only_the_controller';
  END IF;
  PERFORM assay_refuse_barred(subject, person, 'confirm_closure');
  IF EXISTS (SELECT 1 FROM measures_actualclaim c
              WHERE c.organization_id = NEW.organization_id AND c.measure_id = NEW.measure_id
                AND c.state = 'approved' AND c.claimed_by_id = person) THEN
    RAISE EXCEPTION 'Who entered a figure cannot confirm it.'
      USING ERRCODE = 'GV023', DETAIL = 'entered_the_figures';
  END IF;
  NEW.confirmed_by_id := person;
  NEW.confirmed_at := assay_now();
  NEW.approved := assay_figures_document(NEW.organization_id, NEW.measure_id);
  NEW.figures_digest := assay_digest(NEW.approved);
  RETURN NEW;
END $$;
"""

TAKE_OVER = f"""
CREATE FUNCTION assay_guard_take_over() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF subject.created_in <> assay_transaction() OR subject.stage <> 0 THEN
    RAISE EXCEPTION 'A take-over belongs to the act that brings the measure in.'
      USING ERRCODE = 'GV025', DETAIL = 'take_over_only_at_creation';
  END IF;
  IF NOT assay_may(subject, person, 'take_over') THEN
    RAISE EXCEPTION 'A running portfolio is taken over by an administrator.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  IF NEW.to_stage > 4 THEN
    RAISE EXCEPTION 'Nothing is taken over as Closed: the controller confirms it here.'
      USING ERRCODE = 'GV013', DETAIL = 'closing_needs_confirmation';
  END IF;
  NEW.taken_by_id := person;
  NEW.taken_at := assay_now();
  NEW.taken_in := assay_transaction();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_take_over_confirmation() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  taken governance_takeover;
  subject measures_measure;
BEGIN
  SELECT * INTO taken FROM governance_takeover
   WHERE organization_id = NEW.organization_id AND id = NEW.take_over_id;
  subject := assay_locked_measure(NEW.organization_id, taken.measure_id);
  IF NOT NEW.role = ANY (assay_named(subject, person)) THEN
    RAISE EXCEPTION 'A take-over is confirmed by the sponsor and the controller of the measure.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  IF person = taken.taken_by_id THEN
    RAISE EXCEPTION 'Nobody confirms what they brought in themselves.'
      USING ERRCODE = 'GV017', DETAIL = 'own_request';
  END IF;
  NEW.confirmed_by_id := person;
  NEW.confirmed_at := assay_now();
  RETURN NEW;
END $$;
"""

# name of the trigger, what it answers to, its function
TRIGGERS = (
    ("guard", "BEFORE INSERT ON governance_gaterequest", "assay_guard_gate_request"),
    ("guard_state", "BEFORE UPDATE ON governance_gaterequest", "assay_guard_gate_request_state"),
    ("guard", "BEFORE INSERT ON governance_vote", "assay_guard_vote"),
    ("guard", "BEFORE INSERT ON governance_decision", "assay_guard_decision"),
    ("settle_request", "AFTER INSERT ON governance_decision", "assay_settle_request"),
    ("guard", "BEFORE INSERT ON governance_stagepassage", "assay_guard_passage"),
    ("guard", "BEFORE INSERT ON governance_lifecycledecision", "assay_guard_lifecycle"),
    ("guard", "BEFORE INSERT ON governance_closureconfirmation", "assay_guard_closure"),
    ("guard", "BEFORE INSERT ON governance_takeover", "assay_guard_take_over"),
    (
        "guard",
        "BEFORE INSERT ON governance_takeoverconfirmation",
        "assay_guard_take_over_confirmation",
    ),
)
# On the measure the names sort after its own "guard", which judges origin and version first.
MEASURE_TRIGGERS = (
    (
        "guard_begin",
        "BEFORE INSERT",
        "NEW.taken_over_on IS NOT NULL",
        "assay_guard_begin",
    ),
    (
        "guard_stage",
        "BEFORE UPDATE",
        "(OLD.stage, OLD.lifecycle, OLD.taken_over_on)"
        " IS DISTINCT FROM (NEW.stage, NEW.lifecycle, NEW.taken_over_on)",
        "assay_guard_stage",
    ),
    ("record_passage", "AFTER UPDATE", "OLD.stage <> NEW.stage", "assay_record_passage"),
    (
        "void_requests",
        "AFTER UPDATE",
        "(OLD.owner_id, OLD.sponsor_id, OLD.controller_id, OLD.lifecycle)"
        " IS DISTINCT FROM (NEW.owner_id, NEW.sponsor_id, NEW.controller_id, NEW.lifecycle)",
        "assay_void_requests",
    ),
)
# Called by whoever changes or looks.
OPEN_FUNCTIONS = (
    "assay_gate_scheme()",
    "assay_required_votes()",
    "assay_kept_apart()",
    "assay_granted()",
    "assay_lifecycle_moves()",
    "assay_digest(jsonb)",
    "assay_figures_document(bigint, bigint)",
    "assay_figures_digest(bigint, bigint)",
    "assay_series_document(bigint, bigint)",
    "assay_lines_document(bigint, bigint)",
    "assay_milestones_document(bigint, bigint)",
    "assay_gate_document(bigint, bigint, integer)",
    "assay_gate_digest(bigint, bigint, integer)",
    "assay_governor()",
    "assay_locked_measure(bigint, bigint)",
    "assay_seats(measures_measure, bigint)",
    "assay_named(measures_measure, bigint)",
    "assay_may(measures_measure, bigint, text)",
    "assay_refuse_barred(measures_measure, bigint, text)",
    "assay_refuse_unfit_request(governance_gaterequest, measures_measure)",
    "assay_votes_complete(governance_gaterequest)",
    "assay_unused_decision(measures_measure, integer)",
    "assay_current_take_over(measures_measure)",
    "assay_refuse_unproven(measures_measure)",
)
# What writes as the audit owner is called by its trigger alone.
CLOSED_FUNCTIONS = ("assay_settle_request()", "assay_void_requests()", "assay_record_passage()")


def triggers() -> str:
    """Return the statements that bind each guard to its table and hand all to the audit owner."""
    statements = []
    for name, event, function in TRIGGERS:
        table = event.rpartition(" ")[2]
        statements.append(
            f"CREATE TRIGGER {name} {event} FOR EACH ROW EXECUTE FUNCTION {function}();"
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        )
    for name, event, condition, function in MEASURE_TRIGGERS:
        statements.append(
            f"CREATE TRIGGER {name} {event} ON measures_measure FOR EACH ROW"
            f" WHEN ({condition}) EXECUTE FUNCTION {function}();"
            f"ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER {name};"
        )
    statements.append(
        "GRANT UPDATE (state) ON governance_gaterequest TO assay_audit_owner;"
        "GRANT INSERT ON governance_stagepassage TO assay_audit_owner;"
    )
    guards = {f"{each[-1]}()" for each in (*TRIGGERS, *MEASURE_TRIGGERS)} - set(CLOSED_FUNCTIONS)
    for function in (*OPEN_FUNCTIONS, *sorted(guards)):
        statements.append(
            f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner, assay_audit_owner;"
        )
    for function in (*OPEN_FUNCTIONS, *sorted(guards), *CLOSED_FUNCTIONS):
        statements.append(f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;")
    return "\n".join(statements)


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_records")]
    operations = [
        *(
            migrations.RunSQL(functions)
            for functions in (
                RULES,
                DOCUMENTS,
                ACTING,
                REQUEST,
                VOTE,
                DECISION,
                STAGE,
                LIFECYCLE,
                CLOSURE,
                TAKE_OVER,
            )
        ),
        migrations.RunSQL(triggers()),
    ]
