"""The budget: chart of lines, amounts, bookings, each file a batch; lines point at the chart."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
import django.db.models.functions.text
from decimal import Decimal
from django.db import migrations, models

from core.tables import AddTenantKeys, TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"

BUDGET = f"""
CREATE FUNCTION assay_refuse_budget_of_others() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NOT assay_holds_root_seat(NEW.organization_id, 'controller')
     AND NOT assay_holds_root_seat(NEW.organization_id, 'administrator') THEN
    RAISE EXCEPTION 'The budget is imported by controllers and administrators of the whole '
      'organization, in person.' USING ERRCODE = 'GV124', DETAIL = 'budget_of_others';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_budget_line() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.organization_id, NEW.public_id, NEW.code, NEW.kind, NEW.currency) IS DISTINCT FROM
       (OLD.organization_id, OLD.public_id, OLD.code, OLD.kind, OLD.currency) THEN
      RAISE EXCEPTION 'A line of the budget keeps its code, kind and currency: '
        'figures stand under them.'
        USING ERRCODE = 'GV120', DETAIL = 'budget_line_stays';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'This line was changed by somebody else since you opened it. '
        'Nothing was overwritten: reload, compare, and save again.'
        USING ERRCODE = 'GV002', DETAIL = 'stale_version';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_stamp_budget_batch() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  NEW.recorded_at := assay_now();
  NEW.recorded_by_id := assay_actor();
  NEW.recorded_in := assay_transaction();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_budget_figure() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM 1 FROM measures_budgetbatch
   WHERE organization_id = NEW.organization_id AND id = NEW.batch_id AND kind = TG_ARGV[0]
     AND recorded_in = assay_transaction();
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Figures come with the file that says them, and none is added to it later. '
      'Import a correction as a file of its own.'
      USING ERRCODE = 'GV121', DETAIL = 'budget_batch_is_closed';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_booking() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM 1 FROM measures_budgetamount
   WHERE organization_id = NEW.organization_id AND budget_id = NEW.budget_id
     AND fiscal_year = NEW.fiscal_year;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'This line has no budget in %: import its amounts first.', NEW.fiscal_year
      USING ERRCODE = 'GV123', DETAIL = 'booking_without_budget';
  END IF;
  RETURN NEW;
END $$;
"""

# The reference follows from the text, whoever writes it: by import, by form or by hand.
POINTING = f"""
CREATE FUNCTION assay_point_at_budget() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE chart measures_budgetline;
BEGIN
  NEW.budget_id := NULL;
  IF btrim(NEW.budget_line) = '' THEN
    RETURN NEW;
  END IF;
  SELECT * INTO chart FROM measures_budgetline
   WHERE organization_id = NEW.organization_id AND lower(code) = lower(btrim(NEW.budget_line));
  IF NOT FOUND THEN
    RETURN NEW;
  END IF;
  IF NEW.unit = 'money' AND NEW.currency <> chart.currency THEN
    IF TG_OP = 'INSERT' OR NEW.budget_line IS DISTINCT FROM OLD.budget_line THEN
      RAISE EXCEPTION 'Budget line % is kept in %, and this line is planned in %. '
        'Name a budget line of the same currency.', chart.code, chart.currency, NEW.currency
        USING ERRCODE = 'GV122', DETAIL = 'budget_line_currency';
    END IF;
    RETURN NEW;
  END IF;
  NEW.budget_id := chart.id;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_point_lines_at_chart() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  UPDATE measures_line l SET budget_id = f.id FROM fresh f
   WHERE l.organization_id = f.organization_id AND l.budget_line <> ''
     AND lower(btrim(l.budget_line)) = lower(f.code)
     AND (l.unit <> 'money' OR l.currency = f.currency);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_line() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE parent measures_measure;
BEGIN
  -- A line of the chart came to be whose code the line names already: nothing else is changed.
  IF TG_OP = 'UPDATE'
     AND to_jsonb(NEW) - 'budget_id' = to_jsonb(OLD) - 'budget_id'
     AND NEW.budget_id IS DISTINCT FROM OLD.budget_id THEN
    RETURN NEW;
  END IF;
  parent := assay_open_measure(NEW.organization_id, NEW.measure_id);
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
END $$;
"""

FUNCTIONS = (
    "assay_refuse_budget_of_others", "assay_guard_budget_line", "assay_stamp_budget_batch", "assay_guard_budget_figure",
    "assay_guard_booking", "assay_point_at_budget", "assay_point_lines_at_chart",
)
# Triggers of one table fire by name: "budget" points a line before "guard" judges it.
BINDING = """
CREATE TRIGGER a_seat BEFORE INSERT OR UPDATE ON measures_budgetline
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_budget_of_others();
CREATE TRIGGER a_seat BEFORE INSERT ON measures_budgetbatch
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_budget_of_others();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON measures_budgetline
  FOR EACH ROW EXECUTE FUNCTION assay_guard_budget_line();
CREATE TRIGGER stamp BEFORE INSERT ON measures_budgetbatch
  FOR EACH ROW EXECUTE FUNCTION assay_stamp_budget_batch();
CREATE TRIGGER guard BEFORE INSERT ON measures_budgetamount
  FOR EACH ROW EXECUTE FUNCTION assay_guard_budget_figure('budget');
CREATE TRIGGER guard BEFORE INSERT ON measures_booking
  FOR EACH ROW EXECUTE FUNCTION assay_guard_budget_figure('bookings');
