"""A gate in force holds until whoever is passing it has done so: a change of the gates waits.

Without it a vote could be looked at under one scheme and its decision under the next.
"""

from django.db import migrations

TABLES = ("governance_gaterequest", "governance_vote")

HOLD = """
CREATE FUNCTION assay_hold_scheme() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('assay:scheme', NEW.organization_id));
  RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION assay_hold_scheme() TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_hold_scheme() OWNER TO assay_audit_owner;
"""


def triggers() -> str:
    """Return the triggers, whose name sorts before that of the guards that read the scheme."""
    return "\n".join(
        f"CREATE TRIGGER first_hold_scheme BEFORE INSERT ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION assay_hold_scheme();"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER first_hold_scheme;"
        for table in TABLES
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0021_proven_closings")]
    operations = [migrations.RunSQL(HOLD), migrations.RunSQL(triggers())]
