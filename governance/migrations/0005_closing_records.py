"""Statements on lines, signatures under a shortfall, and booked leakage."""

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_tenant'),
        ('governance', '0004_hold_guards'),
        ('measures', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Leakage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('size', 'Size'), ('sustainment', 'Sustainment')], max_length=12)),
                ('run_rate', models.BigIntegerField(null=True)),
                ('in_year', models.BigIntegerField(null=True)),
                ('fiscal_year', models.SmallIntegerField()),
                ('reason', models.TextField()),
                ('booked_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('booked_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('confirmation', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='leakages', to='governance.closureconfirmation')),
                ('line', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='leakages', to='measures.line')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='leakages', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='LineStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('budget', models.CharField(blank=True, choices=[('reduced', 'reduced'), ('raised', 'raised'), ('unchanged', 'unchanged')], default='', max_length=10)),
                ('budget_note', models.TextField(blank=True, default='')),
                ('stated_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('evidence', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.evidence')),
                ('line', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='measures.line')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='line_statements', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('stated_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ShortfallApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('sponsor', 'sponsor'), ('steering', 'steering')], max_length=10)),
                ('figures_digest', models.CharField(max_length=64)),
                ('statement', models.TextField()),
                ('approved_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('approved_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('confirmation', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='governance.closureconfirmation')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='shortfall_approvals', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='closureconfirmation',
            name='needs_steering',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='closureconfirmation',
            constraint=models.CheckConstraint(condition=models.Q(('needs_steering', False), ('outcome', 'shortfall'), _connector='OR'), name='closure_steering_decides_a_shortfall'),
        ),
        migrations.AddIndex(
            model_name='leakage',
            index=models.Index(fields=['organization', 'measure'], name='leakage_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='leakage',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='leakage_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='leakage',
            constraint=models.CheckConstraint(condition=models.Q(('cause__in', ['size', 'sustainment'])), name='leakage_cause_is_known'),
        ),
        migrations.AddConstraint(
            model_name='leakage',
            constraint=models.CheckConstraint(condition=models.Q(('run_rate__isnull', True), models.Q(('run_rate__gte', 0), ('run_rate__lt', 1000000000000000)), _connector='OR'), name='leakage_run_rate_is_an_amount'),
        ),
        migrations.AddConstraint(
            model_name='leakage',
            constraint=models.CheckConstraint(condition=models.Q(('in_year__isnull', True), models.Q(('in_year__gte', 0), ('in_year__lt', 1000000000000000)), _connector='OR'), name='leakage_in_year_is_an_amount'),
        ),
        migrations.AddIndex(
            model_name='linestatement',
            index=models.Index(fields=['organization', 'measure'], name='line_statement_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='linestatement',
            constraint=models.CheckConstraint(condition=models.Q(('budget', ''), models.Q(('budget__in', ['reduced', 'raised', 'unchanged']), models.Q(('budget_note', ''), _negated=True)), _connector='OR'), name='line_statement_budget_is_explained'),
        ),
        migrations.AddConstraint(
            model_name='linestatement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('budget', ''), _negated=True), ('evidence__isnull', False), _connector='OR'), name='line_statement_says_something'),
        ),
        migrations.AddConstraint(
            model_name='shortfallapproval',
            constraint=models.UniqueConstraint(fields=('organization', 'confirmation', 'approved_by'), name='shortfall_approved_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='shortfallapproval',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['sponsor', 'steering'])), name='shortfall_approved_by_sponsor_or_steering'),
        ),
        migrations.AddConstraint(
            model_name='shortfallapproval',
            constraint=models.CheckConstraint(condition=models.Q(('statement', ''), _negated=True), name='shortfall_approval_has_a_statement'),
        ),
        TenantTable("LineStatement", append_only=True),
        TenantTable("ShortfallApproval", append_only=True),
        TenantTable("Leakage", append_only=True),
    ]
