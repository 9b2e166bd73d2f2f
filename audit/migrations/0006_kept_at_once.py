"""What is known on a day is written and guarded by the statement, not by the row: it is much."""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"
KEEP = f"""
CREATE OR REPLACE FUNCTION assay_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} SET timezone = 'UTC' AS $$
BEGIN
  WITH days AS MATERIALIZED (
    SELECT o.organization_id, assay_today(o.organization_id) AS day
      FROM (SELECT DISTINCT organization_id FROM changed) o
  )
  INSERT INTO audit_kept (organization_id, table_name, row_id, owner_id, day, content)
  SELECT c.organization_id, TG_TABLE_NAME, c.id, (as_json.content ->> TG_ARGV[0])::bigint,
         days.day, as_json.content
    FROM changed c JOIN days ON days.organization_id = c.organization_id
   CROSS JOIN LATERAL (SELECT to_jsonb(c) AS content OFFSET 0) as_json
   ORDER BY c.id
      ON CONFLICT (organization_id, table_name, row_id, day) DO UPDATE
     SET content = excluded.content;
  RETURN NULL;
END $$;
"""
GUARD = f"""
DROP TRIGGER guard ON audit_kept;
DROP FUNCTION assay_guard_kept();

CREATE FUNCTION assay_guard_kept() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  is_past boolean := true;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    SELECT coalesce(bool_or(d.day <> assay_today(d.organization_id)), false) INTO is_past
      FROM (SELECT DISTINCT organization_id, day FROM changed) d;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    is_past := is_past OR EXISTS (
      SELECT FROM changed n FULL JOIN was o ON o.id = n.id
       WHERE (o.organization_id, o.table_name, o.row_id, o.owner_id, o.day)
             IS DISTINCT FROM (n.organization_id, n.table_name, n.row_id, n.owner_id, n.day));
  END IF;
  IF is_past THEN
    RAISE EXCEPTION 'What was known on a past day stays as it was known.'
      USING ERRCODE = 'GV140', DETAIL = 'the_past_stays';
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION assay_guard_kept() OWNER TO assay_audit_owner;
GRANT EXECUTE ON FUNCTION assay_guard_kept() TO assay_app, assay_owner, assay_audit_owner;
CREATE TRIGGER guard_new AFTER INSERT ON audit_kept
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION assay_guard_kept();
CREATE TRIGGER guard_changed AFTER UPDATE ON audit_kept
  REFERENCING OLD TABLE AS was NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION assay_guard_kept();
CREATE TRIGGER guard_taken BEFORE DELETE ON audit_kept
  FOR EACH STATEMENT EXECUTE FUNCTION assay_guard_kept();
ALTER TABLE audit_kept ENABLE ALWAYS TRIGGER guard_new;
ALTER TABLE audit_kept ENABLE ALWAYS TRIGGER guard_changed;
ALTER TABLE audit_kept ENABLE ALWAYS TRIGGER guard_taken;
"""


class Migration(migrations.Migration):

    dependencies = [("audit", "0005_kept")]
    operations = [
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
