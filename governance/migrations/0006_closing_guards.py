"""Guards of closing: no shortfall is closed unsigned, below half not without steering, none unbooked.

The tables of duties and rights get the new acts; a test holds them equal to accounts.rules.
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
    ('countersign_shortfall', ARRAY['administrator', 'controller', 'owner']),
    ('approve_shortfall', ARRAY['administrator', 'controller', 'owner', 'sponsor']),
    ('reopen', ARRAY['administrator', 'owner']),
    ('check_sustainment', ARRAY['administrator', 'lead', 'owner', 'sponsor']),
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
    ('take_over', ARRAY['administrator'], ARRAY[]::text[]),
    ('countersign_shortfall', ARRAY[]::text[], ARRAY['sponsor']),
    ('approve_shortfall', ARRAY['steering'], ARRAY[]::text[]),
    ('reopen', ARRAY[]::text[], ARRAY['controller', 'sponsor']),
    ('check_sustainment', ARRAY['controller'], ARRAY['controller']),
    ('state_line', ARRAY['lead'], ARRAY['controller', 'owner'])
$$;
"""

# What a file proves and what became of a budget is confirmed together with the figures.
DOCUMENTS = f"""
CREATE FUNCTION assay_statements_document(organization bigint, measure bigint) RETURNS jsonb
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('line', s.line_id, 'evidence', e.sha256,
           'kind', e.kind, 'budget', s.budget) ORDER BY s.line_id), '[]')
    FROM (SELECT DISTINCT ON (x.line_id) x.* FROM governance_linestatement x
           WHERE x.organization_id = organization AND x.measure_id = measure
           ORDER BY x.line_id, x.id DESC) s
    LEFT JOIN measures_evidence e
      ON e.organization_id = s.organization_id AND e.id = s.evidence_id
$$;

CREATE OR REPLACE FUNCTION assay_figures_digest(organization bigint, measure bigint) RETURNS text
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_digest(jsonb_build_object(
    'approved', assay_figures_document(organization, measure),
    'stated', assay_statements_document(organization, measure)))
$$;

CREATE FUNCTION assay_latest_confirmation(subject measures_measure)
RETURNS governance_closureconfirmation LANGUAGE sql STABLE {PINNED} AS $$
  SELECT c.* FROM governance_closureconfirmation c
   WHERE c.organization_id = subject.organization_id AND c.measure_id = subject.id
   ORDER BY c.id DESC LIMIT 1
$$;
"""

CLOSURE = f"""
CREATE OR REPLACE FUNCTION assay_guard_closure() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
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
  NEW.figures_digest := assay_figures_digest(NEW.organization_id, NEW.measure_id);
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_refuse_unproven(subject measures_measure) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE latest governance_closureconfirmation := assay_latest_confirmation(subject);
BEGIN
  IF latest.id IS NULL OR latest.confirmed_by_id IS DISTINCT FROM subject.controller_id
     OR latest.figures_digest
        <> assay_figures_digest(subject.organization_id, subject.id) THEN
    RAISE EXCEPTION 'Closing needs the controller''s confirmation of exactly the figures '
      'approved now.' USING ERRCODE = 'GV013', DETAIL = 'closing_needs_confirmation';
  END IF;
  PERFORM assay_refuse_unsigned_shortfall(subject, latest);
END $$;

CREATE FUNCTION assay_refuse_unsigned_shortfall(
  subject measures_measure, latest governance_closureconfirmation) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
DECLARE given integer;
BEGIN
  IF latest.outcome <> 'shortfall' THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM governance_shortfallapproval a
      WHERE a.organization_id = subject.organization_id AND a.confirmation_id = latest.id
        AND a.role = 'sponsor' AND a.approved_by_id = subject.sponsor_id) THEN
    RAISE EXCEPTION 'A shortfall is closed when the sponsor of the measure has countersigned it.'
      USING ERRCODE = 'GV050', DETAIL = 'shortfall_needs_countersignature';
  END IF;
  SELECT count(*) INTO given FROM governance_shortfallapproval a
   WHERE a.organization_id = subject.organization_id AND a.confirmation_id = latest.id
     AND a.role = 'steering';
  IF latest.needs_steering
     AND given < greatest(1, assay_number_in_force(subject.organization_id, 'steering_approvals', 1)) THEN
    RAISE EXCEPTION 'Below half of the plan the steering committee decides about the closing.'
      USING ERRCODE = 'GV051', DETAIL = 'closing_needs_steering';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM governance_leakage k
      WHERE k.organization_id = subject.organization_id AND k.confirmation_id = latest.id) THEN
    RAISE EXCEPTION 'A shortfall is booked as leakage before the measure is closed.'
      USING ERRCODE = 'GV052', DETAIL = 'leakage_not_booked';
  END IF;
END $$;
"""

