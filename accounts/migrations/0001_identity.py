"""Identity and time: users, organizations, and the clock that every trigger and service reads."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models



CLOCK = """
CREATE TABLE system_clock (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  shift interval NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('demo', 'test', 'bench'))
);
GRANT SELECT ON system_clock TO assay_app, assay_audit_owner, assay_ops;
CREATE FUNCTION assay_now() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT transaction_timestamp() + coalesce((SELECT shift FROM system_clock), interval '0')
$$;
CREATE FUNCTION assay_organization() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT nullif(current_setting('app.organization', true), '')::bigint
$$;
CREATE FUNCTION assay_actor() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT nullif(current_setting('app.actor', true), '')::bigint
$$;
CREATE FUNCTION assay_transaction() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT pg_current_xact_id()::text::bigint
$$;
"""
TODAY = """
CREATE FUNCTION assay_today(organization bigint) RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (assay_now() AT TIME ZONE
          coalesce((SELECT time_zone FROM accounts_organization WHERE id = organization), 'UTC'))::date
$$;
GRANT EXECUTE ON FUNCTION assay_now(), assay_organization(), assay_actor(), assay_transaction(),
  assay_today(bigint) TO assay_app, assay_audit_owner, assay_ops;
GRANT SELECT, INSERT, UPDATE ON accounts_user, accounts_organization TO assay_app;
GRANT SELECT ON accounts_user, accounts_organization TO assay_ops;
GRANT SELECT ON accounts_organization TO assay_audit_owner;
"""


class Migration(migrations.Migration):

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(CLOCK),
migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False, unique=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('time_zone', models.CharField(default='UTC', max_length=60)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('email',), name='user_email_once'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_is_lower_case')],
            },
        ),
        migrations.RunSQL(TODAY),
    ]
