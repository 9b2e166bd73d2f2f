"""The tenant side of accounts, and what role app may do with the framework's own tables."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from core.tables import TenantTable



FRAMEWORK_GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO assay_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_emailaddress, account_emailconfirmation TO assay_app;
GRANT SELECT ON django_migrations, django_content_type, auth_permission, auth_group,
  auth_group_permissions TO assay_app;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_identity"),
        ("audit", "0001_ledger"),
        ("sessions", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [
migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('name', models.CharField(max_length=200)),
                ('email', models.EmailField(max_length=254)),
                ('home', models.CharField(blank=True, default='', max_length=40)),
                ('left_on', models.DateField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64)),
                ('may_write', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('member', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('currency', models.CharField(max_length=3)),
                ('fiscal_start_month', models.SmallIntegerField(default=1)),
                ('decimal_separator', models.CharField(default='.', max_length=1)),
                ('group_separator', models.CharField(blank=True, default=',', max_length=1)),
                ('cut_over_on', models.DateField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
migrations.CreateModel(
            name='NumberSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80)),
                ('value', models.DecimalField(decimal_places=6, max_digits=18)),
                ('version', models.IntegerField()),
                ('effective_on', models.DateField()),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organization', 'key', 'version'), name='number_setting_version_once')],
            },
        ),
migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(fields=('organization', 'user'), name='member_once_per_user'),
        ),
migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='member_public_id'),
        ),
migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.UniqueConstraint(fields=('organization', 'digest'), name='api_token_digest_once'),
        ),
migrations.AddConstraint(
            model_name='profile',
            constraint=models.UniqueConstraint(fields=('organization',), name='profile_one_per_organization'),
        ),
migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('fiscal_start_month__range', (1, 12))), name='profile_fiscal_start_is_a_month'),
        ),
migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(('decimal_separator', models.F('group_separator')), _negated=True), name='profile_separators_differ'),
        ),
        TenantTable("Profile"),
        TenantTable("Member", read_policy="user_id = nullif(current_setting('app.user', true), '')::bigint"),
        TenantTable("ApiToken"),
        TenantTable("NumberSetting", append_only=True),
        migrations.RunSQL(FRAMEWORK_GRANTS),
    ]
