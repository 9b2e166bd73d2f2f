"""Guards of steering: an escalation ends by the decision of somebody entitled, and by nothing else.

The ladder of steering.rules.levels is repeated here as SQL, because the database judges for
itself; a test holds it equal. Each refusal has SQLSTATE GV03x, its own code, and a sentence.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# Levels of nodes: 0 organization, 1 portfolio, 2 program, 3 project, 4 package.
RULES = f"""
CREATE FUNCTION assay_escalation_ladder()
RETURNS TABLE (rung integer, role text, seat_levels integer[])
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    (0, 'owner', NULL::integer[]),
    (1, 'lead', ARRAY[3, 4]),
    (1, 'sponsor', NULL),
    (2, 'lead', ARRAY[0, 1, 2]),
    (2, 'controller', NULL),
    (3, 'steering', ARRAY[0, 1, 2, 3]),
    (4, 'executive', ARRAY[0, 1, 2, 3])
$$;

CREATE FUNCTION assay_escalation_outcomes() RETURNS TABLE (role text, outcomes text[])
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('owner', ARRAY['adjust']),
    ('lead', ARRAY['accept', 'adjust', 'hold', 'reallocate']),
    ('sponsor', ARRAY['accept', 'adjust', 'cancel', 'hold', 'reallocate']),
    ('controller', ARRAY['accept', 'adjust', 'hold']),
    ('steering', ARRAY['accept', 'adjust', 'cancel', 'hold', 'reallocate']),
    ('executive', ARRAY['accept', 'adjust', 'cancel', 'hold', 'reallocate'])
$$;
"""

# The seats are locked by assay_seats, so that who is relieved meanwhile does not decide.
ENTITLED = f"""
CREATE FUNCTION assay_decides_escalation(
  subject measures_measure, person bigint, standing integer, wanted text) RETURNS boolean
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  seats text[] := assay_seats(subject, person);
  named text[] := assay_named(subject, person);
  day date := assay_today(subject.organization_id);
BEGIN
  IF 'administrator' = ANY (seats) THEN
    RETURN false;
  END IF;
  IF 'owner' = ANY (named) THEN
    RETURN standing = 0 AND wanted = 'adjust';
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM assay_escalation_ladder() l JOIN assay_escalation_outcomes() o ON o.role = l.role
     WHERE l.rung >= standing AND wanted = ANY (o.outcomes)
       AND (CASE WHEN l.seat_levels IS NULL THEN l.role = ANY (named) ELSE EXISTS (
         SELECT 1 FROM hierarchy_node place
           JOIN hierarchy_node above ON above.organization_id = place.organization_id
            AND (above.id = place.id OR above.id = ANY (place.ancestor_ids))
           JOIN hierarchy_seat s ON s.organization_id = above.organization_id
            AND s.node_id = above.id
          WHERE place.organization_id = subject.organization_id AND place.id = subject.node_id
            AND s.member_id = person AND s.role = l.role AND above.level = ANY (l.seat_levels)
            AND s.valid_from <= day AND (s.valid_to IS NULL OR s.valid_to > day)
            AND l.role = ANY (seats)) END));
END $$;
"""

OPENED = f"""
CREATE FUNCTION assay_guard_escalation() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE parent measures_measure := assay_open_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF NEW.state <> 'open' OR NEW.version <> 1 OR NEW.repeats <> 0
     OR NEW.back_in_band_on IS NOT NULL THEN
    RAISE EXCEPTION 'An escalation begins open; its decider ends it.'
      USING ERRCODE = 'GV030', DETAIL = 'escalation_begins_open';
  END IF;
  NEW.node_id := parent.node_id;
  NEW.opened_at := assay_now();
  RETURN NEW;
END $$;
"""

CHANGED = f"""
CREATE FUNCTION assay_escalation_settled(subject steering_escalation, settled text)
RETURNS boolean LANGUAGE plpgsql {PINNED} AS $$
DECLARE parent measures_measure;
BEGIN
  SELECT * INTO parent FROM measures_measure
   WHERE organization_id = subject.organization_id AND id = subject.measure_id FOR SHARE;
  IF settled = 'ended' THEN
    RETURN parent.lifecycle IN ('closed', 'cancelled');
  END IF;
  RETURN EXISTS (
    SELECT 1 FROM steering_escalationdecision d
     WHERE d.organization_id = subject.organization_id AND d.escalation_id = subject.id
       AND d.decided_in = assay_transaction()
       AND (d.outcome <> 'hold' OR parent.lifecycle = 'on_hold')
       AND (d.outcome <> 'cancel' OR parent.lifecycle = 'cancelled'));
END $$;

CREATE FUNCTION assay_guard_escalation_change() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  moving text[] := ARRAY['severity', 'level', 'facts', 'repeats', 'value_at_stake', 'currency',
    'decider_id', 'decider_role', 'level_since', 'due_on', 'version'];
  may_change text[] := CASE
    WHEN OLD.state = 'open' AND NEW.state = 'open' THEN moving
    WHEN OLD.state = 'open' THEN ARRAY['state', 'version']
    ELSE ARRAY['back_in_band_on', 'version'] END;
