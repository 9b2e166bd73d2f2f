"""Measures and all they carry, each table secured."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
import measures.rules.lines
import measures.rules.stage
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_tenant'),
        ('hierarchy', '0001_tree'),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('kind', models.CharField(choices=[('baseline', 'Baseline'), ('ledger_extract', 'Ledger Extract'), ('invoice_set', 'Invoice Set'), ('contract_volume', 'Contract Volume'), ('headcount_list', 'Headcount List'), ('budget_cut', 'Budget Cut'), ('completion', 'Completion'), ('other', 'Other')], max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('file_name', models.CharField(max_length=255)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('stored_as', models.CharField(max_length=200)),
                ('uploaded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('uploaded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('description', models.TextField(blank=True, default='')),
                ('effect_type', models.CharField(choices=[('hard', 'hard'), ('avoidance', 'avoidance'), ('cash', 'cash'), ('qualitative', 'qualitative'), ('mandatory', 'mandatory')], max_length=20)),
                ('size', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ('size_unit', models.CharField(blank=True, default='', max_length=20)),
                ('stage', models.SmallIntegerField(choices=[(0, 'DEFINED'), (1, 'IDENTIFIED'), (2, 'DETAILED'), (3, 'DECIDED'), (4, 'IMPLEMENTED'), (5, 'CLOSED')], default=measures.rules.stage.Stage['DEFINED'])),
                ('lifecycle', models.CharField(choices=[('active', 'active'), ('on_hold', 'on_hold'), ('cancelled', 'cancelled'), ('closed', 'closed')], default=measures.rules.stage.Lifecycle['ACTIVE'], max_length=10)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('taken_over_on', models.DateField(blank=True, null=True)),
                ('decided_on', models.DateField(editable=False, null=True)),
                ('status_confirmed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('created_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('version', models.IntegerField(default=1)),
                ('controller', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('node', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('owner', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('proposer', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('sponsor', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('nature', models.CharField(choices=[('benefit', 'benefit'), ('running', 'running'), ('one_time', 'one_time')], max_length=10)),
                ('effect_type', models.CharField(choices=[('hard', 'hard'), ('avoidance', 'avoidance'), ('cash', 'cash'), ('qualitative', 'qualitative'), ('mandatory', 'mandatory')], max_length=20)),
                ('recurrence', models.CharField(choices=[('recurring', 'recurring'), ('one_off', 'one_off'), ('temporary', 'temporary')], max_length=10)),
                ('direction', models.CharField(choices=[('more', 'more'), ('less', 'less'), ('exact', 'exact')], default=measures.rules.lines.Direction['MORE'], max_length=5)),
                ('unit', models.CharField(default='money', max_length=20)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('decimals', models.SmallIntegerField(default=2)),
                ('full_effect_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('is_seasonal', models.BooleanField(default=False)),
                ('is_level', models.BooleanField(default=False)),
                ('budget_line', models.CharField(blank=True, default='', max_length=120)),
                ('removed_on', models.DateField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('baseline_evidence', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.evidence')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='measures.measure')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='evidence',
            name='measure',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='measures.measure'),
        ),
        migrations.CreateModel(
            name='Dependency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=200)),
                ('is_blocking', models.BooleanField(default=True)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('version', models.IntegerField(default=1)),
                ('accepted_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('proposed_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='dependencies', to='measures.measure')),
                ('needs', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='needed_by', to='measures.measure')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('author', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='measures.measure')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ActualClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.SmallIntegerField()),
                ('period', models.SmallIntegerField()),
                ('amount', models.BigIntegerField()),
                ('forecast_before', models.BigIntegerField(null=True)),
                ('is_final', models.BooleanField(default=False)),
                ('note', models.TextField(blank=True, default='')),
                ('state', models.CharField(choices=[('submitted', 'Submitted'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='submitted', max_length=10)),
                ('claimed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_reason', models.TextField(blank=True, default='')),
                ('claimed_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('decided_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('evidence', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.evidence')),
                ('line', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='measures.line')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='measures.measure')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='MeasureStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('computed_for', models.DateField()),
                ('computed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('input_version', models.BigIntegerField(default=0)),
                ('implementation', models.CharField(max_length=6)),
                ('implementation_uncapped', models.CharField(max_length=6)),
                ('implementation_reasons', models.JSONField(default=list)),
                ('potential', models.CharField(max_length=6)),
                ('potential_uncapped', models.CharField(max_length=6)),
                ('potential_reasons', models.JSONField(default=list)),
                ('figures', models.JSONField(default=dict)),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='statuses', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('plan_end', models.DateField()),
                ('forecast_end', models.DateField(blank=True, null=True)),
                ('actual_end', models.DateField(blank=True, null=True)),
                ('is_mandatory', models.BooleanField(default=True)),
                ('is_critical', models.BooleanField(default=False)),
                ('weight', models.SmallIntegerField(default=1)),
                ('is_imported', models.BooleanField(default=False)),
                ('added_after_freeze', models.BooleanField(default=False)),
                ('removed_on', models.DateField(blank=True, null=True)),
                ('updated_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('version', models.IntegerField(default=1)),
                ('evidence', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.evidence')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('owner', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='NodeTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('horizon', models.CharField(choices=[('fiscal_year', 'Fiscal Year'), ('run_rate', 'Run Rate')], max_length=11)),
                ('fiscal_year', models.SmallIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.BigIntegerField()),
                ('version', models.IntegerField()),
                ('reason', models.TextField(blank=True, default='')),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('node', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Risk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True, default='')),
                ('likelihood', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=6)),
                ('impact', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=6)),
                ('mitigation', models.TextField(blank=True, default='')),
                ('due_on', models.DateField(blank=True, null=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('owner', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RollupDirty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure_id', models.BigIntegerField()),
                ('marked_at', models.DateTimeField(db_default=models.Func(function='clock_timestamp'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'rollup_dirty',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SeriesVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('split', models.CharField(blank=True, default='', max_length=60)),
                ('series', models.CharField(choices=[('baseline', 'baseline'), ('plan', 'plan'), ('forecast', 'forecast'), ('actual', 'actual')], max_length=10)),
                ('fiscal_year', models.SmallIntegerField()),
                ('version', models.IntegerField()),
                ('p01', models.BigIntegerField(null=True)),
                ('p02', models.BigIntegerField(null=True)),
                ('p03', models.BigIntegerField(null=True)),
                ('p04', models.BigIntegerField(null=True)),
                ('p05', models.BigIntegerField(null=True)),
                ('p06', models.BigIntegerField(null=True)),
                ('p07', models.BigIntegerField(null=True)),
                ('p08', models.BigIntegerField(null=True)),
                ('p09', models.BigIntegerField(null=True)),
                ('p10', models.BigIntegerField(null=True)),
                ('p11', models.BigIntegerField(null=True)),
                ('p12', models.BigIntegerField(null=True)),
                ('is_seeded', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('effective_on', models.DateField(null=True)),
                ('line', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='measures.line')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(fields=['organization', 'owner'], name='measure_of_owner'),
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(fields=['organization', 'sponsor'], name='measure_of_sponsor'),
        ),
        migrations.AddIndex(
            model_name='measure',
            index=models.Index(fields=['organization', 'controller'], name='measure_of_controller'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.UniqueConstraint(fields=('organization', 'node'), name='measure_one_per_node'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('owner__isnull', True), ('controller__isnull', True), models.Q(('owner', models.F('controller')), _negated=True), _connector='OR'), name='measure_owner_is_not_controller'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('owner__isnull', True), ('sponsor__isnull', True), models.Q(('owner', models.F('sponsor')), _negated=True), _connector='OR'), name='measure_owner_is_not_sponsor'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('sponsor__isnull', True), ('controller__isnull', True), models.Q(('sponsor', models.F('controller')), _negated=True), _connector='OR'), name='measure_sponsor_is_not_controller'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('stage__lt', measures.rules.stage.Stage['IDENTIFIED']), models.Q(('owner__isnull', False), ('sponsor__isnull', False)), _connector='OR'), name='measure_identified_has_owner_and_sponsor'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('stage__lt', measures.rules.stage.Stage['DETAILED']), ('controller__isnull', False), _connector='OR'), name='measure_detailed_has_controller'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('stage__range', (measures.rules.stage.Stage['DEFINED'], measures.rules.stage.Stage['CLOSED']))), name='measure_stage_is_known'),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifecycle', measures.rules.stage.Lifecycle['CLOSED']), ('stage', measures.rules.stage.Stage['CLOSED'])), models.Q(models.Q(('stage', measures.rules.stage.Stage['CLOSED']), _negated=True), models.Q(('lifecycle', measures.rules.stage.Lifecycle['CLOSED']), _negated=True)), _connector='OR'), name='measure_closed_is_stage_closed'),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(fields=['organization', 'measure'], name='line_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_on__isnull', True)), fields=('organization', 'measure', 'name'), name='line_name_once_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('unit', 'money'), models.Q(('currency', ''), _negated=True)), models.Q(models.Q(('unit', 'money'), _negated=True), ('currency', '')), _connector='OR'), name='line_money_has_a_currency'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(('decimals__range', (0, 6))), name='line_decimals_zero_to_six'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['organization', 'measure'], name='evidence_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='evidence_public_id'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='evidence_is_not_empty'),
        ),
        migrations.AddIndex(
            model_name='dependency',
            index=models.Index(fields=['organization', 'needs'], name='dependency_on_measure'),
        ),
        migrations.AddConstraint(
            model_name='dependency',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('organization', 'measure', 'needs'), name='dependency_once'),
        ),
        migrations.AddConstraint(
            model_name='dependency',
            constraint=models.CheckConstraint(condition=models.Q(('measure', models.F('needs')), _negated=True), name='dependency_not_on_itself'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['organization', 'measure'], name='comment_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='comment_says_something'),
        ),
        migrations.AddIndex(
            model_name='actualclaim',
            index=models.Index(fields=['organization', 'measure'], name='claim_of_measure'),
        ),
        migrations.AddIndex(
            model_name='actualclaim',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['organization', 'claimed_at'], name='claim_waiting'),
        ),
        migrations.AddConstraint(
            model_name='actualclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['submitted', 'approved'])), fields=('organization', 'line', 'fiscal_year', 'period'), name='claim_one_open_or_approved_per_month'),
        ),
        migrations.AddConstraint(
            model_name='actualclaim',
            constraint=models.CheckConstraint(condition=models.Q(('period__range', (1, 12))), name='claim_period_is_a_month'),
        ),
        migrations.AddConstraint(
            model_name='actualclaim',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', -10000000000000), ('amount__lt', 10000000000000)), name='claim_amount_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='actualclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state__in', ['submitted', 'withdrawn'])), models.Q(('decided_at__isnull', False), ('state__in', ['approved', 'rejected'])), _connector='OR'), name='claim_decided_has_a_day'),
        ),
        migrations.AddConstraint(
            model_name='measurestatus',
            constraint=models.UniqueConstraint(fields=('organization', 'measure'), name='status_one_per_measure'),
        ),
        migrations.AddIndex(
            model_name='milestone',
            index=models.Index(fields=['organization', 'measure'], name='milestone_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_on__isnull', True)), fields=('organization', 'measure', 'name'), name='milestone_name_once_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('weight__range', (1, 100))), name='milestone_weight_one_to_hundred'),
        ),
        migrations.AddConstraint(
            model_name='nodetarget',
            constraint=models.UniqueConstraint(fields=('organization', 'node', 'horizon', 'fiscal_year', 'currency', 'version'), name='node_target_version_once'),
        ),
        migrations.AddConstraint(
            model_name='nodetarget',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', -10000000000000), ('amount__lt', 10000000000000)), name='node_target_is_in_range'),
        ),
        migrations.AddIndex(
            model_name='risk',
            index=models.Index(fields=['organization', 'measure'], name='risk_of_measure'),
        ),
        migrations.AddIndex(
            model_name='rollupdirty',
            index=models.Index(fields=['organization', 'id'], name='rollup_dirty_queue'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.UniqueConstraint(fields=('organization', 'line', 'split', 'series', 'fiscal_year', 'version'), name='series_version_once'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='series_version_from_one'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p01__gt', -10000000000000), ('p01__lt', 10000000000000)), name='series_p01_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p02__gt', -10000000000000), ('p02__lt', 10000000000000)), name='series_p02_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p03__gt', -10000000000000), ('p03__lt', 10000000000000)), name='series_p03_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p04__gt', -10000000000000), ('p04__lt', 10000000000000)), name='series_p04_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p05__gt', -10000000000000), ('p05__lt', 10000000000000)), name='series_p05_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p06__gt', -10000000000000), ('p06__lt', 10000000000000)), name='series_p06_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p07__gt', -10000000000000), ('p07__lt', 10000000000000)), name='series_p07_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p08__gt', -10000000000000), ('p08__lt', 10000000000000)), name='series_p08_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p09__gt', -10000000000000), ('p09__lt', 10000000000000)), name='series_p09_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p10__gt', -10000000000000), ('p10__lt', 10000000000000)), name='series_p10_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p11__gt', -10000000000000), ('p11__lt', 10000000000000)), name='series_p11_is_in_range'),
        ),
        migrations.AddConstraint(
            model_name='seriesversion',
            constraint=models.CheckConstraint(condition=models.Q(('p12__gt', -10000000000000), ('p12__lt', 10000000000000)), name='series_p12_is_in_range'),
        ),
        TenantTable("Measure"),
        TenantTable("Evidence", append_only=True),
        TenantTable("Comment", append_only=True),
        TenantTable("Line"),
        TenantTable("SeriesVersion", append_only=True),
        TenantTable("ActualClaim"),
        TenantTable("Milestone"),
        TenantTable("Risk"),
        TenantTable("Dependency"),
        TenantTable("NodeTarget", append_only=True),
        TenantTable("MeasureStatus", history=False),
        TenantTable("RollupDirty", grants="SELECT, INSERT, DELETE", history=False),
    ]
