"""The last guard before a closing: no measure is closed over an escalation that waits above it.

Repeats governance's criterion `no_open_escalation`, because the database judges for itself.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"
BARS_FROM = 2  # the level of governance.rules.criteria

# FOR SHARE: an escalation that climbs at this moment is waited for, and then counted.
GUARD = f"""
CREATE FUNCTION assay_guard_closing_over_escalation() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM 1 FROM steering_escalation
   WHERE organization_id = NEW.organization_id AND measure_id = NEW.id AND state = 'open'
     FOR SHARE;
  IF EXISTS (SELECT 1 FROM steering_escalation
              WHERE organization_id = NEW.organization_id AND measure_id = NEW.id
                AND state = 'open' AND level >= {BARS_FROM}) THEN
    RAISE EXCEPTION 'An escalation of this measure waits for its decision at level {BARS_FROM} or '
      'above. It is decided first; then the measure can be closed.'
      USING ERRCODE = 'GV037', DETAIL = 'open_escalation_bars_closing';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER guard_open_escalations BEFORE UPDATE ON measures_measure
  FOR EACH ROW WHEN (NEW.stage = 5 AND OLD.stage < 5)
  EXECUTE FUNCTION assay_guard_closing_over_escalation();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER guard_open_escalations;

GRANT EXECUTE ON FUNCTION assay_guard_closing_over_escalation()
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_closing_over_escalation() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("steering", "0002_guards"), ("measures", "0002_guards")]
    operations = [migrations.RunSQL(GUARD)]
