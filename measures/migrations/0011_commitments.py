"""What was decided goes on counting when a measure is rolled back, until it is decided anew.

A measure keeps the day on which it was first decided. Rolled back below Decided its plan is open
again, as next versions; what it had committed to is kept, and stays open to forecasts and claims,
so that no roll-back silences a measure or rids it of a line.
"""

import importlib

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"
FIRST = importlib.import_module("measures.migrations.0002_guards")
BY_DEPUTIES = importlib.import_module("measures.migrations.0004_claims_by_deputies")
REOPENING = importlib.import_module("measures.migrations.0008_reopening")


def replaced(function: str, was: str, now: str) -> str:
    """Return a guard anew, with one of its conditions changed."""
    assert function.count(was) == 1
    anew = function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(was, now)
    return f"{anew.rstrip().rstrip(';')};"


COMMITTED = f"""
CREATE FUNCTION assay_is_committed_line(organization bigint, line bigint) RETURNS boolean
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT EXISTS (SELECT 1 FROM measures_line l
    JOIN measures_commitment c ON c.organization_id = l.organization_id
     AND c.measure_id = l.measure_id, jsonb_array_elements(c.document -> 'lines') AS kept
   WHERE l.organization_id = organization AND l.id = assay_is_committed_line.line
     AND (kept ->> 'line')::bigint = l.id)
$$;
GRANT EXECUTE ON FUNCTION assay_is_committed_line(bigint, bigint)
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_is_committed_line(bigint, bigint) OWNER TO assay_audit_owner;
"""

# The first day of Decided is kept through a roll-back.
MEASURE = replaced(
    REOPENING.MEASURE,
    """  NEW.decided_on := CASE
    WHEN NEW.stage < 3 THEN NULL
    WHEN OLD.stage < 3 THEN coalesce(NEW.taken_over_on, assay_today(NEW.organization_id))
    ELSE OLD.decided_on END;
""",
    """  NEW.decided_on := coalesce(OLD.decided_on, CASE WHEN NEW.stage >= 3
    THEN coalesce(NEW.taken_over_on, assay_today(NEW.organization_id)) END);
""",
)

LINE = replaced(
    FIRST.LINE,
    """  IF TG_OP = 'UPDATE' THEN
    IF (NEW.organization_id, NEW.measure_id, NEW.unit""",
    """  IF TG_OP = 'UPDATE' AND parent.stage < 3 AND parent.decided_on IS NOT NULL AND
     (NEW.nature, NEW.effect_type, NEW.recurrence, NEW.direction, NEW.is_seasonal, NEW.is_level,
      NEW.removed_on)
     IS DISTINCT FROM
     (OLD.nature, OLD.effect_type, OLD.recurrence, OLD.direction, OLD.is_seasonal, OLD.is_level,
      OLD.removed_on) AND assay_is_committed_line(OLD.organization_id, OLD.id) THEN
    RAISE EXCEPTION 'This line was decided once and stays what it is: plan it anew, at 0 if '
      'nothing of it is left.' USING ERRCODE = 'GV088', DETAIL = 'committed_line_stays';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.organization_id, NEW.measure_id, NEW.unit""",
)

SERIES = replaced(
    FIRST.SERIES,
    "NEW.series = 'forecast' AND parent.stage < 3 THEN",
    "NEW.series = 'forecast' AND parent.stage < 3\n"
    "     AND NOT assay_is_committed_line(NEW.organization_id, NEW.line_id) THEN",
)

CLAIM = replaced(
    BY_DEPUTIES.CLAIM,
    "IF parent.stage NOT IN (3, 4) THEN",
    "IF parent.stage NOT IN (3, 4)\n"
    "       AND NOT assay_is_committed_line(NEW.organization_id, NEW.line_id) THEN",
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_leaving'),
        ('hierarchy', '0003_deputyships'),
        ('measures', '0010_series_without_spare_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.SmallIntegerField()),
                ('document', models.JSONField()),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='commitments', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.UniqueConstraint(fields=('organization', 'measure', 'number'), name='commitment_once_per_number'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='commitment_from_one'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on__isnull', True), models.Q(('controller__isnull', False), ('owner__isnull', False), ('sponsor__isnull', False)), _connector='OR'), name='measure_committed_has_its_people'),
        ),
        TenantTable("Commitment", append_only=True),
        *(migrations.RunSQL(each) for each in (COMMITTED, MEASURE, LINE, SERIES, CLAIM)),
    ]
