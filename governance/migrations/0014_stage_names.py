"""The names of the stages and of the steps inside them, for every app that shows where a measure is."""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

NAMES = f"""
CREATE FUNCTION assay_stage_names(organization bigint)
RETURNS TABLE (label text, steps text[])
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT each.rule ->> 'label',
         ARRAY(SELECT jsonb_array_elements_text(coalesce(each.rule -> 'steps', '[]'::jsonb)))
    FROM governance_scheme s,
         LATERAL jsonb_array_elements(s.document -> 'stages') WITH ORDINALITY AS each(rule, place)
   WHERE s.organization_id = organization AND s.version = assay_gate_scheme(organization)
   ORDER BY each.place
$$;
GRANT EXECUTE ON FUNCTION assay_stage_names(bigint) TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_stage_names(bigint) OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0013_aftermath_guards")]
    operations = [migrations.RunSQL(NAMES, reverse_sql=migrations.RunSQL.noop)]
