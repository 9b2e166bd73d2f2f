"""Guards read the gate scheme of the organization; its floors are held here, whoever writes it.

The functions of 0002 that knew one built-in table now ask the version a request was judged by.
What no tenant can lower is `assay_refuse_weak_scheme`; a new version is another administrator's
confirmation of the latest proposal, from today on at the earliest.
"""

import json

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# governance.rules.default_scheme says the same; a test holds them equal.
DEFAULT = {'stages': [{'role': 'idea', 'label': 'Defined', 'steps': []},
            {'role': 'sized', 'label': 'Identified', 'steps': []},
            {'role': 'planned', 'label': 'Detailed', 'steps': []},
            {'role': 'committed', 'label': 'Decided', 'steps': []},
            {'role': 'delivering', 'label': 'Implemented', 'steps': []},
            {'role': 'confirmed', 'label': 'Closed', 'steps': []}],
 'gates': [{'stage': 1,
            'step': 0,
            'submitters': ['owner', 'lead'],
            'deciders': [{'role': 'lead', 'subject': 'the measure is worth planning'}],
            'criteria': [{'code': 'size', 'parameters': {}}, {'code': 'kind', 'parameters': {}}],
            'evidence': [],
            'due_days': 10,
            'steering': None,
            'fast_track': {'below': '50000'}},
           {'stage': 2,
            'step': 0,
            'submitters': ['owner', 'lead'],
            'deciders': [{'role': 'lead', 'subject': 'the plan is complete'},
                         {'role': 'controller', 'subject': 'baseline and method only'}],
            'criteria': [{'code': 'plan', 'parameters': {}},
                         {'code': 'baseline', 'parameters': {}},
                         {'code': 'milestones', 'parameters': {}}],
            'evidence': [],
            'due_days': 10,
            'steering': None,
            'fast_track': None},
           {'stage': 3,
            'step': 0,
            'submitters': ['owner', 'lead'],
            'deciders': [{'role': 'sponsor', 'subject': 'the commitment'},
                         {'role': 'controller', 'subject': 'the figures that are frozen'}],
            'criteria': [{'code': 'plan', 'parameters': {}},
                         {'code': 'baseline', 'parameters': {}},
                         {'code': 'milestones', 'parameters': {}}],
            'evidence': [],
            'due_days': 10,
            'steering': {'run_rate': '500000', 'one_time': '250000', 'quorum': 2},
            'fast_track': None},
           {'stage': 4,
            'step': 0,
            'submitters': ['owner', 'lead'],
            'deciders': [{'role': 'sponsor', 'subject': 'the work is handed over'}],
            'criteria': [{'code': 'milestones_done', 'parameters': {}}],
            'evidence': [],
            'due_days': 10,
            'steering': None,
            'fast_track': None},
           {'stage': 5,
            'step': 0,
            'submitters': ['owner', 'lead'],
            'deciders': [{'role': 'controller', 'subject': 'exactly the figures approved now'}],
            'criteria': [],
            'evidence': [],
            'due_days': 10,
            'steering': None,
            'fast_track': None}]}

# --- The scheme itself ----------------------------------------------------------------------------

