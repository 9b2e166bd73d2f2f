"""The rule T9: a gate that nobody decides in time asks somebody, until it is decided.

Such an escalation also ends when the gate no longer waits: decided, withdrawn or void.
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


class Migration(migrations.Migration):
    dependencies = [("steering", "0005_zombies"), ("governance", "0008_scheme_guards")]
    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="rule",
            field=models.CharField(
                choices=[("T1", "T1"), ("T2", "T2"), ("T4", "T4"), ("T9", "T9"), ("T10", "T10")],
                max_length=4,
            ),
        ),
        migrations.RunSQL(SETTLED),
    ]
