"""What was closed changes only by the two who reopen it; what was cancelled, as before.

`assay_guard_measure` lets a lifecycle go; `assay_guard_stage` of governance, which answers to
every change of it, demands what stands behind it and that nothing else changes.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

MEASURE = f"""
CREATE OR REPLACE FUNCTION assay_guard_measure() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
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
  IF OLD.lifecycle IN ('closed', 'cancelled') AND NEW.lifecycle = OLD.lifecycle THEN
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


class Migration(migrations.Migration):
    dependencies = [("measures", "0007_leaving")]
    operations = [migrations.RunSQL(MEASURE)]