SCHEME = f"""
CREATE FUNCTION assay_default_scheme() RETURNS jsonb
LANGUAGE sql IMMUTABLE {PINNED} AS $document$
  SELECT '{json.dumps(DEFAULT)}'::jsonb
$document$;

CREATE FUNCTION assay_gate_scheme(organization bigint) RETURNS integer
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT s.version FROM governance_scheme s
   WHERE s.organization_id = organization AND s.effective_from <= assay_today(organization)
   ORDER BY s.version DESC LIMIT 1
$$;

CREATE FUNCTION assay_vote_act(stage integer) RETURNS text
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT (ARRAY['vote_identified', 'vote_identified', 'vote_detailed', 'vote_decided',
                'vote_implemented', 'confirm_closure'])[stage + 1]
$$;

CREATE FUNCTION assay_passed_gates(
  organization bigint, which integer,
  from_stage integer, from_step integer, to_stage integer, to_step integer)
RETURNS TABLE (stage integer, step integer, rule jsonb)
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT (g.rule ->> 'stage')::integer, (g.rule ->> 'step')::integer, g.rule
    FROM governance_scheme s,
         LATERAL jsonb_array_elements(s.document -> 'gates') WITH ORDINALITY AS g(rule, place)
   WHERE s.organization_id = organization AND s.version = which
     AND ((g.rule ->> 'stage')::integer, (g.rule ->> 'step')::integer) > (from_stage, from_step)
     AND ((g.rule ->> 'stage')::integer, (g.rule ->> 'step')::integer) <= (to_stage, to_step)
   ORDER BY g.place
$$;

CREATE FUNCTION assay_required_votes(asked governance_gaterequest)
RETURNS TABLE (role text, act text, quorum integer)
LANGUAGE sql STABLE {PINNED} AS $$
  WITH passed AS (
    SELECT * FROM assay_passed_gates(asked.organization_id, asked.scheme_version,
      asked.from_stage, asked.from_step, asked.gate, asked.step))
  SELECT d.rule ->> 'role', assay_vote_act(p.stage), 1
    FROM passed p, LATERAL jsonb_array_elements(p.rule -> 'deciders') AS d(rule)
  UNION ALL
  SELECT 'steering', assay_vote_act(p.stage), (p.rule -> 'steering' ->> 'quorum')::integer
    FROM passed p WHERE asked.above_limit AND jsonb_typeof(p.rule -> 'steering') = 'object'
$$;

CREATE FUNCTION assay_working_days_after(day date, days integer) RETURNS date
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT d::date FROM generate_series(day + 1, day + days * 2 + 7, interval '1 day') AS d
   WHERE extract(isodow FROM d) < 6 ORDER BY d OFFSET days - 1 LIMIT 1
$$;

CREATE FUNCTION assay_line_size(subject measures_line) RETURNS numeric
LANGUAGE sql STABLE {PINNED} AS $$
  WITH said AS (
    SELECT DISTINCT ON (v.series, v.fiscal_year) v.*
      FROM measures_seriesversion v
     WHERE v.organization_id = subject.organization_id AND v.line_id = subject.id AND v.split = ''
       AND v.series IN ('plan', 'baseline')
     ORDER BY v.series, v.fiscal_year, v.version DESC), years AS (
    SELECT s.fiscal_year, s.series, avg(m.amount) AS mean, sum(m.amount) AS total
      FROM said s, LATERAL unnest(ARRAY[s.p01, s.p02, s.p03, s.p04, s.p05, s.p06,
                                        s.p07, s.p08, s.p09, s.p10, s.p11, s.p12]) AS m(amount)
     WHERE m.amount IS NOT NULL
     GROUP BY s.fiscal_year, s.series)
  SELECT CASE WHEN subject.nature = 'one_time'
           THEN (SELECT abs(coalesce(sum(y.total), 0)) FROM years y WHERE y.series = 'plan')
           ELSE (SELECT coalesce(max(abs(y.mean - CASE WHEN subject.is_level
                     THEN coalesce(b.mean, 0) ELSE 0 END)), 0) * 12
                   FROM years y LEFT JOIN years b
                     ON b.series = 'baseline' AND b.fiscal_year = y.fiscal_year
                  WHERE y.series = 'plan')
         END / power(10::numeric, subject.decimals)
$$;

CREATE FUNCTION assay_governed_value(organization bigint, measure bigint)
RETURNS TABLE (run_rate numeric, one_time numeric)
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT greatest(CASE WHEN m.size_unit = '' THEN abs(m.size) END,
                  sum(l.size) FILTER (WHERE l.nature = 'benefit' AND l.recurrence = 'recurring')),
         sum(l.size) FILTER (WHERE l.nature = 'one_time')
    FROM measures_measure m
    JOIN accounts_profile p ON p.organization_id = m.organization_id
    LEFT JOIN LATERAL (
      SELECT x.nature, x.recurrence, assay_line_size(x) AS size FROM measures_line x
       WHERE x.organization_id = m.organization_id AND x.measure_id = m.id
         AND x.removed_on IS NULL AND x.unit = 'money' AND x.currency = p.currency) l ON true
   WHERE m.organization_id = organization AND m.id = measure
   GROUP BY m.id, m.size, m.size_unit
$$;

CREATE FUNCTION assay_above_limit(subject measures_measure, rule jsonb) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(v.run_rate >= (rule -> 'steering' ->> 'run_rate')::numeric, false)
      OR coalesce(v.one_time >= (rule -> 'steering' ->> 'one_time')::numeric, false)
    FROM assay_governed_value(subject.organization_id, subject.id) v
$$;
"""

