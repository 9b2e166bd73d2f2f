"""No gap in ownership: nobody leaves who is named on a live measure, nobody is named who leaves.

Both guards lock the member's row, so that a naming and a leaving at the same time follow each
other, and the later one is judged by what the earlier one left.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

LEAVING = f"""
CREATE FUNCTION assay_guard_leaving() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  needed integer;
  one text;
BEGIN
  SELECT count(*), min(n.name) INTO needed, one
    FROM measures_measure m
    JOIN hierarchy_node n ON n.organization_id = m.organization_id AND n.id = m.node_id
   WHERE m.organization_id = NEW.organization_id AND m.lifecycle IN ('active', 'on_hold')
     AND NEW.id IN (m.owner_id, m.sponsor_id, m.controller_id);
  IF needed > 0 THEN
    RAISE EXCEPTION '% is named on % live measure(s), such as “%”: hand them over first.',
      NEW.name, needed, one USING ERRCODE = 'GV042', DETAIL = 'still_named';
  END IF;
  IF NEW.left_on IS NOT NULL AND NEW.leaves_on IS DISTINCT FROM NEW.left_on THEN
    RAISE EXCEPTION 'Who leaves, leaves on the day that was announced.'
      USING ERRCODE = 'GV043', DETAIL = 'leaving_not_announced';
  END IF;
  RETURN NEW;
END $$;
"""

NAMING = f"""
CREATE FUNCTION assay_guard_naming() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person accounts_member;
BEGIN
  IF NEW.lifecycle NOT IN ('active', 'on_hold') THEN
    RETURN NEW;
  END IF;
  FOR person IN
    SELECT * FROM accounts_member p
     WHERE p.organization_id = NEW.organization_id
       AND p.id IN (NEW.owner_id, NEW.sponsor_id, NEW.controller_id)
     ORDER BY p.id FOR SHARE
  LOOP
    IF person.leaves_on IS NOT NULL OR person.left_on IS NOT NULL THEN
      RAISE EXCEPTION '% leaves or has left: name somebody who stays.', person.name
        USING ERRCODE = 'GV042', DETAIL = 'named_who_leaves';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
"""

BINDING = """
CREATE TRIGGER guard_leaving BEFORE UPDATE ON accounts_member FOR EACH ROW
  WHEN ((NEW.leaves_on IS NOT NULL OR NEW.left_on IS NOT NULL)
        AND (OLD.leaves_on, OLD.left_on) IS DISTINCT FROM (NEW.leaves_on, NEW.left_on))
  EXECUTE FUNCTION assay_guard_leaving();
ALTER TABLE accounts_member ENABLE ALWAYS TRIGGER guard_leaving;
CREATE TRIGGER guard_naming BEFORE UPDATE ON measures_measure FOR EACH ROW
  WHEN ((OLD.owner_id, OLD.sponsor_id, OLD.controller_id)
          IS DISTINCT FROM (NEW.owner_id, NEW.sponsor_id, NEW.controller_id)
        OR OLD.lifecycle IN ('cancelled', 'closed') AND OLD.lifecycle <> NEW.lifecycle)
  EXECUTE FUNCTION assay_guard_naming();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER guard_naming;
CREATE TRIGGER guard_first_naming BEFORE INSERT ON measures_measure FOR EACH ROW
  WHEN (coalesce(NEW.owner_id, NEW.sponsor_id, NEW.controller_id) IS NOT NULL)
  EXECUTE FUNCTION assay_guard_naming();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER guard_first_naming;
GRANT EXECUTE ON FUNCTION assay_guard_leaving(), assay_guard_naming()
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_leaving() OWNER TO assay_audit_owner;
ALTER FUNCTION assay_guard_naming() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0006_step"), ("accounts", "0008_leaving")]
    operations = [migrations.RunSQL(each) for each in (LEAVING, NAMING, BINDING)]
