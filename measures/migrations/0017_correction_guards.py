"""A reversal entry corrects an approved actual of a locked period, and is kept apart from it."""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"
PERIODS = [f"p{number:02d}" for number in range(1, 13)]

CORRECTION = f"""
CREATE FUNCTION assay_guard_correction() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  origin measures_actualclaim;
  begun boolean;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.kind, NEW.corrects_id) IS DISTINCT FROM (OLD.kind, OLD.corrects_id) THEN
      RAISE EXCEPTION 'A claim is not rewritten: withdraw it and claim again.'
        USING ERRCODE = 'GV004', DETAIL = 'claim_is_fixed';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO origin FROM measures_actualclaim
   WHERE organization_id = NEW.organization_id AND id = NEW.corrects_id FOR SHARE;
  IF (origin.line_id, origin.measure_id, origin.kind, origin.state)
     IS DISTINCT FROM (NEW.line_id, NEW.measure_id, 'actual'::varchar, 'approved'::varchar)
     OR assay_period_stage(origin.organization_id, origin.fiscal_year, origin.period) <> 'locked' THEN
    RAISE EXCEPTION 'A correction names an approved actual of the same line, in a locked period.'
      USING ERRCODE = 'GV106', DETAIL = 'correction_of_nothing_locked';
  END IF;
  SELECT p.first_day <= assay_today(NEW.organization_id) INTO begun
    FROM assay_fiscal_periods(NEW.organization_id, NEW.fiscal_year) p WHERE p.period = NEW.period;
  IF begun IS NOT TRUE THEN
    RAISE EXCEPTION 'A correction is posted in a period that has begun.'
      USING ERRCODE = 'GV106', DETAIL = 'correction_posted_ahead';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_correction_series() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF current_user <> 'assay_audit_owner' THEN
    RAISE EXCEPTION 'A correction comes from a claim that its controller approved, and from nowhere '
      'else.' USING ERRCODE = 'GV106', DETAIL = 'correction_only_from_claim';
  END IF;
  RETURN NEW;
END $$;
"""

_ASSIGNED = ", ".join(
    f"CASE WHEN NEW.period = {number} THEN NEW.amount"
    f" + CASE WHEN NEW.kind = 'correction' THEN coalesce(last_row.{period}, 0) ELSE 0 END"
    f" ELSE last_row.{period} END"
    for number, period in enumerate(PERIODS, start=1)
)

# An actual takes the place of what was there, a correction is added to those posted before it.
PROJECT = f"""
CREATE OR REPLACE FUNCTION assay_project_actual() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE last_row measures_seriesversion;
BEGIN
  SELECT * INTO last_row FROM measures_seriesversion
   WHERE organization_id = NEW.organization_id AND line_id = NEW.line_id AND split = ''
     AND series = NEW.kind AND fiscal_year = NEW.fiscal_year
   ORDER BY version DESC LIMIT 1;
  INSERT INTO measures_seriesversion
    (organization_id, line_id, split, series, fiscal_year, version, is_seeded, {", ".join(PERIODS)})
  VALUES (NEW.organization_id, NEW.line_id, '', NEW.kind, NEW.fiscal_year,
          coalesce(last_row.version, 0) + 1, false, {_ASSIGNED});
  RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER guard_correction BEFORE INSERT ON measures_actualclaim FOR EACH ROW
  WHEN (NEW.kind = 'correction') EXECUTE FUNCTION assay_guard_correction();
ALTER TABLE measures_actualclaim ENABLE ALWAYS TRIGGER guard_correction;
CREATE TRIGGER guard_kind BEFORE UPDATE ON measures_actualclaim FOR EACH ROW
  EXECUTE FUNCTION assay_guard_correction();
ALTER TABLE measures_actualclaim ENABLE ALWAYS TRIGGER guard_kind;
CREATE TRIGGER guard_correction BEFORE INSERT ON measures_seriesversion FOR EACH ROW
  WHEN (NEW.series = 'correction') EXECUTE FUNCTION assay_guard_correction_series();
ALTER TABLE measures_seriesversion ENABLE ALWAYS TRIGGER guard_correction;
GRANT EXECUTE ON FUNCTION assay_guard_correction(), assay_guard_correction_series()
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_correction() OWNER TO assay_audit_owner;
ALTER FUNCTION assay_guard_correction_series() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0016_corrections")]
    operations = [migrations.RunSQL(each) for each in (CORRECTION, PROJECT, TRIGGERS)]