FLOORS = f"""
CREATE FUNCTION assay_scheme_places(document jsonb) RETURNS TABLE (stage integer, step integer)
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT (s.place - 1)::integer, step
    FROM jsonb_array_elements(document -> 'stages') WITH ORDINALITY AS s(rule, place),
         LATERAL generate_series(0, jsonb_array_length(s.rule -> 'steps')) AS step
   WHERE s.place > 1 OR step > 0
   ORDER BY 1, 2
$$;

CREATE FUNCTION assay_weakness_of_gate(rule jsonb, following jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE {PINNED} AS $$
DECLARE
  stage integer := (rule ->> 'stage')::integer;
  step integer := (rule ->> 'step')::integer;
  deciders text[] := ARRAY(SELECT d ->> 'role' FROM jsonb_array_elements(rule -> 'deciders') AS d);
  submitters text[] := ARRAY(SELECT jsonb_array_elements_text(rule -> 'submitters'));
BEGIN
  IF cardinality(deciders) = 0 OR NOT deciders <@
     ARRAY['lead', 'executive', 'steering', 'sponsor', 'controller'] THEN
    RETURN 'every gate needs a decider, and only leads, executives, the steering committee, '
      'sponsors and controllers decide.';
  END IF;
  IF EXISTS (SELECT 1 FROM assay_kept_apart() k
              WHERE k.act = assay_vote_act(stage) AND k.roles && deciders) THEN
    RETURN 'a role among its deciders is kept apart from deciding it.';
  END IF;
  IF step = 0 AND stage = 3 AND NOT deciders @> ARRAY['sponsor', 'controller'] THEN
    RETURN 'the stage committed is decided by sponsor and controller, whoever else decides.';
  END IF;
  IF step = 0 AND stage = 5 AND (deciders <> ARRAY['controller']
     OR jsonb_typeof(rule -> 'steering') = 'object') THEN
    RETURN 'the stage confirmed is decided by the controller alone.';
  END IF;
  IF cardinality(submitters) = 0 OR NOT submitters <@ ARRAY['owner', 'lead'] THEN
    RETURN 'a gate is submitted by the owner, the lead or both.';
  END IF;
  IF jsonb_typeof(rule -> 'fast_track') = 'object' AND (following IS NULL OR
     (step = 0 AND stage IN (3, 5)) OR
     ((following ->> 'step')::integer = 0 AND (following ->> 'stage')::integer IN (3, 5))) THEN
    RETURN 'the fast track never leads over the stages committed and confirmed.';
  END IF;
  IF coalesce((rule ->> 'due_days')::integer, 0) NOT BETWEEN 1 AND 60
     OR (jsonb_typeof(rule -> 'steering') = 'object'
         AND coalesce((rule -> 'steering' ->> 'quorum')::integer, 0) NOT BETWEEN 1 AND 20) THEN
    RETURN 'its due days or its quorum are out of reach.';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION assay_refuse_weak_scheme(document jsonb) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE found_weakness text;
BEGIN
  IF (SELECT array_agg(s ->> 'role') FROM jsonb_array_elements(document -> 'stages') AS s)
     IS DISTINCT FROM ARRAY['idea', 'sized', 'planned', 'committed', 'delivering', 'confirmed'] THEN
    found_weakness := 'the six stages keep their roles and their order.';
  ELSIF ARRAY(SELECT ROW(p.stage, p.step)::text FROM assay_scheme_places(document) p)
     IS DISTINCT FROM ARRAY(SELECT ROW((g ->> 'stage')::integer, (g ->> 'step')::integer)::text
       FROM jsonb_array_elements(document -> 'gates') AS g)
     OR jsonb_array_length(document -> 'stages' -> 5 -> 'steps') > 0 THEN
    found_weakness := 'there is one gate to each stage and step, in their order.';
  ELSE
    SELECT w.weakness INTO found_weakness FROM (
      SELECT g.place, assay_weakness_of_gate(g.rule, lead(g.rule) OVER (ORDER BY g.place))
             AS weakness
        FROM jsonb_array_elements(document -> 'gates') WITH ORDINALITY AS g(rule, place)) w
     WHERE w.weakness IS NOT NULL ORDER BY w.place LIMIT 1;
  END IF;
  IF found_weakness IS NOT NULL THEN
    RAISE EXCEPTION 'This gate scheme cannot stand: %', found_weakness
      USING ERRCODE = 'GV060', DETAIL = 'weak_scheme';
  END IF;
EXCEPTION WHEN data_exception OR null_value_not_allowed THEN
  RAISE EXCEPTION 'This gate scheme cannot be read: it needs stages and gates as the table has them.'
    USING ERRCODE = 'GV060', DETAIL = 'weak_scheme';
END $$;

CREATE FUNCTION assay_refuse_no_administrator(organization bigint, person bigint) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE day date := assay_today(organization);
BEGIN
  PERFORM 1 FROM hierarchy_seat s
    JOIN hierarchy_node n ON n.organization_id = organization AND n.id = s.node_id
    JOIN accounts_member p ON p.organization_id = organization AND p.id = s.member_id
   WHERE s.organization_id = organization AND s.member_id = person AND s.role = 'administrator'
     AND n.parent_id IS NULL AND p.left_on IS NULL
     AND s.valid_from <= day AND (s.valid_to IS NULL OR s.valid_to > day) FOR SHARE OF s;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The gates of an organization are changed by its administrators.'
      USING ERRCODE = 'GV061', DETAIL = 'not_an_administrator';
  END IF;
END $$;

CREATE FUNCTION assay_refuse_past_scheme(organization bigint, from_day date) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF from_day < assay_today(organization) THEN
    RAISE EXCEPTION 'A gate scheme holds from today or a later day on, never for what was decided.'
      USING ERRCODE = 'GV062', DETAIL = 'scheme_in_the_past';
  END IF;
END $$;

CREATE FUNCTION assay_guard_scheme_proposal() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE person bigint := assay_governor();
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('assay:scheme', NEW.organization_id));
  PERFORM assay_refuse_no_administrator(NEW.organization_id, person);
  PERFORM assay_refuse_weak_scheme(NEW.document);
  IF NOT NEW.is_withdrawn THEN
    PERFORM assay_refuse_past_scheme(NEW.organization_id, NEW.effective_from);
  END IF;
  NEW.proposed_by_id := person;
  NEW.proposed_at := assay_now();
  SELECT max(version) INTO NEW.based_on FROM governance_scheme
   WHERE organization_id = NEW.organization_id;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_scheme() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint;
  proposal governance_schemeproposal;
BEGIN
  NEW.confirmed_at := assay_now();
  -- The built-in version is written by the database itself, when an organization is founded.
  IF current_user = 'assay_audit_owner' AND NEW.version = 1 THEN
    RETURN NEW;
  END IF;
  person := assay_governor();
  PERFORM pg_advisory_xact_lock(hashtextextended('assay:scheme', NEW.organization_id));
  PERFORM assay_refuse_no_administrator(NEW.organization_id, person);
  SELECT * INTO proposal FROM governance_schemeproposal
   WHERE organization_id = NEW.organization_id ORDER BY id DESC LIMIT 1;
  IF proposal.id IS DISTINCT FROM NEW.proposal_id OR proposal.is_withdrawn
     OR NEW.document IS DISTINCT FROM proposal.document
     OR EXISTS (SELECT 1 FROM governance_scheme s
                 WHERE s.organization_id = NEW.organization_id AND s.proposal_id = proposal.id) THEN
    RAISE EXCEPTION 'What was proposed has changed since it was shown. Reload and read it again.'
      USING ERRCODE = 'GV064', DETAIL = 'proposal_changed';
  END IF;
  IF person = proposal.proposed_by_id THEN
    RAISE EXCEPTION 'A change of the gates is confirmed by a second administrator, not by whoever '
      'proposed it.' USING ERRCODE = 'GV063', DETAIL = 'own_proposal';
  END IF;
  PERFORM assay_refuse_weak_scheme(proposal.document);
  PERFORM assay_refuse_past_scheme(NEW.organization_id, proposal.effective_from);
  SELECT max(version) + 1 INTO NEW.version FROM governance_scheme
   WHERE organization_id = NEW.organization_id;
  NEW.reason := proposal.reason;
  NEW.effective_from := proposal.effective_from;
  NEW.proposed_by_id := proposal.proposed_by_id;
  NEW.proposed_at := proposal.proposed_at;
  NEW.confirmed_by_id := person;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_found_scheme() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  INSERT INTO governance_scheme (organization_id, version, document, reason, effective_from)
  VALUES (NEW.organization_id, 1, assay_default_scheme(), '', DATE '1900-01-01');
  RETURN NULL;
END $$;
"""

