"""Guards of roll-backs: two persons, once, from where the measure stood; what was decided stays.

A stage goes back in the transaction in which the second of sponsor and controller confirms it, or
in which a forced decision is answered by planning anew; by nothing else. What was decided before
is not decided afterwards, and what had been committed to is kept as it stood.
"""

import importlib

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"
CLOSING = importlib.import_module("governance.migrations.0006_closing_guards")
FORCED = importlib.import_module("governance.migrations.0010_forced_guards")
SCHEMES = importlib.import_module("governance.migrations.0008_scheme_guards")
DEPUTIES = importlib.import_module("governance.migrations.0015_more_deputies")


def function(source: str, name: str) -> str:
    """Return the statement of an earlier migration that makes a function, to be made anew."""
    found = [
        each
        for each in source.split("CREATE ")
        if each.removeprefix("OR REPLACE ").startswith(f"FUNCTION {name}(")
    ]
    assert len(found) == 1, name
    text = found[0].removeprefix("OR REPLACE ")
    return f"CREATE OR REPLACE {text[: text.index('$$', text.index('$$') + 2)]}$$;\n"


def replaced(statement: str, was: str, now: str) -> str:
    """Return a statement with one of its parts changed."""
    assert statement.count(was) == 1, was
    return statement.replace(was, now)


RULES = replaced(
    function(CLOSING.RULES, "assay_kept_apart"),
    "    ('check_sustainment', ARRAY['administrator'",
    "    ('roll_back', ARRAY['administrator', 'owner']),\n"
    "    ('check_sustainment', ARRAY['administrator'",
) + replaced(
    function(CLOSING.RULES, "assay_granted"),
    "    ('check_sustainment', ARRAY['controller']",
    "    ('roll_back', ARRAY[]::text[], ARRAY['controller', 'sponsor']),\n"
    "    ('check_sustainment', ARRAY['controller']",
)

ENTITLED = replaced(
    function(DEPUTIES.ENTITLED, "assay_may"),
    "'approve_shortfall')",
    "'approve_shortfall', 'roll_back')",
)

PROPOSAL = f"""
CREATE FUNCTION assay_guard_roll_back() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure := assay_locked_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  PERFORM assay_refuse_unentitled(subject, person, 'roll_back');
  IF subject.lifecycle <> 'active' OR NEW.to_stage NOT BETWEEN 0 AND subject.stage - 1 THEN
    RAISE EXCEPTION 'A measure that runs is rolled back to a stage before the one it stands at.'
      USING ERRCODE = 'GV085', DETAIL = 'roll_back_not_now';
  END IF;
  NEW.state := 'open';
  NEW.from_stage := subject.stage;
  NEW.from_step := subject.step;
  NEW.proposed_as := CASE WHEN coalesce(assay_acting_for(), person) = subject.controller_id
    THEN 'controller' ELSE 'sponsor' END;
  NEW.proposed_by_id := person;
  NEW.decided_for_id := assay_acting_for();
  NEW.proposed_at := assay_now();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_roll_back_state() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE subject measures_measure;
BEGIN
  IF current_user = 'assay_audit_owner' THEN
    RETURN NEW;
  END IF;
  subject := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  PERFORM assay_refuse_unentitled(subject, assay_governor(), 'roll_back');
  IF OLD.state <> 'open' OR NEW.state <> 'withdrawn' THEN
    RAISE EXCEPTION 'A roll-back is settled by its confirmation, or withdrawn while it waits.'
      USING ERRCODE = 'GV026', DETAIL = 'written_by_the_database';
  END IF;
  RETURN NEW;
END $$;
"""

