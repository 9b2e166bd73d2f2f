"""Guards of what follows a closing: who issues, checks, books and reopens, and when.

A closed measure changes by one path only: reopened by its controller and its sponsor, two persons,
to Implemented and active. The checks that the value lasts are planned by the database itself.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

GROUND = f"""
CREATE FUNCTION assay_closed_measure(organization bigint, measure bigint)
RETURNS measures_measure LANGUAGE plpgsql {PINNED} AS $$
DECLARE found_measure measures_measure;
BEGIN
  SELECT * INTO found_measure FROM measures_measure
   WHERE organization_id = organization AND id = measure FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no such measure here.' USING ERRCODE = 'GV005', DETAIL = 'not_found';
  END IF;
  IF found_measure.lifecycle <> 'closed' THEN
    RAISE EXCEPTION 'This measure is not closed.' USING ERRCODE = 'GV054', DETAIL = 'not_closed';
  END IF;
  RETURN found_measure;
END $$;

CREATE FUNCTION assay_refuse_unentitled(subject measures_measure, person bigint, what text)
RETURNS void LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NOT assay_may(subject, person, what) THEN
    RAISE EXCEPTION 'You do not hold a role that does this: the table of duties names them.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  PERFORM assay_refuse_barred(subject, person, what);
END $$;
"""

CERTIFICATE = f"""
CREATE FUNCTION assay_guard_certificate() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_closed_measure(NEW.organization_id, NEW.measure_id);
  latest governance_closureconfirmation := assay_latest_confirmation(subject);
  said jsonb := NEW.paper::jsonb -> 'document';
BEGIN
  IF assay_duty_holder(subject, 'controller') IS DISTINCT FROM subject.controller_id THEN
    RAISE EXCEPTION 'A certificate is issued by the controller who closes the measure.'
      USING ERRCODE = 'GV022', DETAIL = 'only_the_controller';
  END IF;
  IF NEW.confirmation_id <> latest.id
     OR said ->> 'figures_digest' IS DISTINCT FROM latest.figures_digest
     OR (said ->> 'organization_id')::bigint IS DISTINCT FROM NEW.organization_id
     OR (said ->> 'confirmation_id')::bigint IS DISTINCT FROM latest.id THEN
    RAISE EXCEPTION 'A certificate says what was confirmed at this closing, and nothing else.'
      USING ERRCODE = 'GV058', DETAIL = 'certificate_of_another_closing';
  END IF;
  NEW.issued_by_id := person;
  NEW.issued_at := assay_now();
  RETURN NEW;
END $$;
"""

CHECKS = f"""
CREATE FUNCTION assay_plan_checks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE latest governance_closureconfirmation := assay_latest_confirmation(NEW);
BEGIN
  INSERT INTO governance_sustainmentcheck
    (organization_id, measure_id, confirmation_id, number, due_on)
  SELECT NEW.organization_id, NEW.id, latest.id, planned.number,
         (assay_today(NEW.organization_id) + make_interval(months => greatest(1,
           assay_number_in_force(NEW.organization_id, planned.key, planned.ours)::integer)))::date
    FROM (VALUES (1, 'first_check_months', 6), (2, 'second_check_months', 12))
         AS planned(number, key, ours);
  RETURN NULL;
END $$;

CREATE FUNCTION assay_guard_finding() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_closed_measure(NEW.organization_id, NEW.measure_id);
  latest governance_closureconfirmation := assay_latest_confirmation(subject);
  planned governance_sustainmentcheck;
BEGIN
  PERFORM assay_refuse_unentitled(subject, person, 'check_sustainment');
  SELECT * INTO planned FROM governance_sustainmentcheck
   WHERE organization_id = NEW.organization_id AND id = NEW.check_made_id;
  IF planned.id IS NULL OR planned.confirmation_id <> latest.id THEN
    RAISE EXCEPTION 'This check does not belong to the closing that stands.'
      USING ERRCODE = 'GV005', DETAIL = 'not_found';
  END IF;
  IF planned.due_on > assay_today(NEW.organization_id) THEN
    RAISE EXCEPTION 'This check is due on %: what lasts is not known before.', planned.due_on
      USING ERRCODE = 'GV056', DETAIL = 'check_not_due';
  END IF;
  NEW.found_by_id := person;
  NEW.found_at := assay_now();
  NEW.found_in := assay_transaction();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_refuse_unbooked_failure() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NEW.outcome = 'failed' AND NOT EXISTS (SELECT 1 FROM governance_leakage k
       WHERE k.organization_id = NEW.organization_id AND k.finding_id = NEW.id) THEN
    RAISE EXCEPTION 'A check that failed is booked as leakage in the same act.'
      USING ERRCODE = 'GV057', DETAIL = 'failure_not_booked';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_leakage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure;
  latest governance_closureconfirmation;