# --- What a request is bound to -------------------------------------------------------------------

# Of the gate's rule all that an approval stands on; a changed due date or name voids nothing.
DOCUMENT = f"""
DROP FUNCTION assay_gate_digest(bigint, bigint, integer);
DROP FUNCTION assay_gate_document(bigint, bigint, integer);

CREATE FUNCTION assay_gate_document(
  organization bigint, measure bigint,
  from_stage integer, from_step integer, to_stage integer, to_step integer)
RETURNS jsonb LANGUAGE sql STABLE {PINNED} AS $$
  SELECT jsonb_build_object(
           'gate', to_stage, 'step', to_step,
           'rules', (SELECT jsonb_agg(p.rule - 'due_days' - 'fast_track')
                       FROM assay_passed_gates(organization, assay_gate_scheme(organization),
                              from_stage, from_step, to_stage, to_step) p),
           'owner', m.owner_id, 'sponsor', m.sponsor_id, 'controller', m.controller_id,
           'size', m.size, 'size_unit', m.size_unit, 'effect', m.effect_type,
           'lines', assay_lines_document(organization, measure),
           'milestones', assay_milestones_document(organization, measure),
           'approved', CASE WHEN to_stage = 5
                         THEN assay_figures_document(organization, measure) END)
    FROM measures_measure m WHERE m.organization_id = organization AND m.id = measure
$$;

CREATE FUNCTION assay_gate_digest(
  organization bigint, measure bigint,
  from_stage integer, from_step integer, to_stage integer, to_step integer)
RETURNS text LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_digest(assay_gate_document(organization, measure, from_stage, from_step,
                                          to_stage, to_step))
$$;

CREATE FUNCTION assay_request_digest(asked governance_gaterequest) RETURNS text
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_gate_digest(asked.organization_id, asked.measure_id, asked.from_stage,
                           asked.from_step, asked.gate, asked.step)
$$;
"""

