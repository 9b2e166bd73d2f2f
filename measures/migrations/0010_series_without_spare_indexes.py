"""The table with the most rows keeps no index that no question uses."""

import core.tables
import django.db.models.deletion
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_numbers_within_limits'),
        ('measures', '0009_rates'),
    ]

    operations = [
        migrations.AlterField(
            model_name='seriesversion',
            name='line',
            field=core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='measures.line'),
        ),
        migrations.AlterField(
            model_name='seriesversion',
            name='recorded_by',
            field=core.tables.TenantKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member'),
        ),
    ]
