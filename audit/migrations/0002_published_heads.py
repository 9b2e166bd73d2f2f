"""Published heads, each kept as it was signed; and the indexes by which the ledger is searched."""

import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_identity'),
        ('audit', '0001_ledger'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('seq', models.BigIntegerField()),
                ('hash', models.TextField()),
                ('paper', models.TextField()),
                ('published_at', models.DateTimeField()),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'audit_published_head',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'on'), name='head_published_once_a_day')],
            },
        ),
        TenantTable("PublishedHead", append_only=True, history=False),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['organization', 'act', 'seq'], name='event_by_act'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['organization', 'actor_id', 'seq'], name='event_by_actor'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('decided_for_id__isnull', False)), fields=['organization', 'decided_for_id', 'seq'], name='event_decided_for'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['organization', 'recorded_at'], name='event_by_time'),
        ),
    ]
