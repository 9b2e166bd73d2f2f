"""The rule T10: a hold that ends asks somebody, and is answered by a decision about the hold.

Such an escalation ends when its measure runs again, is extended or has ended, and by no words.
"""

from django.db import migrations, models

PINNED = "SET search_path = pg_catalog, public, pg_temp"

SETTLED = f"""
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
    RETURN parent.lifecycle IN ('closed', 'cancelled')
        OR (subject.rule = 'T10' AND (parent.lifecycle = 'active'
            OR (held.act = 'extend' AND held.decided_at > subject.opened_at
                AND held.expires_on >= assay_today(subject.organization_id))));
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM steering_escalationdecision d
     WHERE d.organization_id = subject.organization_id AND d.escalation_id = subject.id
       AND d.decided_in = assay_transaction()
       AND (d.outcome <> 'hold' OR parent.lifecycle = 'on_hold')
       AND (d.outcome <> 'cancel' OR parent.lifecycle = 'cancelled'));
END $$;

CREATE FUNCTION assay_guard_hold_decides_itself() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM steering_escalation e
              WHERE e.organization_id = NEW.organization_id AND e.id = NEW.escalation_id
                AND e.rule = 'T10') THEN
    RAISE EXCEPTION 'A hold that ends is answered by resuming, extending or cancelling the measure.'
      USING ERRCODE = 'GV038', DETAIL = 'hold_decides_itself';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER guard_hold_decides_itself BEFORE INSERT ON steering_escalationdecision
  FOR EACH ROW EXECUTE FUNCTION assay_guard_hold_decides_itself();
ALTER TABLE steering_escalationdecision ENABLE ALWAYS TRIGGER guard_hold_decides_itself;
GRANT EXECUTE ON FUNCTION assay_guard_hold_decides_itself()
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_hold_decides_itself() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("steering", "0003_closing_guard"), ("governance", "0004_hold_guards")]
    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="rule",
            field=models.CharField(
                choices=[("T1", "T1"), ("T2", "T2"), ("T4", "T4"), ("T10", "T10")], max_length=4
            ),
        ),
        migrations.RunSQL(SETTLED),
    ]
