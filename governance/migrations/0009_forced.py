"""Forced decisions, their answers, and the shadow period."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
import governance.rules.forced
import governance.rules.holds
from django.db import migrations, models

from core.tables import AddTenantKeys, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_token_use'),
        ('governance', '0008_scheme_guards'),
        ('measures', '0003_restoring'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShadowPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_on', models.DateField(db_default=models.Func(models.Func(function='assay_organization'), function='assay_today'))),
                ('ends_on', models.DateField(db_default=models.Func(models.Func(function='assay_organization'), function='assay_today'))),
                ('reason', models.TextField()),
                ('begun_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ForcedDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('state', models.CharField(choices=[('open', 'open'), ('replanning', 'replanning'), ('decided', 'decided'), ('lapsed', 'lapsed'), ('reported', 'reported'), ('ended', 'ended')], default=governance.rules.forced.ForcedState['OPEN'], max_length=10)),
                ('conditions', models.JSONField(default=list)),
                ('question', models.TextField()),
                ('options', models.JSONField(default=list)),
                ('to_gain', models.BigIntegerField()),
                ('to_spend', models.BigIntegerField()),
                ('spent', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('decider_role', models.CharField(choices=[('sponsor', 'sponsor'), ('steering', 'steering')], max_length=20)),
                ('numbers_version', models.IntegerField(default=0)),
                ('as_of', models.DateTimeField(null=True)),
                ('opened_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('opened_on', models.DateField(db_default=models.Func(models.Func(function='assay_organization'), function='assay_today'))),
                ('due_on', models.DateField(db_default=models.Func(models.Func(function='assay_organization'), function='assay_today'))),
                ('decider', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='forced_decisions', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ForcedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('replan', 'replan'), ('hold', 'hold'), ('cancel', 'cancel')], max_length=10)),
                ('text', models.TextField()),
                ('until', models.DateField(null=True)),
                ('decided_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('decided_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('forced', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='governance.forceddecision')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='lifecycledecision',
            name='forced',
            field=core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.forceddecision'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', False), models.Q(('act', governance.rules.holds.Move['HOLD']), ('forced__isnull', False)), _connector='OR'), name='lifecycle_decided_by_a_person_or_forced'),
        ),
        migrations.AddField(
            model_name='shadowperiod',
            name='begun_by',
            field=core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
        migrations.AddIndex(
            model_name='forceddecision',
            index=models.Index(fields=['organization', 'measure'], name='forced_of_measure'),
        ),
        migrations.AddIndex(
            model_name='forceddecision',
            index=models.Index(condition=models.Q(('state__in', ['open', 'replanning'])), fields=['organization', 'due_on'], name='forced_waiting'),
        ),
        migrations.AddConstraint(
            model_name='forceddecision',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='forced_public_id'),
        ),
        migrations.AddConstraint(
            model_name='forceddecision',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'replanning'])), fields=('organization', 'measure'), name='forced_one_waiting_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='forceddecision',
            constraint=models.UniqueConstraint(condition=models.Q(('state', governance.rules.forced.ForcedState['REPORTED'])), fields=('organization', 'measure'), name='forced_reported_once_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='forceddecision',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'replanning', 'decided', 'lapsed', 'reported', 'ended'])), name='forced_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='forceddecision',
            constraint=models.CheckConstraint(condition=models.Q(('decider_role__in', ['sponsor', 'steering'])), name='forced_decided_by_sponsor_or_steering'),
        ),
        migrations.AddConstraint(
            model_name='forcedanswer',
            constraint=models.UniqueConstraint(fields=('organization', 'forced'), name='forced_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='forcedanswer',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='forced_answer_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='forcedanswer',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['replan', 'hold', 'cancel'])), name='forced_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='forcedanswer',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', governance.rules.forced.Answer['CANCEL']), ('until__isnull', False), _connector='OR'), name='forced_answer_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='shadowperiod',
            constraint=models.UniqueConstraint(fields=('organization',), name='shadow_once'),
        ),
        migrations.AddConstraint(
            model_name='shadowperiod',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='shadow_has_a_reason'),
        ),
        TenantTable("ForcedDecision", grants="SELECT, INSERT"),
        TenantTable("ForcedAnswer", append_only=True),
        TenantTable("ShadowPeriod", append_only=True),
        AddTenantKeys("LifecycleDecision", ["forced"]),
    ]
