"""Guards of measures: what no path may do, whatever the session; owned by another role.

Each refusal has SQLSTATE GV0xx, its own code as detail, and a sentence. Every guard that reads
another row locks it (FOR SHARE), else a race slips between look and write.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"
PERIODS = [f"p{number:02d}" for number in range(1, 13)]

# Locks the measure against changes of stage and lifecycle, and refuses when it has ended.
OPEN_MEASURE = f"""
CREATE FUNCTION assay_open_measure(organization bigint, measure bigint)
RETURNS measures_measure LANGUAGE plpgsql {PINNED} AS $$
DECLARE found_measure measures_measure;
BEGIN
  SELECT * INTO found_measure FROM measures_measure
   WHERE organization_id = organization AND id = measure FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no such measure here.' USING ERRCODE = 'GV005', DETAIL = 'not_found';
  END IF;
  IF found_measure.lifecycle IN ('closed', 'cancelled') THEN
    RAISE EXCEPTION 'This measure is %: nothing of it can be changed any more.',
      found_measure.lifecycle USING ERRCODE = 'GV003', DETAIL = 'measure_has_ended';
  END IF;
  RETURN found_measure;
END $$
"""

MEASURE = f"""
CREATE FUNCTION assay_guard_measure() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.stage <> 0 OR NEW.lifecycle <> 'active' OR NEW.version <> 1 THEN
      RAISE EXCEPTION 'A measure begins at Defined and active.'
        USING ERRCODE = 'GV006', DETAIL = 'measure_begins_at_defined';
    END IF;
    NEW.created_in := assay_transaction();
    NEW.created_at := assay_now();
    NEW.decided_on := NULL;
    PERFORM 1 FROM hierarchy_node
      WHERE organization_id = NEW.organization_id AND id = NEW.node_id AND level = 5;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'A measure hangs on a node of level measure.'
        USING ERRCODE = 'GV041', DETAIL = 'measure_on_wrong_level';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.organization_id, NEW.node_id, NEW.created_in, NEW.created_at, NEW.proposer_id)
     IS DISTINCT FROM
     (OLD.organization_id, OLD.node_id, OLD.created_in, OLD.created_at, OLD.proposer_id) THEN
    RAISE EXCEPTION 'Where a measure comes from does not change.'
      USING ERRCODE = 'GV004', DETAIL = 'measure_origin_is_fixed';
  END IF;
  IF NEW.taken_over_on IS DISTINCT FROM OLD.taken_over_on
     AND OLD.created_in <> assay_transaction() THEN
    RAISE EXCEPTION 'A measure is taken over in the act that creates it, or never.'
      USING ERRCODE = 'GV006', DETAIL = 'taken_over_at_creation';
  END IF;
  IF OLD.lifecycle IN ('closed', 'cancelled') THEN
    RAISE EXCEPTION 'This measure is %: it does not change any more.', OLD.lifecycle
      USING ERRCODE = 'GV003', DETAIL = 'measure_has_ended';
  END IF;
  IF NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION 'This measure was changed by somebody else since you opened it. '
      'Nothing was overwritten: reload, compare, and save again.'
      USING ERRCODE = 'GV002', DETAIL = 'stale_version';
  END IF;
  NEW.decided_on := CASE
    WHEN NEW.stage < 3 THEN NULL
    WHEN OLD.stage < 3 THEN coalesce(NEW.taken_over_on, assay_today(NEW.organization_id))
    ELSE OLD.decided_on END;
  RETURN NEW;
END $$
"""

LINE = f"""
CREATE FUNCTION assay_guard_line() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE parent measures_measure := assay_open_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF parent.stage >= 3 AND (TG_OP = 'INSERT' OR
     (NEW.measure_id, NEW.nature, NEW.effect_type, NEW.recurrence, NEW.direction, NEW.unit,
      NEW.currency, NEW.decimals, NEW.full_effect_on, NEW.ends_on, NEW.is_seasonal, NEW.is_level,
      NEW.baseline_evidence_id, NEW.removed_on)
     IS DISTINCT FROM
     (OLD.measure_id, OLD.nature, OLD.effect_type, OLD.recurrence, OLD.direction, OLD.unit,
      OLD.currency, OLD.decimals, OLD.full_effect_on, OLD.ends_on, OLD.is_seasonal, OLD.is_level,
      OLD.baseline_evidence_id, OLD.removed_on)) THEN
    RAISE EXCEPTION 'The plan was frozen when this measure was decided: '
      'its lines can be added or redefined only by a re-plan.'
      USING ERRCODE = 'GV004', DETAIL = 'plan_is_frozen';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.organization_id, NEW.measure_id, NEW.unit, NEW.currency, NEW.decimals) IS DISTINCT FROM
       (OLD.organization_id, OLD.measure_id, OLD.unit, OLD.currency, OLD.decimals) THEN
      RAISE EXCEPTION 'A line keeps its unit and currency: remove it and add another.'
        USING ERRCODE = 'GV004', DETAIL = 'line_keeps_its_unit';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'This line was changed by somebody else since you opened it. '
        'Nothing was overwritten: reload, compare, and save again.'
        USING ERRCODE = 'GV002', DETAIL = 'stale_version';
    END IF;
  END IF;
  RETURN NEW;