CONFIRMATION = f"""
CREATE FUNCTION assay_given_up(subject measures_measure) RETURNS jsonb
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT jsonb_build_object(
    'stage', subject.stage, 'step', subject.step, 'owner', subject.owner_id,
    'sponsor', subject.sponsor_id, 'controller', subject.controller_id, 'size', subject.size,
    'lines', assay_lines_document(subject.organization_id, subject.id),
    'milestones', assay_milestones_document(subject.organization_id, subject.id),
    'approved', assay_figures_document(subject.organization_id, subject.id))
$$;

CREATE FUNCTION assay_guard_roll_back_confirmation() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  principal bigint := assay_acting_for();
  proposed governance_rollback;
  subject measures_measure;
BEGIN
  SELECT * INTO proposed FROM governance_rollback
   WHERE organization_id = NEW.organization_id AND id = NEW.roll_back_id;
  subject := assay_locked_measure(NEW.organization_id, proposed.measure_id);
  -- Looked at again: the lock may have been waited for.
  SELECT * INTO proposed FROM governance_rollback
   WHERE organization_id = NEW.organization_id AND id = NEW.roll_back_id;
  PERFORM assay_refuse_unentitled(subject, person, 'roll_back');
  IF proposed.state <> 'open' THEN
    RAISE EXCEPTION 'This roll-back is % and cannot be confirmed: propose it anew.', proposed.state
      USING ERRCODE = 'GV087', DETAIL = 'roll_back_not_open';
  END IF;
  IF ARRAY[person, principal] && ARRAY[proposed.proposed_by_id, proposed.decided_for_id]
     OR coalesce(principal, person) IS DISTINCT FROM (CASE proposed.proposed_as
       WHEN 'controller' THEN subject.sponsor_id ELSE subject.controller_id END) THEN
    RAISE EXCEPTION 'A stage is rolled back by the sponsor and the controller, two persons.'
      USING ERRCODE = 'GV086', DETAIL = 'two_to_roll_back';
  END IF;
  NEW.measure_id := proposed.measure_id;
  NEW.confirmed_by_id := person;
  NEW.decided_for_id := principal;
  NEW.confirmed_at := assay_now();
  NEW.confirmed_in := assay_transaction();
  NEW.snapshot := assay_given_up(subject);
  NEW.digest := assay_digest(NEW.snapshot);
  SELECT coalesce(max(d.id), 0) INTO NEW.last_decision FROM governance_decision d
   WHERE d.organization_id = NEW.organization_id AND d.measure_id = subject.id;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_settle_roll_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  UPDATE governance_rollback SET state = 'confirmed'
   WHERE organization_id = NEW.organization_id AND id = NEW.roll_back_id;
  RETURN NULL;
END $$;

-- What was confirmed is done as the stage goes back; what waits is void when the ground moves.
CREATE FUNCTION assay_end_roll_backs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  UPDATE governance_rollback
     SET state = CASE WHEN state = 'confirmed' AND (NEW.stage, NEW.step) < (OLD.stage, OLD.step)
                   THEN 'done' ELSE 'void' END
   WHERE organization_id = NEW.organization_id AND measure_id = NEW.id
     AND state IN ('open', 'confirmed');
  RETURN NULL;
END $$;

CREATE FUNCTION assay_refuse_undone_roll_back() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM governance_rollback b
       WHERE b.organization_id = NEW.organization_id AND b.id = NEW.roll_back_id
         AND b.state = 'done') THEN
    RAISE EXCEPTION 'A roll-back that is confirmed is done in the same act.'
      USING ERRCODE = 'GV087', DETAIL = 'roll_back_not_done';
  END IF;
  RETURN NULL;
END $$;
"""

STAGE = (
    f"""
CREATE FUNCTION assay_last_step(organization bigint, wanted integer) RETURNS integer
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT coalesce(max(p.step), 0) FROM governance_scheme s, assay_scheme_places(s.document) p
   WHERE s.organization_id = organization AND s.version = assay_gate_scheme(organization)
     AND p.stage = wanted
$$;

-- A forced decision answered by planning anew leads back to where the gate Decided begins.
CREATE FUNCTION assay_is_replanned_now(subject measures_measure) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT EXISTS (SELECT 1 FROM governance_forcedanswer a JOIN governance_forceddecision f
      ON f.organization_id = a.organization_id AND f.id = a.forced_id
   WHERE f.organization_id = subject.organization_id AND f.measure_id = subject.id
     AND f.state = 'replanning' AND a.outcome = 'replan' AND a.decided_in = assay_transaction())
$$;

CREATE FUNCTION assay_refuse_roll_back(before measures_measure, after measures_measure)
RETURNS void LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF before.lifecycle = 'active' AND after.lifecycle = 'active' THEN
    IF after.step = 0 AND EXISTS (SELECT 1 FROM governance_rollback b
         JOIN governance_rollbackconfirmation c
           ON c.organization_id = b.organization_id AND c.roll_back_id = b.id
        WHERE b.organization_id = before.organization_id AND b.measure_id = before.id
          AND b.state = 'confirmed' AND c.confirmed_in = assay_transaction()
          AND (b.from_stage, b.from_step) = (before.stage, before.step)
          AND b.to_stage = after.stage) THEN
      RETURN;
    END IF;
    IF before.stage >= 3 AND after.stage = 2
       AND after.step = assay_last_step(before.organization_id, 2)
       AND assay_is_replanned_now(before) THEN
      RETURN;
    END IF;
  END IF;
  RAISE EXCEPTION 'A stage is left backwards only by a roll-back that sponsor and controller '
    'confirm in this act.' USING ERRCODE = 'GV010', DETAIL = 'stage_needs_a_roll_back';
END $$;
"""
    + replaced(
        function(SCHEMES.STAGE, "assay_refuse_stage"),
        "BEGIN\n",
        "BEGIN\n"
        "  IF (after.stage, after.step) < (before.stage, before.step) THEN\n"
        "    PERFORM assay_refuse_roll_back(before, after);\n"
        "    RETURN;\n"
        "  END IF;\n",
    )
    + replaced(
        function(SCHEMES.STAGE, "assay_unused_decision"),
        "   ORDER BY d.id DESC LIMIT 1",
        "     -- What was decided before a roll-back is not decided after it.\n"
        "     AND d.id > coalesce((SELECT max(c.last_decision) FROM governance_rollbackconfirmation c\n"
        "          WHERE c.organization_id = d.organization_id AND c.measure_id = d.measure_id), 0)\n"
        "   ORDER BY d.id DESC LIMIT 1",
    )
)

