"""A measure may stand at a step that a gate scheme has added inside its stage."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_tenant'),
        ('hierarchy', '0001_tree'),
        ('measures', '0005_a_number_is_a_number'),
    ]

    operations = [
        migrations.AddField(
            model_name='measure',
            name='step',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('step__range', (0, 9))), name='measure_step_is_known'),
        ),
    ]