END $$
"""

SERIES = f"""
CREATE FUNCTION assay_guard_series() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  parent measures_measure;
  latest integer;
BEGIN
  parent := assay_open_measure(NEW.organization_id, (
    SELECT measure_id FROM measures_line
     WHERE organization_id = NEW.organization_id AND id = NEW.line_id));
  NEW.recorded_at := assay_now();
  NEW.recorded_by_id := assay_actor();
  IF NEW.series = 'actual' AND current_user <> 'assay_audit_owner' THEN
    RAISE EXCEPTION 'An actual comes from a claim that its controller approved, and from nowhere else.'
      USING ERRCODE = 'GV006', DETAIL = 'actual_only_from_claim';
  END IF;
  IF NEW.series IN ('plan', 'baseline') AND parent.stage >= 3 THEN
    RAISE EXCEPTION 'The % was frozen when this measure was decided.', NEW.series
      USING ERRCODE = 'GV004', DETAIL = 'plan_is_frozen';
  END IF;
  IF NEW.series = 'forecast' AND parent.stage < 3 THEN
    RAISE EXCEPTION 'The forecast opens when this measure is decided.'
      USING ERRCODE = 'GV006', DETAIL = 'forecast_not_open';
  END IF;
  SELECT coalesce(max(version), 0) INTO latest FROM measures_seriesversion
   WHERE organization_id = NEW.organization_id AND line_id = NEW.line_id AND split = NEW.split
     AND series = NEW.series AND fiscal_year = NEW.fiscal_year;
  IF NEW.version <> latest + 1 THEN
    RAISE EXCEPTION 'These figures were changed by somebody else since you opened them. '
      'Nothing was overwritten: reload, compare, and save again.'
      USING ERRCODE = 'GV002', DETAIL = 'stale_version';
  END IF;
  RETURN NEW;
END $$
"""

CLAIM = f"""
CREATE FUNCTION assay_guard_claim() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE parent measures_measure := assay_open_measure(NEW.organization_id, NEW.measure_id);
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM measures_line WHERE organization_id = NEW.organization_id
      AND id = NEW.line_id AND measure_id = NEW.measure_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'There is no such line on this measure.'
        USING ERRCODE = 'GV005', DETAIL = 'not_found';
    END IF;
    IF parent.stage NOT IN (3, 4) THEN
      RAISE EXCEPTION 'Actuals can be claimed once this measure is decided.'
        USING ERRCODE = 'GV006', DETAIL = 'claims_not_open';
    END IF;
    IF NEW.state <> 'submitted' THEN
      RAISE EXCEPTION 'A claim begins as submitted; its controller decides it.'
        USING ERRCODE = 'GV006', DETAIL = 'claim_begins_submitted';
    END IF;
    NEW.claimed_by_id := assay_actor();
    NEW.claimed_at := assay_now();
    NEW.decided_by_id := NULL;
    NEW.decided_at := NULL;
    RETURN NEW;
  END IF;
  IF (NEW.organization_id, NEW.line_id, NEW.measure_id, NEW.fiscal_year, NEW.period, NEW.amount,
      NEW.forecast_before, NEW.is_final, NEW.note, NEW.evidence_id, NEW.claimed_by_id,
      NEW.claimed_at)
     IS DISTINCT FROM
     (OLD.organization_id, OLD.line_id, OLD.measure_id, OLD.fiscal_year, OLD.period, OLD.amount,
      OLD.forecast_before, OLD.is_final, OLD.note, OLD.evidence_id, OLD.claimed_by_id,
      OLD.claimed_at) OR OLD.state <> 'submitted' THEN
    RAISE EXCEPTION 'A claim is not rewritten: withdraw it and claim again.'
      USING ERRCODE = 'GV004', DETAIL = 'claim_is_fixed';
  END IF;
  IF NEW.state IN ('approved', 'rejected') THEN
    IF assay_actor() IS DISTINCT FROM parent.controller_id THEN
      RAISE EXCEPTION 'Only the controller of this measure decides its claims.'
        USING ERRCODE = 'GV007', DETAIL = 'only_the_controller';
    END IF;
    IF assay_actor() = OLD.claimed_by_id THEN
      RAISE EXCEPTION 'Nobody decides a claim of their own.'
        USING ERRCODE = 'GV007', DETAIL = 'own_claim';
    END IF;
    NEW.decided_by_id := assay_actor();
    NEW.decided_at := assay_now();
  ELSIF NEW.state = 'withdrawn' THEN
    IF assay_actor() IS DISTINCT FROM OLD.claimed_by_id
       AND assay_actor() IS DISTINCT FROM parent.owner_id THEN
      RAISE EXCEPTION 'A claim is withdrawn by who made it or by the owner of the measure.'
        USING ERRCODE = 'GV007', DETAIL = 'only_the_claimant';
    END IF;
  END IF;
  RETURN NEW;
