"""A place in the tree is kept where more than its numbers changed."""

from django.db import migrations

KEPT = ("parent_id", "name", "code", "level", "ancestor_ids", "archived_on", "version")
OLD, NEW = (", ".join(f"{row}.{column}" for column in KEPT) for row in ("OLD", "NEW"))
SQL = f"""
DROP TRIGGER keep_update ON hierarchy_node;
CREATE TRIGGER keep_update AFTER UPDATE ON hierarchy_node FOR EACH ROW
  WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION assay_keep_one();
ALTER TABLE hierarchy_node ENABLE ALWAYS TRIGGER keep_update;
"""


class Migration(migrations.Migration):

    dependencies = [("audit", "0007_kept_by_itself"), ("reporting", "0005_past")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
