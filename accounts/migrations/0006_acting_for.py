"""The context says for whom a deputy acts, beside who acts; empty for everybody else."""

from django.db import migrations

ACTING_FOR = """
CREATE FUNCTION assay_acting_for() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT nullif(current_setting('app.acting_for', true), '')::bigint
$$;
GRANT EXECUTE ON FUNCTION assay_acting_for() TO assay_app, assay_owner, assay_audit_owner, assay_ops;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_digest")]
    operations = [migrations.RunSQL(ACTING_FOR, migrations.RunSQL.noop)]
