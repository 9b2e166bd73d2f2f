"""What closes a measure is worked out by the database as well: nobody's word decides an outcome.

The proof window, the share achieved, the evidence and the budget of each line are judged anew from
the approved figures (domain-rules §6), as governance.rules.closure judges them; a property test
holds both equal. A closing has its certificate by the end of its transaction.
"""

import importlib

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"
DEPUTIES = importlib.import_module("governance.migrations.0011_deputies")
ROLLBACK = importlib.import_module("governance.migrations.0017_rollback_guards")
PERIODS = ", ".join(f"v.p{number:02d}" for number in range(1, 13))

RULES = f"""
-- The kinds of file of which one proves a line; a line that is not listed needs none.
CREATE FUNCTION assay_fitting_proofs() RETURNS TABLE (nature text, effect_type text, kinds text[])
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT n, e, CASE
      WHEN n <> 'benefit' OR e = 'mandatory' OR e = 'cash'
        THEN ARRAY['invoice_set', 'ledger_extract']
      WHEN e = 'hard' THEN ARRAY['budget_cut', 'contract_volume', 'headcount_list', 'invoice_set',
                                 'ledger_extract']
      ELSE ARRAY['contract_volume', 'headcount_list', 'invoice_set', 'ledger_extract'] END
    FROM unnest(ARRAY['benefit', 'running', 'one_time']) AS n,
         unnest(ARRAY['hard', 'avoidance', 'cash', 'qualitative', 'mandatory']) AS e
   WHERE n <> 'benefit' OR e <> 'qualitative'
$$;
"""

# A month is at full effect when it ends on or after the day given, and closed when it is over.
WINDOW = f"""
CREATE FUNCTION assay_line_months(organization bigint, line bigint)
RETURNS TABLE (fiscal_year integer, period integer, plan bigint, baseline bigint, approved bigint,
               is_pending boolean, ends_before date)
LANGUAGE sql STABLE {PINNED} AS $$
  WITH latest AS (
    SELECT DISTINCT ON (v.series, v.fiscal_year) v.series, v.fiscal_year,
           ARRAY[{PERIODS}] AS amounts
      FROM measures_seriesversion v
     WHERE v.organization_id = organization AND v.line_id = line AND v.split = ''
       AND v.series IN ('plan', 'baseline', 'actual')
     ORDER BY v.series, v.fiscal_year, v.version DESC),
  said AS (
    SELECT l.fiscal_year::integer AS year, at.place::integer AS place, l.series::text, at.amount
      FROM latest l, unnest(l.amounts) WITH ORDINALITY AS at(amount, place)
     UNION ALL
    SELECT c.fiscal_year, c.period, 'pending', c.amount FROM measures_actualclaim c
     WHERE c.organization_id = organization AND c.line_id = line AND c.state = 'submitted')
  SELECT s.year, s.place, max(s.amount) FILTER (WHERE s.series = 'plan'),
         max(s.amount) FILTER (WHERE s.series = 'baseline'),
         max(s.amount) FILTER (WHERE s.series = 'actual'),
         count(*) FILTER (WHERE s.series = 'pending') > 0,
         assay_month_begins(organization, s.year + s.place / 12, s.place % 12 + 1)
    FROM said s WHERE s.amount IS NOT NULL GROUP BY s.year, s.place
$$;

CREATE FUNCTION assay_months_needed(line measures_line) RETURNS integer
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT CASE WHEN line.is_seasonal
    THEN assay_number_in_force(line.organization_id, 'seasonal_proof_months', 6)
    ELSE assay_number_in_force(line.organization_id, 'proof_months', 3) END::integer
$$;

CREATE FUNCTION assay_proof_window(line measures_line)
RETURNS TABLE (fiscal_year integer, period integer, plan bigint, baseline bigint, approved bigint,
               is_pending boolean)
LANGUAGE plpgsql STABLE {PINNED} AS $$
BEGIN
  IF line.recurrence = 'one_off' THEN
    RETURN QUERY SELECT m.fiscal_year, m.period, m.plan, m.baseline, m.approved, m.is_pending
      FROM assay_line_months(line.organization_id, line.id) m
     WHERE m.plan IS NOT NULL OR m.approved IS NOT NULL OR m.is_pending;
    RETURN;
  END IF;
  RETURN QUERY SELECT m.fiscal_year, m.period, m.plan, m.baseline, m.approved, m.is_pending
    FROM assay_line_months(line.organization_id, line.id) m
   WHERE m.plan IS NOT NULL AND m.ends_before > line.full_effect_on
     AND m.ends_before <= assay_today(line.organization_id)
   ORDER BY m.fiscal_year DESC, m.period DESC LIMIT assay_months_needed(line);
END $$;

CREATE FUNCTION assay_is_line_proven(line measures_line) RETURNS boolean
LANGUAGE plpgsql STABLE {PINNED} AS $$
DECLARE
  is_bounded boolean := line.recurrence = 'one_off';
  months integer;
  bare integer;
  approved_months integer;
BEGIN
  SELECT count(*), count(w.approved), count(*) FILTER (WHERE w.is_pending
           OR w.approved IS NULL AND NOT is_bounded OR line.is_level AND w.baseline IS NULL)
    INTO months, approved_months, bare FROM assay_proof_window(line) w;
  IF is_bounded THEN
    RETURN bare = 0 AND approved_months > 0 AND EXISTS (SELECT 1 FROM measures_actualclaim c
      WHERE c.organization_id = line.organization_id AND c.line_id = line.id
        AND c.state = 'approved' AND c.is_final);
  END IF;
  RETURN bare = 0 AND months >= assay_months_needed(line);
END $$;

CREATE FUNCTION assay_has_proof(line measures_line, stated text) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce((
    SELECT coalesce(stated = ANY (p.kinds), false) OR coalesce((
        SELECT bool_and(coalesce(e.kind = ANY (p.kinds), false)) FROM assay_proof_window(line) w
          LEFT JOIN measures_actualclaim c ON c.organization_id = line.organization_id
           AND c.line_id = line.id AND c.fiscal_year = w.fiscal_year AND c.period = w.period
           AND c.state = 'approved'
          LEFT JOIN measures_evidence e
            ON e.organization_id = c.organization_id AND e.id = c.evidence_id
         WHERE w.approved IS NOT NULL), false)
      FROM assay_fitting_proofs() p
     WHERE p.nature = line.nature AND p.effect_type = line.effect_type), true)
$$;

-- What was gained of what was wanted, favourable upwards; exact, so that no share is rounded.
CREATE FUNCTION assay_gain(line measures_line, OUT gained numeric, OUT wanted numeric)
LANGUAGE plpgsql STABLE {PINNED} AS $$
DECLARE
  plan numeric;
  approved numeric;
  base numeric;
  sign integer := CASE line.direction WHEN 'less' THEN -1 ELSE 1 END;
BEGIN
  SELECT coalesce(sum(w.plan), 0), coalesce(sum(w.approved), 0),
         CASE WHEN line.is_level THEN coalesce(sum(w.baseline), 0) ELSE 0 END
    INTO plan, approved, base FROM assay_proof_window(line) w;
  plan := plan - base;
  approved := approved - base;
  wanted := abs(plan);
  IF plan = 0 THEN
    wanted := 1;
    gained := CASE WHEN line.direction = 'exact' THEN (approved = 0)::integer
                   ELSE (sign * approved >= 0)::integer END;
  ELSIF line.direction = 'exact' THEN
    gained := wanted - abs(approved - plan);
  ELSIF line.is_level THEN
    gained := approved * sign(plan);
  ELSE
    gained := wanted + sign * (approved - plan);
  END IF;
END $$;
"""

