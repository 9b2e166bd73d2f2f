"""Rates of exchange and of discount: in versions, append-only, judged by the database as well."""

import core.tables
import core.tenancy
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from core.tables import TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"

RATE = f"""
CREATE FUNCTION assay_guard_rate() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE latest integer;
BEGIN
  NEW.recorded_at := assay_now();
  NEW.recorded_by_id := assay_actor();
  PERFORM 1 FROM accounts_profile
    WHERE organization_id = NEW.organization_id AND currency = NEW.currency;
  IF FOUND THEN
    RAISE EXCEPTION 'Figures in % need no rate: it is the currency of the organization.',
      NEW.currency USING ERRCODE = 'GV110', DETAIL = 'rate_of_own_currency';
  END IF;
  SELECT coalesce(max(version), 0) INTO latest FROM measures_rate
   WHERE organization_id = NEW.organization_id AND kind = NEW.kind AND currency = NEW.currency
     AND fiscal_year = NEW.fiscal_year AND period = NEW.period;
  IF NEW.version <> latest + 1 THEN
    RAISE EXCEPTION 'This rate was changed by somebody else since you opened it. '
      'Nothing was overwritten: reload, compare, and save again.'
      USING ERRCODE = 'GV111', DETAIL = 'rate_version';
  END IF;
  RETURN NEW;
END $$
"""

# What stands in a currency is converted anew where its plan rate has changed; actual rates and
# discount rates are read where they are shown.
DIRTY = f"""
CREATE FUNCTION assay_mark_rate() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  INSERT INTO rollup_dirty (organization_id, measure_id)
  SELECT DISTINCT l.organization_id, l.measure_id FROM measures_line l
   WHERE l.organization_id = NEW.organization_id AND l.currency = NEW.currency
     AND l.removed_on IS NULL;
  RETURN NULL;
END $$
"""

BINDING = """
CREATE TRIGGER guard BEFORE INSERT ON measures_rate
  FOR EACH ROW EXECUTE FUNCTION assay_guard_rate();
ALTER TABLE measures_rate ENABLE ALWAYS TRIGGER guard;
CREATE TRIGGER mark_dirty AFTER INSERT ON measures_rate FOR EACH ROW
  WHEN (NEW.kind = 'plan') EXECUTE FUNCTION assay_mark_rate();
ALTER TABLE measures_rate ENABLE ALWAYS TRIGGER mark_dirty;
GRANT EXECUTE ON FUNCTION assay_guard_rate(), assay_mark_rate()
  TO assay_app, assay_owner, assay_audit_owner;
ALTER FUNCTION assay_guard_rate() OWNER TO assay_audit_owner;
ALTER FUNCTION assay_mark_rate() OWNER TO assay_audit_owner;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_leaving'),
        ('measures', '0008_reopening'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('plan', 'plan'), ('actual', 'actual'), ('discount', 'discount')], max_length=8)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('fiscal_year', models.SmallIntegerField()),
                ('period', models.SmallIntegerField(default=0)),
                ('value', models.DecimalField(decimal_places=8, max_digits=18)),
                ('version', models.IntegerField()),
                ('reason', models.TextField(blank=True, default='')),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'kind', 'currency', 'fiscal_year', 'period', 'version'), name='rate_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('currency__regex', '^[A-Z]{3}$'), ('kind', 'plan'), ('period', 0), ('value__gt', 0), ('value__lt', Decimal('1000000000'))), models.Q(('currency__regex', '^[A-Z]{3}$'), ('kind', 'actual'), ('period__range', (1, 12)), ('value__gt', 0), ('value__lt', Decimal('1000000000'))), models.Q(('currency', ''), ('kind', 'discount'), ('period', 0), ('value__gte', 0), ('value__lt', 1)), _connector='OR'), name='rate_is_one_of_its_kind')],
            },
        ),
        TenantTable("Rate", append_only=True),
        migrations.RunSQL(RATE),
        migrations.RunSQL(DIRTY),
        migrations.RunSQL(BINDING),
    ]
