"""A number is changed by an administrator in their own name; people stay once it was decided.

What the services refuse is refused to a raw session as well: the number of others, one for the
past or out of its turn, and an owner who chooses the controller of what was decided.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

BY_TWO = """
UPDATE accounts_numberlimit SET needs_two = true
 WHERE key IN ('first_check_months', 'second_check_months');
"""

# One way to look a number up: by the day it is asked for.
IN_FORCE = f"""
CREATE OR REPLACE FUNCTION assay_number_in_force(organization bigint, wanted text, ours numeric)
RETURNS numeric LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(assay_number_on(organization, wanted, assay_today(organization)), ours)
$$;
"""

NUMBER = f"""
CREATE FUNCTION assay_guard_number_record() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  -- A confirmed version of the gates writes as the audit owner, and was judged by its own guard.
  IF current_user = 'assay_audit_owner' THEN
    RETURN NEW;
  END IF;
  IF NOT assay_holds_root_seat(NEW.organization_id, 'administrator') THEN
    RAISE EXCEPTION 'The numbers of the rules are changed by the administrators of the whole '
      'organization.' USING ERRCODE = 'GV130', DETAIL = 'not_an_administrator';
  END IF;
  IF NEW.effective_on < assay_today(NEW.organization_id) THEN
    RAISE EXCEPTION 'A number changes from today or a later day on: what was decided was decided '
      'by the number then in force.' USING ERRCODE = 'GV131', DETAIL = 'number_in_the_past';
  END IF;
  IF NEW.version <> (SELECT coalesce(max(n.version), 0) + 1 FROM accounts_numbersetting n
                      WHERE n.organization_id = NEW.organization_id AND n.key = NEW.key) THEN
    RAISE EXCEPTION 'This number was changed by somebody else meanwhile. Reload and look again.'
      USING ERRCODE = 'GV132', DETAIL = 'number_out_of_turn';
  END IF;
  NEW.recorded_by_id := assay_actor();
  NEW.recorded_at := assay_now();
  RETURN NEW;
END $$;

CREATE TRIGGER guard_who BEFORE INSERT ON accounts_numbersetting
  FOR EACH ROW EXECUTE FUNCTION assay_guard_number_record();
ALTER TABLE accounts_numbersetting ENABLE ALWAYS TRIGGER guard_who;
"""

# Else whoever answers for a measure would choose who controls it; a roll-back changes nothing.
PEOPLE = f"""
CREATE FUNCTION assay_guard_people() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  seats text[] := assay_seats(OLD, person);
BEGIN
  IF 'lead' = ANY (seats) AND assay_acting_for() IS NULL THEN
    RETURN NEW;
  END IF;
  IF assay_acting_for() IS NOT NULL OR NOT 'administrator' = ANY (seats) THEN
    RAISE EXCEPTION 'From Decided on, only the lead changes owner, sponsor or controller.'
      USING ERRCODE = 'GV133', DETAIL = 'people_fixed';
  END IF;
  IF NEW.owner_id IS DISTINCT FROM OLD.owner_id AND NEW.owner_id = person
     OR NEW.sponsor_id IS DISTINCT FROM OLD.sponsor_id AND NEW.sponsor_id = person
     OR NEW.controller_id IS DISTINCT FROM OLD.controller_id AND NEW.controller_id = person THEN
    RAISE EXCEPTION 'An administrator hands a measure over to others, never to themself.'
      USING ERRCODE = 'GV134', DETAIL = 'own_succession';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER guard_people BEFORE UPDATE ON measures_measure FOR EACH ROW
  WHEN (OLD.decided_on IS NOT NULL
        AND (OLD.owner_id, OLD.sponsor_id, OLD.controller_id)
            IS DISTINCT FROM (NEW.owner_id, NEW.sponsor_id, NEW.controller_id))
  EXECUTE FUNCTION assay_guard_people();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER guard_people;
"""

HAND_OVER = "".join(
    f"GRANT EXECUTE ON FUNCTION {name} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {name} OWNER TO assay_audit_owner;"
    for name in ("assay_guard_number_record()", "assay_guard_people()")
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_own_organization"),
        ("governance", "0023_corrections"),
        ("measures", "0018_correction_lock"),
    ]
    operations = [
        migrations.RunSQL(each) for each in (BY_TWO, IN_FORCE, NUMBER, PEOPLE, HAND_OVER)
    ]