# What was decided is kept as it stood, and goes on counting until it is decided anew.
COMMITMENT = f"""
CREATE FUNCTION assay_keep_commitment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  INSERT INTO measures_commitment (organization_id, measure_id, number, document, recorded_at)
  SELECT NEW.organization_id, NEW.id, count(*) + 1,
         jsonb_build_object('lines', assay_lines_document(NEW.organization_id, NEW.id),
           'milestones', assay_milestones_document(NEW.organization_id, NEW.id)), assay_now()
    FROM measures_commitment c
   WHERE c.organization_id = NEW.organization_id AND c.measure_id = NEW.id;
  RETURN NULL;
END $$;

CREATE FUNCTION assay_refuse_rejecting_committed() RETURNS trigger
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM measures_measure m WHERE m.organization_id = NEW.organization_id
       AND m.id = NEW.measure_id AND m.decided_on IS NOT NULL) THEN
    RAISE EXCEPTION 'What was decided once is no proposal any more: it is cancelled, by who may.'
      USING ERRCODE = 'GV014', DETAIL = 'lifecycle_not_now';
  END IF;
  RETURN NEW;
END $$;
"""

# Forced decisions reach a measure that was rolled back, and its spend is stopped.
FORCING = replaced(
    function(FORCED.OPENING, "assay_guard_forced"),
    "subject.stage NOT IN (3, 4)",
    "subject.decided_on IS NULL",
) + replaced(
    function(FORCED.SPEND, "assay_spend_stopped_on"),
    "         ELSE (SELECT f.opened_on FROM governance_forceddecision f\n"
    "                WHERE f.organization_id = organization AND f.measure_id = measure\n"
    "                  AND (f.state = 'open' OR (replanning AND f.state = 'replanning'))) END\n",
    "         ELSE least((SELECT f.opened_on FROM governance_forceddecision f\n"
    "                WHERE f.organization_id = organization AND f.measure_id = measure\n"
    "                  AND (f.state = 'open' OR (replanning AND f.state = 'replanning'))),\n"
    "              CASE WHEN replanning AND m.stage < 3 THEN (\n"
    "                SELECT (max(c.recorded_at) AT TIME ZONE (SELECT o.time_zone\n"
    "                  FROM accounts_organization o WHERE o.id = organization))::date\n"
    "                  FROM measures_commitment c\n"
    "                 WHERE c.organization_id = organization AND c.measure_id = measure) END) END\n",
)

