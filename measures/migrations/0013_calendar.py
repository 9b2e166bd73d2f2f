"""How an organization cuts its years, its holidays, and the steps of each period to its lock."""

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_leaving'),
        ('measures', '0012_confidential'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarPattern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('from_year', models.SmallIntegerField()),
                ('kind', models.CharField(choices=[('months', 'months'), ('4-4-5', '4-4-5'), ('4-5-4', '4-5-4'), ('5-4-4', '5-4-4')], max_length=6)),
                ('last_weekday', models.SmallIntegerField(default=7)),
                ('year_end', models.CharField(choices=[('last', 'last'), ('nearest', 'nearest')], default='last', max_length=7)),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'version'), name='calendar_pattern_version_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['months', '4-4-5', '4-5-4', '5-4-4'])), name='calendar_pattern_kind_is_known'), models.CheckConstraint(condition=models.Q(('last_weekday__range', (1, 7))), name='calendar_pattern_ends_on_a_weekday'), models.CheckConstraint(condition=models.Q(('year_end__in', ['last', 'nearest'])), name='calendar_pattern_year_end_is_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='calendar_pattern_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('name', models.CharField(max_length=80)),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('removed_at', models.DateTimeField(null=True)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('organization', 'day'), name='holiday_once_a_day'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='holiday_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='PeriodClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.SmallIntegerField()),
                ('period', models.SmallIntegerField()),
                ('version', models.IntegerField()),
                ('state', models.CharField(choices=[('claiming', 'Claiming'), ('approving', 'Approving'), ('locked', 'Locked'), ('reopened', 'Reopened')], max_length=9)),
                ('open_until', models.DateField(null=True)),
                ('reason', models.TextField(blank=True, default='')),
                ('recorded_on', models.DateField(db_default=models.Func(models.Func(function='assay_organization'), function='assay_today'))),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'fiscal_year', 'period', 'version'), name='period_close_version_once'), models.CheckConstraint(condition=models.Q(('period__range', (1, 12))), name='period_close_period_is_a_month'), models.CheckConstraint(condition=models.Q(('state__in', ['claiming', 'approving', 'locked', 'reopened'])), name='period_close_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('open_until__isnull', False), ('state', 'reopened')), models.Q(models.Q(('state', 'reopened'), _negated=True), ('open_until__isnull', True)), _connector='OR'), name='period_close_reopened_has_an_end'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='period_close_by_a_person_has_a_reason')],
            },
        ),
        TenantTable("CalendarPattern", append_only=True),
        TenantTable("Holiday"),
        TenantTable("PeriodClose", append_only=True),
    ]
