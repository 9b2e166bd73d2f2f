"""Whoever changes a row, what is known of it is kept: the audit owner writes for any organization.

A place in the tree is kept row by row, and only where more than its numbers changed: numbering
anew touches every node and tells nothing.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"
SQL = f"""
CREATE POLICY ledger_itself ON audit_kept TO assay_audit_owner USING (true) WITH CHECK (true);

CREATE FUNCTION assay_keep_one() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} SET timezone = 'UTC' AS $$
BEGIN
  INSERT INTO audit_kept (organization_id, table_name, row_id, owner_id, day, content)
  VALUES (NEW.organization_id, TG_TABLE_NAME, NEW.id, NEW.id, assay_today(NEW.organization_id),
          to_jsonb(NEW))
      ON CONFLICT (organization_id, table_name, row_id, day) DO UPDATE
     SET content = excluded.content;
  RETURN NULL;
END $$;
ALTER FUNCTION assay_keep_one() OWNER TO assay_audit_owner;
GRANT EXECUTE ON FUNCTION assay_keep_one() TO assay_app, assay_owner, assay_audit_owner;
"""


class Migration(migrations.Migration):

    dependencies = [("audit", "0006_kept_at_once")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