TRIGGERS = """
CREATE TRIGGER guard BEFORE INSERT ON governance_rollback
  FOR EACH ROW EXECUTE FUNCTION assay_guard_roll_back();
ALTER TABLE governance_rollback ENABLE ALWAYS TRIGGER guard;
CREATE TRIGGER guard_state BEFORE UPDATE ON governance_rollback
  FOR EACH ROW EXECUTE FUNCTION assay_guard_roll_back_state();
ALTER TABLE governance_rollback ENABLE ALWAYS TRIGGER guard_state;
CREATE TRIGGER never_deleted BEFORE DELETE ON governance_rollback
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_change();
ALTER TABLE governance_rollback ENABLE ALWAYS TRIGGER never_deleted;
CREATE TRIGGER guard BEFORE INSERT ON governance_rollbackconfirmation
  FOR EACH ROW EXECUTE FUNCTION assay_guard_roll_back_confirmation();
ALTER TABLE governance_rollbackconfirmation ENABLE ALWAYS TRIGGER guard;
CREATE TRIGGER settle_roll_back AFTER INSERT ON governance_rollbackconfirmation
  FOR EACH ROW EXECUTE FUNCTION assay_settle_roll_back();
ALTER TABLE governance_rollbackconfirmation ENABLE ALWAYS TRIGGER settle_roll_back;
CREATE CONSTRAINT TRIGGER roll_back_is_done AFTER INSERT ON governance_rollbackconfirmation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assay_refuse_undone_roll_back();
ALTER TABLE governance_rollbackconfirmation ENABLE ALWAYS TRIGGER roll_back_is_done;

CREATE TRIGGER end_roll_backs AFTER UPDATE ON measures_measure FOR EACH ROW
  WHEN ((OLD.stage, OLD.step, OLD.lifecycle, OLD.sponsor_id, OLD.controller_id)
        IS DISTINCT FROM (NEW.stage, NEW.step, NEW.lifecycle, NEW.sponsor_id, NEW.controller_id))
  EXECUTE FUNCTION assay_end_roll_backs();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER end_roll_backs;
CREATE TRIGGER keep_commitment AFTER UPDATE ON measures_measure FOR EACH ROW
  WHEN (OLD.stage >= 3 AND NEW.stage < 3) EXECUTE FUNCTION assay_keep_commitment();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER keep_commitment;
CREATE TRIGGER void_requests_behind AFTER UPDATE ON measures_measure FOR EACH ROW
  WHEN ((NEW.stage, NEW.step) < (OLD.stage, OLD.step)) EXECUTE FUNCTION assay_void_requests();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER void_requests_behind;
CREATE TRIGGER guard BEFORE INSERT ON measures_commitment
  FOR EACH ROW EXECUTE FUNCTION assay_only_by_the_database();
ALTER TABLE measures_commitment ENABLE ALWAYS TRIGGER guard;
CREATE TRIGGER guard_committed BEFORE INSERT ON governance_lifecycledecision FOR EACH ROW
  WHEN (NEW.act = 'reject') EXECUTE FUNCTION assay_refuse_rejecting_committed();
ALTER TABLE governance_lifecycledecision ENABLE ALWAYS TRIGGER guard_committed;

GRANT UPDATE (state) ON governance_rollback TO assay_audit_owner;
GRANT INSERT ON measures_commitment TO assay_audit_owner;
"""

OPEN_FUNCTIONS = (
    "assay_guard_roll_back()",
    "assay_guard_roll_back_state()",
    "assay_given_up(measures_measure)",
    "assay_guard_roll_back_confirmation()",
    "assay_refuse_undone_roll_back()",
    "assay_last_step(bigint, integer)",
    "assay_is_replanned_now(measures_measure)",
    "assay_refuse_roll_back(measures_measure, measures_measure)",
    "assay_refuse_rejecting_committed()",
)
# What writes as the audit owner is called by its trigger alone.
CLOSED_FUNCTIONS = (
    "assay_settle_roll_back()",
    "assay_end_roll_backs()",
    "assay_keep_commitment()",
)
HAND_OVER = "".join(
    f"GRANT EXECUTE ON FUNCTION {each} TO assay_app, assay_owner, assay_audit_owner;"
    for each in OPEN_FUNCTIONS
) + "".join(
    f"ALTER FUNCTION {each} OWNER TO assay_audit_owner;"
    for each in (*OPEN_FUNCTIONS, *CLOSED_FUNCTIONS)
)


class Migration(migrations.Migration):
    dependencies = [("governance", "0016_rollbacks"), ("measures", "0011_commitments")]
    operations = [
        *(
            migrations.RunSQL(each)
            for each in (
                RULES,
                ENTITLED,
                PROPOSAL,
                CONFIRMATION,
                STAGE,
                COMMITMENT,
                FORCING,
                TRIGGERS,
                HAND_OVER,
            )
        ),
    ]
