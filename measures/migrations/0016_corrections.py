"""A claim says what a month brought, or by how much a locked month was wrong."""

import core.tables
import django.db.models.deletion
from django.db import migrations, models

from core.tables import AddTenantKeys


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_reopen_days'),
        ('measures', '0015_drivers'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='actualclaim',
            name='claim_one_open_or_approved_per_month',
        ),
        migrations.AddField(
            model_name='actualclaim',
            name='corrects',
            field=core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='measures.actualclaim'),
        ),
        migrations.AddField(
            model_name='actualclaim',
            name='kind',
            field=models.CharField(choices=[('actual', 'Actual'), ('correction', 'Correction')], db_default='actual', default='actual', max_length=10),
        ),
        migrations.AlterField(
            model_name='seriesversion',
            name='series',
            field=models.CharField(choices=[('baseline', 'baseline'), ('plan', 'plan'), ('forecast', 'forecast'), ('actual', 'actual'), ('correction', 'correction')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='actualclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'actual'), ('state__in', ['submitted', 'approved'])), fields=('organization', 'line', 'fiscal_year', 'period'), name='claim_one_open_or_approved_per_month'),
        ),
        migrations.AddConstraint(
            model_name='actualclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'correction'), ('state', 'submitted')), fields=('organization', 'corrects'), name='claim_one_open_correction_of_each'),
        ),
        migrations.AddConstraint(
            model_name='actualclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', True), ('kind', 'actual')), models.Q(('corrects__isnull', False), ('evidence__isnull', False), ('is_final', False), ('kind', 'correction'), models.Q(('amount', 0), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), name='claim_correction_says_of_what_and_why'),
        ),
        AddTenantKeys("ActualClaim", ["corrects"]),
    ]
