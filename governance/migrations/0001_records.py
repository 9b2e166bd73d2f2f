"""What governance keeps, each table secured; requests change in their state alone."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
import django.db.models.expressions
import governance.rules.holds
import governance.rules.votes
import measures.rules.stage
from django.db import migrations, models

from core.tables import TenantTable

# A vote repeats whose request it is, so that four eyes are a constraint of the row itself.
REQUESTER = """
ALTER TABLE governance_vote ADD CONSTRAINT governance_vote_of_this_requester
  FOREIGN KEY (organization_id, request_id, requested_by_id)
  REFERENCES governance_gaterequest (organization_id, id, requested_by_id)
  DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_tenant'),
        ('measures', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='GateRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('gate', models.SmallIntegerField(choices=[(0, 'DEFINED'), (1, 'IDENTIFIED'), (2, 'DETAILED'), (3, 'DECIDED'), (4, 'IMPLEMENTED'), (5, 'CLOSED')])),
                ('scheme_version', models.IntegerField(default=0)),
                ('requested_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('digest', models.CharField(default='', max_length=64)),
                ('snapshot', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('open', 'open'), ('advanced', 'advanced'), ('returned', 'returned'), ('withdrawn', 'withdrawn'), ('void', 'void')], default=governance.rules.votes.RequestState['OPEN'], max_length=10)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True, default='')),
                ('unmet', models.JSONField(default=list)),
                ('controller_at_request', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='gate_requests', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('owner_at_request', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('requested_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('sponsor_at_request', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('advance', 'advance'), ('return', 'return'), ('hold', 'hold'), ('cancel', 'cancel')], max_length=10)),
                ('from_stage', models.SmallIntegerField()),
                ('to_stage', models.SmallIntegerField()),
                ('conditions', models.TextField(blank=True, default='')),
                ('due_on', models.DateField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='gate_decisions', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('request', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='governance.gaterequest')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='LifecycleDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('hold', 'hold'), ('resume', 'resume'), ('cancel', 'cancel'), ('reject', 'reject')], max_length=10)),
                ('reason_code', models.CharField(blank=True, choices=[('budget', 'budget'), ('dependency', 'dependency'), ('priority', 'priority'), ('value', 'value'), ('external', 'external'), ('quality', 'quality')], default='', max_length=10)),
                ('reason', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('sunk_cost', models.BigIntegerField(blank=True, null=True)),
                ('decided_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='lifecycle_decisions', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='TakeOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to_stage', models.SmallIntegerField(choices=[(0, 'DEFINED'), (1, 'IDENTIFIED'), (2, 'DETAILED'), (3, 'DECIDED'), (4, 'IMPLEMENTED'), (5, 'CLOSED')])),
                ('taken_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('taken_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('stage_dates', models.JSONField(default=dict)),
                ('unmet', models.JSONField(default=list)),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='take_overs', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('taken_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='StagePassage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.SmallIntegerField(choices=[(0, 'DEFINED'), (1, 'IDENTIFIED'), (2, 'DETAILED'), (3, 'DECIDED'), (4, 'IMPLEMENTED'), (5, 'CLOSED')])),
                ('entered_on', models.DateField()),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decision', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.decision')),
                ('entered_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='passages', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('take_over', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.takeover')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='TakeOverConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('sponsor', 'sponsor'), ('controller', 'controller')], max_length=20)),
                ('confirmed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('confirmed_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('take_over', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='governance.takeover')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('administrator', 'administrator'), ('executive', 'executive'), ('lead', 'lead'), ('sponsor', 'sponsor'), ('controller', 'controller'), ('owner', 'owner'), ('steering', 'steering')], max_length=20)),
                ('choice', models.CharField(choices=[('approve', 'approve'), ('return', 'return')], max_length=10)),
                ('reason', models.TextField(blank=True, default='')),
                ('digest', models.CharField(max_length=64)),
                ('cast_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('cast_in', models.BigIntegerField(db_default=models.Func(function='assay_transaction'))),
                ('decided_for', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('owner_at_request', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('request', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='governance.gaterequest')),
                ('requested_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('voter', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ClosureConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('figures_digest', models.CharField(default='', max_length=64)),
                ('approved', models.JSONField(default=list)),
                ('figures', models.JSONField(default=list)),
                ('outcome', models.CharField(choices=[('achieved', 'Achieved'), ('shortfall', 'Shortfall')], max_length=10)),
                ('shortfall_reason', models.TextField(blank=True, default='')),
                ('statement', models.TextField()),
                ('confirmed_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('measure', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='closure_confirmations', to='measures.measure')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organization', 'measure'], name='closure_of_measure')],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome', 'achieved'), models.Q(('outcome', 'shortfall'), models.Q(('shortfall_reason', ''), _negated=True)), _connector='OR'), name='closure_shortfall_has_a_reason'), models.CheckConstraint(condition=models.Q(('statement', ''), _negated=True), name='closure_has_a_statement')],
            },
        ),
        migrations.AddIndex(
            model_name='gaterequest',
            index=models.Index(fields=['organization', 'measure'], name='gate_request_of_measure'),
        ),
        migrations.AddIndex(
            model_name='gaterequest',
            index=models.Index(condition=models.Q(('state', governance.rules.votes.RequestState['OPEN'])), fields=['organization', 'requested_at'], name='gate_request_open'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='gate_request_public_id'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state', governance.rules.votes.RequestState['OPEN'])), fields=('organization', 'measure'), name='gate_request_one_open_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.UniqueConstraint(fields=('organization', 'id', 'requested_by'), name='gate_request_and_requester'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(('gate__range', (measures.rules.stage.Stage['IDENTIFIED'], measures.rules.stage.Stage['CLOSED']))), name='gate_request_leads_to_a_stage'),
        ),
        migrations.AddConstraint(
            model_name='gaterequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'advanced', 'returned', 'withdrawn', 'void'])), name='gate_request_state_is_known'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['organization', 'measure'], name='decision_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(fields=('organization', 'request'), name='decision_one_per_request'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', governance.rules.votes.Outcome['ADVANCE']), models.Q(('due_on__isnull', False), ('outcome', governance.rules.votes.Outcome['RETURN']), models.Q(('conditions', ''), _negated=True)), _connector='OR'), name='decision_returned_has_conditions'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('to_stage', django.db.models.expressions.CombinedExpression(models.F('from_stage'), '+', models.Value(1)))), name='decision_is_one_step'),
        ),
        migrations.AddIndex(
            model_name='lifecycledecision',
            index=models.Index(fields=['organization', 'measure'], name='lifecycle_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['hold', 'resume', 'cancel', 'reject'])), name='lifecycle_act_is_known'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('act', governance.rules.holds.Move['RESUME']), models.Q(('reason', ''), _negated=True), _connector='OR'), name='lifecycle_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', [governance.rules.holds.Move['RESUME'], governance.rules.holds.Move['REJECT']]), ('reason_code__in', ['budget', 'dependency', 'priority', 'value', 'external', 'quality']), _connector='OR'), name='lifecycle_reason_code_is_known'),
        ),
        migrations.AddConstraint(
            model_name='lifecycledecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', governance.rules.holds.Move['HOLD']), _negated=True), ('expires_on__isnull', False), _connector='OR'), name='lifecycle_hold_has_an_end'),
        ),
        migrations.AddConstraint(
            model_name='takeover',
            constraint=models.UniqueConstraint(fields=('organization', 'measure'), name='take_over_once_per_measure'),
        ),
        migrations.AddConstraint(
            model_name='takeover',
            constraint=models.CheckConstraint(condition=models.Q(('to_stage__range', (measures.rules.stage.Stage['DEFINED'], measures.rules.stage.Stage['IMPLEMENTED']))), name='take_over_never_closed'),
        ),
        migrations.AddIndex(
            model_name='stagepassage',
            index=models.Index(fields=['organization', 'measure'], name='passage_of_measure'),
        ),
        migrations.AddConstraint(
            model_name='stagepassage',
            constraint=models.UniqueConstraint(condition=models.Q(('decision__isnull', False)), fields=('organization', 'decision'), name='passage_once_per_decision'),
        ),
        migrations.AddConstraint(
            model_name='stagepassage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('take_over__isnull', True)), models.Q(('decision__isnull', True), ('take_over__isnull', False)), _connector='OR'), name='passage_by_decision_or_take_over'),
        ),
        migrations.AddConstraint(
            model_name='takeoverconfirmation',
            constraint=models.UniqueConstraint(fields=('organization', 'take_over', 'role'), name='take_over_confirmed_once_per_role'),
        ),
        migrations.AddConstraint(
            model_name='takeoverconfirmation',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['sponsor', 'controller'])), name='take_over_confirmed_by_sponsor_or_controller'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('organization', 'request', 'role'), name='vote_once_per_role'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('organization', 'request', 'voter'), name='vote_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(('voter', models.F('requested_by')), _negated=True), name='vote_not_on_own_request'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(('owner_at_request__isnull', True), models.Q(('voter', models.F('owner_at_request')), _negated=True), _connector='OR'), name='vote_not_on_own_measure'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(('decided_for__isnull', True), models.Q(('decided_for', models.F('requested_by')), _negated=True), _connector='OR'), name='vote_not_for_the_requester'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(('choice', governance.rules.votes.Choice['APPROVE']), models.Q(('choice', governance.rules.votes.Choice['RETURN']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='vote_returned_has_a_reason'),
        ),
        TenantTable("GateRequest", grants="SELECT, INSERT, UPDATE (state)"),
        TenantTable("Vote", append_only=True),
        TenantTable("TakeOver", append_only=True),
        TenantTable("Decision", append_only=True),
        TenantTable("StagePassage", append_only=True),
        TenantTable("LifecycleDecision", append_only=True),
        TenantTable("ClosureConfirmation", append_only=True),
        TenantTable("TakeOverConfirmation", append_only=True),
        migrations.RunSQL(REQUESTER),
    ]
