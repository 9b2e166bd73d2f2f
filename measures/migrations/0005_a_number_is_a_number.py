"""A measure's size is a number: the column alone would take NaN."""
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_a_number_is_a_number'),
        ('hierarchy', '0001_tree'),
        ('measures', '0004_claims_by_deputies'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='measure',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', Decimal('-10000000000000000')), ('size__lt', Decimal('10000000000000000'))), name='measure_size_is_a_number'),
        ),
    ]