END $$
"""

_ASSIGNED = ", ".join(
    f"CASE WHEN NEW.period = {number} THEN NEW.amount ELSE last_row.{period} END"
    for number, period in enumerate(PERIODS, start=1)
)

# Owned by the audit owner, the one role whose "actual" rows the guard of series lets pass.
PROJECT = f"""
CREATE FUNCTION assay_project_actual() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE last_row measures_seriesversion;
BEGIN
  SELECT * INTO last_row FROM measures_seriesversion
   WHERE organization_id = NEW.organization_id AND line_id = NEW.line_id AND split = ''
     AND series = 'actual' AND fiscal_year = NEW.fiscal_year
   ORDER BY version DESC LIMIT 1;
  INSERT INTO measures_seriesversion
    (organization_id, line_id, split, series, fiscal_year, version, is_seeded, {", ".join(PERIODS)})
  VALUES (NEW.organization_id, NEW.line_id, '', 'actual', NEW.fiscal_year,
          coalesce(last_row.version, 0) + 1, false, {_ASSIGNED});
  RETURN NULL;
END $$
"""

MILESTONE = f"""
CREATE FUNCTION assay_guard_milestone() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  parent measures_measure := assay_open_measure(NEW.organization_id, NEW.measure_id);
  is_take_over boolean := parent.created_in = assay_transaction();
BEGIN
  NEW.updated_at := assay_now();
  IF TG_OP = 'INSERT' THEN
    NEW.added_after_freeze := parent.stage >= 3 AND NOT is_take_over;
    IF NEW.is_imported AND NOT is_take_over THEN
      RAISE EXCEPTION 'Only the take-over of a running portfolio brings imported dates.'
        USING ERRCODE = 'GV006', DETAIL = 'imported_only_at_take_over';
    END IF;
  ELSE
    IF (NEW.organization_id, NEW.measure_id, NEW.is_imported, NEW.added_after_freeze)
       IS DISTINCT FROM
       (OLD.organization_id, OLD.measure_id, OLD.is_imported, OLD.added_after_freeze) THEN
      RAISE EXCEPTION 'Where a milestone comes from does not change.'
        USING ERRCODE = 'GV004', DETAIL = 'milestone_origin_is_fixed';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'This milestone was changed by somebody else since you opened it. '
        'Nothing was overwritten: reload, compare, and save again.'
        USING ERRCODE = 'GV002', DETAIL = 'stale_version';
    END IF;
    IF parent.stage >= 3 AND NOT OLD.added_after_freeze AND
       (NEW.plan_end, NEW.weight, NEW.is_mandatory, NEW.is_critical, NEW.removed_on)
       IS DISTINCT FROM
       (OLD.plan_end, OLD.weight, OLD.is_mandatory, OLD.is_critical, OLD.removed_on) THEN
      RAISE EXCEPTION 'The plan was frozen when this measure was decided: '
        'forecast another end, the planned one stays.'
        USING ERRCODE = 'GV004', DETAIL = 'plan_is_frozen';
    END IF;
    IF OLD.actual_end IS NOT NULL AND NEW.actual_end IS DISTINCT FROM OLD.actual_end THEN
      RAISE EXCEPTION 'The day a milestone was completed stays as it was recorded.'
        USING ERRCODE = 'GV004', DETAIL = 'completion_is_fixed';
    END IF;
  END IF;
  IF NEW.actual_end IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.actual_end IS NULL)
     AND NOT (NEW.is_imported AND is_take_over)
     AND NEW.actual_end <> assay_today(NEW.organization_id) THEN
    RAISE EXCEPTION 'A milestone is completed on the day it is recorded, which is %.',
      assay_today(NEW.organization_id) USING ERRCODE = 'GV006', DETAIL = 'no_back_dating';
  END IF;
  RETURN NEW;
END $$
"""

CHILD = f"""
CREATE FUNCTION assay_guard_child() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM assay_open_measure(NEW.organization_id, NEW.measure_id);
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.organization_id, NEW.measure_id) IS DISTINCT FROM
       (OLD.organization_id, OLD.measure_id) THEN
      RAISE EXCEPTION 'This belongs to its measure and does not move.'
        USING ERRCODE = 'GV004', DETAIL = 'child_stays';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'This was changed by somebody else since you opened it. '
        'Nothing was overwritten: reload, compare, and save again.'
        USING ERRCODE = 'GV002', DETAIL = 'stale_version';
    END IF;
  END IF;
  RETURN NEW;
