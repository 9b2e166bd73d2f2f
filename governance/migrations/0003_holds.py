"""Ripples, delayed phasings and restorations, and what a cancellation has to say."""

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import AddTenantKeys, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_tenant'),
        ('governance', '0002_guards'),
        ('measures', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rephasing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('sponsor', 'sponsor'), ('controller', 'controller')], max_length=20)),
                ('confirmed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('forecast_digest', models.CharField(default='', max_length=64)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Restoration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_as', models.CharField(choices=[('sponsor', 'sponsor'), ('lead', 'lead')], max_length=20)),
                ('proposed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('reason', models.TextField()),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Ripple',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('distance', models.SmallIntegerField()),
                ('is_blocking', models.BooleanField()),
                ('noted_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='lifecycledecision',
            name='lifecycle_act_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='lifecycledecision',
            name='lifecycle_has_a_reason',
        ),
        migrations.RemoveConstraint(
            model_name='lifecycledecision',
            name='lifecycle_reason_code_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='lifecycledecision',
            name='lifecycle_hold_has_an_end',
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='ending',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='freed_budget',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='freed_people',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=7, null=True),
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='lessons',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='level',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='replacement',
            field=core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.measure'),
        ),
        migrations.AlterField(
            model_name='lifecycledecision',
            name='act',
            field=models.CharField(choices=[('hold', 'hold'), ('resume', 'resume'), ('extend', 'extend'), ('cancel', 'cancel'), ('restore', 'restore'), ('reject', 'reject')], max_length=10),
        ),
        migrations.AlterField(
            model_name='lifecycledecision',
            name='decided_by',
            field=core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='rephasing',
            name='confirmed_by',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='rephasing',
            name='hold',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='rephasings', to='governance.lifecycledecision'),
        ),
        migrations.AddField(
            model_name='rephasing',
            name='measure',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='rephasings', to='measures.measure'),
        ),
        migrations.AddField(
            model_name='restoration',
            name='cancellation',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='restorations', to='governance.lifecycledecision'),
        ),
        migrations.AddField(
            model_name='restoration',
            name='measure',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='restorations', to='measures.measure'),
        ),
        migrations.AddField(
            model_name='restoration',
            name='proposed_by',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='restoration',
            field=core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.restoration'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['hold', 'resume', 'extend', 'cancel', 'restore', 'reject'])), name='lifecycle_act_is_known'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['resume']), models.Q(('reason', ''), _negated=True), _connector='OR'), name='lifecycle_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['resume', 'extend', 'restore', 'reject']), ('reason_code__in', ['budget', 'dependency', 'priority', 'value', 'external', 'quality']), _connector='OR'), name='lifecycle_reason_code_is_known'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act__in', ['hold', 'extend']), _negated=True), ('expires_on__isnull', False), _connector='OR'), name='lifecycle_hold_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('replacement__isnull', True), models.Q(('replacement', models.F('measure')), _negated=True), _connector='OR'), name='lifecycle_not_replaced_by_itself'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('sunk_cost__isnull', True), ('sunk_cost__gte', 0), _connector='OR'), name='lifecycle_sunk_cost_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('freed_budget__isnull', True), ('freed_budget__gte', 0), _connector='OR'), name='lifecycle_freed_budget_is_not_negative'),
        ),
        migrations.AddField(
            model_name='ripple',
            name='decision',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='ripples', to='governance.lifecycledecision'),
        ),
        migrations.AddField(
            model_name='ripple',
            name='measure',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='ripples', to='measures.measure'),
        ),
        migrations.AddField(
            model_name='ripple',
            name='owner',
            field=core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AddIndex(
            model_name='rephasing',
            index=models.Index(fields=['organization', 'measure'], name='rephasing_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='rephasing',
            constraint=models.UniqueConstraint(fields=('organization', 'hold', 'role', 'forecast_digest'), name='rephasing_once_per_role'),
        ),
        migrations.AddConstraint(
            model_name='rephasing',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['sponsor', 'controller'])), name='rephasing_by_sponsor_or_controller'),
        ),
        migrations.AddConstraint(
            model_name='restoration',
            constraint=models.UniqueConstraint(fields=('organization', 'cancellation'), name='restoration_once_per_cancellation'),
        ),
        migrations.AddConstraint(
            model_name='restoration',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_as__in', ['sponsor', 'lead'])), name='restoration_by_sponsor_or_lead'),
        ),
        migrations.AddConstraint(
            model_name='restoration',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='restoration_has_a_reason'),
        ),
        migrations.AddIndex(
            model_name='ripple',
            index=models.Index(fields=['organization', 'measure'], name='ripple_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='ripple',
            constraint=models.UniqueConstraint(fields=('organization', 'decision', 'measure'), name='ripple_once_per_measure'),
        ),
        TenantTable("Ripple", append_only=True),
        TenantTable("Rephasing", append_only=True),
        TenantTable("Restoration", append_only=True),
        AddTenantKeys("LifecycleDecision", ["replacement", "restoration"]),
    ]