REQUEST = f"""
CREATE FUNCTION assay_submits(
  subject measures_measure, person bigint, rule jsonb) RETURNS boolean
LANGUAGE plpgsql {PINNED} AS $$
DECLARE submitters text[] := ARRAY(SELECT jsonb_array_elements_text(rule -> 'submitters'));
BEGIN
  RETURN ('owner' = ANY (submitters) AND subject.owner_id IS NOT DISTINCT FROM person)
      OR ('lead' = ANY (submitters) AND 'lead' = ANY (assay_seats(subject, person)));
END $$;

CREATE FUNCTION assay_passage_of(
  subject measures_measure, to_stage integer, to_step integer) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE {PINNED} AS $$
DECLARE passed jsonb[];
BEGIN
  passed := ARRAY(SELECT p.rule FROM assay_passed_gates(subject.organization_id,
    assay_gate_scheme(subject.organization_id), subject.stage, subject.step, to_stage, to_step) p);
  -- One gate, or the fast track of a small measure over two.
  IF cardinality(passed) = 1
     OR (cardinality(passed) = 2 AND EXISTS (
           SELECT 1 FROM assay_governed_value(subject.organization_id, subject.id) v
            WHERE v.run_rate < (passed[1] -> 'fast_track' ->> 'below')::numeric)) THEN
    IF (passed[cardinality(passed)] ->> 'stage')::integer = to_stage
       AND (passed[cardinality(passed)] ->> 'step')::integer = to_step THEN
      RETURN QUERY SELECT unnest(passed);
    END IF;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_gate_request() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  passed jsonb[];
  latest date;
BEGIN
  IF NOT assay_may(subject, person, 'submit') THEN
    RAISE EXCEPTION 'A gate is submitted by the owner of the measure or a lead above it.'
      USING ERRCODE = 'GV015', DETAIL = 'not_a_submitter';
  END IF;
  passed := ARRAY(SELECT assay_passage_of(subject, NEW.gate, NEW.step));
  IF subject.lifecycle <> 'active' OR cardinality(passed) = 0 THEN
    RAISE EXCEPTION 'This is not the next gate: stages are passed one by one, while active.'
      USING ERRCODE = 'GV014', DETAIL = 'gate_not_now';
  END IF;
  IF EXISTS (SELECT 1 FROM unnest(passed) AS rule
              WHERE NOT assay_submits(subject, person, rule)) THEN
    RAISE EXCEPTION 'This gate is submitted by another role than yours: the gate scheme names it.'
      USING ERRCODE = 'GV015', DETAIL = 'not_a_submitter';
  END IF;
  SELECT assay_working_days_after(assay_today(NEW.organization_id),
                                  max((rule ->> 'due_days')::integer))
    INTO latest FROM unnest(passed) AS rule;
  NEW.state := 'open';
  NEW.scheme_version := assay_gate_scheme(NEW.organization_id);
  NEW.from_stage := subject.stage;
  NEW.from_step := subject.step;
  NEW.above_limit := EXISTS (SELECT 1 FROM unnest(passed) AS rule
                              WHERE assay_above_limit(subject, rule));
  NEW.due_on := least(NEW.due_on, latest);
  NEW.requested_by_id := person;
  NEW.requested_at := assay_now();
  NEW.owner_at_request_id := subject.owner_id;
  NEW.sponsor_at_request_id := subject.sponsor_id;
  NEW.controller_at_request_id := subject.controller_id;
  NEW.snapshot := assay_gate_document(NEW.organization_id, NEW.measure_id, NEW.from_stage,
                                      NEW.from_step, NEW.gate, NEW.step);
  NEW.digest := assay_digest(NEW.snapshot);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_gate_request_state() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
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
  ELSIF NEW.state <> 'void' OR OLD.digest = assay_request_digest(OLD) THEN
    RAISE EXCEPTION 'A request is settled by its votes, not by hand.'
      USING ERRCODE = 'GV016', DETAIL = 'request_is_fixed';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_refuse_unfit_request(
  asked governance_gaterequest, subject measures_measure) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF asked.state <> 'open' THEN
    RAISE EXCEPTION 'This request is % already.', asked.state
      USING ERRCODE = 'GV020', DETAIL = 'request_not_open';
  END IF;
  IF subject.lifecycle <> 'active'
     OR (asked.from_stage, asked.from_step) <> (subject.stage, subject.step) THEN
    RAISE EXCEPTION 'This is not the next gate: stages are passed one by one, while active.'
      USING ERRCODE = 'GV014', DETAIL = 'gate_not_now';
  END IF;
  IF asked.digest <> assay_request_digest(asked) THEN
    RAISE EXCEPTION 'Values, baseline, people, criteria or evidence have changed since this gate '
      'was requested, so its votes no longer count. It can be submitted again.'
      USING ERRCODE = 'GV019', DETAIL = 'stale_request';
  END IF;
END $$;
"""

