"""Escalations, their decisions and the evaluation's memory, each table secured."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
import steering.rules.escalation
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_tenant'),
        ('hierarchy', '0001_tree'),
        ('measures', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('rule', models.CharField(choices=[('T1', 'T1'), ('T2', 'T2'), ('T4', 'T4')], max_length=4)),
                ('severity', models.CharField(choices=[('amber', 'amber'), ('red', 'red'), ('critical', 'critical')], max_length=10)),
                ('level', models.SmallIntegerField()),
                ('since', models.DateField()),
                ('facts', models.JSONField(default=dict)),
                ('repeats', models.IntegerField(default=0)),
                ('value_at_stake', models.BigIntegerField(null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('decider_role', models.CharField(choices=[('administrator', 'administrator'), ('executive', 'executive'), ('lead', 'lead'), ('sponsor', 'sponsor'), ('controller', 'controller'), ('owner', 'owner'), ('steering', 'steering')], max_length=20)),
                ('level_since', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('open', 'open'), ('decided', 'decided'), ('ended', 'ended')], default=steering.rules.escalation.EscalationState['OPEN'], max_length=10)),
                ('back_in_band_on', models.DateField(null=True)),
                ('opened_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('version', models.IntegerField(default=1)),
                ('decider', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='measures.measure')),
                ('node', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('reopened_from', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='steering.escalation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='EscalationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('adjust', 'adjust'), ('reallocate', 'reallocate'), ('hold', 'hold'), ('cancel', 'cancel'), ('accept', 'accept')], max_length=12)),
                ('text', models.TextField()),
                ('level', models.SmallIntegerField(default=0)),
                ('expires_on', models.DateField(null=True)),
                ('effects', models.JSONField(default=dict)),
                ('decided_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('decided_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('escalation', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='steering.escalation')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('judged_at', models.DateTimeField(null=True)),
                ('looked_for', models.DateField()),
                ('red_since', models.DateField(null=True)),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['organization', 'measure'], name='escalation_of_measure'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('state', steering.rules.escalation.EscalationState['OPEN'])), fields=['organization', 'due_on'], name='escalation_open'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='escalation_public_id'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', steering.rules.escalation.EscalationState['OPEN'])), fields=('organization', 'measure', 'rule'), name='escalation_one_open_per_rule'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('level__range', (0, 4))), name='escalation_level_is_known'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'decided', 'ended'])), name='escalation_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('value_at_stake__isnull', True), models.Q(('value_at_stake__range', (0, 1000000000000000)), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='escalation_value_has_a_currency'),
        ),
        migrations.AddConstraint(
            model_name='escalationdecision',
            constraint=models.UniqueConstraint(fields=('organization', 'escalation'), name='escalation_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='escalationdecision',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='escalation_decision_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='escalationdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['accept', 'adjust', 'reallocate']), _negated=True), ('expires_on__isnull', False), _connector='OR'), name='escalation_decision_has_an_expiry'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(fields=('organization', 'measure'), name='watch_one_per_measure'),
        ),
        TenantTable("Escalation"),
        TenantTable("EscalationDecision", append_only=True),
        TenantTable("Watch", history=False),
    ]
