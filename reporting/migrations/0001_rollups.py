"""The roll-up's tables; rows that are updated in place leave room on their page."""

import core.tables
import core.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable

# All series of a node are written together by one drain, so a third of a page stays free for them.
ROOM = """
ALTER TABLE rollup_value SET (fillfactor = 70);
ALTER TABLE rollup_count SET (fillfactor = 50);
ALTER TABLE rollup_dirty SET (autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 1000);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_tenant'),
        ('hierarchy', '0001_tree'),
        ('measures', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='RollupGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(max_length=20)),
                ('decimals', models.SmallIntegerField()),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('effect_type', models.CharField(max_length=20)),
                ('recurrence', models.CharField(max_length=10)),
                ('nature', models.CharField(max_length=10)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'rollup_group',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RollupLeaf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ancestor_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('computed_for', models.DateField()),
                ('measure', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.measure')),
                ('node', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'rollup_leaf',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RollupState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.BigIntegerField(default=0)),
                ('drained_at', models.DateTimeField(null=True)),
                ('day', models.DateField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('drift_rows', models.IntegerField(null=True)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'rollup_state',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RollupValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bucket', models.CharField(max_length=9)),
                ('series', models.CharField(max_length=12)),
                ('fiscal_year', models.SmallIntegerField()),
                ('p01', models.BigIntegerField(default=0)),
                ('p02', models.BigIntegerField(default=0)),
                ('p03', models.BigIntegerField(default=0)),
                ('p04', models.BigIntegerField(default=0)),
                ('p05', models.BigIntegerField(default=0)),
                ('p06', models.BigIntegerField(default=0)),
                ('p07', models.BigIntegerField(default=0)),
                ('p08', models.BigIntegerField(default=0)),
                ('p09', models.BigIntegerField(default=0)),
                ('p10', models.BigIntegerField(default=0)),
                ('p11', models.BigIntegerField(default=0)),
                ('p12', models.BigIntegerField(default=0)),
                ('group', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reporting.rollupgroup')),
                ('node', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'rollup_value',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='RollupCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.BigIntegerField(default=1)),
                ('implementation', models.CharField(default='grey', max_length=6)),
                ('potential', models.CharField(default='grey', max_length=6)),
                ('implementation_reasons', models.JSONField(default=list)),
                ('potential_reasons', models.JSONField(default=list)),
                ('has_open_level_3', models.BooleanField(default=False)),
                ('measures', models.BigIntegerField(default=0)),
                ('counted', models.BigIntegerField(default=0)),
                ('not_money', models.BigIntegerField(default=0)),
                ('watermelons', models.BigIntegerField(default=0)),
                ('weight', models.BigIntegerField(default=0)),
                ('value', models.BigIntegerField(default=0)),
                ('fresh_value', models.BigIntegerField(default=0)),
                ('judged_plan', models.BigIntegerField(default=0)),
                ('judged_outlook', models.BigIntegerField(default=0)),
                ('lifecycle_active', models.BigIntegerField(default=0)),
                ('lifecycle_on_hold', models.BigIntegerField(default=0)),
                ('lifecycle_cancelled', models.BigIntegerField(default=0)),
                ('lifecycle_closed', models.BigIntegerField(default=0)),
                ('stage_0', models.BigIntegerField(default=0)),
                ('stage_0_value', models.BigIntegerField(default=0)),
                ('stage_1', models.BigIntegerField(default=0)),
                ('stage_1_value', models.BigIntegerField(default=0)),
                ('stage_2', models.BigIntegerField(default=0)),
                ('stage_2_value', models.BigIntegerField(default=0)),
                ('stage_3', models.BigIntegerField(default=0)),
                ('stage_3_value', models.BigIntegerField(default=0)),
                ('stage_4', models.BigIntegerField(default=0)),
                ('stage_4_value', models.BigIntegerField(default=0)),
                ('stage_5', models.BigIntegerField(default=0)),
                ('stage_5_value', models.BigIntegerField(default=0)),
                ('implementation_green', models.BigIntegerField(default=0)),
                ('implementation_green_weight', models.BigIntegerField(default=0)),
                ('implementation_amber', models.BigIntegerField(default=0)),
                ('implementation_amber_weight', models.BigIntegerField(default=0)),
                ('implementation_red', models.BigIntegerField(default=0)),
                ('implementation_red_weight', models.BigIntegerField(default=0)),
                ('potential_green', models.BigIntegerField(default=0)),
                ('potential_green_weight', models.BigIntegerField(default=0)),
                ('potential_amber', models.BigIntegerField(default=0)),
                ('potential_amber_weight', models.BigIntegerField(default=0)),
                ('potential_red', models.BigIntegerField(default=0)),
                ('potential_red_weight', models.BigIntegerField(default=0)),
                ('kept_implementation_green', models.BigIntegerField(default=0)),
                ('kept_implementation_green_weight', models.BigIntegerField(default=0)),
                ('kept_implementation_amber', models.BigIntegerField(default=0)),
                ('kept_implementation_amber_weight', models.BigIntegerField(default=0)),
                ('kept_implementation_red', models.BigIntegerField(default=0)),
                ('kept_implementation_red_weight', models.BigIntegerField(default=0)),
                ('kept_potential_green', models.BigIntegerField(default=0)),
                ('kept_potential_green_weight', models.BigIntegerField(default=0)),
                ('kept_potential_amber', models.BigIntegerField(default=0)),
                ('kept_potential_amber_weight', models.BigIntegerField(default=0)),
                ('kept_potential_red', models.BigIntegerField(default=0)),
                ('kept_potential_red_weight', models.BigIntegerField(default=0)),
                ('implementation_red_not_money', models.BigIntegerField(default=0)),
                ('potential_red_not_money', models.BigIntegerField(default=0)),
                ('node', core.tables.TenantKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'rollup_count',
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'node'), name='rollup_count_one_per_node')],
            },
        ),
        migrations.AddConstraint(
            model_name='rollupgroup',
            constraint=models.UniqueConstraint(fields=('organization', 'unit', 'decimals', 'currency', 'effect_type', 'recurrence', 'nature'), name='rollup_group_once'),
        ),
        migrations.AddConstraint(
            model_name='rollupleaf',
            constraint=models.UniqueConstraint(fields=('organization', 'measure'), name='rollup_leaf_one_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='rollupleaf',
            constraint=models.UniqueConstraint(fields=('organization', 'node'), name='rollup_leaf_one_per_node'),
        ),
        migrations.AddConstraint(
            model_name='rollupstate',
            constraint=models.UniqueConstraint(fields=('organization',), name='rollup_state_one_per_organization'),
        ),
        migrations.AddConstraint(
            model_name='rollupvalue',
            constraint=models.UniqueConstraint(fields=('organization', 'node', 'group', 'bucket', 'series', 'fiscal_year'), name='rollup_value_once'),
        ),
        TenantTable("RollupGroup", grants="SELECT, INSERT", history=False),
        TenantTable("RollupValue", history=False),
        TenantTable("RollupCount", history=False),
        TenantTable("RollupLeaf", history=False),
        TenantTable("RollupState", history=False),
        migrations.RunSQL(ROOM, migrations.RunSQL.noop),
    ]
