"""Price and volume behind a line's plan: in versions, append-only, frozen with the plan."""

import core.tables
import core.tenancy
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from core.tables import ReadersOnly, TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"

DRIVER = f"""
CREATE FUNCTION assay_guard_driver() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  parent measures_measure := assay_open_measure(NEW.organization_id, NEW.measure_id);
  latest integer;
BEGIN
  NEW.recorded_at := assay_now();
  NEW.recorded_by_id := assay_actor();
  PERFORM 1 FROM measures_line WHERE organization_id = NEW.organization_id
    AND id = NEW.line_id AND measure_id = NEW.measure_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no such line on this measure.'
      USING ERRCODE = 'GV112', DETAIL = 'not_found';
  END IF;
  IF parent.stage >= 3 THEN
    RAISE EXCEPTION 'Price and volume were frozen with the plan when this measure was decided.'
      USING ERRCODE = 'GV113', DETAIL = 'plan_is_frozen';
  END IF;
  SELECT coalesce(max(version), 0) INTO latest FROM measures_linedriver
   WHERE organization_id = NEW.organization_id AND line_id = NEW.line_id
     AND fiscal_year = NEW.fiscal_year AND period = NEW.period;
  IF NEW.version <> latest + 1 THEN
    RAISE EXCEPTION 'Price and volume were changed by somebody else since you opened them. '
      'Nothing was overwritten: reload, compare, and save again.'
      USING ERRCODE = 'GV114', DETAIL = 'driver_version';
  END IF;
  RETURN NEW;
END $$
"""

BINDING = """
CREATE TRIGGER guard BEFORE INSERT ON measures_linedriver
  FOR EACH ROW EXECUTE FUNCTION assay_guard_driver();
ALTER TABLE measures_linedriver ENABLE ALWAYS TRIGGER guard;
GRANT EXECUTE ON FUNCTION assay_guard_driver() TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_driver() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_reopen_days'),
        ('measures', '0014_calendar_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='LineDriver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.SmallIntegerField()),
                ('period', models.SmallIntegerField()),
                ('version', models.IntegerField()),
                ('baseline_price', models.DecimalField(decimal_places=6, max_digits=20)),
                ('new_price', models.DecimalField(decimal_places=6, max_digits=20)),
                ('baseline_volume', models.DecimalField(decimal_places=6, max_digits=20)),
                ('new_volume', models.DecimalField(decimal_places=6, max_digits=20)),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('line', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='drivers', to='measures.line')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='drivers', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'line', 'fiscal_year', 'period', 'version'), name='line_driver_version_once'), models.CheckConstraint(condition=models.Q(('baseline_price__gte', 0), ('baseline_price__lt', Decimal('10000000000000')), ('baseline_volume__gte', 0), ('baseline_volume__lt', Decimal('10000000000000')), ('new_price__gte', 0), ('new_price__lt', Decimal('10000000000000')), ('new_volume__gte', 0), ('new_volume__lt', Decimal('10000000000000')), ('period__range', (1, 12))), name='line_driver_is_in_range')],
            },
        ),
        TenantTable("LineDriver", append_only=True),
        ReadersOnly("measures_linedriver"),
        migrations.RunSQL(DRIVER),
        migrations.RunSQL(BINDING),
    ]