OUTCOME = f"""
CREATE FUNCTION assay_proven_outcome(organization bigint, measure bigint) RETURNS text
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT CASE
      WHEN count(*) FILTER (WHERE NOT assay_is_line_proven(l)) > 0 THEN 'unproven'
      WHEN count(*) FILTER (WHERE l.nature = 'benefit') > 0
       AND count(*) FILTER (WHERE l.nature = 'benefit' AND g.gained > 0) = 0 THEN 'cancel_only'
      WHEN count(*) FILTER (WHERE l.nature = 'benefit' AND g.gained < 0.50 * g.wanted) > 0
        THEN 'steering'
      WHEN count(*) FILTER (WHERE g.gained < g.wanted
             * assay_number_in_force(organization, 'closing_achieved', 0.90)) > 0 THEN 'shortfall'
      ELSE 'achieved' END
    FROM measures_line l, LATERAL assay_gain(l) g
   WHERE l.organization_id = organization AND l.measure_id = measure AND l.removed_on IS NULL
$$;

CREATE FUNCTION assay_refuse_unready(subject measures_measure) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  one text;
  stated jsonb := assay_statements_document(subject.organization_id, subject.id);
BEGIN
  SELECT m.name INTO one FROM measures_milestone m
   WHERE m.organization_id = subject.organization_id AND m.measure_id = subject.id
     AND m.removed_on IS NULL AND m.is_mandatory AND m.actual_end IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The milestone “%” is open: what is mandatory is done before the closing.', one
      USING ERRCODE = 'GV089', DETAIL = 'closing_milestone_open';
  END IF;
  SELECT l.name INTO one FROM measures_line l
   WHERE l.organization_id = subject.organization_id AND l.measure_id = subject.id
     AND l.removed_on IS NULL AND NOT assay_has_proof(l, (
       SELECT s ->> 'kind' FROM jsonb_array_elements(stated) s
        WHERE (s ->> 'line')::bigint = l.id)) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The line “%” is not proven by a file of the kind that its method demands.', one
      USING ERRCODE = 'GV089', DETAIL = 'closing_without_evidence';
  END IF;
  SELECT l.name INTO one FROM measures_line l
   WHERE l.organization_id = subject.organization_id AND l.measure_id = subject.id
     AND l.removed_on IS NULL AND l.nature = 'benefit' AND l.effect_type = 'hard'
     AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(stated) s
          WHERE (s ->> 'line')::bigint = l.id AND s ->> 'budget' <> '') LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'It is not said what became of the budget of the line “%”.', one
      USING ERRCODE = 'GV089', DETAIL = 'closing_without_budget';
  END IF;
END $$;

CREATE FUNCTION assay_refuse_other_outcome(
  subject measures_measure, said text, needs_steering boolean) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE proven text := assay_proven_outcome(subject.organization_id, subject.id);
BEGIN
  IF proven = 'unproven' THEN
    RAISE EXCEPTION 'Months of the proof window are not approved yet, so nothing is proven.'
      USING ERRCODE = 'GV089', DETAIL = 'closing_unproven';
  END IF;
  IF proven = 'cancel_only' THEN
    RAISE EXCEPTION 'Nothing of the planned value is proven: the only way out is to cancel.'
      USING ERRCODE = 'GV089', DETAIL = 'closing_of_nothing';
  END IF;
  IF said <> (CASE proven WHEN 'achieved' THEN 'achieved' ELSE 'shortfall' END)
     OR needs_steering <> (proven = 'steering') THEN
    RAISE EXCEPTION 'The approved figures prove another outcome than the one confirmed: %.', proven
      USING ERRCODE = 'GV089', DETAIL = 'closing_of_another_outcome';
  END IF;
END $$;
"""

