"""What the evaluation remembers for forced decisions, and the list of zombies."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0003_restoring'),
        ('steering', '0004_hold_ends'),
    ]

    operations = [
        migrations.AddField(
            model_name='watch',
            name='conditions',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='watch',
            name='low_since',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='watch',
            name='spent',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='watch',
            name='to_gain',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='watch',
            name='to_spend',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='watch',
            index=models.Index(condition=models.Q(('conditions', []), _negated=True), fields=['organization', 'to_spend'], name='watch_forced'),
        ),
    ]
