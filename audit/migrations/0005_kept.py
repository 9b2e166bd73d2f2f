"""What was known on a day of rows that the ledger does not capture: one row each and day.

Roll-ups and lights are derived and written many times a day; the last of each day is kept. It is
written by the trigger `assay_keep`, as the audit owner, on its own day and never after.
"""

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"
FUNCTIONS = f"""
CREATE FUNCTION assay_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} SET timezone = 'UTC' AS $$
BEGIN
  INSERT INTO audit_kept (organization_id, table_name, row_id, owner_id, day, content)
  SELECT c.organization_id, TG_TABLE_NAME, c.id, (to_jsonb(c) ->> TG_ARGV[0])::bigint,
         assay_today(c.organization_id), to_jsonb(c)
    FROM changed c ORDER BY c.id
      ON CONFLICT (organization_id, table_name, row_id, day) DO UPDATE
     SET content = excluded.content;
  RETURN NULL;
END $$;

CREATE FUNCTION assay_guard_kept() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.day <> assay_today(NEW.organization_id)
     OR TG_OP = 'UPDATE' AND (NEW.organization_id, NEW.table_name, NEW.row_id, NEW.owner_id, NEW.day)
        IS DISTINCT FROM (OLD.organization_id, OLD.table_name, OLD.row_id, OLD.owner_id, OLD.day)
  THEN
    RAISE EXCEPTION 'What was known on a past day stays as it was known.'
      USING ERRCODE = 'GV140', DETAIL = 'the_past_stays';
  END IF;
  RETURN NEW;
END $$;

ALTER FUNCTION assay_keep() OWNER TO assay_audit_owner;
ALTER FUNCTION assay_guard_kept() OWNER TO assay_audit_owner;
GRANT EXECUTE ON FUNCTION assay_keep(), assay_guard_kept()
  TO assay_app, assay_owner, assay_audit_owner;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON audit_kept
  FOR EACH ROW EXECUTE FUNCTION assay_guard_kept();
ALTER TABLE audit_kept ENABLE ALWAYS TRIGGER guard;
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_kept
  FOR EACH STATEMENT EXECUTE FUNCTION assay_refuse_change();
ALTER TABLE audit_kept ENABLE ALWAYS TRIGGER never_emptied;
GRANT INSERT, UPDATE ON audit_kept TO assay_audit_owner;
CREATE INDEX kept_below ON audit_kept (organization_id, ((content ->> 'parent_id')::bigint), day)
  WHERE table_name = 'hierarchy_node';
"""

# Cut off like the rows themselves (core.tables.ReadersOnly), each kind by its own list.
LISTS = {
    kind: f"ALL ((SELECT coalesce(nullif(current_setting('app.withheld_{kind}', true), ''),"
    " '{}'))::bigint[])"
    for kind in ("rows", "nodes", "sums")
}
READERS = f"""
CREATE POLICY readers_only ON audit_kept AS RESTRICTIVE FOR SELECT TO assay_app USING (
  CASE table_name WHEN 'hierarchy_node' THEN owner_id <> {LISTS["nodes"]}
                  WHEN 'measures_measurestatus' THEN owner_id <> {LISTS["rows"]}
                  ELSE owner_id <> {LISTS["sums"]} END);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_tenant'),
        ('audit', '0004_head_guard'),
    ]

    operations = [
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.TextField()),
                ('row_id', models.BigIntegerField()),
                ('owner_id', models.BigIntegerField()),
                ('day', models.DateField()),
                ('content', models.JSONField()),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'audit_kept',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='kept',
            constraint=models.UniqueConstraint(fields=('organization', 'table_name', 'row_id', 'day'), name='kept_once_a_day'),
        ),
        TenantTable("Kept", grants="SELECT", history=False),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(READERS, migrations.RunSQL.noop),
    ]
