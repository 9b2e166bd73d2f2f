"""Guard of an organization's own row, which every session may read and only its own may change.

Its time zone says which day it is, so that another organization must not move it; its address and
public id lead people to it and stay.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION assay_guard_organization() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.id IS DISTINCT FROM assay_organization()
     OR to_jsonb(NEW) - 'time_zone' <> to_jsonb(OLD) - 'time_zone' THEN
    RAISE EXCEPTION 'An organization changes its own time zone, and keeps its address.'
      USING ERRCODE = 'GV097', DETAIL = 'organization_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON accounts_organization
  FOR EACH ROW EXECUTE FUNCTION assay_guard_organization();
ALTER TABLE accounts_organization ENABLE ALWAYS TRIGGER guard;
GRANT EXECUTE ON FUNCTION assay_guard_organization() TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_organization() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_reopen_days")]
    operations = [migrations.RunSQL(GUARD)]