END $$
"""

DEPENDENCY = f"""
CREATE FUNCTION assay_guard_dependency() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NEW.removed_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('assay:dependencies', NEW.organization_id));
  IF EXISTS (
    WITH RECURSIVE chain(id) AS (
      SELECT NEW.needs_id
      UNION
      SELECT d.needs_id FROM measures_dependency d JOIN chain c ON d.measure_id = c.id
       WHERE d.organization_id = NEW.organization_id AND d.removed_at IS NULL
    ) SELECT 1 FROM chain WHERE id = NEW.measure_id) THEN
    RAISE EXCEPTION 'This would close a circle: the other measure already waits for this one.'
      USING ERRCODE = 'GV008', DETAIL = 'dependency_cycle';
  END IF;
  RETURN NEW;
END $$
"""

# TG_ARGV[0] says where the measure's id stands: in the row itself, or behind its line.
DIRTY = f"""
CREATE FUNCTION assay_mark_dirty() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF TG_ARGV[0] = 'line' THEN
    INSERT INTO rollup_dirty (organization_id, measure_id)
    SELECT NEW.organization_id, l.measure_id FROM measures_line l
     WHERE l.organization_id = NEW.organization_id AND l.id = NEW.line_id;
  ELSIF TG_ARGV[0] = 'id' THEN
    INSERT INTO rollup_dirty (organization_id, measure_id) VALUES (NEW.organization_id, NEW.id);
  ELSE
    INSERT INTO rollup_dirty (organization_id, measure_id)
    VALUES (NEW.organization_id, NEW.measure_id);
  END IF;
  RETURN NULL;
END $$
"""

GUARDED = {
    "measures_measure": ("assay_guard_measure", "INSERT OR UPDATE", "id"),
    "measures_line": ("assay_guard_line", "INSERT OR UPDATE", "measure"),
    "measures_seriesversion": ("assay_guard_series", "INSERT", "line"),
    "measures_actualclaim": ("assay_guard_claim", "INSERT OR UPDATE", "measure"),
    "measures_milestone": ("assay_guard_milestone", "INSERT OR UPDATE", "measure"),
    "measures_risk": ("assay_guard_child", "INSERT OR UPDATE", ""),
    "measures_dependency": ("assay_guard_child", "INSERT OR UPDATE", "measure"),
    "measures_evidence": ("assay_guard_child", "INSERT", ""),
}


def triggers() -> str:
    """Return the statements that bind each guard to its table, for every session and path."""
    statements = []
    for table, (function, events, measure) in GUARDED.items():
        statements.append(
            f"CREATE TRIGGER guard BEFORE {events} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}();"
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER guard;"
        )
        if measure:
            statements.append(
                f"CREATE TRIGGER mark_dirty AFTER {events} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION assay_mark_dirty('{measure}');"
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER mark_dirty;"
            )
    statements.append(
        "CREATE TRIGGER guard_no_circle BEFORE INSERT OR UPDATE ON measures_dependency"
        " FOR EACH ROW EXECUTE FUNCTION assay_guard_dependency();"
        "ALTER TABLE measures_dependency ENABLE ALWAYS TRIGGER guard_no_circle;"
        "CREATE TRIGGER project_actual AFTER UPDATE ON measures_actualclaim FOR EACH ROW"
        " WHEN (NEW.state = 'approved' AND OLD.state <> 'approved')"
        " EXECUTE FUNCTION assay_project_actual();"
        "ALTER TABLE measures_actualclaim ENABLE ALWAYS TRIGGER project_actual;"
        "GRANT INSERT ON measures_seriesversion, rollup_dirty TO assay_audit_owner;"
        "GRANT UPDATE ON measures_measure TO assay_audit_owner;"  # FOR SHARE asks for it
    )
    for function in (
        "assay_open_measure(bigint, bigint)",
        "assay_guard_measure()",
        "assay_guard_line()",
        "assay_guard_series()",
        "assay_guard_claim()",
        "assay_project_actual()",
        "assay_guard_milestone()",
        "assay_guard_child()",
        "assay_guard_dependency()",
        "assay_mark_dirty()",
    ):
        statements.append(
            f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner, assay_audit_owner;"
            f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;"
        )
    return "\n".join(statements)


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial")]
    operations = [
        *(
            migrations.RunSQL(function)
            for function in (
                OPEN_MEASURE,
                MEASURE,
                LINE,
                SERIES,
                CLAIM,
                PROJECT,
                MILESTONE,
                CHILD,
                DEPENDENCY,
                DIRTY,
            )
        ),
        migrations.RunSQL(triggers()),
    ]