# --- Votes and decisions --------------------------------------------------------------------------

VOTE = f"""
CREATE FUNCTION assay_refuse_no_decider(
  asked governance_gaterequest, subject measures_measure, person bigint, wanted text)
RETURNS void LANGUAGE plpgsql {PINNED} AS $$
DECLARE duty text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM assay_required_votes(asked) v WHERE v.role = wanted)
     OR NOT wanted = ANY (CASE WHEN wanted IN ('sponsor', 'controller')
                            THEN assay_named(subject, person)
                            ELSE assay_seats(subject, person) END) THEN
    RAISE EXCEPTION 'This gate is decided by other roles than yours: the gate table names them.'
      USING ERRCODE = 'GV018', DETAIL = 'not_a_decider';
  END IF;
  FOR duty IN SELECT DISTINCT v.act FROM assay_required_votes(asked) v LOOP
    PERFORM assay_refuse_barred(subject, person, duty);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_vote() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  asked governance_gaterequest;
  subject measures_measure;
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
  PERFORM assay_refuse_no_decider(asked, subject, person, NEW.role);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_votes_complete(asked governance_gaterequest) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT EXISTS (SELECT 1 FROM assay_required_votes(asked))
     AND NOT EXISTS (SELECT 1 FROM assay_required_votes(asked) v
          WHERE v.quorum > (SELECT count(*) FROM governance_vote b
                WHERE b.organization_id = asked.organization_id AND b.request_id = asked.id
                  AND b.role = v.role AND b.choice = 'approve' AND b.digest = asked.digest))
     AND NOT EXISTS (SELECT 1 FROM governance_vote b
                WHERE b.organization_id = asked.organization_id AND b.request_id = asked.id
                  AND b.choice <> 'approve')
$$;

CREATE OR REPLACE FUNCTION assay_guard_decision() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
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
  NEW.from_stage := asked.from_stage;
  NEW.from_step := asked.from_step;
  NEW.to_stage := asked.gate;
  NEW.to_step := asked.step;
  NEW.decided_by_id := person;
  NEW.decided_at := assay_now();
  RETURN NEW;
END $$;

DROP FUNCTION assay_gate_scheme();
DROP FUNCTION assay_required_votes();
"""

# --- Stages ---------------------------------------------------------------------------------------