CREATE TRIGGER has_budget BEFORE INSERT ON measures_booking
  FOR EACH ROW EXECUTE FUNCTION assay_guard_booking();
CREATE TRIGGER budget BEFORE INSERT OR UPDATE ON measures_line
  FOR EACH ROW EXECUTE FUNCTION assay_point_at_budget();
CREATE TRIGGER point_lines AFTER INSERT ON measures_budgetline REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION assay_point_lines_at_chart();
ALTER TABLE measures_budgetline ENABLE ALWAYS TRIGGER a_seat;
ALTER TABLE measures_budgetbatch ENABLE ALWAYS TRIGGER a_seat;
ALTER TABLE measures_budgetline ENABLE ALWAYS TRIGGER guard;
ALTER TABLE measures_budgetline ENABLE ALWAYS TRIGGER point_lines;
ALTER TABLE measures_budgetbatch ENABLE ALWAYS TRIGGER stamp;
ALTER TABLE measures_budgetamount ENABLE ALWAYS TRIGGER guard;
ALTER TABLE measures_booking ENABLE ALWAYS TRIGGER guard;
ALTER TABLE measures_booking ENABLE ALWAYS TRIGGER has_budget;
ALTER TABLE measures_line ENABLE ALWAYS TRIGGER budget;
""" + "".join(
    f"GRANT EXECUTE ON FUNCTION {name}() TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {name}() OWNER TO assay_audit_owner;"
    for name in FUNCTIONS
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_own_organization'),
        ('hierarchy', '0003_deputyships'),
        ('measures', '0018_correction_lock'),
    ]

    operations = [
        migrations.CreateModel(
            name='BudgetBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('chart', 'chart'), ('budget', 'budget'), ('bookings', 'bookings')], max_length=8)),
                ('digest', models.CharField(max_length=64)),
                ('rows', models.IntegerField()),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('recorded_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('code', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('cost', 'cost'), ('income', 'income')], max_length=6)),
                ('account', models.CharField(blank=True, default='', max_length=60)),
                ('cost_centre', models.CharField(blank=True, default='', max_length=60)),
                ('currency', models.CharField(max_length=3)),
                ('variable_share', models.DecimalField(decimal_places=4, default=Decimal('0'), max_digits=5)),
                ('version', models.IntegerField(default=1)),
                ('node', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='BudgetAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.SmallIntegerField()),
                ('period', models.SmallIntegerField()),
                ('amount', models.BigIntegerField()),
                ('volume', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('batch', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.budgetbatch')),
                ('budget', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.budgetline')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.SmallIntegerField()),
                ('period', models.SmallIntegerField()),
                ('amount', models.BigIntegerField()),
                ('volume', models.DecimalField(decimal_places=4, max_digits=16, null=True)),
                ('document', models.CharField(max_length=60)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('batch', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.budgetbatch')),
                ('budget', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.budgetline')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='line',
            name='budget',
            field=core.tables.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.budgetline'),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('budget__isnull', False)), fields=['organization', 'budget'], name='line_on_budget'),
        ),
        migrations.AddConstraint(
            model_name='budgetbatch',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'chart'), _negated=True), fields=('organization', 'kind', 'digest'), name='budget_batch_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetbatch',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('rows__gte', 1), models.Q(('reason', ''), _negated=True)), name='budget_batch_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='budget_line_public_id'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.UniqueConstraint(models.F('organization'), django.db.models.functions.text.Lower('code'), name='budget_line_code_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True), ('currency__regex', '^[A-Z]{3}$')), name='budget_line_is_named'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('variable_share__gte', 0), ('variable_share__lte', 1)), name='budget_line_share_of_one'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['cost', 'income'])), name='budget_line_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='budgetamount',
            constraint=models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2199)), ('period__range', (1, 12))), name='budgetamount_month_is_known'),
        ),
        migrations.AddConstraint(
            model_name='budgetamount',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', -10000000000000), ('amount__lt', 10000000000000)), name='budgetamount_amount_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='budgetamount',
            constraint=models.CheckConstraint(condition=models.Q(('volume__isnull', True), models.Q(('volume__gt', Decimal('-1000000000000')), ('volume__lt', Decimal('1000000000000'))), _connector='OR'), name='budgetamount_volume_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='budgetamount',
            constraint=models.UniqueConstraint(fields=('organization', 'budget', 'fiscal_year', 'period', 'batch'), name='budget_amount_once_a_batch'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1990, 2199)), ('period__range', (1, 12))), name='booking_month_is_known'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', -10000000000000), ('amount__lt', 10000000000000)), name='booking_amount_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('volume__isnull', True), models.Q(('volume__gt', Decimal('-1000000000000')), ('volume__lt', Decimal('1000000000000'))), _connector='OR'), name='booking_volume_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.UniqueConstraint(fields=('organization', 'budget', 'fiscal_year', 'period', 'document'), name='booking_document_once'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('document', ''), _negated=True), name='booking_has_a_document'),
        ),
        TenantTable("BudgetLine"),
        TenantTable("BudgetBatch", append_only=True),
        TenantTable("BudgetAmount", append_only=True),
        TenantTable("Booking", append_only=True),
        AddTenantKeys("Line", ["budget"]),
        migrations.RunSQL(BUDGET),
        migrations.RunSQL(POINTING),
        migrations.RunSQL(BINDING),
    ]
