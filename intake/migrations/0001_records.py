"""The record of imports, secured and only added to."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_tenant'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('file_name', models.CharField(max_length=255)),
                ('file_digest', models.CharField(max_length=64)),
                ('mapping_name', models.CharField(max_length=100)),
                ('mapping_digest', models.CharField(max_length=64)),
                ('cut_over_on', models.DateField()),
                ('rows', models.IntegerField()),
                ('already', models.IntegerField(default=0)),
                ('respelled', models.IntegerField(default=0)),
                ('created', models.JSONField(default=dict)),
                ('standing', models.JSONField(default=dict)),
                ('refused', models.JSONField(default=list)),
                ('findings', models.JSONField(default=list)),
                ('rounded', models.JSONField(default=list)),
                ('imported_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('imported_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'public_id'), name='import_run_public_id')],
            },
        ),
        TenantTable("ImportRun", append_only=True),
    ]