APPROVAL = f"""
CREATE FUNCTION assay_guard_shortfall_approval() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  latest governance_closureconfirmation := assay_latest_confirmation(subject);
  act text := CASE NEW.role WHEN 'sponsor' THEN 'countersign_shortfall' ELSE 'approve_shortfall' END;
BEGIN
  IF NOT assay_may(subject, person, act) THEN
    RAISE EXCEPTION 'A shortfall is countersigned by the sponsor of the measure, and approved by a '
      'member of the steering committee above it.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  PERFORM assay_refuse_barred(subject, person, act);
  IF subject.lifecycle <> 'active' OR subject.stage <> 4 OR latest.id IS NULL
     OR latest.id <> NEW.confirmation_id OR latest.outcome <> 'shortfall'
     OR (NEW.role = 'steering' AND NOT latest.needs_steering) THEN
    RAISE EXCEPTION 'There is no shortfall here that waits for this signature.'
      USING ERRCODE = 'GV053', DETAIL = 'no_shortfall_to_sign';
  END IF;
  IF NEW.figures_digest <> latest.figures_digest
     OR latest.confirmed_by_id IS DISTINCT FROM subject.controller_id
     OR latest.figures_digest <> assay_figures_digest(NEW.organization_id, NEW.measure_id) THEN
    RAISE EXCEPTION 'The figures have changed since the controller confirmed them, so the shortfall '
      'is no longer the one shown. The controller confirms the figures anew.'
      USING ERRCODE = 'GV019', DETAIL = 'stale_request';
  END IF;
  NEW.approved_by_id := person;
  NEW.approved_at := assay_now();
  RETURN NEW;
END $$;
"""

LEAKAGE = f"""
CREATE FUNCTION assay_guard_leakage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  latest governance_closureconfirmation := assay_latest_confirmation(subject);
BEGIN
  IF person IS DISTINCT FROM subject.controller_id THEN
    RAISE EXCEPTION 'Leakage is booked by the controller of the measure.'
      USING ERRCODE = 'GV022', DETAIL = 'only_the_controller';
  END IF;
  IF NEW.cause <> 'size' OR latest.id IS NULL OR latest.id <> NEW.confirmation_id
     OR latest.outcome <> 'shortfall' THEN
    RAISE EXCEPTION 'There is no confirmed shortfall here to be booked.'
      USING ERRCODE = 'GV053', DETAIL = 'no_shortfall_to_book';
  END IF;
  PERFORM assay_refuse_foreign_line(NEW.organization_id, NEW.measure_id, NEW.line_id);
  NEW.booked_by_id := person;
  NEW.booked_at := assay_now();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_refuse_foreign_line(organization bigint, measure bigint, line bigint)
RETURNS void LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM measures_line l WHERE l.organization_id = organization
                   AND l.id = line AND l.measure_id = measure AND l.removed_on IS NULL) THEN
    RAISE EXCEPTION 'There is no such line on this measure.'
      USING ERRCODE = 'GV005', DETAIL = 'not_found';
  END IF;
END $$;
"""

STATEMENT = f"""
CREATE FUNCTION assay_guard_line_statement() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF NOT assay_may(subject, person, 'state_line') THEN
    RAISE EXCEPTION 'Evidence and budget of a line are stated by owner, controller or lead.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  IF subject.stage < 3 THEN
    RAISE EXCEPTION 'Evidence and budget of a line are stated once the measure is decided.'
      USING ERRCODE = 'GV006', DETAIL = 'statements_not_open';
  END IF;
  PERFORM assay_refuse_foreign_line(NEW.organization_id, NEW.measure_id, NEW.line_id);
  IF NEW.evidence_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM measures_evidence e
       WHERE e.organization_id = NEW.organization_id AND e.id = NEW.evidence_id
         AND e.measure_id = NEW.measure_id) THEN
    RAISE EXCEPTION 'This file does not belong to the measure.'
      USING ERRCODE = 'GV005', DETAIL = 'not_found';
  END IF;
  NEW.stated_by_id := person;
  NEW.stated_at := assay_now();
  RETURN NEW;
END $$;
"""

TABLES = {
    "governance_linestatement": "assay_guard_line_statement",
    "governance_shortfallapproval": "assay_guard_shortfall_approval",
    "governance_leakage": "assay_guard_leakage",
}
FUNCTIONS = (
    "assay_statements_document(bigint, bigint)",
    "assay_latest_confirmation(measures_measure)",
    "assay_refuse_unsigned_shortfall(measures_measure, governance_closureconfirmation)",
    "assay_refuse_foreign_line(bigint, bigint, bigint)",
    *(f"{function}()" for function in TABLES.values()),
)


def bound() -> str:
    """Return the statements that bind each guard to its table and hand the functions over."""
    return "\n".join(
        [
            *(
                f"CREATE TRIGGER guard BEFORE INSERT ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {function}();"
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER guard;"
                for table, function in TABLES.items()
            ),
            *(
                f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner,"
                f" assay_audit_owner; ALTER FUNCTION {function} OWNER TO assay_audit_owner;"
                for function in FUNCTIONS
            ),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0005_closing_records")]
    operations = [
        *(
            migrations.RunSQL(each)
            for each in (RULES, DOCUMENTS, CLOSURE, APPROVAL, LEAKAGE, STATEMENT)
        ),
        migrations.RunSQL(bound()),
    ]
