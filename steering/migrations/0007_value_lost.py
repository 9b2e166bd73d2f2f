"""The rule T17: a check after a closing found that value is lost, and somebody decides about it.

Such an escalation is of a closed measure, and ends by a decision or when the measure is reopened.
"""

from django.db import migrations, models

PINNED = "SET search_path = pg_catalog, public, pg_temp"

GUARDS = f"""
CREATE FUNCTION assay_escalated_measure(organization bigint, measure bigint, rule text)
RETURNS measures_measure LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF rule <> 'T17' THEN
    RETURN assay_locked_measure(organization, measure);
  END IF;
  RETURN assay_closed_measure(organization, measure);
END $$;

CREATE OR REPLACE FUNCTION assay_guard_escalation() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE parent measures_measure;
BEGIN
  IF NEW.rule = 'T17' THEN
    parent := assay_closed_measure(NEW.organization_id, NEW.measure_id);
    IF NOT EXISTS (SELECT 1 FROM governance_sustainmentfinding f
         WHERE f.organization_id = NEW.organization_id AND f.measure_id = NEW.measure_id
           AND f.outcome = 'failed') THEN
      RAISE EXCEPTION 'No check of this measure has failed.'
        USING ERRCODE = 'GV039', DETAIL = 'no_failure_to_escalate';
    END IF;
  ELSE
    parent := assay_open_measure(NEW.organization_id, NEW.measure_id);
  END IF;
  IF NEW.state <> 'open' OR NEW.version <> 1 OR NEW.repeats <> 0
     OR NEW.back_in_band_on IS NOT NULL THEN
    RAISE EXCEPTION 'An escalation begins open; its decider ends it.'
      USING ERRCODE = 'GV030', DETAIL = 'escalation_begins_open';
  END IF;
  NEW.node_id := parent.node_id;
  NEW.opened_at := assay_now();
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_escalation_settled(subject steering_escalation, settled text)
RETURNS boolean LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  parent measures_measure;
  held governance_lifecycledecision;
BEGIN
  SELECT * INTO parent FROM measures_measure
   WHERE organization_id = subject.organization_id AND id = subject.measure_id FOR SHARE;
  IF settled = 'ended' THEN
    held := assay_current_hold(subject.organization_id, subject.measure_id);
    RETURN (parent.lifecycle IN ('closed', 'cancelled') AND subject.rule <> 'T17')
        OR (subject.rule = 'T17' AND parent.lifecycle <> 'closed')
        OR (subject.rule = 'T10' AND (parent.lifecycle = 'active'
            OR (held.act = 'extend' AND held.decided_at > subject.opened_at
                AND held.expires_on >= assay_today(subject.organization_id))))
        OR (subject.rule = 'T9' AND NOT EXISTS (
              SELECT 1 FROM governance_gaterequest r
               WHERE r.organization_id = subject.organization_id
                 AND r.measure_id = subject.measure_id AND r.state = 'open'
                 AND r.due_on < assay_today(subject.organization_id)));
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM steering_escalationdecision d
     WHERE d.organization_id = subject.organization_id AND d.escalation_id = subject.id
       AND d.decided_in = assay_transaction()
       AND (d.outcome <> 'hold' OR parent.lifecycle = 'on_hold')
       AND (d.outcome <> 'cancel' OR parent.lifecycle = 'cancelled'));
END $$;
"""

DECIDED = f"""
CREATE OR REPLACE FUNCTION assay_guard_escalation_decision() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure;
  open_one steering_escalation;
BEGIN
  SELECT * INTO open_one FROM steering_escalation
   WHERE organization_id = NEW.organization_id AND id = NEW.escalation_id;
  subject := assay_escalated_measure(
    NEW.organization_id, open_one.measure_id, open_one.rule);
  -- Looked at again: the lock may have been waited for.
  SELECT * INTO open_one FROM steering_escalation
   WHERE organization_id = NEW.organization_id AND id = NEW.escalation_id FOR NO KEY UPDATE;
  IF open_one.state <> 'open' THEN
    RAISE EXCEPTION 'This escalation has its decision already.'
      USING ERRCODE = 'GV034', DETAIL = 'escalation_decided';
  END IF;
  IF NOT assay_decides_escalation(subject, person, open_one.level, NEW.outcome) THEN
    RAISE EXCEPTION 'You do not decide this here: the ladder of escalation names who does.'
      USING ERRCODE = 'GV035', DETAIL = 'not_its_decider';
  END IF;
  IF NEW.expires_on <= assay_today(NEW.organization_id) THEN
    RAISE EXCEPTION 'A decision is looked at again after today.'
      USING ERRCODE = 'GV036', DETAIL = 'expiry_after_today';
  END IF;
  NEW.level := open_one.level;
  NEW.decided_by_id := person;
  NEW.decided_at := assay_now();
  NEW.decided_in := assay_transaction();
  RETURN NEW;
END $$;
"""

HANDED_OVER = """
GRANT EXECUTE ON FUNCTION assay_escalated_measure(bigint, bigint, text)
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_escalated_measure(bigint, bigint, text) OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("steering", "0006_overdue_gates"), ("governance", "0013_aftermath_guards")]
    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="rule",
            field=models.CharField(
                choices=[("T1", "T1"), ("T2", "T2"), ("T4", "T4"), ("T9", "T9"), ("T10", "T10"), ("T17", "T17")],
                max_length=4,
            ),
        ),
        migrations.RunSQL(GUARDS),
        migrations.RunSQL(DECIDED),
        migrations.RunSQL(HANDED_OVER),
    ]
