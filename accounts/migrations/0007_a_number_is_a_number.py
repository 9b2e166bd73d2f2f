"""A tenant's number is a number: the column alone would take NaN."""
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_acting_for'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='numbersetting',
            constraint=models.CheckConstraint(condition=models.Q(('value__gt', Decimal('-1000000000000')), ('value__lt', Decimal('1000000000000'))), name='number_setting_is_a_number'),
        ),
    ]
