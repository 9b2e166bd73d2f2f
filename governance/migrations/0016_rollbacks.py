"""Roll-backs and their confirmations."""

import core.tables
import core.tenancy
import django.db.models.deletion
import governance.rules.rollback
import measures.rules.stage
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_leaving'),
        ('governance', '0015_more_deputies'),
        ('measures', '0011_commitments'),
    ]

    operations = [
        migrations.CreateModel(
            name='RollBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_stage', models.SmallIntegerField(db_default=0, default=0)),
                ('from_step', models.SmallIntegerField(db_default=0, default=0)),
                ('to_stage', models.SmallIntegerField(choices=[(0, 'DEFINED'), (1, 'IDENTIFIED'), (2, 'DETAILED'), (3, 'DECIDED'), (4, 'IMPLEMENTED'), (5, 'CLOSED')])),
                ('reason', models.TextField()),
                ('state', models.CharField(choices=[('open', 'open'), ('confirmed', 'confirmed'), ('done', 'done'), ('withdrawn', 'withdrawn'), ('void', 'void')], default=governance.rules.rollback.RollBackState['OPEN'], max_length=10)),
                ('proposed_as', models.CharField(choices=[('controller', 'controller'), ('sponsor', 'sponsor')], max_length=20)),
                ('proposed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_for', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='roll_backs', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('proposed_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RollBackConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('confirmed_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('snapshot', models.JSONField(default=dict)),
                ('digest', models.CharField(default='', max_length=64)),
                ('last_decision', models.BigIntegerField(default=0)),
                ('confirmed_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('decided_for', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='roll_back_confirmations', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('roll_back', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='governance.rollback')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='rollback',
            index=models.Index(fields=['organization', 'measure'], name='rollback_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='rollback',
            constraint=models.UniqueConstraint(condition=models.Q(('state', governance.rules.rollback.RollBackState['OPEN'])), fields=('organization', 'measure'), name='rollback_one_open_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='rollback',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='rollback_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='rollback',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'confirmed', 'done', 'withdrawn', 'void'])), name='rollback_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='rollback',
            constraint=models.CheckConstraint(condition=models.Q(('to_stage__gte', measures.rules.stage.Stage['DEFINED']), ('to_stage__lt', models.F('from_stage'))), name='rollback_leads_back'),
        ),
        migrations.AddIndex(
            model_name='rollbackconfirmation',
            index=models.Index(fields=['organization', 'measure'], name='rollback_confirmed_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='rollbackconfirmation',
            constraint=models.UniqueConstraint(fields=('organization', 'roll_back'), name='rollback_confirmed_once'),
        ),
        TenantTable("RollBack", grants="SELECT, INSERT, UPDATE (state)"),
        TenantTable("RollBackConfirmation", append_only=True),
    ]
