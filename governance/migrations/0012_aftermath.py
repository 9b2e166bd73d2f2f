"""Certificates, checks that the value lasts, and reopenings."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import AddTenantKeys, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_token_use'),
        ('governance', '0011_deputies'),
        ('measures', '0003_restoring'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosureCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('paper', models.TextField()),
                ('issued_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('confirmation', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='governance.closureconfirmation')),
                ('issued_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Reopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('proposed_as', models.CharField(choices=[('controller', 'controller'), ('sponsor', 'sponsor')], max_length=20)),
                ('proposed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('confirmation', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='governance.closureconfirmation')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('proposed_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ReopeningConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('confirmed_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('confirmed_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('reopening', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='governance.reopening')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SustainmentCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.SmallIntegerField()),
                ('due_on', models.DateField()),
                ('confirmation', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='governance.closureconfirmation')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='sustainment_checks', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='SustainmentFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('confirmed', 'Confirmed'), ('failed', 'Failed')], max_length=10)),
                ('statement', models.TextField()),
                ('found_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('found_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('check_made', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='governance.sustainmentcheck')),
                ('found_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='sustainment_findings', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='leakage',
            name='finding',
            field=core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leakages', to='governance.sustainmentfinding'),
        ),
        migrations.AddConstraint(
            model_name='leakage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cause', 'size'), ('finding__isnull', True)), models.Q(('cause', 'sustainment'), ('finding__isnull', False)), _connector='OR'), name='leakage_in_sustainment_has_a_finding'),
        ),
        migrations.AddIndex(
            model_name='closurecertificate',
            index=models.Index(fields=['organization', 'measure'], name='certificate_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='closurecertificate',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='certificate_public_id'),
        ),
        migrations.AddConstraint(
            model_name='closurecertificate',
            constraint=models.UniqueConstraint(fields=('organization', 'confirmation'), name='certificate_once_per_closing'),
        ),
        migrations.AddConstraint(
            model_name='closurecertificate',
            constraint=models.CheckConstraint(condition=models.Q(('paper', ''), _negated=True), name='certificate_says_something'),
        ),
        migrations.AddIndex(
            model_name='reopening',
            index=models.Index(fields=['organization', 'measure'], name='reopening_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.UniqueConstraint(fields=('organization', 'confirmation'), name='reopening_once_per_closing'),
        ),
        migrations.AddConstraint(
            model_name='reopening',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reopening_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='reopeningconfirmation',
            constraint=models.UniqueConstraint(fields=('organization', 'reopening'), name='reopening_confirmed_once'),
        ),
        migrations.AddIndex(
            model_name='sustainmentcheck',
            index=models.Index(fields=['organization', 'measure'], name='check_of_measure'),
        ),
        migrations.AddIndex(
            model_name='sustainmentcheck',
            index=models.Index(fields=['organization', 'due_on'], name='check_due'),
        ),
        migrations.AddConstraint(
            model_name='sustainmentcheck',
            constraint=models.UniqueConstraint(fields=('organization', 'confirmation', 'number'), name='check_once_per_number'),
        ),
        migrations.AddConstraint(
            model_name='sustainmentcheck',
            constraint=models.CheckConstraint(condition=models.Q(('number__in', [1, 2])), name='check_is_first_or_second'),
        ),
        migrations.AddConstraint(
            model_name='sustainmentfinding',
            constraint=models.UniqueConstraint(fields=('organization', 'check_made'), name='finding_once_per_check'),
        ),
        migrations.AddConstraint(
            model_name='sustainmentfinding',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['confirmed', 'failed'])), name='finding_outcome_is_known'),
        ),
        migrations.AddConstraint(
            model_name='sustainmentfinding',
            constraint=models.CheckConstraint(condition=models.Q(('statement', ''), _negated=True), name='finding_has_a_statement'),
        ),
        TenantTable("ClosureCertificate", append_only=True),
        TenantTable("SustainmentCheck", append_only=True),
        TenantTable("SustainmentFinding", append_only=True),
        TenantTable("Reopening", append_only=True),
        TenantTable("ReopeningConfirmation", append_only=True),
        AddTenantKeys("Leakage", ["finding"]),
    ]