STAGE = f"""
DROP FUNCTION assay_unused_decision(measures_measure, integer);

CREATE FUNCTION assay_unused_decision(
  subject measures_measure, to_stage integer, to_step integer) RETURNS bigint
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT d.id FROM governance_decision d
    JOIN governance_gaterequest r
      ON r.organization_id = d.organization_id AND r.id = d.request_id
   WHERE d.organization_id = subject.organization_id AND d.measure_id = subject.id
     AND d.outcome = 'advance'
     AND (d.from_stage, d.from_step) = (subject.stage, subject.step)
     AND (d.to_stage, d.to_step)
         = (assay_unused_decision.to_stage, assay_unused_decision.to_step)
     AND r.digest = assay_request_digest(r)
     AND NOT EXISTS (SELECT 1 FROM governance_stagepassage p
          WHERE p.organization_id = d.organization_id AND p.decision_id = d.id)
   ORDER BY d.id DESC LIMIT 1
$$;

CREATE FUNCTION assay_refuse_stage(before measures_measure, after measures_measure) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF before.lifecycle <> 'active'
     OR after.lifecycle <> (CASE WHEN after.stage = 5 THEN 'closed' ELSE 'active' END)
     OR assay_unused_decision(before, after.stage, after.step) IS NULL THEN
    RAISE EXCEPTION 'A stage is entered by the decision of its gate, one by one.'
      USING ERRCODE = 'GV010', DETAIL = 'stage_needs_a_decision';
  END IF;
  IF after.stage = 5 THEN
    PERFORM assay_refuse_unproven(before);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_stage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  taken governance_takeover;
  -- The day of Decided is set by the measure's own guard, which comes first.
  kept text[] := ARRAY['stage', 'step', 'lifecycle', 'version', 'taken_over_on', 'decided_on'];
BEGIN
  PERFORM assay_governor();
  IF to_jsonb(NEW) - kept <> to_jsonb(OLD) - kept THEN
    RAISE EXCEPTION 'A stage or lifecycle changes alone: nothing else in the same statement.'
      USING ERRCODE = 'GV011', DETAIL = 'stage_moves_alone';
  END IF;
  taken := assay_current_take_over(OLD);
  IF taken.id IS NOT NULL AND OLD.stage = 0 AND NEW.stage IN (0, taken.to_stage)
     AND (OLD.step, NEW.step) = (0, 0) AND NEW.lifecycle = OLD.lifecycle THEN
    RETURN NEW;
  END IF;
  IF NEW.taken_over_on IS DISTINCT FROM OLD.taken_over_on THEN
    RAISE EXCEPTION 'A take-over belongs to the act that brings the measure in.'
      USING ERRCODE = 'GV025', DETAIL = 'take_over_only_at_creation';
  END IF;
  IF (NEW.stage, NEW.step) <> (OLD.stage, OLD.step) THEN
    PERFORM assay_refuse_stage(OLD, NEW);
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

CREATE OR REPLACE FUNCTION assay_guard_begin() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NEW.step <> 0 THEN
    RAISE EXCEPTION 'A measure begins at Defined and active.'
      USING ERRCODE = 'GV006', DETAIL = 'measure_begins_at_defined';
  END IF;
  RAISE EXCEPTION 'A take-over belongs to the act that brings the measure in.'
    USING ERRCODE = 'GV025', DETAIL = 'take_over_only_at_creation';
END $$;

CREATE OR REPLACE FUNCTION assay_record_passage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
  taken governance_takeover := assay_current_take_over(OLD);
  decided bigint;
BEGIN
  IF taken.id IS NULL THEN
    decided := assay_unused_decision(OLD, NEW.stage, NEW.step);
    INSERT INTO governance_stagepassage
      (organization_id, measure_id, stage, step, entered_on, decision_id, entered_by_id)
    SELECT NEW.organization_id, NEW.id, p.stage, p.step, assay_today(NEW.organization_id),
           decided, assay_actor()
      FROM governance_decision d
      JOIN governance_gaterequest r
        ON r.organization_id = d.organization_id AND r.id = d.request_id,
           LATERAL assay_passed_gates(d.organization_id, r.scheme_version,
             OLD.stage, OLD.step, NEW.stage, NEW.step) p
     WHERE d.organization_id = NEW.organization_id AND d.id = decided;
    RETURN NULL;
  END IF;
  INSERT INTO governance_stagepassage
    (organization_id, measure_id, stage, step, entered_on, take_over_id, entered_by_id)
  SELECT NEW.organization_id, NEW.id, reached, 0,
         coalesce((taken.stage_dates ->> reached::text)::date, assay_today(NEW.organization_id)),
         taken.id, assay_actor()
    FROM generate_series(1, NEW.stage) AS reached
   WHERE reached = NEW.stage OR taken.stage_dates ->> reached::text IS NOT NULL;
  RETURN NULL;
END $$;
"""