BEGIN
  NEW.booked_by_id := person;
  NEW.booked_at := assay_now();
  IF NEW.cause = 'sustainment' THEN
    subject := assay_closed_measure(NEW.organization_id, NEW.measure_id);
    latest := assay_latest_confirmation(subject);
    IF NOT EXISTS (SELECT 1 FROM governance_sustainmentfinding f
         WHERE f.organization_id = NEW.organization_id AND f.id = NEW.finding_id
           AND f.measure_id = NEW.measure_id AND f.outcome = 'failed'
           AND f.found_by_id = person AND f.found_in = assay_transaction())
       OR NEW.confirmation_id <> latest.id THEN
      RAISE EXCEPTION 'Leakage in sustainment is booked in the act of the check that failed.'
        USING ERRCODE = 'GV057', DETAIL = 'no_failure_to_book';
    END IF;
    PERFORM assay_refuse_foreign_line(NEW.organization_id, NEW.measure_id, NEW.line_id);
    RETURN NEW;
  END IF;
  subject := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  latest := assay_latest_confirmation(subject);
  IF assay_duty_holder(subject, 'controller') IS DISTINCT FROM subject.controller_id THEN
    RAISE EXCEPTION 'Leakage is booked by the controller of the measure.'
      USING ERRCODE = 'GV022', DETAIL = 'only_the_controller';
  END IF;
  IF latest.id IS NULL OR latest.id <> NEW.confirmation_id OR latest.outcome <> 'shortfall' THEN
    RAISE EXCEPTION 'There is no confirmed shortfall here to be booked.'
      USING ERRCODE = 'GV053', DETAIL = 'no_shortfall_to_book';
  END IF;
  PERFORM assay_refuse_foreign_line(NEW.organization_id, NEW.measure_id, NEW.line_id);
  RETURN NEW;
END $$;
"""

REOPENING = f"""
CREATE FUNCTION assay_guard_reopening() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_closed_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  PERFORM assay_refuse_unentitled(subject, person, 'reopen');
  NEW.confirmation_id := (assay_latest_confirmation(subject)).id;
  NEW.proposed_as := CASE WHEN person = subject.controller_id THEN 'controller' ELSE 'sponsor' END;
  NEW.proposed_by_id := person;
  NEW.proposed_at := assay_now();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_reopening_confirmation() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  proposed governance_reopening;
  subject measures_measure;
BEGIN
  SELECT * INTO proposed FROM governance_reopening
   WHERE organization_id = NEW.organization_id AND id = NEW.reopening_id;
  subject := assay_closed_measure(NEW.organization_id, proposed.measure_id);
  PERFORM assay_refuse_unentitled(subject, person, 'reopen');
  IF proposed.confirmation_id <> (assay_latest_confirmation(subject)).id THEN
    RAISE EXCEPTION 'This proposal belongs to an earlier closing.'
      USING ERRCODE = 'GV055', DETAIL = 'reopening_of_another_closing';
  END IF;
  IF person = proposed.proposed_by_id OR NOT (CASE proposed.proposed_as
       WHEN 'controller' THEN 'sponsor' ELSE 'controller' END)
       = ANY (assay_named(subject, person)) THEN
    RAISE EXCEPTION 'A closing is taken back by the controller and the sponsor, two persons.'
      USING ERRCODE = 'GV055', DETAIL = 'two_to_reopen';
  END IF;
  NEW.confirmed_by_id := person;
  NEW.confirmed_at := assay_now();
  NEW.confirmed_in := assay_transaction();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_is_reopened_now(subject measures_measure) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT EXISTS (SELECT 1 FROM governance_reopeningconfirmation c
    JOIN governance_reopening r ON r.organization_id = c.organization_id AND r.id = c.reopening_id
   WHERE r.organization_id = subject.organization_id AND r.measure_id = subject.id
     AND c.confirmed_in = assay_transaction()
     AND r.confirmation_id = (assay_latest_confirmation(subject)).id)
$$;

-- The step of Implemented from which the closing that stands was decided.
CREATE FUNCTION assay_step_left(subject measures_measure) RETURNS integer
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce((SELECT d.from_step::integer FROM governance_decision d
    WHERE d.organization_id = subject.organization_id AND d.measure_id = subject.id
      AND d.outcome = 'advance' AND d.to_stage = 5 ORDER BY d.id DESC LIMIT 1), 0)
$$;

