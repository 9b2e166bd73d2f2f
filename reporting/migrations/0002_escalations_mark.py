"""An escalation at steering level caps the light of the node above, so it marks its measure."""

from django.db import migrations

MARK = """
CREATE TRIGGER mark_raised AFTER INSERT ON steering_escalation
  FOR EACH ROW WHEN (NEW.level >= 3) EXECUTE FUNCTION assay_mark_dirty('measure');
CREATE TRIGGER mark_moved AFTER UPDATE ON steering_escalation
  FOR EACH ROW WHEN ((OLD.level, OLD.state) IS DISTINCT FROM (NEW.level, NEW.state)
                     AND greatest(OLD.level, NEW.level) >= 3)
  EXECUTE FUNCTION assay_mark_dirty('measure');
ALTER TABLE steering_escalation ENABLE ALWAYS TRIGGER mark_raised;
ALTER TABLE steering_escalation ENABLE ALWAYS TRIGGER mark_moved;
"""
UNMARK = """
DROP TRIGGER mark_raised ON steering_escalation;
DROP TRIGGER mark_moved ON steering_escalation;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_rollups"), ("steering", "0001_records")]
    operations = [migrations.RunSQL(MARK, UNMARK)]