MEASURE_TRIGGERS = (
    (
        "guard_begin",
        "BEFORE INSERT",
        "NEW.taken_over_on IS NOT NULL OR NEW.step <> 0",
        "assay_guard_begin",
    ),
    (
        "guard_stage",
        "BEFORE UPDATE",
        "(OLD.stage, OLD.step, OLD.lifecycle, OLD.taken_over_on)"
        " IS DISTINCT FROM (NEW.stage, NEW.step, NEW.lifecycle, NEW.taken_over_on)",
        "assay_guard_stage",
    ),
    (
        "record_passage",
        "AFTER UPDATE",
        "(OLD.stage, OLD.step) <> (NEW.stage, NEW.step)",
        "assay_record_passage",
    ),
)
SCHEME_TRIGGERS = (
    ("guard", "BEFORE INSERT", "governance_scheme", "assay_guard_scheme"),
    ("guard", "BEFORE INSERT", "governance_schemeproposal", "assay_guard_scheme_proposal"),
    ("found_scheme", "AFTER INSERT", "accounts_profile", "assay_found_scheme"),
)
OPEN_FUNCTIONS = (
    "assay_default_scheme()",
    "assay_gate_scheme(bigint)",
    "assay_vote_act(integer)",
    "assay_passed_gates(bigint, integer, integer, integer, integer, integer)",
    "assay_required_votes(governance_gaterequest)",
    "assay_working_days_after(date, integer)",
    "assay_line_size(measures_line)",
    "assay_governed_value(bigint, bigint)",
    "assay_above_limit(measures_measure, jsonb)",
    "assay_scheme_places(jsonb)",
    "assay_weakness_of_gate(jsonb, jsonb)",
    "assay_refuse_weak_scheme(jsonb)",
    "assay_refuse_no_administrator(bigint, bigint)",
    "assay_refuse_past_scheme(bigint, date)",
    "assay_guard_scheme_proposal()",
    "assay_guard_scheme()",
    "assay_gate_document(bigint, bigint, integer, integer, integer, integer)",
    "assay_gate_digest(bigint, bigint, integer, integer, integer, integer)",
    "assay_request_digest(governance_gaterequest)",
    "assay_submits(measures_measure, bigint, jsonb)",
    "assay_passage_of(measures_measure, integer, integer)",
    "assay_refuse_no_decider(governance_gaterequest, measures_measure, bigint, text)",
    "assay_unused_decision(measures_measure, integer, integer)",
    "assay_refuse_stage(measures_measure, measures_measure)",
)
CLOSED_FUNCTIONS = ("assay_found_scheme()",)

# What was founded before there were schemes gets the version it has lived by; nobody's act, so
# nothing for the ledger.
EXISTING = """
ALTER TABLE governance_scheme DISABLE TRIGGER history;
DO $$
DECLARE each bigint;
BEGIN
  FOR each IN SELECT id FROM accounts_organization LOOP
    PERFORM set_config('app.organization', each::text, true);
    INSERT INTO governance_scheme (organization_id, version, document, reason, effective_from)
    SELECT each, 1, assay_default_scheme(), '', DATE '1900-01-01'
      FROM accounts_profile WHERE organization_id = each;
  END LOOP;
  PERFORM set_config('app.organization', '', true);
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE governance_scheme ENABLE ALWAYS TRIGGER history;
"""


def triggers() -> str:
    """Return the statements that bind the guards and hand all to the audit owner."""
    statements = []
    for name, event, condition, function in MEASURE_TRIGGERS:
        statements.append(
            f"DROP TRIGGER {name} ON measures_measure;"
            f"CREATE TRIGGER {name} {event} ON measures_measure FOR EACH ROW"
            f" WHEN ({condition}) EXECUTE FUNCTION {function}();"
            f"ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER {name};"
        )
    for name, event, table, function in SCHEME_TRIGGERS:
        statements.append(
            f"CREATE TRIGGER {name} {event} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}();"
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        )
    statements.append("GRANT INSERT ON governance_scheme TO assay_audit_owner;")
    for function in OPEN_FUNCTIONS:
        statements.append(
            f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner, assay_audit_owner;"
        )
    for function in (*OPEN_FUNCTIONS, *CLOSED_FUNCTIONS):
        statements.append(f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;")
    return "\n".join(statements)


class Migration(migrations.Migration):
    dependencies = [("governance", "0007_schemes")]
    operations = [
        *(
            migrations.RunSQL(functions)
            for functions in (SCHEME, FLOORS, EXISTING, DOCUMENT, REQUEST, VOTE, STAGE)
        ),
        migrations.RunSQL(triggers()),
    ]