-- True where exactly a reopening moves a closed measure; whatever else would move it is refused.
CREATE FUNCTION assay_is_reopening(was measures_measure, becomes measures_measure)
RETURNS boolean LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF was.lifecycle <> 'closed' THEN
    RETURN false;
  END IF;
  IF becomes.lifecycle = 'active' AND becomes.stage = 4 AND becomes.step = assay_step_left(was)
     AND becomes.taken_over_on IS NOT DISTINCT FROM was.taken_over_on
     AND assay_is_reopened_now(was) THEN
    RETURN true;
  END IF;
  RAISE EXCEPTION 'This measure is closed: it does not change any more.'
    USING ERRCODE = 'GV003', DETAIL = 'measure_has_ended';
END $$;

CREATE OR REPLACE FUNCTION assay_guard_stage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  taken governance_takeover;
  -- The day of Decided is set by the measure's own guard, which comes first.
  kept text[] := ARRAY['stage', 'step', 'lifecycle', 'version', 'taken_over_on', 'decided_on'];
BEGIN
  IF NOT assay_is_system_hold(OLD, NEW) THEN
    PERFORM assay_governor();
  END IF;
  IF to_jsonb(NEW) - kept <> to_jsonb(OLD) - kept THEN
    RAISE EXCEPTION 'A stage or lifecycle changes alone: nothing else in the same statement.'
      USING ERRCODE = 'GV011', DETAIL = 'stage_moves_alone';
  END IF;
  IF assay_is_reopening(OLD, NEW) THEN
    RETURN NEW;
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
"""

THEIRS = "assay_only_by_the_database"  # made with the guards of holds
TABLES = {
    "governance_closurecertificate": "assay_guard_certificate",
    "governance_sustainmentcheck": THEIRS,
    "governance_sustainmentfinding": "assay_guard_finding",
    "governance_reopening": "assay_guard_reopening",
    "governance_reopeningconfirmation": "assay_guard_reopening_confirmation",
}
# A reopening is no passage of a gate, so `record_passage` finds nothing to record of it.
TRIGGERS = """
CREATE TRIGGER a_own_name BEFORE INSERT ON governance_reopening
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_deputies();
ALTER TABLE governance_reopening ENABLE ALWAYS TRIGGER a_own_name;
CREATE TRIGGER a_own_name BEFORE INSERT ON governance_reopeningconfirmation
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_deputies();
ALTER TABLE governance_reopeningconfirmation ENABLE ALWAYS TRIGGER a_own_name;
CREATE TRIGGER a_own_name BEFORE INSERT ON governance_sustainmentfinding
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_deputies();
ALTER TABLE governance_sustainmentfinding ENABLE ALWAYS TRIGGER a_own_name;

CREATE TRIGGER plan_checks AFTER UPDATE ON measures_measure FOR EACH ROW
  WHEN (NEW.stage = 5 AND OLD.stage < 5) EXECUTE FUNCTION assay_plan_checks();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER plan_checks;

CREATE CONSTRAINT TRIGGER failure_is_booked AFTER INSERT ON governance_sustainmentfinding
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assay_refuse_unbooked_failure();
ALTER TABLE governance_sustainmentfinding ENABLE ALWAYS TRIGGER failure_is_booked;

CREATE TRIGGER mark_dirty AFTER INSERT ON governance_leakage
  FOR EACH ROW EXECUTE FUNCTION assay_mark_dirty('measure');
ALTER TABLE governance_leakage ENABLE ALWAYS TRIGGER mark_dirty;

GRANT INSERT ON governance_sustainmentcheck TO assay_audit_owner;
"""
OPEN_FUNCTIONS = (
    "assay_closed_measure(bigint, bigint)",
    "assay_refuse_unentitled(measures_measure, bigint, text)",
    "assay_is_reopened_now(measures_measure)",
    "assay_step_left(measures_measure)",
    "assay_is_reopening(measures_measure, measures_measure)",
    "assay_refuse_unbooked_failure()",
    *(f"{function}()" for function in TABLES.values() if function != THEIRS),
)
# What writes as the audit owner is called by its trigger alone.
CLOSED_FUNCTIONS = ("assay_plan_checks()",)


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
            TRIGGERS,
            *(
                f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner,"
                " assay_audit_owner;"
                for function in OPEN_FUNCTIONS
            ),
            *(
                f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;"
                for function in (*OPEN_FUNCTIONS, *CLOSED_FUNCTIONS)
            ),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0012_aftermath"), ("measures", "0008_reopening")]
    operations = [
        *(migrations.RunSQL(each) for each in (GROUND, CERTIFICATE, CHECKS, REOPENING)),
        migrations.RunSQL(bound()),
    ]
