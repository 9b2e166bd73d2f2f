"""Gate schemes as data, and places (stage and step) instead of stages in all that is decided."""

import accounts.rules.roles
import core.tables
import core.tenancy
import django.db.models.deletion
import measures.rules.stage
from django.db import migrations, models

from core.tables import TenantTable

# Row-level security shows an owner without context nothing, so each organization in turn. What is
# fixed for everybody else is written here once: where the requests and decisions so far began.
BACKFILL = """
ALTER TABLE governance_gaterequest DISABLE TRIGGER USER;
DO $$
DECLARE each bigint;
BEGIN
  FOR each IN SELECT id FROM accounts_organization LOOP
    PERFORM set_config('app.organization', each::text, true);
    UPDATE governance_gaterequest SET from_stage = gate - 1 WHERE gate > 0;
  END LOOP;
  PERFORM set_config('app.organization', '', true);
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE governance_gaterequest ENABLE TRIGGER USER;
ALTER TABLE governance_gaterequest ENABLE ALWAYS TRIGGER guard;
ALTER TABLE governance_gaterequest ENABLE ALWAYS TRIGGER guard_state;
ALTER TABLE governance_gaterequest ENABLE ALWAYS TRIGGER history;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_tenant'),
        ('governance', '0006_closing_guards'),
        ('measures', '0006_step'),
    ]

    operations = [
        migrations.CreateModel(
            name='SchemeProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('based_on', models.IntegerField()),
                ('document', models.JSONField()),
                ('reason', models.TextField(blank=True, default='')),
                ('effective_from', models.DateField()),
                ('is_withdrawn', models.BooleanField(default=False)),
                ('proposed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('proposed_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('document', models.JSONField()),
                ('reason', models.TextField(blank=True, default='')),
                ('effective_from', models.DateField()),
                ('proposed_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('confirmed_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('proposed_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('proposal', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.schemeproposal')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_is_one_step',
        ),
        migrations.RemoveConstraint(
            model_name='gaterequest',
            name='gate_request_leads_to_a_stage',
        ),
        migrations.RemoveConstraint(
            model_name='stagepassage',
            name='passage_once_per_decision',
        ),
        migrations.RemoveConstraint(
            model_name='vote',
            name='vote_once_per_role',
        ),
        migrations.AddField(
            model_name='decision',
            name='from_step',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='decision',
            name='to_step',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='above_limit',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='from_stage',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='from_step',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='gaterequest',
            name='step',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='stagepassage',
            name='step',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('to_stage__gt', models.F('from_stage')), models.Q(('to_stage', models.F('from_stage')), ('to_step__gt', models.F('from_step'))), _connector='OR'), name='decision_leads_onward'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(('gate__range', (measures.rules.stage.Stage['IDENTIFIED'], measures.rules.stage.Stage['CLOSED'])), models.Q(('gate', measures.rules.stage.Stage['DEFINED']), ('step__gt', 0)), _connector='OR'), name='gate_request_leads_to_a_place'),
        ),
        migrations.AddConstraint(
            model_name='stagepassage',
            constraint=models.UniqueConstraint(condition=models.Q(('decision__isnull', False)), fields=('organization', 'decision', 'stage', 'step'), name='passage_once_per_decision_and_place'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(condition=models.Q(('role', accounts.rules.roles.Role['STEERING']), _negated=True), fields=('organization', 'request', 'role'), name='vote_once_per_role_but_steering'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.UniqueConstraint(fields=('organization', 'version'), name='scheme_version_once'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.UniqueConstraint(fields=('organization', 'proposal'), name='scheme_proposal_confirmed_once'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('version', 1), ('proposal__isnull', False), _connector='OR'), name='scheme_comes_from_a_proposal'),
        ),
        migrations.AddConstraint(
            model_name='scheme',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_by__isnull', True), models.Q(('proposed_by', models.F('confirmed_by')), _negated=True), _connector='OR'), name='scheme_confirmed_by_another'),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        TenantTable("SchemeProposal", append_only=True),
        TenantTable("Scheme", append_only=True),
    ]