BEGIN
  IF NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION 'This escalation was changed by somebody else since you opened it. '
      'Nothing was overwritten: reload, compare, and decide again.'
      USING ERRCODE = 'GV002', DETAIL = 'stale_version';
  END IF;
  IF OLD.state = 'open' AND NEW.state <> 'open'
     AND NOT assay_escalation_settled(OLD, NEW.state) THEN
    RAISE EXCEPTION 'An escalation ends by a decision about it, and by nothing else.'
      USING ERRCODE = 'GV031', DETAIL = 'escalation_needs_a_decision';
  END IF;
  IF to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change THEN
    RAISE EXCEPTION 'What was escalated, and what was decided about it, stays as it is.'
      USING ERRCODE = 'GV032', DETAIL = 'escalation_is_fixed';
  END IF;
  IF NEW.level < OLD.level OR NEW.repeats < OLD.repeats
     OR (NEW.level = OLD.level AND NEW.due_on > OLD.due_on) THEN
    RAISE EXCEPTION 'An escalation climbs and repeats; it neither sinks nor gets more time.'
      USING ERRCODE = 'GV033', DETAIL = 'escalation_only_climbs';
  END IF;
  IF OLD.state <> 'open' AND (OLD.state <> 'decided' OR OLD.back_in_band_on IS NOT NULL
     OR NEW.back_in_band_on IS DISTINCT FROM assay_today(NEW.organization_id)) THEN
    RAISE EXCEPTION 'What was escalated, and what was decided about it, stays as it is.'
      USING ERRCODE = 'GV032', DETAIL = 'escalation_is_fixed';
  END IF;
  RETURN NEW;
END $$;
"""

DECIDED = f"""
CREATE FUNCTION assay_guard_escalation_decision() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure;
  open_one steering_escalation;
BEGIN
  SELECT * INTO open_one FROM steering_escalation
   WHERE organization_id = NEW.organization_id AND id = NEW.escalation_id;
  subject := assay_locked_measure(NEW.organization_id, open_one.measure_id);
  -- Looked at again: the lock may have been waited for.
  SELECT * INTO open_one FROM steering_escalation
   WHERE organization_id = NEW.organization_id AND id = NEW.escalation_id FOR NO KEY UPDATE;
  IF open_one.state <> 'open' THEN
    RAISE EXCEPTION 'This escalation has its decision already.'
      USING ERRCODE = 'GV034', DETAIL = 'escalation_decided';
  END IF;
  IF NOT assay_decides_escalation(subject, person, open_one.level, NEW.outcome) THEN
    RAISE EXCEPTION 'You do not decide this here: the ladder of escalation names who does.'
      USING ERRCODE = 'GV035', DETAIL = 'not_its_decider';
  END IF;
  IF NEW.expires_on <= assay_today(NEW.organization_id) THEN
    RAISE EXCEPTION 'A decision is looked at again after today.'
      USING ERRCODE = 'GV036', DETAIL = 'expiry_after_today';
  END IF;
  NEW.level := open_one.level;
  NEW.decided_by_id := person;
  NEW.decided_at := assay_now();
  NEW.decided_in := assay_transaction();
  RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER guard BEFORE INSERT ON steering_escalation
  FOR EACH ROW EXECUTE FUNCTION assay_guard_escalation();
CREATE TRIGGER guard_change BEFORE UPDATE ON steering_escalation
  FOR EACH ROW EXECUTE FUNCTION assay_guard_escalation_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON steering_escalation
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON steering_escalation
  FOR EACH STATEMENT EXECUTE FUNCTION assay_refuse_change();
CREATE TRIGGER guard BEFORE INSERT ON steering_escalationdecision
  FOR EACH ROW EXECUTE FUNCTION assay_guard_escalation_decision();
ALTER TABLE steering_escalation ENABLE ALWAYS TRIGGER guard;
ALTER TABLE steering_escalation ENABLE ALWAYS TRIGGER guard_change;
ALTER TABLE steering_escalation ENABLE ALWAYS TRIGGER never_deleted;
ALTER TABLE steering_escalation ENABLE ALWAYS TRIGGER never_emptied;
ALTER TABLE steering_escalationdecision ENABLE ALWAYS TRIGGER guard;
"""
FUNCTIONS = (
    "assay_escalation_ladder()",
    "assay_escalation_outcomes()",
    "assay_decides_escalation(measures_measure, bigint, integer, text)",
    "assay_guard_escalation()",
    "assay_escalation_settled(steering_escalation, text)",
    "assay_guard_escalation_change()",
    "assay_guard_escalation_decision()",
)


def hand_over() -> str:
    """Return the statements that let the roles run the functions and hand them away."""
    return "\n".join(
        f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner, assay_audit_owner;"
        f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;"
        for function in FUNCTIONS
    )


class Migration(migrations.Migration):
    dependencies = [("steering", "0001_records"), ("governance", "0002_guards")]
    operations = [
        *(migrations.RunSQL(each) for each in (RULES, ENTITLED, OPENED, CHANGED, DECIDED)),
        migrations.RunSQL(TRIGGERS),
        migrations.RunSQL(hand_over()),
    ]