CLOSURE = ROLLBACK.replaced(
    ROLLBACK.function(DEPUTIES.CLOSURE, "assay_guard_closure"),
    "  NEW.confirmed_by_id := person;\n",
    "  PERFORM assay_refuse_unready(subject);\n"
    "  PERFORM assay_refuse_other_outcome(subject, NEW.outcome, NEW.needs_steering);\n"
    "  NEW.confirmed_by_id := person;\n",
) + ROLLBACK.replaced(
    ROLLBACK.function(DEPUTIES.CLOSURE, "assay_refuse_unproven"),
    "  PERFORM assay_refuse_unsigned_shortfall(subject, latest);\n",
    # The proof window may have moved on since it was confirmed.
    "  PERFORM assay_refuse_unready(subject);\n"
    "  PERFORM assay_refuse_other_outcome(subject, latest.outcome, latest.needs_steering);\n"
    "  PERFORM assay_refuse_unsigned_shortfall(subject, latest);\n",
)

CERTIFIED = f"""
CREATE FUNCTION assay_refuse_uncertified() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM governance_closurecertificate c
       WHERE c.organization_id = NEW.organization_id
         AND c.confirmation_id = (assay_latest_confirmation(NEW)).id) THEN
    RAISE EXCEPTION 'A closing has its certificate by the end of its act.'
      USING ERRCODE = 'GV089', DETAIL = 'closing_without_certificate';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER closing_is_certified AFTER UPDATE ON measures_measure
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.stage = 5 AND OLD.stage < 5)
  EXECUTE FUNCTION assay_refuse_uncertified();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER closing_is_certified;
"""

FUNCTIONS = (
    "assay_fitting_proofs()",
    "assay_line_months(bigint, bigint)",
    "assay_months_needed(measures_line)",
    "assay_proof_window(measures_line)",
    "assay_is_line_proven(measures_line)",
    "assay_has_proof(measures_line, text)",
    "assay_gain(measures_line)",
    "assay_proven_outcome(bigint, bigint)",
    "assay_refuse_unready(measures_measure)",
    "assay_refuse_other_outcome(measures_measure, text, boolean)",
    "assay_refuse_uncertified()",
)
HAND_OVER = "".join(
    f"GRANT EXECUTE ON FUNCTION {each} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {each} OWNER TO assay_audit_owner;"
    for each in FUNCTIONS
)


class Migration(migrations.Migration):
    dependencies = [("governance", "0020_premises")]
    operations = [
        migrations.RunSQL(each) for each in (RULES, WINDOW, OUTCOME, CLOSURE, CERTIFIED, HAND_OVER)
    ]
