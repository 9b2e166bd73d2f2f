"""Names in the order in which people look for them: "Package 2" before "Package 10"."""

from django.db import migrations

# Numbers count by their value, letters without case and accents. A collation of ICU would say
# the same, and a PostgreSQL built without ICU has none.
FUNCTION = r"""
CREATE FUNCTION assay_in_order(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT regexp_replace(
    regexp_replace(
      regexp_replace(lower(normalize(name, NFD)), '[\u0300-\u036f]', '', 'g'),
      '([0-9]+)', '00000000000\1', 'g'),
    '0*([0-9]{12,})', '\1', 'g')
$$;
ALTER FUNCTION assay_in_order(text) OWNER TO assay_audit_owner;
GRANT EXECUTE ON FUNCTION assay_in_order(text) TO assay_app, assay_owner, assay_audit_owner;
"""


class Migration(migrations.Migration):
    """The function that the trees and the tables of children sort by."""

    dependencies = [("hierarchy", "0003_deputyships")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION assay_in_order(text)"),
    ]
