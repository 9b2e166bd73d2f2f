"""Letters: the outbox of e-mail."""

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_token_use'),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=120)),
                ('address', models.EmailField(max_length=254)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('attempts', models.IntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('', 'WAITING'), ('sent', 'SENT'), ('needless', 'NEEDLESS'), ('refused', 'REFUSED')], default='', max_length=10)),
                ('last_error', models.TextField(default='')),
                ('member', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['organization', 'next_at'], name='letter_due')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'kind', 'key'), name='letter_once_per_kind_and_key'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='letter_that_ended_has_an_outcome')],
            },
        ),
        TenantTable("Letter", grants="SELECT, INSERT, UPDATE, DELETE", history=False),
    ]
